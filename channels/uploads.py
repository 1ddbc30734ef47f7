"""What a visitor's file may be: known by its bytes, made small, and without a word about where it was taken. Pure.

A picture is drawn anew, so nothing but its pixels is kept: no position, no camera, no thumbnail, no bytes behind its end.
"""

from __future__ import annotations

import io
import re
import warnings
from dataclasses import dataclass

from PIL import Image, ImageOps

from channels.wording import plain_name

LONGEST_SIDE = 2048
MOST_PIXELS = 40_000_000
JPEG_QUALITY = 85
LARGEST_PNG = 1024 * 1024  # above it a picture without transparency is a photo
PDF_END_WITHIN = 2048
LONGEST_NAME = 80
NAMELESS = "tep"
_ENDING = re.compile(r"(\.(png|jpe?g|webp|pdf|heic|gif))+$", re.IGNORECASE)
_FORMATS = {"png": "PNG", "jpg": "JPEG", "webp": "WEBP"}
# A file that is also a page, a document or an archive means to be opened as that one.
_ALSO = re.compile(rb"<html[\s>]|<script|<svg[\s>]|<!doctype|<\?php|<iframe", re.IGNORECASE)
_ARCHIVE = (b"PK\x03\x04", b"PK\x05\x06")
_ACTIVE_PDF = re.compile(rb"/(JavaScript|Launch|EmbeddedFiles|RichMedia|XFA)\b")


class Unfit(ValueError):
    """A file that is not taken; `key` names the sentence that tells why."""

    def __init__(self, key: str) -> None:
        super().__init__(key)
        self.key = key


@dataclass(frozen=True)
class Upload:
    """What is kept of a file, with its ending."""

    data: bytes
    ending: str


def file_name(told: str, ending: str) -> str:
    """A file's name as its owner knows it, with nothing in it that hides or turns, and the ending of what was kept."""
    stem = re.split(r"[/\\]", told)[-1]
    stem = _ENDING.sub("", stem)
    stem = re.sub(r'[<>:"|?*]', "", plain_name(stem, LONGEST_NAME)).strip(" .")
    return f"{stem or NAMELESS}.{ending}"


def sniffed(data: bytes) -> str | None:
    """The file's ending by its first bytes, whatever its name claims; None for what we don't take."""
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return "png"
    if data.startswith(b"\xff\xd8\xff"):
        return "jpg"
    if data.startswith(b"RIFF") and data[8:12] == b"WEBP":
        return "webp"
    return "pdf" if data.startswith(b"%PDF-") else None


def fit(data: bytes) -> Upload:
    """The file as it may be stored; raises Unfit."""
    ending = sniffed(data)
    if ending is None:
        raise Unfit("bad_file")
    if _ALSO.search(data) or all(mark in data for mark in _ARCHIVE):
        raise Unfit("two_files_in_one")
    if ending == "pdf":
        return Upload(_passive(data), ending)
    if b"%PDF-" in data:
        raise Unfit("two_files_in_one")
    return _redrawn(data, _FORMATS[ending])


def _passive(data: bytes) -> bytes:
    if b"%%EOF" not in data[-PDF_END_WITHIN:]:
        raise Unfit("broken_file")
    if _ACTIVE_PDF.search(data):
        raise Unfit("active_pdf")
    return data


def _redrawn(data: bytes, kind: str) -> Upload:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # about size: ours is the stricter limit; about odd metadata: it is dropped
            with Image.open(io.BytesIO(data), formats=[kind]) as picture:
                if picture.width * picture.height > MOST_PIXELS:
                    raise Unfit("too_many_pixels")
                # A photo is decoded at a fraction of its size when that is enough: a tenth of the time and memory.
                picture.draft("RGB", (LONGEST_SIDE, LONGEST_SIDE))
                upright = ImageOps.exif_transpose(picture)
                upright.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
                return _drawn(upright, kind)
    except Unfit:
        raise
    except Image.DecompressionBombError as error:
        raise Unfit("too_many_pixels") from error
    except (OSError, ValueError, SyntaxError, EOFError, IndexError) as error:
        raise Unfit("broken_file") from error


def _drawn(picture: Image.Image, kind: str) -> Upload:
    clear = picture.has_transparency_data
    if kind != "JPEG" and (clear or kind == "PNG"):
        png = _saved(picture.convert("RGBA" if clear else "RGB"), "PNG")
        if clear or len(png) <= LARGEST_PNG:
            return Upload(png, "png")
    return Upload(_saved(picture.convert("RGB"), "JPEG", quality=JPEG_QUALITY, progressive=True), "jpg")


def _saved(picture: Image.Image, kind: str, **how: object) -> bytes:
    bare = Image.new(picture.mode, picture.size)  # a fresh picture carries no EXIF, XMP, profile or comment
    bare.paste(picture)
    out = io.BytesIO()
    bare.save(out, kind, **how)
    return out.getvalue()
