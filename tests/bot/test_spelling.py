"""Slips of the finger: put right where only one word can be meant, left alone where people write so."""

from __future__ import annotations

import pytest

from bot.nlu.features import ngrams
from bot.nlu.spelling import NO_SPELLING, Spelling, learn

SENTENCES = [
    "nhà tôi mất điện",
    "mất điện rồi",
    "tiền điện tháng này",
    "tháng này tiền điện",
    "bao nhiêu tiền",
    "mắt tôi mờ",
]


@pytest.fixture(scope="module")
def spelling() -> Spelling:
    return learn(sentence.split() for sentence in SENTENCES for _ in range(3))


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("mất điệnn", "mất điện"),
        ("mất đện", "mất điện"),
        ("mất đuện", "mất điện"),
        ("mất đinệ", "mất điện"),
        ("mat dirn", "mat dien"),
        ("tiề nđiện", "tiền điện"),
        ("mấ điện", "mất điện"),
        ("mất điện", "mất điện"),
        ("camera hỏng", "camera hỏng"),
        ("__phone_number__ 00", "__phone_number__ 00"),
        ("", ""),
    ],
)
def test_one_slip_is_put_right(spelling: Spelling, typed: str, meant: str) -> None:
    assert spelling.repair(typed.split()) == meant.split()


def test_the_neighbours_tell_which_word_is_meant(spelling: Spelling) -> None:
    assert spelling.repair(["mt", "dien"]) == ["mat", "dien"]
    assert spelling.repair(["mắ", "tôi"]) == ["mắt", "tôi"]


def test_what_few_people_wrote_is_no_pattern() -> None:
    once = learn([["sầu", "riêng"]])

    assert once.repair(["sầ"]) == ["sầ"]


def test_slips_give_the_same_features(spelling: Spelling) -> None:
    assert ngrams("mất đinệ rồi", (), spelling) == ngrams("mất điện rồi", (), NO_SPELLING)
