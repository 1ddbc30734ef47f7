"""Checking a channel end to end: what is found, how a platform is asked, and our own door tried with signed webhooks.

No finding holds a secret: addresses are kept out of reasons, because some carry a token.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from email.utils import parsedate_to_datetime
from functools import cache
from pathlib import Path
from typing import Any, Literal

import requests
import yaml
from pydantic import BaseModel, ConfigDict

from channels.accounts import FacebookAccount, TelegramAccount, ZaloAccount
from channels.base import PROBE
from channels.facebook import SIGNATURE_HEADER as FACEBOOK_HEADER
from channels.facebook import signature_of
from channels.telegram import SECRET_HEADER
from channels.zalo import SIGNATURE_HEADER as ZALO_HEADER
from channels.zalo import mac_of

PATIENCE_S = (5.0, 15.0)
CLOCKS_APART_S = 60.0
Level = Literal["ok", "note", "warn", "bad"]
Account = ZaloAccount | FacebookAccount | TelegramAccount


@dataclass(frozen=True)
class Finding:
    """One thing that was checked; `key` names its sentences in `checking.yml`, `facts` fill their blanks."""

    level: Level
    key: str
    facts: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Told:
    """A platform's answer; status 0 when there was none, with the kind of failure as `failure`."""

    status: int
    body: dict[str, Any]
    clock: float | None = None
    failure: str = ""


class CheckTexts(BaseModel):
    """The file's shape: what is said of a finding, and what to do about it."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    version: int
    findings: dict[str, str]
    todo: dict[str, str]
    frame: dict[str, str]


@cache
def texts() -> CheckTexts:
    """The sentences, checked; raises pydantic's ValidationError naming the field."""
    return CheckTexts.model_validate(yaml.safe_load((Path(__file__).parent / "checking.yml").read_text("utf8")))


def told(finding: Finding) -> tuple[str, str]:
    """A finding as the operator reads it, and what to do (empty: nothing)."""
    words = texts()
    todo = words.todo.get(finding.key, "") if finding.level in ("warn", "bad") else ""
    return words.findings[finding.key].format(**finding.facts), todo.format(**finding.facts)


def ask(method: str, url: str, **what: Any) -> Told:
    """One call, no redirects; never raises for what the network does. `what` goes to `requests` as it is."""
    try:
        answer = requests.request(method, url, timeout=PATIENCE_S, allow_redirects=False, **what)
    except requests.RequestException as error:
        return Told(0, {}, failure=type(error).__name__)
    try:
        body = answer.json()
    except requests.JSONDecodeError:
        body = {}
    shown = body if isinstance(body, dict) else {}
    return Told(answer.status_code, shown, _clock(answer.headers.get("Date", "")))


def _clock(date: str) -> float | None:
    try:
        return parsedate_to_datetime(date).timestamp()
    except (TypeError, ValueError):
        return None


def clock_finding(answer: Told, clock: Callable[[], float] = time.time) -> list[Finding]:
    """Whether our clock agrees with the platform's; nothing when it told none. Zalo's limits count by the clock."""
    if answer.clock is None:
        return []
    apart = round(clock() - answer.clock)
    if abs(apart) <= CLOCKS_APART_S:
        return []
    return [
        Finding("bad", "clock", {"seconds": str(abs(apart)), "way": texts().frame["fast" if apart > 0 else "slow"]})
    ]


# --- our own door -------------------------------------------------------------------------------------------
def signed_nothing(account: Account, now: float) -> tuple[bytes, dict[str, str]]:
    """A genuine webhook in which nothing happened: its body and headers."""
    match account:
        case ZaloAccount():
            event = {"app_id": account.app_id, "event_name": "probe", "timestamp": str(int(now * 1000))}
            body = json.dumps(event).encode()
            return body, {ZALO_HEADER: "mac=" + mac_of(account, body, event["timestamp"])}
        case FacebookAccount():
            body = json.dumps({"object": "page", "entry": []}).encode()
            return body, {FACEBOOK_HEADER: signature_of(account.app_secret, body)}
        case TelegramAccount():
            return json.dumps({"update_id": int(now)}).encode(), {SECRET_HEADER: account.webhook_secret}


def forged_nothing(account: Account, now: float) -> tuple[bytes, dict[str, str]]:
    """The same with a signature that is not the platform's."""
    body, headers = signed_nothing(account, now)
    return body, {name: value[:-1] + ("0" if value[-1:] != "0" else "1") for name, value in headers.items()}


def knock(address: str, webhook: tuple[bytes, dict[str, str]]) -> Told:
    """What our own door answers to a body with these headers; it knows that nobody wrote."""
    body, headers = webhook
    return ask("POST", address, data=body, headers={**headers, "Content-Type": "application/json", PROBE: "1"})


def door_findings(gateway: str, channel: str, account: Account, now: float) -> list[Finding]:
    """Whether the running gateway takes what is signed with our settings, and nothing else."""
    address = f"{gateway}/webhooks/{channel}"
    taken, forged = (knock(address, made(account, now)).status for made in (signed_nothing, forged_nothing))
    facts = {"address": address, "status": str(taken)}
    if taken == forged == requests.codes.ok:
        return [Finding("bad", "door_open", facts)]
    if taken == requests.codes.ok:  # a busy gateway may refuse the forged one otherwise than by 403
        return [Finding("ok", "door", facts)]
    keys = {403: "door_other_secret", 404: "door_off", 0: "door_silent"}
    return [Finding("bad", keys.get(taken, "door_broken"), facts)]


def handshake_findings(gateway: str, account: FacebookAccount) -> list[Finding]:
    """Whether our door answers Facebook's handshake."""
    asked = {"hub.mode": "subscribe", "hub.verify_token": account.verify_token, "hub.challenge": "20261128"}
    try:
        answer = requests.get(f"{gateway}/webhooks/facebook", params=asked, timeout=PATIENCE_S, allow_redirects=False)
    except requests.RequestException:
        return []  # the door's own finding says it
    known = answer.status_code == requests.codes.ok and answer.text == asked["hub.challenge"]
    return [Finding("ok" if known else "bad", "handshake" if known else "handshake_wrong")]


def gateway_findings(local: str, public: str) -> tuple[list[Finding], str]:
    """Whether the gateway runs and can be reached as the world does → the address to go on with (empty: none)."""
    if ask("GET", f"{local}/readyz").status != requests.codes.ok:
        return [Finding("bad", "gateway_down", {"address": local})], ""
    if not public:
        return [Finding("warn", "no_public_url", {"address": local})], local
    if ask("GET", f"{public}/healthz").status != requests.codes.ok:
        return [Finding("bad", "public_unreachable", {"address": public})], local
    return [Finding("ok", "gateway", {"address": public})], public
