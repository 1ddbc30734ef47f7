"""Whatever comes with a good signature, a webhook's parser answers with messages or Malformed, never with a crash."""

from __future__ import annotations

import copy
import json
from datetime import UTC, datetime
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from werkzeug.datastructures import Headers

from channels.accounts import FacebookAccount, TelegramAccount, ZaloAccount
from channels.base import Channel, Webhook
from channels.errors import Malformed
from channels.facebook import Facebook
from channels.telegram import Telegram
from channels.telegram_duty import duty_press
from channels.telegram_pace import Limits
from channels.zalo import Zalo
from channels.zalo_tokens import ZaloAddresses
from tests.platforms import FacebookPlatform, TelegramPlatform, ZaloPlatform

URL = "http://127.0.0.1:9"
NOW = datetime(2026, 11, 25, tzinfo=UTC)
CHANNELS: dict[str, tuple[Channel, str]] = {
    "zalo": (
        Zalo([ZaloAccount(app_id="1", app_secret="a", oa_secret_key="b", refresh_token="c")], ZaloAddresses(URL, URL)),
        "1",
    ),
    "facebook": (Facebook([FacebookAccount(app_secret="a", page_token="b", verify_token="c")], URL), "page"),
    "telegram": (Telegram([TelegramAccount(bot_token="1:a", webhook_secret="b")], URL, Limits(), "-1"), "1"),
}
_zalo, _facebook, _telegram = ZaloPlatform(), FacebookPlatform(), TelegramPlatform()
_PLACE = {"coordinates": {"latitude": "10.7", "longitude": "106.7", "lat": 10.7, "long": 106.7}}
SEEDS: dict[str, list[bytes]] = {
    "zalo": [
        _zalo.event("1", text="a"),
        _zalo.event("1", "user_send_location", attachments=[{"type": "location", "payload": _PLACE}]),
        _zalo.event("1", "user_send_business_card", attachments=[{"type": "link", "payload": {"description": "{}"}}]),
        _zalo.follow("1"),
        _zalo.event("1", "user_seen_message", msg_ids=["a", "b"]),
        _zalo.event("1", "anonymous_send_text", text="a", conversation_id="c"),
        _zalo.event("1", "oa_send_text", text="a", admin_id="7"),
        b'{"app_id":"1","event_name":"user_submit_info","sender":{"id":"1"},"info":{"name":"a","phone":"84912345678"}}',
    ],
    "facebook": [
        _facebook.batch(_facebook.message("1", "a", quick_reply={"payload": "p"}), _facebook.postback("1", "t", "p")),
        _facebook.batch(_facebook.message("1", attachments=[{"type": "location", "payload": _PLACE}])),
        _facebook.batch(
            _facebook.postback("1", "t", "GET_STARTED", referral={"ref": "report_outage"}),
            _facebook.event("1", referral={"ref": "a"}),
            _facebook.event("1", optin={"ref": "a"}),
            _facebook.event("1", message_edit={"mid": "m", "text": "a", "num_edit": 1}),
            _facebook.event("1", reaction={"mid": "m", "action": "react", "emoji": "a"}),
        ),
        _facebook.batch(
            _facebook.echo("1", "a"),
            _facebook.echo("1", "a", metadata="7/0"),
            _facebook.event("1", delivery={"mids": ["m"], "watermark": 1}),
            _facebook.event("1", read={"watermark": 1}),
            _facebook.event("1", take_thread_control={"previous_owner_app_id": "1"}),
            _facebook.event("1", pass_thread_control={"new_owner_app_id": "1"}),
            _facebook.event("1", request_thread_control={"requested_owner_app_id": 263902037430900}),
        ),
        _facebook.batch(_facebook.message("1", "a"), _facebook.event("1", app_roles={"1": ["a"]}), standby=True),
    ],
    "telegram": [
        _telegram.message("1", "/start a"),
        _telegram.message("1", photo=[{"file_id": "a"}], caption="b"),
        _telegram.message("1", location={"latitude": 1.0, "longitude": 2.0}, contact={"phone_number": "84912345678"}),
        _telegram.edited("1", "b"),
        _telegram.tap("1", "Có", "affirm"),
        _telegram.tap("1", "Đã nhận", "duty:1", chat={"id": -1, "type": "supergroup"}),
        _telegram.membership("1", "kicked", "member"),
    ],
}
ODD = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text()
    | st.sampled_from(["\ud800", "\x00", "9" * 400]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)


def _places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    found = [path] if path else []
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for name, part in inner:
        found += _places(part, (*path, name))
    return found


def _changed(body: Any, path: tuple[Any, ...], value: Any) -> Any:
    changed = copy.deepcopy(body)
    at = changed
    for name in path[:-1]:
        at = at[name]
    at[path[-1]] = value
    return changed


@st.composite
def spoiled(draw: st.DrawFn) -> tuple[str, bytes]:
    """A channel and an event of its platform in which up to three values are something else."""
    name = draw(st.sampled_from(sorted(SEEDS)))
    body = json.loads(draw(st.sampled_from(SEEDS[name])))
    for _ in range(draw(st.integers(1, 3))):
        body = _changed(body, draw(st.sampled_from(_places(body))), draw(ODD))
    return name, json.dumps(body).encode()


def _reads(name: str, body: bytes) -> None:
    channel, account = CHANNELS[name]
    webhook = Webhook(body, Headers(), NOW)
    try:
        for inbound in channel.parse(webhook, [account]):
            assert inbound.user_id
            assert inbound.platform_message_id
            json.dumps(inbound.content.to_json(), allow_nan=False)
        for aside in channel.asides(webhook, [account]):
            assert aside.user_id
        channel.echoes(webhook, [account])
        channel.courtesies(webhook, [account])
        if name == "telegram":
            duty_press(webhook, "-1")
    except Malformed:
        pass


@settings(max_examples=1_500, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(spoiled())
def test_spoiled_events_are_read_or_malformed(case: tuple[str, bytes]):
    _reads(*case)


@settings(max_examples=300, deadline=None)
@given(st.sampled_from(sorted(SEEDS)), st.binary(max_size=200) | ODD.map(lambda value: json.dumps(value).encode()))
def test_anything_at_all_is_read_or_malformed(name: str, body: bytes):
    _reads(name, body)
