"""`make simulate` draws what a platform would show."""

from __future__ import annotations

import struct
import zlib

from tests.platforms import Shown
from tests.platforms.drawing import BOX, drawn


def png(width: int, height: int) -> bytes:
    """A red picture."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    rows = (b"\x00" + b"\xff\x00\x00" * width) * height
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    parts = (chunk(b"IHDR", head), chunk(b"IDAT", zlib.compress(rows)), chunk(b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts)


def test_words_and_numbered_buttons():
    shown = Shown("u", "Dạ\nanh/chị chọn ạ", (("Báo mất điện", "a"), ("Lịch cắt điện", "b")))
    assert drawn(shown, lambda _: None, in_colour=False) == [
        "  Dạ",
        "  anh/chị chọn ạ",
        "    [1] Báo mất điện",
        "    [2] Lịch cắt điện",
    ]


def test_cards_are_boxes_of_one_width():
    lines = drawn(
        Shown("u", "", cards="Điện lực Ba Đình\n" + "rất dài " * 20 + "\n\nHai"), lambda _: None, in_colour=False
    )
    assert {len(line) for line in lines} == {BOX + 8}
    assert sum(line.startswith("    ┌") for line in lines) == 2
    assert "Điện lực Ba Đình" in lines[1]


def test_a_picture_has_a_name_and_a_size():
    data = png(80, 40)
    (line,) = drawn(Shown("u", "", picture="http://127.0.0.1/a.png"), lambda _: data, in_colour=False)
    assert "a.png" in line
    assert f"{len(data)} bytes" in line
    (gone,) = drawn(Shown("u", "", picture="upload of 5 bytes"), lambda _: None, in_colour=False)
    assert gone == "    [picture: upload of 5 bytes]"
    (other,) = drawn(Shown("u", "", picture="http://127.0.0.1/a.pdf"), lambda _: b"%PDF-", in_colour=True)
    assert "5 bytes" in other
