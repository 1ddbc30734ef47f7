"""What the readers of all platforms share."""

from __future__ import annotations

import math
from datetime import UTC, datetime

import pytest

from channels.reading import content, moment, place
from conversations import Attachment, Content, Location


def test_a_place_is_degrees_on_earth():
    assert place(10.5, -106) == Location(10.5, -106.0)
    assert place(90, 180) == Location(90.0, 180.0)


@pytest.mark.parametrize("lat", [90.1, math.nan, math.inf, 10**400, True, "10", None, [1]])
def test_what_is_no_place(lat):
    assert place(lat, 0) is None


def test_a_moment_counts_seconds_or_parts_of_them():
    at = datetime(2026, 11, 28, 1, 2, 3, tzinfo=UTC)
    assert moment(int(at.timestamp())) == moment(int(at.timestamp()) * 1000, 1000) == at


@pytest.mark.parametrize("stamp", [0, -1, 10**11, True, "1700000000", None, 1.5])
def test_what_is_no_moment(stamp):
    assert moment(stamp) is None


def test_nobody_says_nothing():
    unknown = Content(attachments=(Attachment("unknown", name="poll"),))
    assert content("", [], None, otherwise="poll") == unknown
    assert content("\u200b", [], None, otherwise="poll") == unknown
    assert content("", [], None, otherwise="poll", payload="x") == Content(payload="x")
    assert content("a", [], Location(1, 2), otherwise="poll") == Content(text="a", location=Location(1, 2))
