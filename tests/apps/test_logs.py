"""Logs: personal data and secrets masked, whoever writes the line."""

import json
import subprocess
import sys

import pytest

from apps.logs import mask


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("mã PB04010012004 nhé", "mã PB04…004 nhé"),
        ("gọi 0987000111", "gọi …111"),
        ("+84987000111", "…111"),
        ("0987 000 111, 0987.000.111", "…111, …111"),
        ("an.nguyen@example.vn viết", "…@example.vn viết"),
        ("GET /web/events?after=5&token=abc HTTP", "GET /web/events?… HTTP"),
        ("https://api.telegram.org/bot123:AbC-d_e/getMe", "https://api.telegram.org/bot…/getMe"),
        ("Authorization: Bearer ab.cd-ef", "Authorization: Bearer …"),
        ("mac=" + "ab" * 32, "mac= …"),
        ("/media/" + "IjQ1" * 12 + ".Zx1.qqq", "/media/…"),
        ("YC26481930", "YC26481930"),
        ("1558", "1558"),
        ("2026-11-28T07:00:00.123456Z", "2026-11-28T07:00:00.123456Z"),
        ("no free connection after 1164197 tries", "no free connection after 1164197 tries"),
    ],
)
def test_codes_phones_and_secrets_are_shortened(text, masked):
    assert mask(text) == masked


SPEAKS = """
import logging, structlog
from apps import logs
logs.configure("INFO")
structlog.contextvars.bind_contextvars(request_id="0123456789abcdef")
structlog.get_logger().warning("seen", phones=["0987000111"], inner={"code": "PB04010012004"})
logging.getLogger("library").error("no answer from %s", "https://x.example/?access_token=abc")
try:
    raise ValueError("0987000111 said so")
except ValueError:
    logging.getLogger("library").exception("broken")
"""


def test_libraries_and_tracebacks_are_masked_too():
    said = subprocess.run([sys.executable, "-c", SPEAKS], capture_output=True, text=True, check=True)
    ours, *foreign = [json.loads(line) for line in (said.stdout + said.stderr).splitlines()]

    assert ours["phones"] == ["…111"]
    assert ours["inner"] == {"code": "PB04…004"}
    assert {line["request_id"] for line in (ours, *foreign)} == {"0123456789abcdef"}
    assert foreign[0]["event"] == "no answer from https://x.example/?…"
    assert foreign[0]["logger"] == "library"
    assert foreign[1]["exception"].endswith("ValueError: …111 said so")
    assert 'File "' in foreign[1]["exception"]


def test_setting_up_twice_keeps_one_line_a_message():
    code = SPEAKS + "\nlogs.configure('INFO')\nlogging.getLogger('x').error('once')"
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert said.stderr.count('"once"') == 1
