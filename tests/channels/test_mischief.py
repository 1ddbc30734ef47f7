"""Stand-ins misbehave on order, and every message still arrives once and in order where the platform shows what it took."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import requests

from apps.delivery import made
from conversations import DELIVERIES, WorkLoop
from settings import Settings
from tests.platforms import FacebookPlatform, Mischief, TelegramPlatform, ZaloPlatform
from tests.waiting import until

COUNT = 12


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return settings.model_copy(update={"zalo_echo_wait_s": 5.0, "facebook_echo_wait_s": 5.0})


def talk(platform: ZaloPlatform | FacebookPlatform, gateway: str, write: Callable[[str, str], bytes]) -> None:
    """COUNT people write; each hears the greeting and one answer."""
    platform.gateway = gateway
    for n in range(COUNT):
        assert platform.deliver(gateway, write(f"u{n}", f"xin chào {n}")) == 200
    for n in range(COUNT):
        heard = platform.wait_for(f"u{n}", 2, 90)
        assert [f"chào {n}" in each.text for each in heard] == [False, True]
    assert platform.told()
    assert len(platform.shown) == 2 * COUNT


@pytest.mark.parametrize(
    "trouble",
    [
        Mischief(lost=0.4, seed=2),
        Mischief(cut=0.4, seed=2),
        Mischief(broken=0.2, slow=0.2, slow_s=0.1, seed=2),
        Mischief(lost=0.3, repeated=0.5, reordered=0.5, held_back_s=0.2, skew_s=-90, seed=2),
    ],
)
def test_zalo_hears_and_says_everything_once(zalo, served, bot, trouble):
    zalo.mischief = trouble
    talk(zalo, served, lambda user, text: zalo.event(user, text=text))


@pytest.mark.parametrize("trouble", [Mischief(lost=0.4, seed=3), Mischief(cut=0.2, broken=0.2, repeated=0.5, seed=3)])
def test_facebook_hears_and_says_everything_once(facebook, served, bot, trouble):
    facebook.mischief = trouble
    talk(facebook, served, lambda user, text: facebook.batch(facebook.message(user, text)))


def test_a_batch_of_twenty_is_answered_once_although_answers_are_lost(facebook, served, bot):
    facebook.gateway, facebook.mischief = served, Mischief(lost=0.3, seed=5)
    said = [facebook.message(f"b{n}", f"câu {k}") for n in range(5) for k in range(4)]
    for _ in range(3):
        assert facebook.deliver(served, facebook.batch(*said)) == 200
    for n in range(5):
        heard = [each.text for each in facebook.wait_for(f"b{n}", 5, 90)]
        assert [text[-5:] for text in heard[1:]] == [f"câu {k}" for k in range(4)]
    assert len(facebook.shown) == 25


def test_an_echo_of_staff_or_of_a_stranger_ends_no_wait(zalo, facebook, served, bot, db):
    zalo.mischief = Mischief(broken=1.0)
    assert zalo.deliver(served, zalo.event("u1", text="chào")) == 200
    foreign = facebook.batch({"sender": {"id": "1001"}, "recipient": {"id": "u1"}, "message": {"is_echo": True}})
    assert facebook.deliver(served, foreign) == 200
    zalo.deliver(served, zalo.from_oa("u1", "oa_send_text", {"msg_id": "s1", "text": "Em là Hà"}, admin_id="9"))
    zalo.deliver(served, zalo.from_oa("u9", "oa_send_text", {"msg_id": "s2", "text": "lạ"}))
    zalo.mischief = Mischief()
    assert "trợ lý ảo" in zalo.wait_for("u1", 1, 40)[0].text  # the greeting, which had not been taken


def test_troubles_are_as_ordered(zalo):
    zalo.mischief = Mischief(lost=1.0)
    with pytest.raises(requests.ConnectionError):
        requests.post(zalo.url + "/v3.0/oa/message/cs", json={}, timeout=5)
    zalo.mischief = Mischief(cut=1.0)
    with pytest.raises(requests.RequestException):
        requests.post(zalo.url + "/v3.0/oa/message/cs", json={}, timeout=5).json()
    zalo.mischief = Mischief(busy=1.0)
    busy = requests.post(zalo.url + "/v3.0/oa/message/cs", json={}, timeout=5)
    assert (busy.status_code, busy.headers["Retry-After"]) == (429, "1")
    zalo.mischief = Mischief()
    assert requests.post(zalo.url + "/v3.0/oa/message/cs", json={}, timeout=5).headers["X-RateLimit-Limit"] == "4000"


def test_the_same_seed_makes_the_same_troubles():
    first, again = (Mischief(lost=0.2, busy=0.2, repeated=0.5, seed=7) for _ in range(2))
    assert [first.with_request() for _ in range(50)] == [again.with_request() for _ in range(50)]
    assert [first.with_webhook() for _ in range(50)] == [again.with_webhook() for _ in range(50)]


def test_a_webhook_that_nobody_takes_comes_again_and_then_no_more():
    with ZaloPlatform(redelivered_after_s=(0.01, 0.01), gateway="http://127.0.0.1:9") as platform:
        platform.tell(platform.event("u", text="a"))
        assert platform.told(20)
        assert platform._courier is not None
        assert len(platform._courier.given_up) == 1


def test_telegram_sends_again_what_was_broken(telegram: TelegramPlatform, served, bot):
    telegram.mischief = Mischief(broken=0.3, seed=4)
    for n in range(6):
        telegram.deliver(served, telegram.message(str(70 + n), "chào"))
    for n in range(6):
        assert len(telegram.wait_for(str(70 + n), 2, 40)) == 2


def test_who_blocked_us_is_heard_and_answered_once_it_can_be(zalo, served, bot, db):
    zalo.gateway = served
    zalo.blocked_by.add("u1")
    zalo.deliver(served, zalo.event("u1", text="một"))
    until(lambda: statuses(db, "u1") == ["undeliverable", "undeliverable"])  # the greeting and the answer
    zalo.blocked_by.clear()
    zalo.deliver(served, zalo.event("u1", text="hai"))
    assert [each.text for each in zalo.wait_for("u1", 1, 30)] == ["Dạ em nghe: hai"]


def test_facebook_and_telegram_hear_who_blocked_them_too(facebook, telegram, served, bot, db):
    facebook.unavailable.add("u1")
    facebook.deliver(served, facebook.batch(facebook.message("u1", "một")))
    telegram.blocked_by.add("71")
    telegram.deliver(served, telegram.message("71", "một"))
    for user in ("u1", "71"):
        until(lambda user=user: statuses(db, user) == ["undeliverable", "undeliverable"])


def test_two_deliveries_at_once_send_each_message_once_and_in_order(zalo, served, bot, settings, db):
    second = WorkLoop(made(settings, db), db.url, DELIVERIES, 4)
    second.start()
    for n in range(30):
        zalo.deliver(served, zalo.event(f"u{n % 6}", text=f"câu {n}"))
    for user in range(6):
        heard = [each.text for each in zalo.wait_for(f"u{user}", 6, 60)]
        assert heard[1:] == [f"Dạ em nghe: câu {n}" for n in range(30) if n % 6 == user]
    second.stop()
    assert len(zalo.shown) == 36


def statuses(db, user: str) -> list[str]:
    with db.transaction() as connection:
        rows = connection.exec_driver_sql(
            "SELECT m.status FROM conversations.message m JOIN conversations.conversation c ON c.id = m.conversation_id"
            " WHERE c.user_id = %(user)s AND m.direction = 'out' ORDER BY m.id",
            {"user": user},
        )
        return [row.status for row in rows]
