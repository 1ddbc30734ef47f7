"""Zalo's access tokens: 25 hours each, renewed with a refresh token that works once, by one process at a time.

The pair lives in the account's database row. Renewing holds that row's lock, re-reads it, and commits the new pair
before anybody uses it. A process that dies between Zalo's answer and that commit loses the pair: an administrator of
the official account must consent again, and put the new refresh token into the settings.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import requests
import structlog

from channels.accounts import ZaloAccount
from channels.base import words
from channels.calls import post, reason
from conversations import ChannelStopped, Database, Retry, account_data, locked_account

log = structlog.get_logger(__name__)

RENEW_AFTER_S = 20 * 3600
DIES_AFTER_S = 25 * 3600


@dataclass(frozen=True)
class ZaloAddresses:
    """Where Zalo answers; stand-ins take its place through settings."""

    api: str
    oauth: str


class ZaloTokens:
    """The access token of one official account, always young enough."""

    def __init__(
        self,
        account: ZaloAccount,
        addresses: ZaloAddresses,
        db: Database,
        session: requests.Session,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._account = account
        self._url = addresses.oauth.rstrip("/") + "/v4/oa/access_token"
        self._db = db
        self._session = session
        self._clock = clock
        # A refresh token typed anew into the settings replaces the stored pair; only its digest is kept to notice that.
        self._seed = hashlib.sha256(account.refresh_token.encode()).hexdigest()

    def current(self) -> str:
        """A token to send with; raises Retry (Zalo away) or ChannelStopped (a person must consent again)."""
        stored = self._known(account_data(self._db, "zalo", self._account.name))
        if self._age(stored) < RENEW_AFTER_S:
            return str(stored["access_token"])
        try:
            return self._renew(self._is_old)
        except Retry:
            if self._age(stored) < DIES_AFTER_S:
                return str(stored["access_token"])
            raise

    def replacing(self, rejected: str) -> str:
        """A token other than `rejected`, which Zalo no longer takes; raises as `current`."""
        return self._renew(lambda stored: stored.get("access_token") == rejected or self._is_old(stored))

    def _is_old(self, stored: dict[str, Any]) -> bool:
        return self._age(stored) >= RENEW_AFTER_S

    def _known(self, stored: dict[str, Any]) -> dict[str, Any]:
        return stored if stored.get("seed") == self._seed else {}

    def _age(self, stored: dict[str, Any]) -> float:
        return self._clock() - stored["renewed_at"] if "access_token" in stored else float("inf")

    def _renew(self, needed: Callable[[dict[str, Any]], bool]) -> str:
        with locked_account(self._db, "zalo", self._account.name) as row:
            stored = self._known(row.data)
            if not needed(stored):  # another process was faster
                return str(stored["access_token"])
            renewed = self._ask(stored)
            row.save(renewed)
        if "access_token" not in renewed:  # kept, so that the dead refresh token is never sent again
            raise ChannelStopped(renewed["dead"])
        return str(renewed["access_token"])

    def _ask(self, stored: dict[str, Any]) -> dict[str, Any]:
        if "dead" in stored:
            return stored
        refresh_token = stored.get("refresh_token", self._account.refresh_token)
        reply = post(
            self._session,
            self._url,
            headers={"secret_key": self._account.app_secret},
            data={
                "refresh_token": refresh_token,
                "app_id": self._account.app_id,
                "grant_type": "refresh_token",
            },
        )
        access, refresh = words(reply.body, "access_token"), words(reply.body, "refresh_token")
        if not reply.body:
            raise Retry(f"no token answer: HTTP {reply.status}")
        if not (access and refresh):
            why = reason(words(reply.body, "error"), words(reply.body, "error_name"))
            log.error("zalo took no refresh token: consent again", account=self._account.name, reason=why)
            return {"seed": self._seed, "dead": f"refresh token refused ({why}); set a new ZALO_REFRESH_TOKEN"}
        return {
            "seed": self._seed,
            "access_token": access,
            "refresh_token": refresh,
            "renewed_at": self._clock(),
        }
