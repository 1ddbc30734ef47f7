"""Delivery through injected faults and kills: nothing lost, nothing doubled where the platform shows what it took."""

from __future__ import annotations

import pytest

from bench.delivery import FAULTS, SAID_FAULTS, Outcome, Trial, run
from tests.platforms import Mischief

SHORT = {"DELIVERY_LEASE_S": "6", "ZALO_ECHO_WAIT_S": "8", "FACEBOOK_ECHO_WAIT_S": "8"}


def carried_out(channel: str, mischief: Mischief) -> Outcome:
    outcome = run(Trial(channel, 300, 30, mischief=mischief, kill_every_s=4.0, more=SHORT, patience_s=240.0))
    assert outcome.kills
    assert (outcome.lost, outcome.out_of_order, outcome.too_fast) == (0, 0, 0)
    return outcome


@pytest.mark.parametrize("channel", ["zalo", pytest.param("facebook", marks=pytest.mark.slow)])
def test_what_the_platform_shows_is_never_doubled(channel: str) -> None:
    assert carried_out(channel, FAULTS).doubled == 0


@pytest.mark.slow
def test_telegram_doubles_one_message_a_kill_at_most() -> None:
    outcome = carried_out("telegram", SAID_FAULTS)
    assert outcome.doubled <= outcome.kills


@pytest.mark.slow
def test_at_the_platforms_limit_nothing_is_refused() -> None:
    outcome = run(Trial("telegram", 120, 60, raised=False))
    assert (outcome.lost, outcome.doubled, outcome.too_fast) == (0, 0, 0)
