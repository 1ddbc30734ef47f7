"""Pictures an action asks for: the same numbers give the same small PNG, nonsense none."""

from __future__ import annotations

import base64
from io import BytesIO

import pytest
from PIL import Image
from rasa.shared.core.events import BotUttered

from bot.pictures import BadPicture, draw
from bot.turns import answer

BARS = {"kind": "bars", "name": "điện.png", "title": "Điện đã dùng (kWh)", "bars": [["11\n2025", 165], ["12", 330]]}


def _pixels(png: bytes) -> Image.Image:
    return Image.open(BytesIO(png)).convert("RGB")


def test_a_picture_is_small_and_always_the_same() -> None:
    first = draw(BARS)

    assert first == draw(BARS)
    assert first.startswith(b"\x89PNG")
    assert len(first) < 20_000


def test_the_larger_bar_is_twice_as_high() -> None:
    picture = _pixels(draw(BARS))
    low, high = (sum(picture.getpixel((x, y)) != (255, 255, 255) for y in range(125, 358)) for x in (80, 420))

    assert 0.45 < low / high < 0.55


def test_the_label_is_written_in_vietnamese_letters() -> None:
    plain = draw({**BARS, "title": "Dien da dung (kWh)"})

    assert plain != draw(BARS)


@pytest.mark.parametrize("values", [[0, 0], [1_000_000, 3], [0.5, 1.25], [-3, 4]])
def test_any_numbers_can_be_drawn(values: list[float]) -> None:
    bars = [[str(number), value] for number, value in enumerate(values)]

    assert _pixels(draw({**BARS, "bars": bars})).size == (720, 440)


@pytest.mark.parametrize("change", [{"kind": "pie"}, {"bars": []}, {"bars": None}, {"bars": [["1", 1]] * 25}])
def test_what_nobody_can_draw_is_refused(change: dict) -> None:
    with pytest.raises(BadPicture):
        draw({**BARS, **change})


def test_an_answer_carries_the_picture_before_the_words() -> None:
    replies = answer([BotUttered(None, {"custom": {"picture": BARS}}), BotUttered("200 kWh")])["replies"]

    assert [reply["text"] for reply in replies] == ["", "200 kWh"]
    assert base64.b64decode(replies[0]["picture"]["png"]) == draw(BARS)
    assert replies[0]["picture"]["name"] == "điện.png"
