"""Sending to Facebook: within its limits and windows, under the right tag, with proof, and never past the allowance."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from channels.accounts import FacebookAccount
from channels.facebook_graph import Terms, error_of
from channels.facebook_sending import FacebookSender, messages
from channels.facebook_usage import Usage, UsageWatch, usage_of
from conversations import (
    Button,
    ChannelStopped,
    Content,
    Outbound,
    RateLimited,
    Refused,
    Retry,
    Undeliverable,
    account_data,
)
from tests.platforms import FacebookPlatform

USER = "6012345678901234"
DAY = timedelta(days=1)


# --- writing and sending -----------------------------------------------------------------------------------


def test_quick_replies_are_cut_and_too_many_become_lines():
    buttons = tuple(Button(f"Một tiêu đề dài quá hai mươi chữ {n}", f"p{n}") for n in range(14))
    (thirteen,) = messages(Content(text="Chọn", buttons=buttons[:13]))
    (fourteen,) = messages(Content(text="Chọn", buttons=buttons))
    assert all(len(quick["title"]) <= 20 for quick in thirteen["quick_replies"])
    assert fourteen["text"].endswith("14. Một tiêu đề dài quá hai mươi chữ 13")
    assert "quick_replies" not in fourteen


@pytest.mark.parametrize(
    ("code", "subcode", "kind"),
    [
        (10, 2018278, Undeliverable),
        (10, 2018300, Undeliverable),
        (551, None, Undeliverable),
        (200, 1545041, Undeliverable),
        (190, 463, ChannelStopped),
        (4, None, RateLimited),
        (613, None, RateLimited),
        (32, None, RateLimited),
        (80006, None, RateLimited),
        (2, None, Retry),
        (1200, None, Retry),
        (100, 2018001, Refused),
        (100, None, Refused),
        (10, None, ChannelStopped),
        (200, None, ChannelStopped),
        (230, None, ChannelStopped),
        (368, None, ChannelStopped),
        (99999, None, Retry),
    ],
)
def test_each_error_asks_for_one_thing(code, subcode, kind):
    assert type(error_of(code, subcode, "x", 0)) is kind


@pytest.fixture
def account(facebook: FacebookPlatform) -> FacebookAccount:
    return FacebookAccount(app_secret=facebook.app_secret, page_token=facebook.page_token, verify_token="v")


@pytest.fixture
def sender(facebook: FacebookPlatform, account: FacebookAccount) -> FacebookSender:
    facebook.last_action[USER] = facebook.now()
    return FacebookSender(account, facebook.url)


def _out(text: str = "Dạ", user: str = USER, **more: object) -> Outbound:
    return Outbound(7, 1, "facebook", "page", user, Content(text=text, **more), None, 0)  # type: ignore[arg-type]


def test_a_message_names_its_kind_and_our_id(sender, facebook):
    assert sender.send(_out(buttons=(Button("Có", "affirm"),)))
    asked = facebook.asked[-1].json()
    assert (asked["messaging_type"], asked["message"]["metadata"]) == ("RESPONSE", "7/0")
    assert facebook.to(USER)[0].buttons == (("Có", "affirm"),)


def test_long_text_leaves_in_parts(sender, facebook):
    sender.send(_out("điện lực " * 500))
    assert " ".join(shown.text for shown in facebook.to(USER)) == ("điện lực " * 500).strip()


def test_pauses_grow_while_the_page_sends_too_fast(sender, facebook):
    facebook.rate_per_minute = 0
    pauses = []
    for _ in range(3):
        with pytest.raises(RateLimited) as raised:
            sender.send(_out())
        pauses.append(raised.value.pause_s)
    assert pauses == [60.0, 120.0, 240.0]


def test_the_platforms_refusals_reach_the_spine_without_the_token(sender, facebook):
    with pytest.raises(Undeliverable):
        sender.send(_out(user="never wrote"))
    facebook.token_alive = False
    with pytest.raises(ChannelStopped) as raised:
        sender.send(_out())
    assert facebook.page_token not in raised.value.reason
    gone = FacebookSender(FacebookAccount(app_secret="s", page_token="tok", verify_token="v"), "http://127.0.0.1:9")
    with pytest.raises(Retry) as lost:
        gone.send(_out())
    assert "tok" not in lost.value.reason


# --- proof and version -------------------------------------------------------------------------------------


def test_each_call_names_the_version_and_proves_the_apps_secret(account, facebook):
    facebook.last_action[USER] = facebook.now()
    FacebookSender(account, facebook.url + "/", Terms(version="v26.1")).send(_out())
    assert facebook.asked[-1].path == "/v26.1/me/messages"
    wrong = FacebookSender(account.model_copy(update={"app_secret": "another's"}), facebook.url)
    with pytest.raises(Refused, match="appsecret_proof"):
        wrong.send(_out())


# --- windows -----------------------------------------------------------------------------------------------


def _by_agent(facebook: FacebookPlatform, days: float) -> Outbound:
    """What staff wrote `days` after the customer's last message."""
    wrote = datetime.fromtimestamp(facebook.now(), UTC) - timedelta(days=days)
    facebook.last_action[USER] = wrote.timestamp()
    return replace(_out("Chào anh"), author="agent", reply_until=wrote + DAY)


