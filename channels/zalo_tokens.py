"""Zalo's access tokens: 25 hours each, renewed with a refresh token that works once, by one process at a time.

The pair lives in the account's database row, as `access_token`, `refresh_token` and `renewed_at` (seconds). Whoever renews
writes `renewing` there first. A process that dies between Zalo's answer and our commit leaves that mark and loses the pair:
the next one tries the old refresh token, and when Zalo has seen it before, the account is `dead` (the reason) until an
administrator of the official account consents again (`make zalo-connect`).
"""

from __future__ import annotations

import hashlib
import time
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import requests
import structlog

from channels.accounts import ZaloAccount
from channels.base import words
from channels.calls import post, reason
from channels.zalo_reading import NAME
from conversations import (
    ChannelStopped,
    Database,
    DatabaseAway,
    RateLimited,
    Retry,
    account_data,
    alone_with_account,
    remember,
    remember_while,
)

log = structlog.get_logger(__name__)

RENEW_AFTER_S = 20 * 3600
DIES_AFTER_S = 25 * 3600
ASKED_AGAIN_AFTER_S = 60.0
# Without any token the account waits; from two minutes on the staff on duty hear of it.
WITHOUT_TOKEN_S = 180.0
CONSENT = "an administrator of the official account must consent: make zalo-connect"
DEAD = ("dead", "dead_with")


@dataclass(frozen=True)
class ZaloAddresses:
    """Where Zalo answers; stand-ins take its place through settings."""

    api: str
    oauth: str


@dataclass(frozen=True)
class Pair:
    """An access token with the refresh token that brings the next one."""

    access: str
    refresh: str


class TokenRefused(Exception):
    """Zalo gives no token for what we sent; the message is its reason."""


