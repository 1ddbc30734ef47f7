"""Facebook's data deletion call-back: only what Facebook signed, everything that is theirs, and a page that tells it."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json

import pytest

from apps.care_room import file_store
from apps.deletions import Deletions
from apps.gateway import create_app
from care.filing import file_ticket
from care.shapes import TicketReport, Transition
from care.tickets import move
from care.wired import Care
from channels import accounts, facebook_other_ids
from channels.errors import Forged, Malformed
from channels.facebook_deletion import wish_in
from conversations import conversations_of, find_conversation
from tests.platforms import FacebookPlatform

USER, PERSON = "6012345678901234", "10223344556677"
DOOR = "/webhooks/facebook/data-deletion"
PLACE = {"street": "5 Trần Phú", "ward": "Ba Đình", "province": "Hà Nội"}


@pytest.fixture
def deletions(settings, db, care) -> Deletions:
    known_as = facebook_other_ids(accounts(settings).facebook, settings.facebook_graph_url, "v25.0")
    return Deletions(db, care, file_store(settings), {"facebook": known_as})


@pytest.fixture
def ask(client):
    """ask(signed_request) → the answer of the call-back."""
    return lambda signed: client.post(DOOR, data={"signed_request": signed})


def _talks(client, facebook: FacebookPlatform, *texts: str) -> None:
    body = facebook.batch(*(facebook.message(USER, text) for text in texts))
    head = {"X-Hub-Signature-256": facebook.signature(body)}
    assert client.post("/webhooks/facebook", data=body, headers=head).status_code == 200


def _ticket(care: Care, conversation_id: int, *, over: bool) -> str:
    report = {"service": "REPORT_OUTAGE", "channel": "facebook", "address": PLACE, "phone": "0912345678",
              "contact_name": "Trần B", "conversation_id": str(conversation_id)}  # fmt: skip
    code = str(json.loads(file_ticket(care, TicketReport.model_validate(report), None).text)["code"])
    if over:
        move(care, code, Transition.model_validate({"to": "cancelled", "by": "clerk.an", "note": "trùng"}), None)
    return code


def _kept(db, table: str) -> str:
    with db.transaction() as connection:
        rows = [list(row) for row in connection.exec_driver_sql(f"SELECT * FROM {table}")]
        return json.dumps(rows, default=str, ensure_ascii=False)


# --- what Facebook signed -----------------------------------------------------------------------------------


def _signed(payload: bytes, secret: str = "s") -> str:
    told = base64.urlsafe_b64encode(payload).rstrip(b"=")
    signature = hmac.new(secret.encode(), told, hashlib.sha256).digest()
    return f"{base64.urlsafe_b64encode(signature).rstrip(b'=').decode()}.{told.decode()}"


GOOD = b'{"algorithm":"HMAC-SHA256","issued_at":1790000000,"user_id":"10223"}'


def test_the_person_and_the_pages_of_the_app_that_signed():
    assert wish_in(_signed(GOOD), {"page": "s", "2002": "s", "3003": "other"}) == ("10223", ["page", "2002"])


@pytest.mark.parametrize(
    "forged",
    [
        "",
        ".",
        "a",
        "a.b",
        ".eyJ9",
        "é.é",
        "a\x00.b",
        "." * 5_000,
        _signed(GOOD, "another's"),
        _signed(GOOD)[1:],
        _signed(GOOD) + "A",
        _signed(GOOD).replace(".", ".."),
        "A" * 43 + "." + _signed(GOOD).partition(".")[2],
        _signed(b"x" * 5_000),
    ],
)
def test_what_facebook_did_not_sign_is_refused(forged, client, ask, db):
    with pytest.raises(Forged):
        wish_in(forged, {"page": "s"})
    assert ask(forged).status_code == 403
    assert _kept(db, "conversations.deletion") == "[]"


@pytest.mark.parametrize(
    "payload",
    [
        b"",
        b"{",
        b"[]",
        b"5",
        b"\xff",
        b"[" * 3_000,
        b"{}",
        b'{"algorithm":"HMAC-SHA256"}',
        b'{"algorithm":"none","user_id":"1"}',
        b'{"algorithm":"HMAC-SHA256","user_id":""}',
        b'{"algorithm":"HMAC-SHA256","user_id":["1"]}',
        b'{"algorithm":"HMAC-SHA256","user_id":"1; DROP TABLE x"}',
        b'{"algorithm":5,"user_id":"1"}',
        '{"algorithm":"HMAC-SHA256","user_id":"١٢"}'.encode(),
    ],
)
def test_a_signed_wish_that_names_nobody_is_malformed(payload, ask, facebook):
    signed = _signed(payload, facebook.app_secret)
    with pytest.raises((Malformed, Forged)):
        wish_in(signed, {"page": facebook.app_secret})
    assert ask(signed).status_code in (400, 403)


def test_the_door_takes_only_forms_that_are_posted(client):
    assert client.get(DOOR).status_code in (404, 405)
    assert client.post(DOOR).status_code == 403
    assert client.post(DOOR, json={"signed_request": "a.b"}).status_code == 403


# --- really deleted -----------------------------------------------------------------------------------------


def test_everything_of_the_person_goes_and_what_stays_is_told(client, ask, facebook, db, care, deletions):
    _talks(client, facebook, "nhà tôi ở 5 Trần Phú", "số tôi 0912345678")
    found = find_conversation(db, "facebook", "page", USER)
    assert found
    over, still = _ticket(care, found, over=True), _ticket(care, found, over=False)
    with db.transaction() as connection:
        connection.exec_driver_sql(
            "INSERT INTO engine.tracker (conversation_id, version, data) VALUES (%(id)s, 1, 'Trần Phú')",
            {"id": str(found)},
        )
        connection.exec_driver_sql(
            "INSERT INTO conversations.callback (conversation_id, reason, phone) VALUES (%(id)s, 'asked', '0912345678')",
            {"id": found},
        )
    answer = ask(facebook.signed_request(USER)).json
    assert answer["url"] == f"http://chat.example/xoa-du-lieu/{answer['confirmation_code']}"
    assert answer["confirmation_code"].isalnum()
    page = answer["url"].removeprefix("http://chat.example")
    assert "đang được xử lý" in client.get(page).text

    assert deletions.work_once()

    everything = [_kept(db, f"conversations.{name}") for name in ("message", "conversation", "callback", "deletion")]
    for private in (USER, "Trần Phú", "0912345678", "Trần B"):
        assert all(private not in each for each in everything), private
    assert "Trần Phú" not in _kept(db, "engine.tracker")
    with db.transaction() as connection:
        phones = {row.code: row.phone for row in connection.exec_driver_sql("SELECT code, phone FROM care.ticket")}
    assert phones == {over: None, still: "0912345678"}  # the one at work is still to be done
    told = client.get(page).text
    assert "3 tin nhắn" in told  # with the greeting
    assert "1 phiếu yêu cầu đã xong" in told
    assert "phiếu đang xử lý" in told
    for private in (USER, over, still, "0912345678"):
        assert private not in told
    assert not deletions.work_once()


def test_what_waits_is_neither_answered_nor_sent_any_more(client, ask, facebook, db, deletions, served, bot):
    bot.gate.clear()
    _talks(client, facebook, "mất điện")
    ask(facebook.signed_request(USER))
    assert deletions.work_once()
    bot.gate.set()
    facebook.last_action["another"] = facebook.now()
    facebook.deliver(served, facebook.batch(facebook.message("another", "xong")))
    facebook.wait_for("another", 2)
    assert all("mất điện" not in shown.text for shown in facebook.to(USER))


def test_who_writes_again_is_a_stranger_and_old_events_stay_known(client, ask, facebook, db, deletions, stored):
    body = facebook.batch(facebook.message(USER, "mất điện"))
    head = {"X-Hub-Signature-256": facebook.signature(body)}
    client.post("/webhooks/facebook", data=body, headers=head)
    ask(facebook.signed_request(USER))
    deletions.work_once()
    assert client.post("/webhooks/facebook", data=body, headers=head).status_code == 200
    assert stored("facebook") == [{"erased": True}]
    _talks(client, facebook, "chào")
    assert stored("facebook") == [{"erased": True}, {"text": "chào"}]


def test_the_apps_own_id_of_a_person_is_looked_up(client, ask, facebook, db, deletions):
    _talks(client, facebook, "mất điện")
    facebook.known_as[PERSON] = USER
    ask(facebook.signed_request(PERSON))
    deletions.work_once()
    assert conversations_of(db, "facebook", ["page"], [USER]) == []


def test_facebook_away_means_another_try_and_nothing_is_lost(client, ask, facebook, db, deletions):
    _talks(client, facebook, "mất điện")
    facebook.known_as[PERSON] = USER
    page = ask(facebook.signed_request(PERSON)).json["url"].removeprefix("http://chat.example")
    with facebook.more:  # "typing…" must not be what meets the fault
        assert facebook.more.wait_for(lambda: len(facebook.actions) == 2, 10)
    facebook.faults.append((500, {}))
    assert deletions.work_once()
    assert "đang được xử lý" in client.get(page).text
    assert not deletions.work_once()
    assert (deletions.next_in_s() or 0) > 30
    with db.transaction() as connection:
        connection.exec_driver_sql("UPDATE conversations.deletion SET next_try_at = now()")
    assert deletions.work_once()
    assert conversations_of(db, "facebook", ["page"], [USER]) == []


def test_somebody_unknown_is_told_so(client, ask, facebook, deletions):
    page = ask(facebook.signed_request("999")).json["url"].removeprefix("http://chat.example")
    deletions.work_once()
    assert "Không còn dữ liệu nào" in client.get(page).text


def test_another_apps_wish_does_not_reach_a_page(client, facebook, db, ask):
    _talks(client, facebook, "mất điện")
    with FacebookPlatform(app_secret="another's") as other:
        assert ask(other.signed_request(USER)).status_code == 403


def test_the_same_wish_again_is_one_wish(ask, facebook):
    signed = facebook.signed_request(USER)
    assert ask(signed).json == ask(signed).json
    assert ask(facebook.signed_request(USER, issued_at=5)).json != ask(signed).json


# --- the page -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("code", ["0" * 16, "x", "0" * 5_000, "<script>", "..%2f..", "%00", "%F0%9F%98%80"])
def test_an_unknown_code_tells_nothing(client, code):
    answer = client.get(f"/xoa-du-lieu/{code}")
    assert answer.status_code == 404
    assert "<script>" not in answer.text


def test_the_page_runs_nothing_and_is_not_kept(client, ask, facebook):
    page = ask(facebook.signed_request(USER)).json["url"].removeprefix("http://chat.example")
    answer = client.get(page)
    assert answer.headers["Content-Security-Policy"].startswith("default-src 'none'")
    assert answer.headers["Cache-Control"] == "no-store"
    assert client.get(page.lower()).status_code == 200


def test_without_a_page_there_is_no_door(settings, db):
    app = create_app(settings.model_copy(update={"facebook_page_token": ""}), db)
    try:
        assert app.test_client().post(DOOR, data={"signed_request": "a.b"}).status_code == 404
    finally:
        app.extensions["live"].close()
        app.extensions["care"].database.close()
