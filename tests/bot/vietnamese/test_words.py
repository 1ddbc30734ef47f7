"""Teencode and abbreviations become the words that were meant."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import bot.vietnamese
from bot.vietnamese import normalize

ABBREVIATIONS = json.loads((Path(bot.vietnamese.__file__).parent / "abbreviations.json").read_text("utf-8"))
SHORT_FORMS = [short for shorts in ABBREVIATIONS["words"].values() for short in shorts.split()]


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("ko bik khi nào có điện z ad oiiii", "không biết khi nào có điện vậy ad ơi"),
        ("dc r tks nha", "được rồi cảm ơn nha"),
        ("bh mới có lại v", "bây giờ mới có lại vậy"),
        ("mất điện hoài luônnn", "mất điện hoài luôn"),
        ("hok bít", "không biết"),
        ("hem 212", "hẻm 212"),
        ("ở p5 q8", "ở phường 5 quận 8"),
        ("t7 cn", "thứ bảy chủ nhật"),
        ("tiền điện t7", "tiền điện tháng 7"),
        ("mấy h có", "mấy giờ có"),
        ("100 k", "100 nghìn"),
        ("mkh của e", "mã khách hàng của em"),
        ("Hoà bình", "hòa bình"),
        ("", ""),
        ("!!!", ""),
        ("😭😭", "😭 😭"),
    ],
)
def test_expands(typed, meant):
    assert normalize(typed).joined == meant


@pytest.mark.parametrize(
    "word", ["bill", "sài gòn", "điện", "xoong", "vũng tàu", "vung tau", "may hong", "hẻm", "bai giu xe"]
)
def test_leaves_real_words_alone(word):
    assert normalize(word).joined == word


def test_the_list_is_rich_and_free_of_loops():
    assert len(SHORT_FORMS) > 900
    assert len(SHORT_FORMS) == len(set(SHORT_FORMS))
    meant = {word for phrase in ABBREVIATIONS["words"] for word in phrase.split()}
    assert not meant & set(SHORT_FORMS)


@pytest.mark.parametrize("part", ["words", "after", "before"])
def test_every_meaning_is_written_as_normalising_leaves_it(part):
    meanings = ABBREVIATIONS[part] if part == "words" else ABBREVIATIONS[part].values()
    # A single letter is kept only behind its own word ("block c"), and '#' is filled in.
    alone = [meant for meant in meanings if "#" not in meant and len(meant) > 1]
    assert [meant for meant in alone if normalize(meant).joined != meant] == []


@given(
    st.one_of(st.text(), st.lists(st.sampled_from([*SHORT_FORMS, "tiền", "1", "mã", "bây", "p5", "T7"])).map(" ".join))
)
def test_normalising_twice_changes_nothing(text):
    once = normalize(text).joined
    assert normalize(once).joined == once
