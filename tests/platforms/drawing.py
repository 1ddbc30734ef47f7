"""A message as a terminal shows it: words, cards as boxes, a picture's name and size (and its colours where Pillow is there),
numbered buttons."""

from __future__ import annotations

import io
import textwrap
import unicodedata
from collections.abc import Callable, Sequence

from tests.platforms.server import Shown

BOX, PICTURE_COLUMNS = 46, 40


def drawn(shown: Shown, fetch: Callable[[str], bytes | None], *, in_colour: bool) -> list[str]:
    """The lines that show it; `fetch` gets the bytes behind a picture's address."""
    lines = [f"  {line}" for line in shown.text.split("\n")] if shown.text else []
    if in_colour:
        lines = [f"\033[1m{line}\033[0m" for line in lines]
    if shown.picture:
        lines += _picture(shown.picture, fetch(shown.picture), in_colour=in_colour)
    for card in shown.cards.split("\n\n") if shown.cards else ():
        lines += _box(card.split("\n"))
    return lines + [f"    [{number}] {title}" for number, (title, _) in enumerate(shown.buttons, 1)]


def _box(words: Sequence[str]) -> list[str]:
    inside = [line for each in words if each for line in textwrap.wrap(each, BOX)]
    edge = "─" * (BOX + 2)
    return [f"    ┌{edge}┐", *[f"    │ {line}{' ' * (BOX - _columns(line))} │" for line in inside], f"    └{edge}┘"]


def _columns(line: str) -> int:
    """How wide a terminal draws it."""
    return sum(2 if unicodedata.east_asian_width(sign) in "WF" else not unicodedata.combining(sign) for sign in line)


def _picture(name: str, data: bytes | None, *, in_colour: bool) -> list[str]:
    if data is None:
        return [f"    [picture: {name}]"]
    try:
        from PIL import Image, UnidentifiedImageError
    except ImportError:
        return [f"    [picture: {name}, {len(data):,} bytes]"]
    try:
        with Image.open(io.BytesIO(data)) as image:
            told = f"    [picture: {name}, {image.width} × {image.height}, {len(data):,} bytes]"
            if not in_colour:
                return [told]
            rows = max(2, round(PICTURE_COLUMNS * image.height / image.width) // 2 * 2)
            small = image.convert("RGB").resize((PICTURE_COLUMNS, rows))
            colours = small.tobytes()
    except (UnidentifiedImageError, OSError):
        return [f"    [file: {name}, {len(data):,} bytes]"]

    def colour(column: int, row: int) -> str:
        at = 3 * (row * PICTURE_COLUMNS + column)
        return ";".join(str(part) for part in colours[at : at + 3])

    # One sign shows two dots, one above the other: the upper half's colour is the ink, the lower half's the paper.
    return [told] + [
        "    "
        + "".join(f"\033[38;2;{colour(c, r)}m\033[48;2;{colour(c, r + 1)}m▀" for c in range(PICTURE_COLUMNS))
        + "\033[0m"
        for r in range(0, rows, 2)
    ]
