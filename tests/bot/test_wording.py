"""The bot's own words: what is a fault, what is told to the trainer, and that the files as they are have no fault."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot import wording
from bot.callers import Callers, read_callers
from bot.nlu.errors import BadTrainingData
from bot.wording import Findings, Reply, read_replies

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def callers(tmp_path: Path) -> Callers:
    """Code that says "a" with a code, "b" with or without one, and "c" with facts nobody can see."""
    (tmp_path / "told.py").write_text(
        'talk.say("a", code=code)\n'
        'talk.say("a" if late else "b")\n'
        'talk.say("b", due=due)\n'
        'talk.say("c", **facts)\n'
        'blanks[f"want_{number}"] = wish\n',
        "utf-8",
    )
    return read_callers(tmp_path)


def judged(callers: Callers, text: str, *buttons: tuple[str, str], key: str = "c") -> Findings:
    return wording.check([Reply(key, text, "talk.yml", buttons)], callers)


def test_the_bots_words_have_no_fault() -> None:
    found = wording.check(read_replies(ROOT / "data/responses"), read_callers(ROOT / "actions"))

    assert found.faults == []


@pytest.mark.parametrize(
    "text",
    [
        "Dạ từ 07:30 ạ",
        "Dạ từ 07h30 ạ",
        "Dạ lúc 7h00 ạ",
        "Dạ lúc 7g30 ạ",
        "Dạ 98000 đ ạ",
        "Dạ 98,000 đ ạ",
        "Dạ 98.000đ ạ",
        "Dạ 98.000 VNĐ ạ",
        "Dạ {code}đ ạ",
    ],
)
def test_figures_stand_as_customers_read_them(callers: Callers, text: str) -> None:
    assert "not like" in judged(callers, text).faults[0]


@pytest.mark.parametrize(
    "text",
    ["Dạ từ 7h30 đến 17h ạ", "Dạ 1.164.197 đ ạ", "Dạ 2.380 đ/kWh ạ", "Dạ {code} đ ạ", "Dạ ví dụ 850k, 1558, 0,38 kV ạ"],
)
def test_figures_that_are_right_are_let_be(callers: Callers, text: str) -> None:
    assert judged(callers, text).faults == []


def test_buttons_fit_the_strictest_platform(callers: Callers) -> None:
    fitting = [("Hai mươi chữ vừa đủ.", "a" * 64)] * 5

    assert judged(callers, "Dạ?", *fitting).faults == []
    assert "buttons" in judged(callers, "Dạ?", *fitting, fitting[0]).faults[0]
    assert "21 letters" in judged(callers, "Dạ?", ("Hai mươi mốt chữ đây.", "ok")).faults[0]
    assert "64 letters" in judged(callers, "Dạ?", ("Có", "a" * 65)).faults[0]
    assert "ASCII" in judged(callers, "Dạ?", ("Có", "có")).faults[0]


def test_long_bubbles_are_a_note_until_no_platform_takes_them(callers: Callers) -> None:
    note = "bubbles too long for a phone"

    assert not judged(callers, "Dạ\nmột\nhai").notes[note]
    assert len(judged(callers, "Dạ\nmột\nhai\nba").notes[note]) == 1
    assert len(judged(callers, "Dạ " + "a" * 280).notes[note]) == 1
    assert judged(callers, "Dạ " + "a" * 637).faults == []
    assert "641 letters" in judged(callers, "Dạ " + "a" * 638).faults[0]


def test_a_customer_is_spoken_to_with_courtesy(callers: Callers) -> None:
    note = "sentences without Dạ or ạ"

    assert len(judged(callers, "Anh/chị cho em mã khách hàng").notes[note]) == 1
    assert not judged(callers, "Anh/chị cho em mã khách hàng ạ").notes[note]
    assert not judged(callers, "⚠️ Nguy hiểm! Anh/chị đứng xa ít nhất 10 m.").notes[note]
    assert not wording.check([Reply("x", "chỉ nhà mình", "talk.yml", spoken=False)], callers).notes[note]


@pytest.mark.parametrize(
    ("key", "text", "open_ones"),
    [
        ("a", "Dạ {code}", 1),  # the second call gives nothing
        ("b", "Dạ {due}", 1),
        ("b.v2", "Dạ {due}", 1),
        ("c", "Dạ {due} {code} {want_2}", 0),  # nobody can tell
        ("c", "Dạ {name}", 1),  # no code knows this name at all
        ("c", "Dạ {name", 1),
        ("d", "Dạ {code}", 0),
    ],
)
def test_a_blank_that_no_caller_gives_is_a_fault(callers: Callers, key: str, text: str, open_ones: int) -> None:
    assert len(judged(callers, text, key=key).faults) == open_ones


@pytest.mark.parametrize(
    "content", ["replies: {a: {buttons: []}}", "replies: {a: {text: x, buttons: [{title: y}]}}", "a: ["]
)
def test_a_file_that_cannot_be_read_is_named(tmp_path: Path, content: str) -> None:
    (tmp_path / "bad.yml").write_text(content, "utf-8")

    with pytest.raises(BadTrainingData, match=r"bad\.yml"):
        read_replies(tmp_path)
