"""Billing from another system over HTTP: bounded in time, size and number, and left alone while it fails."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import quote

import requests
from pydantic import ValidationError
from urllib3.exceptions import HTTPError

from care.billing.breaker import Breaker
from care.billing.source import Statement
from care.errors import BillingUnavailable

LARGEST_BODY = 1024 * 1024
PIECE = 64 * 1024
# Half of a care process's threads: the others go on answering about outages while billing is slow.
AT_ONCE = 8
CONNECT_S = 1.0
TRY_AGAIN_S = 3.0


class HttpBilling:
    """`GET {url}/contracts/{code}/statement` with a bearer token answers a `Statement` as JSON, or 404.

    One an API process: breaker and limit count this process's calls. Safe to share between threads.
    """

    def __init__(
        self,
        url: str,
        token: str,
        timeout_s: float,
        breaker: Breaker | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._url, self._timeout_s, self._clock = url.rstrip("/"), timeout_s, clock
        self._head = {"Authorization": f"Bearer {token}", "Accept": "application/json", "Accept-Encoding": "identity"}
        self._breaker, self._lock = breaker or Breaker(), threading.Lock()
        self._places, self._calls = threading.BoundedSemaphore(AT_ONCE), ThreadPoolExecutor(AT_ONCE, "billing")

    def statement(self, code: str) -> Statement | None:
        """See `Billing`."""
        if not self._places.acquire(blocking=False):
            raise BillingUnavailable("too many calls wait for it", TRY_AGAIN_S)
        try:
            self._admit()
            call = self._calls.submit(self._asked, code)
        except BaseException:
            self._places.release()
            raise
        # A call that is given up keeps its place until it is really over.
        call.add_done_callback(lambda _: self._places.release())
        try:
            # A socket's own time limit starts anew with each piece that drips in; this one is for the whole call.
            statement = call.result(self._timeout_s)
        except (requests.RequestException, HTTPError, OSError) as error:
            raise self._noted(type(error).__name__) from error
        except ValidationError as error:
            # The error's text holds the customer's data: only how many fields are wrong may go on.
            raise self._noted(f"{error.error_count()} fields are not as agreed") from None
        except _NotAsAgreed as error:
            raise self._noted(str(error)) from error
        with self._lock:
            self._breaker.succeeded()
        return statement

    def _admit(self) -> None:
        with self._lock:
            now = self._clock()
            wait_s = self._breaker.wait_s(now)
            if not self._breaker.admits(now):
                raise BillingUnavailable("it failed several times in a row and is left alone", wait_s)

    def _noted(self, reason: str) -> BillingUnavailable:
        """The failure to raise, counted."""
        with self._lock:
            now = self._clock()
            self._breaker.failed(now)
            return BillingUnavailable(reason, max(TRY_AGAIN_S, self._breaker.wait_s(now)))

    def _asked(self, code: str) -> Statement | None:
        ends = time.monotonic() + self._timeout_s
        limits = (min(CONNECT_S, self._timeout_s), self._timeout_s)
        url = f"{self._url}/contracts/{quote(code, safe='')}/statement"
        with requests.get(url, headers=self._head, timeout=limits, stream=True, allow_redirects=False) as answer:
            if answer.status_code == 404:
                return None
            if answer.status_code != 200:
                raise _NotAsAgreed(f"HTTP {answer.status_code}")
            statement = Statement.model_validate_json(_body(answer, ends), strict=True)
        if statement.code != code:
            raise _NotAsAgreed("it answered about another contract")
        return statement


class _NotAsAgreed(Exception):
    """An answer that is none."""


def _body(answer: requests.Response, ends: float) -> bytes:
    """The whole body. What drips in slower than the time limit or never ends is given up."""
    body = bytearray()
    while piece := answer.raw.read1(PIECE):
        body += piece
        if len(body) > LARGEST_BODY:
            raise _NotAsAgreed("the body is too large")
        if time.monotonic() > ends:
            raise _NotAsAgreed("the body took too long")
    return bytes(body)
