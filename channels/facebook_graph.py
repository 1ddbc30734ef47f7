"""Calling Facebook's Graph API as one page: the version, the token with its proof, how much of the allowance is used."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

import requests

from channels.accounts import FacebookAccount
from channels.base import part, words
from channels.calls import Reply, get, post, reason
from channels.facebook_usage import UsageWatch
from conversations import ChannelStopped, RateLimited, Refused, Retry, SendError, Undeliverable

GRAPH_VERSION = "v25.0"
RATE_LIMITED = {4, 32, 613, 80006}
TEMPORARY = {1, 2, 1200}
OUTSIDE_WINDOW = (10, 2018278)
OTHER_OWNER = (10, 2018300)  # the page inbox or another tool holds this thread
UNREACHABLE = {OUTSIDE_WINDOW, OTHER_OWNER, (551, None), (200, 1545041)}
OUR_FAULT = {100}
STOPPED = {10, 190, 200, 230, 368}
LONGEST_PAUSE_S = 3_600.0


@dataclass(frozen=True)
class Terms:
    """How Facebook lets us call: the API's version, calls a second for one page, and whether the app may use the human agent
    tag, under which a person's words arrive up to seven days after the customer's last deed."""

    version: str = GRAPH_VERSION
    per_second: float = 300.0
    human_agent: bool = False


def proof(app_secret: str, token: str) -> str:
    """`appsecret_proof`: shows that whoever holds the token holds the app's secret too."""
    return hmac.new(app_secret.encode(), token.encode(), hashlib.sha256).hexdigest()


def error_of(code: int, subcode: int | None, message: str, tries: int) -> SendError:
    """What Facebook's error asks us to do; `tries` rate errors in a row came before (pauses of 1, 2, 4 … minutes)."""
    told = reason(f"{code}/{subcode}" if subcode else code, message)
    if code in RATE_LIMITED:
        return RateLimited(told, min(60.0 * 2 ** min(tries, 10), LONGEST_PAUSE_S))
    if code in TEMPORARY:
        return Retry(told)
    if (code, subcode) in UNREACHABLE or (code, None) in UNREACHABLE:
        return Undeliverable(told)
    if code in OUR_FAULT:
        return Refused(told)
    if code in STOPPED:
        return ChannelStopped(told)
    return Retry(told)


def is_outside_window(error: SendError) -> bool:
    """Whether an error of `error_of` says that the customer wrote too long ago."""
    return error.reason.startswith("{}/{}:".format(*OUTSIDE_WINDOW))


def app_graph(account: FacebookAccount, url: str, version: str) -> Graph:
    """Calls as the page's app rather than as the page."""
    return Graph(account, url, version, token=f"{account.app_id}|{account.app_secret}")


class Graph:
    """One page's calls, or, with another `token`, its app's; safe to use from many threads."""

    def __init__(
        self, account: FacebookAccount, url: str, version: str = GRAPH_VERSION, watch: UsageWatch | None = None,
        token: str = "",
    ) -> None:  # fmt: skip
        self._url = f"{url.rstrip('/')}/{version}"
        self._token = token or account.page_token
        self._allowed = {
            "access_token": self._token,
            "appsecret_proof": proof(account.app_secret, self._token),
        }
        self._watch = watch
        self._session = requests.Session()
        self._rate_errors = 0

    def address(self, path: str) -> str:
        """Where a call goes that is made elsewhere; it holds the token."""
        return f"{self._url}/{path}?{urlencode(self._allowed)}"

    def post(self, path: str, body: Mapping[str, Any]) -> dict[str, Any]:
        """Tell Facebook something → its answer; raises a SendError."""
        if self._watch:
            self._watch.check()
        return self._answer(post(self._session, f"{self._url}/{path}", json=body, params=self._allowed))

    def get(self, path: str, **asked: str) -> dict[str, Any]:
        """Ask Facebook something; raises a SendError."""
        return self._answer(get(self._session, f"{self._url}/{path}", params={**asked, **self._allowed}))

    def _answer(self, reply: Reply) -> dict[str, Any]:
        if self._watch:
            self._watch.saw(reply.headers)
        failure = self._failure(reply)
        self._rate_errors = self._rate_errors + 1 if isinstance(failure, RateLimited) else 0
        if failure is not None:
            raise failure
        return reply.body

    def _failure(self, reply: Reply) -> SendError | None:
        error = part(reply.body, "error")
        if error:
            code, subcode = error.get("code"), error.get("error_subcode")
            return error_of(
                code if isinstance(code, int) else 0,
                subcode if isinstance(subcode, int) else None,
                words(error, "message").replace(self._token, "…"),
                self._rate_errors,
            )
        return Refused(f"HTTP {reply.status}") if reply.status >= requests.codes.bad_request else None
