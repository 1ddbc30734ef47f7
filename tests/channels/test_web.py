"""The web chat's contract: once per client id, never lost, never another visitor's, always a clear answer."""

from __future__ import annotations

import io
import json
import threading
from collections.abc import Iterator

import pytest
import requests
from flask.testing import FlaskClient
from PIL import Image

from conversations import Content, Database, Message, find_conversation, messages_after, post
from tests.channels.conftest import EchoEngine
from tests.channels.test_uploads import flat_png, zipped


class Visitor:
    """Somebody with a browser."""

    def __init__(self, client: FlaskClient) -> None:
        self.client = client
        opened = client.post("/web/sessions", json={})
        assert opened.status_code == 201
        self.session_id = opened.json["session_id"]
        self.token = opened.json["token"]
        self.head = {"Authorization": f"Bearer {self.token}"}

    def say(self, client_id: str = "c1", **what: object):
        return self.client.post("/web/messages", json={"client_message_id": client_id, **what}, headers=self.head)

    def read(self, after: str = "") -> dict:
        return self.client.get(f"/web/messages?after={after}", headers=self.head).json


@pytest.fixture
def visitor(client: FlaskClient) -> Visitor:
    return Visitor(client)


def test_the_greeting_is_the_first_message(visitor):
    seen = visitor.read()

    assert seen["state"] == "bot"
    (greeting,) = seen["messages"]
    assert set(greeting) >= {"id", "author", "text", "buttons", "attachments", "created_at"}
    assert greeting["author"] == "bot"
    assert {"title", "payload"} <= set(greeting["buttons"][0])


def test_the_greeting_comes_with_the_session_too(client):
    opened = client.post("/web/sessions", json={}).json

    listed = client.get("/web/messages", headers={"Authorization": f"Bearer {opened['token']}"}).json
    assert {"messages": opened["messages"], "state": opened["state"]} == listed


def test_the_same_client_id_is_one_message(visitor):
    first, again = visitor.say("k", text="mất điện"), visitor.say("k", text="mất điện")

    assert (first.status_code, again.status_code) == (202, 200)
    assert first.json == again.json
    assert [m["text"] for m in visitor.read()["messages"][1:]] == ["mất điện"]


