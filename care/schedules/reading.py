"""Rows of a schedule file, whatever it is: CSV in any usual encoding, an Excel sheet, JSON. Memory stays small."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from collections.abc import Iterator, Mapping
from typing import IO, Any

from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from care.errors import Invalid

Row = tuple[int, Mapping[str, Any]]
SNIFFED = 64 * 1024
MOST_UNPACKED = 1024 * 1024 * 1024
MOST_JSON = 64 * 1024 * 1024


def rows_of(file: IO[bytes]) -> Iterator[Row]:
    """(line, {column: value}) of each row; the first line holds the columns. Raises Invalid for what is none of them."""
    head = file.read(SNIFFED)
    file.seek(0)
    if not head.strip():
        raise Invalid("file", "is empty")
    if head.startswith(b"PK\x03\x04"):
        return _excel(file)
    encoding = _encoding(head)
    start = head.decode(encoding, "ignore").lstrip("\ufeff \t\r\n")
    if start.startswith(("[", "{")):
        return _json(file, encoding)
    return _csv(file, encoding)


def _encoding(head: bytes) -> str:
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16"
    if head[1:200:2].count(0) > 40:
        return "utf-16-le"
    if head[0:200:2].count(0) > 40:
        return "utf-16-be"
    try:
        head[: len(head) - 4].decode("utf-8-sig")
    except UnicodeDecodeError as error:
        return "utf-8-sig" if error.start >= len(head) - 8 else "cp1258"
    return "utf-8-sig"


def _csv(file: IO[bytes], encoding: str) -> Iterator[Row]:
    text = io.TextIOWrapper(file, encoding, errors="replace", newline="")
    first = text.readline()
    text.seek(0)
    delimiter = max(",;\t|", key=first.count)
    reader = csv.reader((line.replace("\0", "") for line in text), delimiter=delimiter)
    columns = [name.strip().lstrip("\ufeff") for name in next(reader, [])]
    try:
        for values in reader:
            if any(value.strip() for value in values):
                yield reader.line_num, dict(zip(columns, values, strict=False))
    except csv.Error as error:
        raise Invalid("file", f"line {reader.line_num}: {error}") from error
    finally:
        text.detach()  # the file is the caller's to close


def _excel(file: IO[bytes]) -> Iterator[Row]:
    try:
        with zipfile.ZipFile(file) as parts:
            if sum(part.file_size for part in parts.infolist()) > MOST_UNPACKED:
                raise Invalid("file", "unpacks to more than it should")
        file.seek(0)
        sheet = load_workbook(file, read_only=True, data_only=True).worksheets[0]
    except (zipfile.BadZipFile, InvalidFileException, KeyError, IndexError, ValueError, OSError) as error:
        raise Invalid("file", "is not an Excel sheet that can be read") from error
    rows = sheet.iter_rows(values_only=True)
    columns = [str(name or "").strip() for name in next(rows, ())]
    for number, values in enumerate(rows, 2):
        if any(value not in (None, "") for value in values):
            yield number, dict(zip(columns, values, strict=False))


def _json(file: IO[bytes], encoding: str) -> Iterator[Row]:
    content = file.read(MOST_JSON + 1)
    if len(content) > MOST_JSON:
        raise Invalid("file", "too large for JSON; send it as CSV")
    try:
        parsed = json.loads(content.decode(encoding, "replace"))
    except (json.JSONDecodeError, RecursionError) as error:
        raise Invalid("file", f"is not JSON: {error}") from error
    if isinstance(parsed, dict):
        parsed = next((value for value in parsed.values() if isinstance(value, list)), None)
    if not isinstance(parsed, list):
        raise Invalid("file", "holds no list of outages")
    for number, row in enumerate(parsed, 1):
        yield number, row if isinstance(row, dict) else {}
