"""Pictures and files reach the ticket they belong to; what nobody asked for, and voice, are declined politely."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import ClassVar

import pytest

from actions.care_client import HttpCare
from actions.download import LARGEST, fetch
from actions.errors import CareDown, FileLost
from actions.turn import SentFile
from tests.actions.conftest import BRIGHT
from tests.actions.owner import owns, prove
from tests.actions.test_outage import HERE, to_summary
from tests.actions.test_service import transfer

URL = "http://here/media/wire"
PICTURE = [{"kind": "image", "url": URL, "name": "day.jpg"}]


def filed(chat, care) -> str:
    to_summary(chat)
    chat.say("đúng", "affirm")
    (code,) = care.filed
    return code


def test_a_picture_after_filing_is_attached(chat, care):
    code = filed(chat, care)
    assert f"vào phiếu {code}" in chat.send(attachments=PICTURE)
    assert care.attached == [(code, URL)]


def test_a_picture_beside_words_is_attached_too(chat, care):
    code = filed(chat, care)
    assert f"vào phiếu {code}" in chat.say("cảm ơn em", "thank", attachments=PICTURE)
    assert care.attached == [(code, URL)]


def test_a_picture_amid_the_questions_waits_for_the_ticket(chat, care):
    chat.say(f"mất điện từ 7h ở {HERE}", "report_outage")
    said = chat.send(attachments=PICTURE)
    assert "lập phiếu xong" in said
    assert "hàng xóm" in said
    chat.say("cả xóm, 0987000111")
    assert not care.attached
    chat.say("gửi đi", "affirm")
    assert care.attached == [(next(iter(care.filed)), URL)]


def test_a_picture_of_danger_goes_to_its_ticket_at_once(chat, care):
    assert "phiếu khẩn" in chat.say("dây điện đứt trước nhà", "report_hazard", attachments=PICTURE)
    (code,) = care.filed
    assert care.attached == [(code, URL)]
    chat.send(attachments=[{"kind": "image", "url": "http://here/media/2", "name": "2.jpg"}])
    assert care.attached == [(code, URL), (code, "http://here/media/2")]


def _album(number: int, of: str = "g1") -> dict:
    url = f"http://here/media/{number}"
    return {"attachments": [{"kind": "image", "url": url, "name": f"{number}.jpg"}], "album": of}


def test_an_album_gets_one_remark_and_all_its_pictures_reach_the_ticket(chat, care):
    code = filed(chat, care)
    assert f"vào phiếu {code}" in chat.send(**_album(1))
    assert [chat.send(**_album(number)) for number in (2, 3)] == ["", ""]
    assert care.attached == [(code, f"http://here/media/{number}") for number in (1, 2, 3)]
    assert f"vào phiếu {code}" in chat.send(**_album(4, of="g2"))


def test_an_album_amid_the_questions_neither_repeats_the_question_nor_loses_a_picture(chat, care):
    chat.say(f"mất điện từ 7h ở {HERE}", "report_outage", **_album(1))
    assert chat.send(**_album(2)) == ""
    chat.say("cả xóm, 0987000111")
    chat.say("gửi đi", "affirm")
    (code,) = care.filed
    assert "http://here/media/2" in [url for _, url in care.attached]
    assert {each for each, _ in care.attached} == {code}


def test_an_album_nobody_asked_for_is_declined_once_and_what_was_offered_stays(chat, care):
    assert "giấy tờ tùy thân" in chat.send(**_album(1))
    assert chat.send(**_album(2)) == ""
    assert not care.attached


def test_a_picture_of_an_album_that_is_lost_is_told(chat, care):
    filed(chat, care)
    chat.send(**_album(1))
    lost = {"kind": "image", "url": "http://lost", "name": "2.jpg"}
    assert "chưa gắn được" in chat.send(attachments=[lost], album="g1")


def test_a_dropped_report_drops_its_pictures(chat, care):
    chat.say("mất điện", "report_outage")
    chat.send(attachments=PICTURE)
    chat.say("thôi khỏi", "cancel")
    filed(chat, care)
    assert not care.attached


def test_a_picture_nobody_asked_for_is_not_kept(chat, care):
    assert "giấy tờ tùy thân" in chat.send(attachments=PICTURE)
    filed(chat, care)
    assert not care.attached


def test_a_picture_beside_a_question_is_said_to_be_unread(chat, care):
    assert "chưa xem được hình" in chat.say("giá điện bao nhiêu", "ask_tariff", attachments=PICTURE)
    assert not care.attached


def test_where_a_contract_changes_hands_nothing_is_attached(chat, care):
    owns(care, BRIGHT)
    transfer(chat)
    assert "giấy tờ tùy thân" in chat.send(attachments=PICTURE)
    chat.say("ok", "affirm")
    prove(chat)
    chat.send(attachments=PICTURE)
    assert not care.attached


def test_a_picture_much_later_is_about_something_else(chat, care):
    filed(chat, care)
    chat.now += timedelta(hours=13)
    chat.send(attachments=PICTURE)
    assert not care.attached


def test_an_ended_ticket_takes_no_picture(chat, care):
    code = filed(chat, care)
    care.filed[code] = replace(care.filed[code], status="cancelled")
    chat.send(attachments=PICTURE)
    assert not care.attached


@pytest.mark.parametrize(("url", "name", "words"), [("http://lost", "a.jpg", "gửi lại"), (URL, "a.exe", "PDF")])
def test_what_cannot_be_attached_is_said(chat, care, url: str, name: str, words: str):
    filed(chat, care)
    assert words in chat.send(attachments=[{"kind": "file", "url": url, "name": name}])
    assert not care.attached


@pytest.mark.parametrize("kind", ["audio", "video"])
def test_voice_is_declined_politely(chat, care, kind: str):
    filed(chat, care)
    assert "nhắn bằng chữ" in chat.send(attachments=[{"kind": kind, "url": URL, "name": ""}])
    assert not care.attached


def test_a_link_is_never_followed(chat, care):
    filed(chat, care)
    chat.send(attachments=[{"kind": "link", "url": "http://169.254.169.254/", "name": ""}])
    assert not care.attached


def test_care_down_while_attaching_ends_the_try_and_attaches_once(chat, care):
    code = filed(chat, care)
    before = dict(chat.slots)
    care.down = True
    said = chat.send(attachments=PICTURE, tries=4)
    assert code not in said
    care.down = False
    chat.slots = before
    chat.send(attachments=PICTURE)
    assert chat.replay(chat.last)
    assert care.attached == [(code, URL)]


def test_care_lost_at_the_last_moment_is_tried_again(chat, care):
    chat.say("dây điện đứt trước nhà", "report_hazard")
    care.down = True
    with pytest.raises(CareDown):
        chat.send(attachments=PICTURE, tries=1)


# --- fetching ---------------------------------------------------------------------------------------------------------
class _Door(BaseHTTPRequestHandler):
    posted: ClassVar[list[tuple[str, bytes]]] = []

    def log_message(self, *_: object) -> None: ...

    def do_POST(self) -> None:
        self.posted.append((self.path, self.rfile.read(int(self.headers["Content-Length"]))))
        self.send_response(201)
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"{}")

    def do_GET(self) -> None:
        size = {"/small": 5, "/large": LARGEST + 1}.get(self.path)
        self.send_response(200 if size else 302 if self.path == "/moved" else 404)
        self.send_header("Location", "/small")
        self.send_header("Content-Length", str(size or 0))
        self.end_headers()
        if size:
            self.wfile.write(b"x" * size)


@pytest.fixture
def door() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Door)
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


def test_a_file_is_fetched(door: str):
    assert fetch(f"{door}/small") == b"xxxxx"


def test_a_file_goes_to_its_ticket_as_it_is(door: str):
    HttpCare(door, "key").attach("YC26481930", SentFile(f"{door}/small", "dây đứt.jpg"))

    path, body = _Door.posted[-1]
    assert path == "/api/v1/tickets/YC26481930/attachments"
    assert b"xxxxx" in body
    assert b'name="by"\r\n\r\ncustomer' in body


@pytest.mark.parametrize("path", ["/gone", "/large", "/moved"])
def test_a_file_that_is_not_there_or_too_large_is_lost(door: str, path: str):
    with pytest.raises(FileLost):
        fetch(door + path)


def test_an_address_where_nobody_is_loses_the_file():
    with pytest.raises(FileLost):
        fetch("http://127.0.0.1:9/x")