@pytest.fixture
def reviewed(facebook: FacebookPlatform, account: FacebookAccount) -> FacebookSender:
    """A page whose app may use the human agent tag."""
    facebook.human_agent = True
    return FacebookSender(account, facebook.url, Terms(human_agent=True))


def test_within_a_day_nobody_needs_a_tag(reviewed, facebook):
    reviewed.send(_by_agent(facebook, 0.5))
    assert facebook.asked[-1].json()["messaging_type"] == "RESPONSE"


def test_a_persons_words_leave_under_the_tag_up_to_seven_days(reviewed, facebook):
    reviewed.send(_by_agent(facebook, 6.9))
    asked = facebook.asked[-1].json()
    assert (asked["messaging_type"], asked["tag"]) == ("MESSAGE_TAG", "HUMAN_AGENT")
    with pytest.raises(Undeliverable, match="outside of allowed window"):
        reviewed.send(_by_agent(facebook, 7.1))


def test_facebooks_clock_says_when_the_day_is_over(reviewed, facebook):
    late = replace(_by_agent(facebook, 1.01), reply_until=datetime.fromtimestamp(facebook.now(), UTC) + DAY)
    assert reviewed.send(late)
    assert [each.json()["messaging_type"] for each in facebook.asked] == ["RESPONSE", "MESSAGE_TAG"]


def test_the_bot_never_uses_the_tag(reviewed, facebook):
    with pytest.raises(Undeliverable, match="10/2018278"):
        reviewed.send(replace(_by_agent(facebook, 2), author="bot"))
    assert "tag" not in facebook.asked[-1].json()


def test_without_the_setting_nobody_uses_the_tag(sender, facebook):
    facebook.human_agent = True
    with pytest.raises(Undeliverable, match="10/2018278"):
        sender.send(_by_agent(facebook, 2))
    assert len(facebook.asked) == 1


def test_a_thread_that_another_app_holds_does_not_stop_the_page(sender, facebook):
    facebook.owner[USER] = "263902037430900"
    with pytest.raises(Undeliverable, match="another app"):
        sender.send(_out())


# --- the allowance -----------------------------------------------------------------------------------------


def test_headers_tell_the_usage():
    page = {"1001": [{"type": "messenger", "call_count": 12, "total_time": 97, "estimated_time_to_regain_access": 3}]}
    told = {"X-App-Usage": '{"call_count":28,"total_time":25}', "X-Business-Use-Case-Usage": json.dumps(page)}
    assert usage_of(told) == Usage(app=28, page=97, regain_s=180)
    assert usage_of({}) is None


@pytest.mark.parametrize(
    "odd",
    ["", "{", "[]", "5", '{"1": 5}', '{"1": [5, {"call_count": "9"}]}', '{"1": [{"call_count": -1e400}]}', "[" * 9_000],
)
def test_odd_headers_tell_nothing(odd):
    assert usage_of({"X-App-Usage": odd, "X-Business-Use-Case-Usage": odd}) in (None, Usage())


@pytest.mark.parametrize(("percent", "pauses"), [(94.0, False), (95.0, True), (100.0, True)])
def test_a_pause_begins_before_the_allowance_is_gone(percent, pauses):
    now = [0.0]
    watch = UsageWatch(lambda _: None, lambda: now[0])
    watch.saw({"X-App-Usage": json.dumps({"call_count": percent})})
    if pauses:
        with pytest.raises(RateLimited):
            watch.check()
    now[0] = 61.0
    watch.check()


def test_a_blocked_page_waits_as_long_as_facebook_says():
    watch = UsageWatch(lambda _: None, lambda: 0.0)
    blocked = {"9": [{"call_count": 100, "estimated_time_to_regain_access": 19}]}
    watch.saw({"X-Business-Use-Case-Usage": json.dumps(blocked)})
    with pytest.raises(RateLimited) as raised:
        watch.check()
    assert raised.value.pause_s == 19 * 60


def test_usage_is_kept_at_most_once_a_minute():
    now, kept = [0.0], []
    watch = UsageWatch(kept.append, lambda: now[0])
    for second, percent in ((0, 10), (1, 20), (59, 30), (60, 40)):
        now[0] = float(second)
        watch.saw({"X-App-Usage": json.dumps({"call_count": percent})})
    assert [each.app for each in kept] == [10, 40]


def test_the_page_pauses_itself_and_shows_its_usage(account, facebook, db):
    facebook.last_action[USER], facebook.usage = facebook.now(), 96.0
    sender = FacebookSender(account, facebook.url, db=db)
    sender.send(_out())
    with pytest.raises(RateLimited):
        sender.send(_out())
    assert len(facebook.asked) == 1
    assert account_data(db, "facebook", "page")["usage"] | {"at": ""} == {"app": 1, "page": 96, "regain_s": 0, "at": ""}
