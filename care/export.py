"""Tickets as tables: CSV for Excel and an Excel sheet, row by row."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator
from tempfile import SpooledTemporaryFile
from typing import IO, cast

from openpyxl import Workbook

from care.due import VIETNAM
from care.shapes import TicketGiven

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
COLUMNS = (
    "code",
    "service",
    "priority",
    "status",
    "channel",
    "centre",
    "customer_code",
    "contact_name",
    "phone",
    "address",
    "description",
    "incident",
    "created_at",
    "due_at",
)
MOST_ROWS = 1_048_575
IN_MEMORY = 1_000_000
# What a spreadsheet would take for a formula; a customer's words must stay words.
FORMULA = ("=", "+", "-", "@", "\t", "\r")


def csv_rows(tickets: Iterable[TicketGiven]) -> Iterator[str]:
    """Lines of CSV, the first with a byte order mark so that Excel reads Vietnamese."""
    line = io.StringIO()
    writer = csv.writer(line)
    line.write("\ufeff")
    writer.writerow(COLUMNS)
    for ticket in tickets:
        writer.writerow(_row(ticket))
        yield line.getvalue()
        line.seek(0)
        line.truncate()
    yield line.getvalue()


def xlsx_file(tickets: Iterable[TicketGiven]) -> Iterator[bytes]:
    """The sheet in pieces, built on disk rather than in memory."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet("tickets")
    sheet.append(list(COLUMNS))
    for number, ticket in enumerate(tickets):
        if number == MOST_ROWS:
            break
        sheet.append(_row(ticket))
    with SpooledTemporaryFile(max_size=IN_MEMORY) as file:
        book.save(cast("IO[bytes]", file))
        file.seek(0)
        while piece := file.read(65_536):
            yield piece


def _row(ticket: TicketGiven) -> list[str]:
    place = ticket.address
    address = ", ".join(filter(None, (place.text or place.street, place.ward, place.province)))
    values: dict[str, object] = {name: getattr(ticket, name) for name in COLUMNS if name != "address"}
    values["address"] = address
    for name in ("created_at", "due_at"):
        moment = getattr(ticket, name)
        values[name] = moment.astimezone(VIETNAM).strftime("%Y-%m-%d %H:%M") if moment else None
    return [_safe(values[name]) for name in COLUMNS]


def _safe(value: object) -> str:
    text = "" if value is None else str(value)
    return f"'{text}" if text.startswith(FORMULA) else text
