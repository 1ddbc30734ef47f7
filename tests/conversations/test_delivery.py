"""Delivery: in order, tried again by kind of error, refused with its reason."""

from __future__ import annotations

import pytest

from conversations import ChannelStopped, RateLimited, Refused, Retry, Undeliverable
from conversations.delivery import MAX_TRIES, retry_pause_s
from tests.conversations.conftest import row_of


def status_of(db, text):
    return row_of(db, text, "status", "reason")


@pytest.fixture
def answered(say, drain, delivery):
    """An has one answer waiting; the greeting is gone."""
    say("an", "một")
    delivery.work_once()
    drain()


def send_all(delivery):
    while delivery.work_once():
        pass


def test_replies_leave_in_order(say, drain, delivery, platform):
    for text in ("một", "hai", "ba"):
        say("an", text)
    drain()
    send_all(delivery)
    assert platform.texts[1:] == ["re: một", "re: hai", "re: ba"]
    assert {out.user_id for out in platform.sent} == {"an"}


def test_a_sent_message_is_not_sent_again(answered, db, delivery, platform, let_time_pass):
    send_all(delivery)
    let_time_pass()
    assert not delivery.work_once()
    assert status_of(db, "re: một") == ("sent", None)


def test_what_the_platform_refuses_for_good_is_marked_and_does_not_block(answered, db, say, drain, delivery, platform):
    say("an", "hai")
    drain()
    platform.errors = [Refused("-201 text is invalid!")]
    send_all(delivery)
    assert status_of(db, "re: một") == ("refused", "-201 text is invalid!")
    assert platform.texts[-1] == "re: hai"


def test_a_person_who_blocked_us_is_undeliverable(answered, db, delivery, platform):
    platform.errors = [Undeliverable("-217 blocked")]
    send_all(delivery)
    assert status_of(db, "re: một") == ("undeliverable", "-217 blocked")


def test_a_passing_fault_is_tried_again_later_with_order_kept(answered, say, drain, delivery, platform, let_time_pass):
    say("an", "hai")
    drain()
    platform.errors = [Retry("timeout")]
    send_all(delivery)
    assert len(platform.sent) == 1  # the greeting

    let_time_pass()
    send_all(delivery)

    assert platform.texts[1:] == ["re: một", "re: hai"]


def test_after_the_last_try_the_message_is_given_up(answered, db, delivery, platform, let_time_pass):
    platform.errors = [Retry("timeout")] * MAX_TRIES
    for _ in range(MAX_TRIES):
        assert delivery.work_once()
        let_time_pass()
    status, reason = status_of(db, "re: một")
    assert status == "undeliverable"
    assert "given up" in reason


@pytest.mark.parametrize("error", [RateLimited("-32", 60.0), ChannelStopped("190 token revoked")])
def test_a_limit_pauses_the_whole_account(error, answered, say, drain, delivery, platform, let_time_pass):
    say("bi", "chào")
    drain()
    platform.errors = [error]
    send_all(delivery)
    assert len(platform.sent) == 1

    let_time_pass()
    send_all(delivery)

    assert sorted(platform.texts[1:])[1:] == ["re: chào", "re: một"]


def test_accounts_of_others_are_left_alone(say, drain, db, platform):
    from conversations import Delivery

    say("an", "một")
    drain()
    assert not Delivery(db, {("facebook", "page"): platform}).work_once()


def test_what_a_customer_pulls_is_not_sent(say, drain, delivery):
    say("s1", "một", channel="web")
    drain()
    assert not delivery.work_once()


def test_a_reply_taken_over_after_a_crash_is_sent_by_another(answered, db, platform, let_time_pass):
    from conversations import Delivery

    class Killed(BaseException):
        pass

    class DiesSending:
        def send(self, out):
            raise Killed

    with pytest.raises(Killed):
        Delivery(db, {("zalo", "oa"): DiesSending()}).work_once()
    other = Delivery(db, {("zalo", "oa"): platform})
    assert not other.work_once()
    let_time_pass()
    send_all(other)
    assert platform.texts[1:] == ["re: một"]


def test_pauses_grow_and_end():
    assert [retry_pause_s(n) for n in (1, 2, 3, 20)] == [1, 2, 4, 300]