def test_fifty_copies_at_once_are_one_message(app, visitor):
    answers = []

    def send() -> None:
        sent = Visitor.say.__get__(_same(visitor, app.test_client()))("k", text="mất điện")
        answers.append((sent.status_code, sent.json["message_id"]))

    threads = [threading.Thread(target=send) for _ in range(50)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(status for status, _ in answers) == [200] * 49 + [202]
    assert len({message_id for _, message_id in answers}) == 1


def _same(visitor: Visitor, client: FlaskClient) -> Visitor:
    other = object.__new__(Visitor)
    other.__dict__ = {**visitor.__dict__, "client": client}
    return other


def test_two_visitors_may_draw_the_same_client_id(client, visitor):
    other = Visitor(client)
    visitor.say("k", text="của em")
    assert other.say("k", text="của anh").status_code == 202
    assert [m["text"] for m in other.read()["messages"][1:]] == ["của anh"]


def test_only_what_is_new_is_listed_after(visitor):
    first = visitor.say("1", text="một").json["message_id"]
    visitor.say("2", text="hai")
    assert [m["text"] for m in visitor.read(after=first)["messages"]] == ["hai"]


@pytest.mark.parametrize(
    "what",
    [
        {"text": ""},
        {"text": " \n "},
        {"text": "\x00\x01"},
        {"text": "​"},
        {"text": "a" * 10_001},
        {"text": 5},
        {"text": ["a"]},
        {"payload": ""},
        {"payload": 5},
        {"payload": "x" * 1_001},
        {"location": {"lat": "10", "lon": 106}},
        {"location": {"lat": 91, "lon": 106}},
        {"location": {"lat": True, "lon": 1}},
        {"location": "đây"},
        {"attachments": ["unknown"]},
        {"attachments": "x"},
        {"attachments": ["../../etc/passwd"]},
        {},
    ],
)
def test_what_says_nothing_readable_is_refused_in_vietnamese(visitor, what):
    answer = visitor.say(**what)

    assert answer.status_code == 422
    assert answer.content_type.startswith("application/problem+json")
    assert any(sign in answer.json["detail"] for sign in "ăâđêôơưáàạảãứộiịệ")
    assert len(visitor.read()["messages"]) == 1


@pytest.mark.parametrize("client_id", ["", None, 5, "x" * 101, "a\x00b"])
def test_a_message_needs_its_client_id(visitor, client_id):
    assert visitor.say(client_id, text="a").status_code == 422


@pytest.mark.parametrize("text", ["a" * 10_000, "😀🔥", "e\u0301" * 10_000, "' OR 1=1 --", "<script>alert(1)</script>"])
def test_unusual_text_comes_back_as_it_was(visitor, text):
    assert visitor.say(text=text).status_code == 202
    (_, seen) = visitor.read()["messages"]
    assert seen["text"] == text.replace("e\u0301", "\u00e9")


def test_control_characters_and_lone_surrogates_are_dropped(visitor):
    raw = b'{"client_message_id": "c", "text": "m\\u0000\\u001b\\ud800\\u1ea5t"}'
    answer = visitor.client.post("/web/messages", data=raw, headers=visitor.head)
    assert answer.status_code == 202
    assert visitor.read()["messages"][1]["text"] == "mất"


@pytest.mark.parametrize("raw", [b"{", b"", b"\xff\xfe", b"[" * 100_000, b"9" * 5_000])
def test_broken_json_is_bad_request(visitor, raw):
    assert visitor.client.post("/web/messages", data=raw, headers=visitor.head).status_code == 400


@pytest.mark.parametrize("raw", [b"[]", b"null", b'"text"', b"5"])
def test_json_that_is_no_object_is_refused(visitor, raw):
    assert visitor.client.post("/web/messages", data=raw, headers=visitor.head).status_code == 422


@pytest.mark.parametrize("head", [{}, {"Authorization": "Bearer x"}, {"Authorization": "Basic eDp5"}, "cut", "forged"])
def test_without_its_token_nothing_opens(visitor, head):
    if head == "cut":
        head = {"Authorization": f"Bearer {visitor.token[:-1]}"}
    if head == "forged":
        head = {"Authorization": f"Bearer {visitor.session_id}.{'A' * 43}"}
    client = visitor.client
    body = {"client_message_id": "c", "text": "a"}
    assert client.post("/web/messages", json=body, headers=head).status_code == 401
    assert client.get("/web/messages", headers=head).status_code == 401
    assert client.get("/web/events", headers=head).status_code == 401
    assert client.post("/web/attachments", headers=head).status_code == 401


def test_a_token_of_a_lost_database_is_unknown(visitor, db):
    with db.transaction() as connection:
        connection.exec_driver_sql("TRUNCATE conversations.conversation CASCADE")
    assert visitor.client.get("/web/messages", headers=visitor.head).status_code == 401


@pytest.mark.parametrize("after", ["abc", "-1", "9" * 30, "1;DROP"])
def test_a_strange_after_is_refused(visitor, after):
    assert visitor.client.get(f"/web/messages?after={after}", headers=visitor.head).status_code == 422


def test_a_flood_is_slowed_down_and_told_when(visitor):
    statuses = [visitor.say(f"m{n}", text=str(n)).status_code for n in range(30)]
    assert statuses[:20] == [202] * 20
    assert 429 in statuses
    slowed = visitor.say("another", text="a")
    assert int(slowed.headers["Retry-After"]) >= 1
    assert visitor.say("m0", text="0").status_code == 200  # a retry is no flood


def test_a_huge_body_is_too_large_and_the_client_hears_it(served):
    opened = requests.post(f"{served}/web/sessions", json={}, timeout=10).json()
    head = {"Authorization": f"Bearer {opened['token']}"}
    for path in ("/web/messages", "/web/sessions", "/web/attachments", "/webhooks/zalo", "/webhooks/facebook"):
        answer = requests.post(served + path, data=b"x" * 20_000_000, headers=head, timeout=30)
        assert answer.status_code == 413 or (path == "/web/attachments" and answer.status_code == 422), path


def test_other_sites_may_call_only_when_allowed(client):
    asked = {"Origin": "https://site.example", "Access-Control-Request-Method": "POST"}
    allowed = client.options("/web/messages", headers=asked)
    assert allowed.headers["Access-Control-Allow-Origin"] == "https://site.example"
    assert "Authorization" in allowed.headers["Access-Control-Allow-Headers"]
    refused = client.options("/web/messages", headers={**asked, "Origin": "https://evil.example"})
    assert "Access-Control-Allow-Origin" not in refused.headers


# --- attachments -------------------------------------------------------------------------------------------


def drawn(kind: str, size: tuple[int, int] = (40, 30), **how: object) -> bytes:
    """A picture as a camera or a screenshot makes it."""
    out = io.BytesIO()
    Image.linear_gradient("L").resize(size).convert("RGB").save(out, kind, **how)
    return out.getvalue()


PNG = drawn("PNG")


def _upload(visitor: Visitor, data: bytes, name: str = "a.png"):
    form = {"file": (io.BytesIO(data), name)}
    return visitor.client.post("/web/attachments", data=form, headers=visitor.head, content_type="multipart/form-data")


def test_a_picture_is_shown_by_a_link_that_expires(visitor, app):
    uploaded = _upload(visitor, PNG)
    assert uploaded.status_code == 201
    assert visitor.say(attachments=[uploaded.json["attachment_id"]]).status_code == 202

    (picture,) = visitor.read()["messages"][1]["attachments"]
    assert picture["kind"] == "image"
    path = picture["url"].removeprefix("http://chat.example")
    shown = visitor.client.get(path)
    assert (shown.status_code, shown.mimetype) == (200, "image/png")
    assert Image.open(io.BytesIO(shown.data)).size == (40, 30)
    assert shown.headers["X-Content-Type-Options"] == "nosniff"
    assert visitor.client.get(path[:-2]).status_code == 404


def test_a_file_keeps_its_name_for_who_reads_the_talk_and_for_its_ticket(visitor, bot, answered):
    uploaded = _upload(visitor, PNG, "công tơ \u202enhà tôi.jpeg")
    visitor.say(attachments=[uploaded.json["attachment_id"]])

    (picture,) = visitor.read()["messages"][1]["attachments"]
    assert picture["name"] == "công tơ nhà tôi.png"
    answered(1)
    assert bot.turns[0].content.attachments[0].name == "công tơ nhà tôi.png"


def test_only_who_uploaded_a_file_can_send_it(visitor, client):
    file_id = _upload(visitor, PNG).json["attachment_id"]

    assert Visitor(client).say(attachments=[file_id]).status_code == 422
    assert visitor.say(attachments=[file_id]).status_code == 202


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(b"<!doctype html><script>alert(1)</script>", id="a page"),
        pytest.param(b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", id="a drawing with a script"),
        pytest.param(flat_png(10_000, 10_000), id="a hundred megapixels"),
        pytest.param(PNG + zipped(b"a"), id="a picture and an archive"),
        pytest.param(zipped(b"\0" * 50_000_000), id="a zip bomb"),
        pytest.param(b"", id="nothing"),
        pytest.param(b"MZ\x90", id="a program"),
        pytest.param(b"GIF89a", id="an animation"),
    ],
)
def test_other_files_are_refused_in_words_whatever_their_name(visitor, data, tmp_path):
    refused = _upload(visitor, data, "a.png")

    assert refused.status_code == 422
    assert refused.json["detail"].endswith("ạ.")
    assert not (tmp_path / "media").exists()