class ZaloTokens:
    """The access token of one official account, always young enough. Safe in many threads and processes."""

    def __init__(
        self,
        account: ZaloAccount,
        addresses: ZaloAddresses,
        db: Database,
        session: requests.Session,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._account, self._addresses, self._db = account, addresses, db
        self._session, self._clock = session, clock
        # A refresh token typed anew into the settings replaces the stored pair; only its digest is kept to notice that.
        self._seed = _digest(account.refresh_token)
        self._unsaved: dict[str, Any] | None = None
        self._not_before = 0.0

    def current(self) -> str:
        """A token to send with; raises RateLimited (Zalo away) or ChannelStopped (a person must consent again)."""
        self._keep_unsaved()
        stored = self._unsaved or self._known(self._remembered())
        if self._age(stored) < RENEW_AFTER_S and "dead" not in stored:
            return str(stored["access_token"])
        serves = self._age(stored) < DIES_AFTER_S
        if serves and self._clock() < self._not_before:
            return str(stored["access_token"])
        try:
            return self._renew(self._is_old)
        except (Retry, RateLimited) as error:
            self._not_before = self._clock() + ASKED_AGAIN_AFTER_S
            if serves:
                return str(stored["access_token"])
            raise RateLimited(f"no access token: {error.reason}", WITHOUT_TOKEN_S) from error

    def replacing(self, rejected: str) -> str:
        """A token other than `rejected`, which Zalo no longer takes; raises as `current`."""
        try:
            return self._renew(lambda stored: stored.get("access_token") == rejected or self._is_old(stored))
        except Retry as error:
            raise RateLimited(f"no access token: {error.reason}", WITHOUT_TOKEN_S) from error

    def keep(self, pair: Pair) -> None:
        """Use this pair from now on: a person consented. Raises DatabaseAway."""
        with alone_with_account(self._db, NAME, self._account.name):
            self._save(pair)

    def _renew(self, needed: Callable[[dict[str, Any]], bool]) -> str:
        token = ""
        try:
            with alone_with_account(self._db, NAME, self._account.name):
                token = self._renewed(needed)
        except DatabaseAway:
            if not token:  # else only the lock's end was lost
                raise
        return token

    def _renewed(self, needed: Callable[[dict[str, Any]], bool]) -> str:
        self._keep_unsaved()
        remembered = self._remembered()
        stored = self._unsaved or self._known(remembered)
        if "dead" in stored:  # a dead refresh token is never sent again
            raise ChannelStopped(str(stored["dead"]))
        if not needed(stored):  # another process was faster
            return str(stored["access_token"])
        refresh_token = str(stored.get("refresh_token", self._account.refresh_token))
        if not refresh_token:
            raise ChannelStopped(f"no token yet: {CONSENT}")
        pair = self._asked_with(refresh_token, remembered.get("renewing"))
        self._save(pair)
        return pair.access

    def _asked_with(self, refresh_token: str, left_mark: object) -> Pair:
        mark = {"id": uuid.uuid4().hex, "refresh": _digest(refresh_token)[:16], "since": self._clock()}
        was_lost = isinstance(left_mark, dict) and left_mark.get("refresh") == mark["refresh"]
        # On disk before Zalo is asked: whoever comes after our death knows that the answer may be lost.
        remember(self._db, NAME, self._account.name, {"renewing": mark})
        try:
            return renewed_pair(self._session, self._addresses, self._account, refresh_token)
        except TokenRefused as error:
            lost = "a process died while it renewed them, so Zalo's answer is lost; " if was_lost else ""
            told = f"refresh token refused: {error}; {lost}{CONSENT}"
            log.error("zalo took no refresh token", account=self._account.name, reason=told)
            dead = {
                "seed": self._seed,
                "refresh_token": refresh_token,
                "dead": told,
                "dead_with": self._secret_digest(),
            }
            # Not when somebody else has renewed meanwhile: then theirs is the pair that works.
            remember_while(self._db, NAME, self._account.name, dead, str(mark["id"]))
            raise ChannelStopped(told) from error

    def _save(self, pair: Pair) -> None:
        self._unsaved = {
            "seed": self._seed,
            "access_token": pair.access,
            "refresh_token": pair.refresh,
            "renewed_at": self._clock(),
        }
        self._keep_unsaved()

    def _keep_unsaved(self) -> None:
        """While the database is away the only valid pair lives in this process, which goes on with it."""
        if self._unsaved is None:
            return
        try:
            remember(self._db, NAME, self._account.name, self._unsaved, without=("renewing", *DEAD))
        except DatabaseAway:
            log.error("zalo's new tokens are not on disk yet: keep this process running", account=self._account.name)
        else:
            self._unsaved = None

    def _remembered(self) -> dict[str, Any]:
        return account_data(self._db, NAME, self._account.name)

    def _known(self, remembered: dict[str, Any]) -> dict[str, Any]:
        """What the account remembers, as far as it belongs to the token and secret of our settings."""
        if remembered.get("seed") != self._seed:
            return {}
        if "dead" in remembered and remembered.get("dead_with") != self._secret_digest():
            return {name: value for name, value in remembered.items() if name not in DEAD}
        return remembered

    def _secret_digest(self) -> str:
        return _digest(self._account.app_secret)

    def _is_old(self, stored: Mapping[str, Any]) -> bool:
        return self._age(stored) >= RENEW_AFTER_S

    def _age(self, stored: Mapping[str, Any]) -> float:
        return self._clock() - float(stored["renewed_at"]) if "access_token" in stored else float("inf")


def renewed_pair(session: requests.Session, addresses: ZaloAddresses, account: ZaloAccount, refresh_token: str) -> Pair:
    """The next pair for a refresh token, which is dead afterwards; raises TokenRefused, Retry, RateLimited."""
    return _asked(session, addresses, account, {"grant_type": "refresh_token", "refresh_token": refresh_token})


def first_pair(
    session: requests.Session, addresses: ZaloAddresses, account: ZaloAccount, code: str, verifier: str
) -> Pair:
    """The first pair, for the code of a consent and the PKCE verifier that it began with; raises as `renewed_pair`."""
    asked = {"grant_type": "authorization_code", "code": code, "code_verifier": verifier}
    return _asked(session, addresses, account, asked)


def _asked(session: requests.Session, addresses: ZaloAddresses, account: ZaloAccount, form: Mapping[str, str]) -> Pair:
    url = addresses.oauth.rstrip("/") + "/v4/oa/access_token"
    reply = post(session, url, headers={"secret_key": account.app_secret}, data={**form, "app_id": account.app_id})
    if not reply.body:
        raise Retry(f"no token answer: HTTP {reply.status}")
    access, refresh = words(reply.body, "access_token"), words(reply.body, "refresh_token")
    if not (access and refresh):
        raise TokenRefused(reason(words(reply.body, "error") or reply.status, words(reply.body, "error_name")))
    return Pair(access, refresh)


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
