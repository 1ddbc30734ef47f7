"""What is said to somebody else is kept and not answered; what everybody is shown may be tapped without having been sent."""

from __future__ import annotations

from dataclasses import replace

import pytest

from conversations import Button, Content, Inbound, PersonWrote, menu, take_asides, take_in
from conversations.choices import resolve
from tests.conversations.conftest import START

HEARD = Inbound("zalo", "oa", "an", "m1", Content(text="gửi nhân viên"), START, kind="overheard")


def test_what_is_overheard_waits_for_nobody(db, drain, engine, delivery, said):
    first, again = take_in(db, [HEARD]) + take_in(db, [HEARD])
    assert (first.new, again.new, again.message_id) == (True, False, first.message_id)
    assert drain() == 0
    assert not delivery.work_once()  # not even a greeting
    assert said(first.conversation_id) == [("customer", "gửi nhân viên")]


def test_a_message_that_comes_to_us_later_is_answered(db, drain, engine, platform, delivery):
    take_in(db, [HEARD])
    take_in(db, [replace(HEARD, platform_message_id="m2", content=Content(text="mất điện"), kind="message")])
    assert drain() == 1
    assert engine.texts == ["mất điện"]


def test_intake_tells_that_a_person_answers(db, say):
    assert not say("an", "chào").held
    take_asides(db, [PersonWrote("zalo", "oa", "an", START.now(START.tzinfo))])
    assert say("an", "mất điện").held
    assert not say("bi", "chào").held


@pytest.mark.parametrize("typed", ["1", "help;topic=bills", "Tiền điện"])
def test_only_a_tap_counts_for_what_stands_beside_every_talk(typed):
    assert resolve(Content(text=typed), [], menu()).payload is None
    tapped = resolve(Content(payload="help;topic=bills"), [(Button("Có", "affirm"),)], menu())
    assert (tapped.payload, tapped.text) == ("help;topic=bills", "Tiền điện")