def test_a_file_over_five_megabytes_is_refused(served):
    opened = requests.post(f"{served}/web/sessions", json={}, timeout=10).json()
    head = {"Authorization": f"Bearer {opened['token']}"}
    for size in (5 * 1024 * 1024, 20_000_000):
        form = {"file": ("a.png", PNG + b"\x00" * size)}
        assert requests.post(f"{served}/web/attachments", files=form, headers=head, timeout=30).status_code == 413


def test_a_place_alone_is_a_message(visitor):
    assert visitor.say(location={"lat": 10.79, "lon": 106.78}).status_code == 202


# --- live events -------------------------------------------------------------------------------------------


class Stream:
    """One reader of /web/events."""

    def __init__(self, served: str, token: str, last_id: str | None = None) -> None:
        head = {"Authorization": f"Bearer {token}", **({"Last-Event-ID": last_id} if last_id else {})}
        self.answer = requests.get(f"{served}/web/events", headers=head, stream=True, timeout=10)
        self.events = self._read()

    def _read(self) -> Iterator[tuple[str, dict, str | None]]:
        name, event_id = "message", None
        for line in self.answer.iter_lines(chunk_size=1, decode_unicode=True):
            key, _, value = line.partition(": ")
            if key == "event":
                name = value
            elif key == "id":
                event_id = value
            elif key == "data":
                yield name, json.loads(value), event_id
                name, event_id = "message", None

    def until(self, text: str) -> list[tuple[str, dict, str | None]]:
        seen = []
        for event in self.events:
            seen.append(event)
            if text in event[1].get("text", ""):
                return seen
        raise AssertionError(f"{text!r} never came: {seen}")

    def close(self) -> None:
        self.answer.close()


