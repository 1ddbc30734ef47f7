"""Draws the pictures that an action asks for: small PNGs with Vietnamese labels, legible on a phone.

An action puts `{"picture": {"kind": "bars", "name": …, "title": …, "bars": [[label, number], …]}}` into its answer; only these
few numbers are kept with the conversation, and the picture is drawn again wherever the answer is.
"""

from __future__ import annotations

import importlib.util
from collections.abc import Mapping, Sequence
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any

from PIL import Image, ImageDraw, ImageFont

WIDTH, HEIGHT = 720, 440
MARGIN, TITLE_TOP, TOP, BOTTOM = 20, 18, 110, 360
TITLE_SIZE, LABEL_SIZE, VALUE_SIZES = 28, 24, (24, 20, 17, 14, 11)
WHITE, BLACK, GREY = (255, 255, 255), (33, 37, 41), (108, 117, 125)
BAR, NEWEST = (144, 190, 240), (21, 101, 192)
MOST_BARS = 24
COLOURS = 32


class BadPicture(ValueError):
    """An action asked for a picture that nobody can draw."""


def draw(picture: Mapping[str, Any]) -> bytes:
    """The PNG; the same words and numbers give the same bytes. Raises BadPicture."""
    bars = picture.get("bars")
    if picture.get("kind") != "bars" or not isinstance(bars, list) or not 0 < len(bars) <= MOST_BARS:
        raise BadPicture(str(picture.get("kind")))
    image = Image.new("RGB", (WIDTH, HEIGHT), WHITE)
    pen = ImageDraw.Draw(image)
    pen.text((MARGIN, TITLE_TOP), str(picture.get("title", "")), BLACK, font=_font(TITLE_SIZE))
    _bars(pen, [(str(label), float(value)) for label, value in bars])
    written = BytesIO()
    # Few colours make a picture of a few kilobytes.
    image.quantize(COLOURS, dither=Image.Dither.NONE).save(written, "PNG", optimize=True)
    return written.getvalue()


def _bars(pen: ImageDraw.ImageDraw, bars: Sequence[tuple[str, float]]) -> None:
    slot = (WIDTH - 2 * MARGIN) / len(bars)
    highest = max((value for _, value in bars), default=0) or 1
    shown = [_grouped(value) for _, value in bars]
    font = _fitting(max(shown, key=len), slot)
    for number, (label, value) in enumerate(bars):
        left = MARGIN + number * slot
        middle, top = left + slot / 2, BOTTOM - (BOTTOM - TOP) * max(value, 0) / highest
        colour = NEWEST if number == len(bars) - 1 else BAR
        pen.rectangle((round(left + slot * 0.14), round(top), round(left + slot * 0.86), BOTTOM), fill=colour)
        pen.text((middle, top - 6), shown[number], BLACK, font=font, anchor="ms")
        for line, words in enumerate(label.split("\n")):
            pen.text((middle, BOTTOM + 30 * (line + 1)), words, GREY if line else BLACK, _font(LABEL_SIZE), anchor="ms")
    pen.line((MARGIN, BOTTOM, WIDTH - MARGIN, BOTTOM), fill=BLACK, width=2)


def _grouped(value: float) -> str:
    return f"{round(value):,}".replace(",", ".")


def _fitting(text: str, width: float) -> ImageFont.FreeTypeFont:
    """The largest font in which `text` is not wider than a bar's place."""
    return next(
        (font for size in VALUE_SIZES if (font := _font(size)).getlength(text) <= width - 2), _font(VALUE_SIZES[-1])
    )


@cache
def _font(size: int) -> ImageFont.FreeTypeFont:
    """DejaVu Sans, which has all Vietnamese letters and comes with matplotlib, a library of the engine's own."""
    found = importlib.util.find_spec("matplotlib")
    if found is None or found.origin is None:
        raise ModuleNotFoundError("matplotlib, for its fonts")
    return ImageFont.truetype(str(Path(found.origin).parent / "mpl-data/fonts/ttf/DejaVuSans.ttf"), size)
