"""What visitors upload: known by its bytes, drawn anew, refused when it is more than one thing or a bomb."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib

import pytest
from PIL import Image

from channels.uploads import LONGEST_SIDE, Unfit, file_name, fit

PDF = b"%PDF-1.4\n1 0 obj\n<< /Type /Catalog >>\nendobj\ntrailer\n<< /Root 1 0 R >>\n%%EOF\n"
HANOI = {1: "N", 2: (21.0, 1.0, 42.0), 3: "E", 4: (105.0, 51.0, 15.0)}


def drawn(kind: str, size: tuple[int, int] = (60, 40), mode: str = "RGB", **how: object) -> bytes:
    """A picture as a camera or a screenshot makes it."""
    out = io.BytesIO()
    Image.linear_gradient("L").resize(size).convert(mode).save(out, kind, **how)
    return out.getvalue()


def zipped(content: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.bin", content)
    return out.getvalue()


def flat_png(width: int, height: int, comment: bytes = b"") -> bytes:
    """A picture of a few kilobytes with any number of pixels."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    rows = zlib.compress(b"\0" * ((width + 7) // 8 + 1) * min(height, 100), 9)
    head = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    more = [chunk(b"zTXt", b"a\0\0" + zlib.compress(comment, 9))] if comment else []
    parts = [chunk(b"IHDR", head), *more, chunk(b"IDAT", rows), chunk(b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts)


def position() -> Image.Exif:
    exif = Image.Exif()
    exif[0x8825] = HANOI
    exif[0x0112] = 6  # taken upright
    exif[0x010F] = "a camera"
    return exif


@pytest.mark.parametrize(("kind", "ending"), [("PNG", "png"), ("JPEG", "jpg"), ("WEBP", "jpg")])
def test_a_picture_is_kept_as_one(kind: str, ending: str) -> None:
    kept = fit(drawn(kind))

    assert kept.ending == ending
    assert Image.open(io.BytesIO(kept.data)).size == (60, 40)


def test_a_large_photo_is_made_small() -> None:
    kept = fit(drawn("JPEG", (6000, 4000)))

    assert Image.open(io.BytesIO(kept.data)).size == (LONGEST_SIDE, 1365)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_where_it_was_taken_is_forgotten_and_it_stands_upright(kind: str) -> None:
    photo = drawn(kind, exif=position())
    assert Image.open(io.BytesIO(photo)).getexif().get_ifd(0x8825)

    kept = fit(photo).data

    shown = Image.open(io.BytesIO(kept))
    assert dict(shown.getexif()) == {}
    assert b"a camera" not in kept
    assert shown.size == (40, 60)


def test_what_is_seen_through_stays_so() -> None:
    kept = fit(drawn("PNG", mode="LA"))

    assert (kept.ending, Image.open(io.BytesIO(kept.data)).mode) == ("png", "RGBA")


def test_bytes_behind_its_end_are_left_out() -> None:
    assert b"secret" not in fit(drawn("JPEG") + b" secret").data


def test_a_document_is_kept_as_it_is() -> None:
    kept = fit(PDF)

    assert (kept.data, kept.ending) == (PDF, "pdf")


@pytest.mark.parametrize(
    ("data", "key"),
    [
        pytest.param(b"<html><script>alert(1)</script>", "bad_file", id="a page"),
        pytest.param(b"<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>", "bad_file", id="a drawing"),
        pytest.param(zipped(b"\0" * 50_000_000), "bad_file", id="a zip bomb"),
        pytest.param(b"GIF89a" + b"\0" * 20, "bad_file", id="an animation"),
        pytest.param(b"", "bad_file", id="nothing"),
        pytest.param(drawn("PNG") + zipped(b"a"), "two_files_in_one", id="a picture and an archive"),
        pytest.param(drawn("JPEG") + b"<script>alert(1)</script>", "two_files_in_one", id="a picture and a page"),
        pytest.param(
            drawn("JPEG", comment=b"<?php system($_GET[0]);"), "two_files_in_one", id="a program in its comment"
        ),
        pytest.param(drawn("PNG") + PDF, "two_files_in_one", id="a picture and a document"),
        pytest.param(PDF + zipped(b"a"), "two_files_in_one", id="a document and an archive"),
        pytest.param(
            PDF.replace(b"/Catalog", b"/Catalog /OpenAction << /S /JavaScript >>"), "active_pdf", id="a script"
        ),
        pytest.param(PDF.replace(b"%%EOF", b""), "broken_file", id="half a document"),
        pytest.param(drawn("JPEG")[:300], "broken_file", id="half a photo"),
        pytest.param(b"\x89PNG\r\n\x1a\n" + b"\0" * 40, "broken_file", id="only its first bytes"),
        pytest.param(flat_png(10_000, 10_000), "too_many_pixels", id="a hundred megapixels"),
        pytest.param(flat_png(40_000, 40_000), "too_many_pixels", id="a bomb of pixels"),
        pytest.param(flat_png(10, 10, b"\0" * 50_000_000), "broken_file", id="a bomb in a comment"),
    ],
)
def test_what_is_refused(data: bytes, key: str) -> None:
    with pytest.raises(Unfit) as refused:
        fit(data)
    assert refused.value.key == key


@pytest.mark.parametrize(
    ("told", "kept"),
    [
        ("cột điện đổ.jpg", "cột điện đổ.jpg"),
        ("IMG_0001.HEIC", "IMG_0001.jpg"),
        ("../../etc/passwd", "passwd.jpg"),
        ("C:\\Users\\an\\ảnh.PNG", "ảnh.jpg"),
        ("trang.html", "trang.html.jpg"),
        ("<img src=x onerror=alert(1)>.png", "img src=x onerror=alert(1).jpg"),
        ("\u202egnp.exe", "gnp.exe.jpg"),
        ("a\u200b\u200d\ufeff\u2066b.png", "ab.jpg"),
        ("e" + "\u0301" * 10_000 + ".png", "é\u0301\u0301.jpg"),
        ("một\r\nhai\x00ba.png", "một haiba.jpg"),
        ("\ud800a.png", "a.jpg"),
        ("x" * 10_000, "x" * 79 + "….jpg"),
        ("", "tep.jpg"),
        ("....png", "tep.jpg"),
    ],
)
def test_a_name_hides_and_turns_nothing_and_ends_as_the_file_is(told: str, kept: str) -> None:
    assert file_name(told, "jpg") == kept
