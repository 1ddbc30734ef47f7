"""`make simulate CHANNEL=zalo|facebook|telegram`: chat in the terminal through signed webhooks, seeing what the platform shows.

Plays the customer and the platform: it signs webhooks like the platform, and its stand-in takes the product's answers.
The product must have the channel switched on and send to the stand-in: `make run SIMULATE=1` in another terminal (see
`practice.py`), or secrets of your own with the platform's address on a loopback port. When
no product runs, it is started here and stopped at the end.

    python -m tests.platforms.simulate --channel zalo [--gateway http://127.0.0.1:8000] [--user 123]

A number taps a button; `/lap` delivers the last webhook again; `/anh`, `/sticker`, `/vitri 10.79,106.78` send a
picture, a sticker, a place; `/thoat` (or Ctrl-D) leaves. Lines from a pipe wait for the answer to the one before.
"""

from __future__ import annotations

import argparse
import os
import secrets
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol
from urllib.parse import urlsplit

import requests

from settings import ROOT, Settings
from tests.platforms.drawing import drawn
from tests.platforms.facebook import APP_ID, FacebookPlatform
from tests.platforms.practice import ADDRESSES, practice
from tests.platforms.server import Shown, StandIn
from tests.platforms.telegram import TelegramPlatform
from tests.platforms.zalo import ZaloPlatform

QUIET_S, PATIENCE_S, START_S = 1.5, 60.0, 900.0
PICTURE = "https://upload.example/anh.png"


class Person(Protocol):
    """Writes on one platform; each method gives the body of a webhook."""

    def says(self, text: str) -> bytes: ...
    def taps(self, title: str, payload: str) -> bytes: ...
    def attaches(self, kind: str) -> bytes: ...
    def shares_place(self, lat: str, lon: str) -> bytes: ...
    def opens_chat(self) -> bytes: ...


class ZaloPerson:
    """On Zalo a tap comes back as a text that is the payload."""

    def __init__(self, platform: ZaloPlatform, user: str) -> None:
        self._platform, self._user = platform, user

    def says(self, text: str) -> bytes:
        return self._platform.event(self._user, text=text)

    def taps(self, title: str, payload: str) -> bytes:
        if payload == "<phone>":
            return self._platform.submits(self._user, name="Lan", phone="84912345678")
        return self._platform.event(self._user, text=payload)

    def attaches(self, kind: str) -> bytes:
        sent = [{"type": kind, "payload": {"url": PICTURE, "thumbnail": PICTURE}}]
        return self._platform.event(self._user, f"user_send_{kind}", attachments=sent)

    def shares_place(self, lat: str, lon: str) -> bytes:
        place = {"type": "location", "payload": {"coordinates": {"latitude": lat, "longitude": lon}}}
        return self._platform.event(self._user, "user_send_location", attachments=[place])

    def opens_chat(self) -> bytes:
        return self._platform.follow(self._user)


class FacebookPerson:
    """On Facebook a quick reply carries its title and its payload."""

    def __init__(self, platform: FacebookPlatform, user: str) -> None:
        self._platform, self._user = platform, user

    def says(self, text: str) -> bytes:
        return self._platform.batch(self._platform.message(self._user, text))

    def taps(self, title: str, payload: str) -> bytes:
        return self._platform.batch(self._platform.message(self._user, title, quick_reply={"payload": payload}))

    def attaches(self, kind: str) -> bytes:
        sent = [{"type": kind, "payload": {"url": PICTURE}}]
        return self._platform.batch(self._platform.message(self._user, attachments=sent))

    def shares_place(self, lat: str, lon: str) -> bytes:
        place = {"type": "location", "payload": {"coordinates": {"lat": float(lat), "long": float(lon)}}}
        return self._platform.batch(self._platform.message(self._user, attachments=[place]))

    def opens_chat(self) -> bytes:
        return self._platform.batch(self._platform.postback(self._user, "Bắt đầu", "GET_STARTED"))


class TelegramPerson:
    """On Telegram a press is an update of its own."""

    def __init__(self, platform: TelegramPlatform, user: str) -> None:
        self._platform, self._user = platform, user

    def says(self, text: str) -> bytes:
        return self._platform.message(self._user, text)

    def taps(self, title: str, payload: str) -> bytes:
        if payload == "<phone>":
            own = {"phone_number": "84912345678", "first_name": "Lan", "user_id": int(self._user)}
            return self._platform.message(self._user, contact=own)
        if payload == "<place>":
            return self.shares_place("10.7923", "106.7820")
        return self.says(title) if payload == title else self._platform.tap(self._user, title, payload)

    def attaches(self, kind: str) -> bytes:
        if kind == "sticker":
            return self._platform.message(self._user, sticker={"file_id": "CAAC", "emoji": "👍"})
        return self._platform.message(self._user, photo=[{"file_id": "AgAC", "width": 90, "height": 90}])

    def shares_place(self, lat: str, lon: str) -> bytes:
        return self._platform.message(self._user, location={"latitude": float(lat), "longitude": float(lon)})

    def opens_chat(self) -> bytes:
        return self._platform.message(self._user, "/start")


