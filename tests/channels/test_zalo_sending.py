"""Sending on Zalo: its refusals reach the spine as what to do, its limits are kept."""

from __future__ import annotations

import pytest

from channels.zalo_sending import ZaloSender
from channels.zalo_tokens import ZaloAddresses
from conversations import RateLimited, Retry, Undeliverable
from tests.channels.zalo_account import USER, account_of, out, sender_of


def test_the_platforms_refusals_reach_the_spine(zalo, db, clock):
    sender = sender_of(zalo, db, clock)
    with pytest.raises(Undeliverable):  # never wrote to us
        sender.send(out())
    zalo.last_action[USER] = clock()
    zalo.blocked_by.add(USER)
    with pytest.raises(Undeliverable):
        sender.send(out())
    zalo.blocked_by.clear()
    zalo.rate_per_minute = 0
    with pytest.raises(RateLimited):
        sender.send(out())


def test_a_retry_goes_on_where_the_last_try_ended(zalo, db, clock):
    sender = sender_of(zalo, db, clock)
    zalo.last_action[USER] = clock()
    sender.send(out("sẵn sàng"))
    zalo.faults += [(200, {"error": 0, "data": {"message_id": "a"}}), (500, {})]
    long = out("điện lực " * 500)
    with pytest.raises(Retry):
        sender.send(long)
    sender.send(long)
    assert len(zalo.shown) == 3  # one ready, then parts two and three: the first had been taken by the fault


def test_no_answer_is_worth_another_try(zalo, db, clock):
    sender = ZaloSender(account_of(zalo), ZaloAddresses("http://127.0.0.1:9", zalo.url), db, clock)
    with pytest.raises(Retry) as raised:
        sender.send(out())
    assert "127.0.0.1" not in raised.value.reason
