"""Sending a one-time code: a port, an SMS gateway by HTTP, and a console for demonstration."""

from __future__ import annotations

from pathlib import Path
from typing import Protocol

import requests

from care.errors import SmsFailed

TIMEOUT_S = (2.0, 5.0)


class Sms(Protocol):
    """Sends one short message."""

    def send_code(self, phone: str, code: str, text: str) -> None:
        """Send `text`, which contains `code`; raises SmsFailed."""


class HttpSms:
    """A gateway that takes `{"to", "text"}` as JSON with a bearer key and answers 2xx once it has taken the message."""

    def __init__(self, url: str, key: str) -> None:
        self._url, self._key = url, key

    def send_code(self, phone: str, code: str, text: str) -> None:
        """See `Sms`."""
        head = {"Authorization": f"Bearer {self._key}"}
        try:
            answer = requests.post(self._url, json={"to": phone, "text": text}, headers=head, timeout=TIMEOUT_S)
        except requests.RequestException as error:
            raise SmsFailed(type(error).__name__) from error
        if not answer.ok:
            raise SmsFailed(f"HTTP {answer.status_code}")


class ConsoleSms:
    """For demonstration: a line that `make run` shows instead of a message."""

    def __init__(self, console: Path) -> None:
        self._console = console

    def send_code(self, phone: str, code: str, text: str) -> None:
        """See `Sms`."""
        self._console.parent.mkdir(parents=True, exist_ok=True)
        with self._console.open("a", encoding="utf8") as console:
            console.write(f"one-time code {code} for …{phone[-3:]}\n")


class NoSms:
    """Nothing is set up: no code can be sent."""

    def send_code(self, phone: str, code: str, text: str) -> None:
        """See `Sms`."""
        raise SmsFailed("no SMS gateway is set up")