@pytest.fixture
def chat(served) -> tuple[str, str, dict]:
    opened = requests.post(f"{served}/web/sessions", json={}, timeout=10).json()
    return served, opened["token"], {"Authorization": f"Bearer {opened['token']}"}


def _say(served: str, head: dict, client_id: str, text: str) -> str:
    body = {"client_message_id": client_id, "text": text}
    return requests.post(f"{served}/web/messages", json=body, headers=head, timeout=10).json()["message_id"]


def test_an_answer_comes_live_with_typing_and_state(chat, bot: EchoEngine):
    served, token, head = chat
    stream = Stream(served, token)
    assert next(stream.events)[:2] == ("handover", {"state": "bot"})
    _say(served, head, "0", "trước")
    stream.until("em nghe: trước")  # the process listens by now; a typing sign from before it did is not repeated
    bot.gate.clear()  # an answer that is there at once needs no typing sign and may overtake it
    _say(served, head, "1", "alo")
    seen = []
    while ("typing", {"author": "bot", "on": True}) not in [event[:2] for event in seen]:
        seen.append(next(stream.events))
    bot.gate.set()

    seen += stream.until("em nghe: alo")

    stream.close()
    messages = [(data["author"], data["text"]) for name, data, _ in seen if name == "message"]
    assert messages == [("customer", "alo"), ("bot", "Dạ em nghe: alo")]
    assert all(event_id == data["id"] for name, data, event_id in seen if name == "message")


def test_a_reader_that_comes_back_misses_and_doubles_nothing(chat, bot: EchoEngine):
    served, token, head = chat
    stream = Stream(served, token, "0")
    _say(served, head, "1", "một")
    before = stream.until("em nghe: một")
    stream.close()
    last = [event_id for _, _, event_id in before if event_id][-1]
    _say(served, head, "2", "hai")

    again = Stream(served, token, last)
    assert next(again.events)[0] == "handover"
    _say(served, head, "3", "ba")
    after = again.until("em nghe: ba")
    again.close()

    ids = [event_id for _, _, event_id in before + after if event_id]
    assert ids == sorted(set(ids), key=int)
    texts = [data["text"] for name, data, _ in after if name == "message"]
    assert texts[0] == "hai"
    assert "Dạ em nghe: hai" in texts


def test_nothing_is_lost_between_first_look_and_live(chat, db: Database, settings):
    """Messages that are posted while readers connect arrive at each reader once."""
    served, token, _ = chat
    conversation = find_conversation(db, "web", "web", requests_session(token))
    stop = threading.Event()

    def write() -> None:
        for number in range(60):
            with db.transaction() as connection:
                post(connection, conversation, [Content(text=f"tin {number}")])
            stop.wait(0.005)
        with db.transaction() as connection:
            post(connection, conversation, [Content(text="hết")])
        db.notifier.live(conversation, "message")

    writer = threading.Thread(target=write)
    writer.start()
    streams = [Stream(served, token, "0") for _ in range(4)]
    seen = [stream.until("hết") for stream in streams]
    writer.join()
    for stream in streams:
        stream.close()
    expected: list[Message] = messages_after(db, conversation, 0, 500)
    for each in seen:
        assert [data["id"] for name, data, _ in each if name == "message"] == [str(m.id) for m in expected]


def requests_session(token: str) -> str:
    return token.split(".")[0]
