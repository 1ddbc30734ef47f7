"""Calls to Zalo's OA API as one official account: with a young token, at the pace allowed, noting the quota it tells."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from typing import Any

import requests

from channels.accounts import ZaloAccount
from channels.base import part, words
from channels.calls import Reply, get, post
from channels.pace import SteadyPace
from channels.zalo_errors import TOKEN_REJECTED, code_of, error_of
from channels.zalo_reading import NAME
from channels.zalo_tokens import ZaloAddresses, ZaloTokens
from conversations import Database, remember_freely

PER_MINUTE = 4_000.0
QUOTA_EVERY_S = 60.0
HEADERS = {"limit": "X-RateLimit-Limit", "remain": "X-RateLimit-Remain"}


class ZaloClient:
    """One official account's calls; safe in many threads."""

    def __init__(
        self,
        account: ZaloAccount,
        addresses: ZaloAddresses,
        db: Database,
        clock: Callable[[], float] = time.time,
        per_minute: float = PER_MINUTE,
    ) -> None:
        self.account = account.name
        self.db, self.clock = db, clock
        self._api = addresses.api.rstrip("/")
        self._session = requests.Session()
        self.tokens = ZaloTokens(account, addresses, db, self._session, clock)
        self._pace = SteadyPace(db, NAME, account.name, per_minute / 60)
        self._noted_at = float("-inf")

    def post(self, path: str, **what: Any) -> Mapping[str, Any]:
        """The `data` of an answer (empty when there is none), a rejected token replaced once; raises a SendError."""
        return self._called(
            lambda token: post(self._session, self._api + path, headers={"access_token": token}, **what)
        )

    def get(self, path: str) -> Mapping[str, Any]:
        """The same for a question."""
        return self._called(lambda token: get(self._session, self._api + path, headers={"access_token": token}))

    def _called(self, ask: Callable[[str], Reply]) -> Mapping[str, Any]:
        token = self.tokens.current()
        reply = self._paced(ask, token)
        if code_of(reply) in TOKEN_REJECTED:
            reply = self._paced(ask, self.tokens.replacing(token))
        self._note_quota(reply)
        code = code_of(reply)
        if code != 0:
            raise error_of(code, words(reply.body, "message"), self.clock())
        return part(reply.body, "data")

    def _paced(self, ask: Callable[[str], Reply], token: str) -> Reply:
        self._pace.wait()
        return ask(token)

    def _note_quota(self, reply: Reply) -> None:
        """Under `quota` in the account's row, for whoever looks after the channel; at most once a minute."""
        told = {name: reply.headers.get(header, "") for name, header in HEADERS.items()}
        kept = part(part(reply.body, "data"), "quota")
        told |= {
            name: words(kept, name) for name in ("quota_type", "remain", "total", "expired_date") if words(kept, name)
        }
        quota = {name: value for name, value in told.items() if value}
        if not quota or self.clock() - self._noted_at < QUOTA_EVERY_S:
            return
        self._noted_at = self.clock()
        remember_freely(self.db, NAME, self.account, {"quota": {**quota, "at": int(self.clock())}})
