"""Schedules in every usual shape: good rows taken, bad ones told by line, the same file twice changes nothing."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook

from care.schedules.importing import import_schedule
from care.wired import Care
from tests.care.conftest import Api
from tests.care.incidents.conftest import network  # noqa: F401  the network's fixture

CPC = [
    {
        "stationCode": "T11",
        "stationName": "Trạm Trần Phú",
        "fromDate": "2026-06-05 08:00:00",
        "toDate": "2026-06-05 11:30:00",
        "reason": "bảo trì",
        "statusStr": "Đã duyệt",
        "outageType": "planned",
    }
]
SPC = "start,end,khu vực,lý do\n"


def send(api: Api, body: bytes, centre: str = "EVNSPC", province: str = "Cần Thơ") -> dict[str, Any]:
    path = "/api/v1/outages/import"
    query = {"centre": centre, "province": province}
    answer = api.client.post(path, query_string=query, data=body, headers=api.headers)
    assert answer.status_code == 200, answer.text
    result: dict[str, Any] = answer.json
    return result


def test_by_station_as_json(api: Api, network: str):  # noqa: F811
    body = json.dumps({"data": CPC}).encode()
    assert send(api, body, "EVNCPC")["new"] == 1
    (outage,) = api.items("/outages", station="T11")
    assert (outage["area"], outage["wards"], outage["reason"]) == ("Trạm Trần Phú", ["Cái Khế"], "bảo trì")
    assert outage["starts_at"] == "2026-06-05T01:00:00Z"
    again = send(api, body, "EVNCPC")
    assert (again["new"], again["changed"], again["same"]) == (0, 0, 1)


HANOI = [
    {
        "maDViQly": "PD0100",
        "maTram": "T11",
        "tuNgay": "05/06/2026 08:00",
        "denNgay": "05/06/2026 11:30",
        "lyDo": "bảo trì",
        "status": "Đã duyệt",
    }
]


def test_by_station_as_hanoi_names_its_columns(api: Api, network: str):  # noqa: F811
    for state, now in (("Đã duyệt", "approved"), ("Hoãn", "postponed")):
        assert send(api, json.dumps([HANOI[0] | {"status": state}]).encode(), "EVNHANOI")["bad"] == []
        (outage,) = api.items("/outages", station="T11")
        assert (outage["status"], outage["ends_at"]) == (now, "2026-06-05T04:30:00Z")


def test_a_changed_row_changes_its_outage_and_leaves_a_trace(api: Api, network: str):  # noqa: F811
    send(api, json.dumps(CPC).encode(), "EVNCPC")
    later = [CPC[0] | {"statusStr": "Hoãn"}]
    assert send(api, json.dumps(later).encode(), "EVNCPC")["changed"] == 1
    (outage,) = api.items("/outages", station="T11")
    assert outage["status"] == "postponed"


@pytest.mark.parametrize(
    ("start", "end"),
    [
        ("2026-06-05 08:00", "2026-06-05 11:30"),
        ("05/06/2026 08:00", "05/06/2026 11:30"),
        ("08:00 05/06/2026", "11h30 ngày 05/06/2026"),
        ("5-6-2026 8:00", "5-6-2026 11:30"),
        ("2026-06-05T01:00:00Z", "2026-06-05T04:30:00Z"),
    ],
)
def test_dates_in_all_styles(api: Api, start: str, end: str):
    body = f'{SPC}{start},{end},"đường Trần Phú, phường Cái Khế",bảo trì\n'.encode()
    assert send(api, body)["bad"] == []
    (outage,) = api.items("/outages", ward="Cái Khế")
    assert (outage["starts_at"], outage["ends_at"]) == ("2026-06-05T01:00:00Z", "2026-06-05T04:30:00Z")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "cp1258"])
def test_encodings_and_delimiters(api: Api, encoding: str):
    text = "start;end;khu vực;lý do\r\n05/06/2026 08:00;05/06/2026 11:30;đường Trần Phú, phường Cái Khế;bảo trì\r\n"
    if encoding == "cp1258":
        import unicodedata

        # Tones are characters of their own there.
        text = "".join(unicodedata.normalize("NFD", c) if c.lower() in "ườảấầậẩẫ" else c for c in text)
        text = (
            text.replace("ả", "a\u0309").replace("khu vực", "khu vuc").replace("ì", "i\u0300").replace("ý", "y\u0301")
        )
        text = "".join(c if c.encode("cp1258", "ignore") else "" for c in unicodedata.normalize("NFC", text))
    assert send(api, text.encode(encoding))["bad_count"] == 0


def test_excel(api: Api):
    book = Workbook()
    book.active.append(["start", "end", "khu vực", "lý do"])
    begins, ends = datetime(2026, 6, 5, 8), datetime(2026, 6, 5, 11)  # noqa: DTZ001  a sheet knows no zones
    book.active.append([begins, ends, "phường Cái Khế", "bảo trì"])
    book.active.append(["mai", None, "phường Cái Khế", "bảo trì"])
    file = io.BytesIO()
    book.save(file)
    result = send(api, file.getvalue())
    assert (result["new"], result["bad"][0]["line"]) == (1, 3)


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("30/02/2026 08:00,05/06/2026 11:00,phường Cái Khế,x", "not a date"),
        ("05/06/2026 11:00,05/06/2026 08:00,phường Cái Khế,x", "ends before"),
        ("05/06/2026 08:00,,phường Cái Khế,x", "no end"),
        ("05/06/2026 08:00,05/06/2026 11:00,,x", "neither"),
        ("05/06/1926 08:00,05/06/2026 11:00,phường Cái Khế,x", "1926"),
    ],
)
def test_bad_rows_are_told_by_line_and_the_good_ones_taken(api: Api, row: str, reason: str):
    good = "05/06/2026 08:00,05/06/2026 11:00,phường Cái Khế,bảo trì"
    result = send(api, f"{SPC}{row}\n{good}\n".encode())
    assert (result["new"], result["bad_count"], result["bad"][0]["line"]) == (1, 1, 2)
    assert reason in result["bad"][0]["reason"]


def test_a_split_ward_is_told_with_its_candidates(api: Api):
    body = f"{SPC}05/06/2026 08:00,05/06/2026 11:00,phường 6,x\n".encode()
    (bad,) = send(api, body, "EVNHCMC", "Thành phố Hồ Chí Minh")["bad"]
    assert "one of several" in bad["reason"]


def test_overlapping_outages_are_both_kept(api: Api):
    row = "{},05/06/2026 11:00,phường Cái Khế,bảo trì"
    body = SPC + row.format("05/06/2026 08:00") + "\n" + row.format("05/06/2026 09:00") + "\n"
    assert send(api, body.encode())["new"] == 2


@pytest.mark.parametrize("body", [b"", b"{", b"[1, 2]", b"PK\x03\x04 no", b'{"a": 1}', b"\0" * 100])
def test_what_is_no_schedule(api: Api, body: bytes):
    answer = api.client.post(
        "/api/v1/outages/import", query_string={"centre": "EVNSPC"}, data=body, headers=api.headers
    )
    assert answer.status_code in (200, 422)
    assert api.items("/outages") == []


def test_an_unknown_centre(api: Api):
    answer = api.client.post("/api/v1/outages/import", query_string={"centre": "X"}, data=b"x", headers=api.headers)
    assert answer.status_code == 422


def schedule(rows: int) -> Iterator[str]:
    """One row in a hundred is garbage; dates in three styles."""
    yield SPC
    for number in range(rows):
        if number % 100 == 0:
            yield ("rác,rác,,\n", "\x00\x01,,,\n", "30/02/2026 08:00,01/03/2026 10:00,Cái Khế,x\n")[number // 100 % 3]
            continue
        day, month, hour = number % 28 + 1, number // 28 % 6 + 6, number % 12 + 6
        first, last = f"{hour:02d}:00", f"{hour + 2:02d}:00"
        styles = (
            f"{day:02d}/{month:02d}/2026 {first},{day:02d}/{month:02d}/2026 {last}",
            f"2026-{month:02d}-{day:02d} {first}:00,2026-{month:02d}-{day:02d} {last}:00",
            f"{first} {day:02d}/{month:02d}/2026,{last} ngày {day:02d}/{month:02d}/2026",
        )
        yield f'{styles[number % 3]},"đường {number}, phường Cái Khế",x\n'


@pytest.mark.parametrize("rows", [5_000, pytest.param(200_000, marks=pytest.mark.slow)])
def test_many_rows_with_garbage(care: Care, tmp_path: Path, rows: int):
    file = tmp_path / "lich.csv"
    with file.open("w", encoding="utf-16") as into:
        into.writelines(schedule(rows))
    with file.open("rb") as schedules:
        result = import_schedule(care, schedules, "EVNSPC", "Cần Thơ")
    assert (result.rows, result.new, result.bad_count) == (rows, rows * 99 // 100, rows // 100)
    assert len(result.bad) == min(rows // 100, 1_000)
    assert result.bad[0].line == 2
