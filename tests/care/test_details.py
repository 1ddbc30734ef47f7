"""A ticket's free details: any JSON in small measure, nothing that the database cannot keep."""

from __future__ import annotations

from tests.care.conftest import REPORT, Api

CASES = [
    ('{"since": "2026-06-01T07:00:00+07:00", "alone": "street", "n": 1.5, "list": [1, null, true]}', 201),
    ("{}", 201),
    ("null", 201),
    ('{"a": NaN}', 422),
    ('{"a": Infinity}', 422),
    ('{"a": 1e999}', 422),
    ('{"a": "\\u0000"}', 422),
    ('{"\\u0000": 1}', 422),
    ('{"a": "\\ud800"}', 422),
    ('{"\\ud800": 1}', 422),
    ('{"a": ' + "[" * 300 + "]" * 300 + "}", 422),
    ('{"a": ' + "9" * 4000 + "}", 201),
    ('{"a": ' + "9" * 5000 + "}", 400),
    ('{"a": "' + "x" * 20_000 + '"}', 422),
    ("{" + ",".join(f'"k{n}": {n}' for n in range(41)) + "}", 422),
    ('["a"]', 422),
]


def test_details(api: Api) -> None:
    for details, status in CASES:
        body = f'{{"service": "{REPORT["service"]}", "channel": "web", "details": {details}}}'
        answer = api.client.post("/api/v1/tickets", data=body.encode(), headers=api.headers)
        assert answer.status_code == status, (details[:50], answer.text)