class Chat:
    """One person's window on the platform."""

    def __init__(
        self, platform: ZaloPlatform | FacebookPlatform | TelegramPlatform, person: Person, user: str, gateway: str
    ) -> None:
        self._platform, self._person, self._user, self._gateway = platform, person, user, gateway
        self._buttons: tuple[tuple[str, str], ...] = ()
        self._last = b""
        self._count = 0
        threading.Thread(target=self._print, daemon=True).start()

    def begin(self) -> None:
        self._deliver(self._person.opens_chat())

    def line(self, line: str) -> None:
        """One line that was typed."""
        word, _, rest = line.partition(" ")
        if line.isdigit() and 0 < int(line) <= len(self._buttons):
            title, payload = self._buttons[int(line) - 1]
            print(f"    (tap: {title})")
            self._deliver(self._person.taps(title, payload))
        elif word == "/lap":
            self._deliver(self._last, retry=1)
        elif word in ("/anh", "/sticker"):
            self._deliver(self._person.attaches({"/anh": "image", "/sticker": "sticker"}[word]))
        elif word == "/vitri":
            lat, _, lon = (rest or "10.7923,106.7820").partition(",")
            self._deliver(self._person.shares_place(lat.strip(), lon.strip()))
        else:
            self._deliver(self._person.says(line))

    def wait_for_answer(self) -> None:
        """Until the platform has been quiet for a moment after at least one answer."""
        before, give_up_at = self._count, time.monotonic() + PATIENCE_S
        seen, since = before, time.monotonic()
        while time.monotonic() < give_up_at:
            time.sleep(0.05)
            if self._count != seen:
                seen, since = self._count, time.monotonic()
            elif seen != before and time.monotonic() - since > QUIET_S:
                return

    def _deliver(self, body: bytes, retry: int = 0) -> None:
        self._last = body
        status = self._platform.deliver(self._gateway, body, retry)
        if status != requests.codes.ok:
            print(f"    (the webhook was answered {status}: the platform would deliver it again)")

    def _print(self) -> None:
        printed = 0
        while True:
            for shown in self._platform.wait_for(self._user, printed + 1, 3600.0)[printed:]:
                self._show(shown)
                printed += 1
            self._count = printed

    def _show(self, shown: Shown) -> None:
        print("", *drawn(shown, _fetched, in_colour=sys.stdout.isatty()), sep="\n", flush=True)
        self._buttons = shown.buttons


def _fetched(address: str) -> bytes | None:
    """The bytes behind a picture's address on this machine."""
    if urlsplit(address).hostname not in ("127.0.0.1", "localhost"):
        return None
    try:
        answer = requests.get(address, timeout=5)
    except requests.RequestException:
        return None
    return answer.content if answer.ok else None


def _stand_in(channel: str, settings: Settings) -> StandIn:
    """The stand-in at the address that the product sends to."""
    url = str(getattr(settings, ADDRESSES[channel][0].lower()))
    place = urlsplit(url)
    if place.hostname not in ("127.0.0.1", "localhost") or not place.port:
        raise SystemExit(f"The settings send to {url}: the simulation needs a port of this machine there.")
    if channel == "zalo":
        return ZaloPlatform(
            port=place.port,
            app_id=settings.zalo_app_id,
            app_secret=settings.zalo_app_secret,
            oa_secret_key=settings.zalo_oa_secret_key,
            lenient=True,
        )
    if channel == "telegram":
        return TelegramPlatform(
            port=place.port, token=settings.telegram_bot_token, secret=settings.telegram_webhook_secret
        )
    return FacebookPlatform(
        port=place.port,
        app_id=settings.facebook_app_id or APP_ID,
        app_secret=settings.facebook_app_secret,
        page_token=settings.facebook_page_token,
        verify_token=settings.facebook_verify_token,
    )


def _status(url: str) -> int:
    try:
        return requests.get(url, timeout=5).status_code
    except requests.RequestException:
        return 0


@contextmanager
def _product(gateway: str, channel: str) -> Iterator[None]:
    """A product with the channel switched on: the running one, else one of our own."""
    status = _status(f"{gateway}/webhooks/{channel}")
    if status == requests.codes.not_found:
        raise SystemExit(f"{gateway} runs without {channel}. Stop it, then: make run SIMULATE=1 (or simulate alone).")
    if status:
        yield
        return
    print("No product is running: starting one (make run SIMULATE=1) …", flush=True)
    process = subprocess.Popen([sys.executable, "-m", "tests.platforms.practice"], cwd=ROOT, start_new_session=True)
    try:
        give_up_at = time.monotonic() + START_S
        while _status(f"{gateway}/readyz") != requests.codes.ok:
            if process.poll() is not None or time.monotonic() > give_up_at:
                raise SystemExit("The product did not start.")
            time.sleep(0.5)
        time.sleep(3)  # its welcome is printed by now
        yield
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(60)


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--channel", choices=list(ADDRESSES), default="zalo")
    parser.add_argument("--gateway", default="")
    parser.add_argument("--user", default="")
    options = parser.parse_args()
    os.environ.update(practice(Settings()))
    settings = Settings()
    gateway = options.gateway or f"http://127.0.0.1:{settings.gateway_port}"
    user = options.user or str(secrets.randbelow(10**15) + 10**15)
    with _stand_in(options.channel, settings) as platform, _product(gateway, options.channel):
        person: Person
        if isinstance(platform, ZaloPlatform):
            person = ZaloPerson(platform, user)
        elif isinstance(platform, TelegramPlatform):
            person = TelegramPerson(platform, user)
        else:
            assert isinstance(platform, FacebookPlatform)
            person = FacebookPerson(platform, user)
        print(f"You are {user} on {options.channel}; the product is at {gateway}.")
        print("Type and press Enter. A number taps a button. /lap = deliver again, /anh, /sticker, /vitri, /thoat.")
        chat = Chat(platform, person, user, gateway)
        chat.begin()
        _talk(chat)


def _talk(chat: Chat) -> None:
    piped = not sys.stdin.isatty()
    if piped:
        chat.wait_for_answer()
    for line in sys.stdin:
        said = line.strip()
        if said == "/thoat":
            return
        if not said:
            continue
        if piped:
            print(f"\n> {said}", flush=True)
        waiting = threading.Thread(target=chat.wait_for_answer)
        waiting.start()
        chat.line(said)
        if piped:
            waiting.join()


if __name__ == "__main__":
    main()
