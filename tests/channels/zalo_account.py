"""One official account of the stand-in as a sender sees it: its account, a clock that a test moves, messages to send."""

from __future__ import annotations

from typing import Any

from channels.accounts import ZaloAccount
from channels.zalo_sending import ZaloSender
from channels.zalo_tokens import ZaloAddresses
from conversations import Content, Database, Outbound
from tests.platforms import ZaloPlatform

USER = "8309393969855402319"


class Clock:
    """The hour that both sides go by, in seconds."""

    def __init__(self) -> None:
        self.s = 1_790_000_000.0

    def __call__(self) -> float:
        return self.s


def account_of(zalo: ZaloPlatform, refresh_token: str = "refresh-0", app_secret: str = "") -> ZaloAccount:
    return ZaloAccount(
        app_id=zalo.app_id,
        app_secret=app_secret or zalo.app_secret,
        oa_secret_key=zalo.oa_secret_key,
        refresh_token=refresh_token,
    )


def sender_of(
    zalo: ZaloPlatform, db: Database, clock: Clock, refresh_token: str = "refresh-0", **more: Any
) -> ZaloSender:
    return ZaloSender(account_of(zalo, refresh_token), ZaloAddresses(zalo.url, zalo.url), db, clock, **more)


def out(text: str = "Dạ", user: str = USER, message_id: int = 1, **more: Any) -> Outbound:
    return Outbound(message_id, 1, "zalo", "oa", user, Content(text=text, **more), None, 0)


def renewals(zalo: ZaloPlatform) -> int:
    return sum(asked.path == "/v4/oa/access_token" for asked in zalo.asked)
