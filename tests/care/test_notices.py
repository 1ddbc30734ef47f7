"""Notices: told once, within the platform's window, in one commit with the message."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from care.notices import Notice, NoticeArrivals, NoticeOutbox, queue_notice
from care.wired import Care
from tests.care.conftest import Api, Clock


@pytest.fixture
def talk(session: Session, clock: Clock) -> dict[str, int]:
    """Three conversations: one open for ever, one whose window is open, one whose window has closed."""
    ends = {"web": None, "zalo": clock() + timedelta(hours=1), "facebook": clock() - timedelta(seconds=1)}
    made = {}
    for channel, end in ends.items():
        row = (
            "INSERT INTO conversations.conversation (channel, account, user_id, reply_until)"
            " VALUES (:channel, 'a', 'an', :end) RETURNING id"
        )
        made[channel] = session.execute(text(row), {"channel": channel, "end": end}).scalar_one()
    session.commit()
    return made


def queue(care: Care, *notices: Notice) -> None:
    with care.database.transaction() as session:
        for notice in notices:
            queue_notice(session, notice, care.now())
        session.commit()


def said(session: Session) -> list[tuple[int, str]]:
    session.rollback()
    rows = session.execute(text("SELECT conversation_id, content->>'text' FROM conversations.message ORDER BY id"))
    return [(row[0], row[1]) for row in rows]


def work(care: Care) -> None:
    outbox = NoticeOutbox(care)
    while outbox.work_once():
        pass


def test_a_notice_is_said_once(care, session, talk):
    news = Notice("outage:1:restored", "MD1", "Dạ đã có điện lại ạ.", str(talk["web"]), buttons=(("Chưa", "/chua"),))
    queue(care, news, news)
    work(care)
    queue(care, news)
    work(care)
    assert said(session) == [(talk["web"], "Dạ đã có điện lại ạ.")]


def test_the_platforms_window_decides(care, api: Api, session, talk):
    queue(care, *(Notice(f"k:{channel}", "MD1", "tin", str(number)) for channel, number in talk.items()))
    work(care)
    assert said(session) == [(talk["web"], "tin"), (talk["zalo"], "tin")]
    assert [notice["key"] for notice in api.items("/notices", call_instead="true")] == ["k:facebook"]
    assert api.items("/notices", status="outside the window")[0]["call_instead"] is True


@pytest.mark.parametrize("conversation", ["99999999", "0", "desk:7", None, "9" * 30])
def test_nobody_to_tell_is_a_call(care, api, talk, conversation):
    queue(care, Notice("k", "MD1", "tin", conversation))
    work(care)
    (notice,) = api.items("/notices", about="MD1")
    assert (notice["status"], notice["call_instead"]) == ("no way", True)


def test_mail_when_there_is_no_open_conversation(care, api, talk):
    mails = []

    def mail(session, key, to, subject, body, in_reply_to, now):
        mails.append((key, to, subject, body))

    queue(
        care,
        Notice("one", "YC1", "tin", None, email="an@example.vn", subject="Phiếu YC1"),
        Notice("two", "YC2", "tin", str(talk["facebook"]), email="an@example.vn"),
        Notice("three", "YC3", "tin", str(talk["web"]), email="an@example.vn"),
    )
    assert NoticeOutbox(care, mail).work_once()
    assert mails == [
        ("notice:one", "an@example.vn", "Phiếu YC1", "tin"),
        ("notice:two", "an@example.vn", "YC2", "tin"),
    ]


def test_killed_before_the_commit_it_waits_again(care, session, talk):
    queue(care, Notice("one", "YC1", "tin", None, email="an@example.vn"), Notice("two", "YC2", "tin", str(talk["web"])))

    def killed(*_):
        raise SystemExit

    with pytest.raises(SystemExit):
        NoticeOutbox(care, killed).work_once()
    assert said(session) == []
    work(care)
    assert said(session) == [(talk["web"], "tin")]


def test_pages(care, api, talk):
    queue(care, *(Notice(f"k{n}", "MD1", "tin", str(talk["web"])) for n in range(5)))
    first = api.get("/notices", limit=3).json
    rest = api.get("/notices", limit=3, cursor=first["next"]).json
    assert [n["key"] for n in first["items"] + rest["items"]] == ["k4", "k3", "k2", "k1", "k0"]
    assert rest["next"] is None


def _settle(session: Session, status: str, reason: str | None) -> None:
    session.execute(text("UPDATE conversations.message SET status = :s, reason = :r"), {"s": status, "r": reason})
    session.commit()


def test_what_did_not_arrive_becomes_a_call_and_the_ticket_says_why(care, api: Api, session, talk):
    ticket = api.filed(conversation_id=str(talk["zalo"]))
    queue(care, Notice("k", ticket["code"], "tin", str(talk["zalo"])))
    work(care)
    assert NoticeArrivals(care).look() == 0
    _settle(session, "undeliverable", "-217: blocked")
    assert NoticeArrivals(care).look() >= 1
    (notice,) = [one for one in api.items("/notices", about=ticket["code"]) if one["key"] == "k"]
    assert (notice["status"], notice["call_instead"]) == ("no way", True)
    told = [entry for entry in api.get(f"/tickets/{ticket['code']}").json["history"] if entry["event"] == "not told"]
    assert [(entry["by"], entry["note"]) for entry in told] == [("delivery", "k: -217: blocked")]
    assert NoticeArrivals(care).look() == 0


def test_what_arrived_or_can_go_by_mail_needs_no_call(care, api: Api, session, talk):
    queue(care, Notice("k", "MD1", "tin", str(talk["zalo"]), "an@example.vn"))
    work(care)
    _settle(session, "sent", None)
    NoticeArrivals(care).look()
    queue(care, Notice("l", "MD1", "tin", str(talk["zalo"]), "an@example.vn"))
    work(care)
    _settle(session, "refused", "-201: x")
    mails = []
    NoticeArrivals(care, lambda *mail: mails.append(mail[1])).look()
    assert mails == ["notice:l"]
    assert api.items("/notices", call_instead="true") == []


def test_a_paid_template_leaves_outside_the_window(care, session, talk):
    session.execute(text("UPDATE conversations.conversation SET reply_until = :t"), {"t": care.now()})
    session.commit()
    queue(care, Notice("k", "YC12345678", "tin", str(talk["zalo"])), Notice("l", "MD1", "tin", str(talk["zalo"])))
    NoticeOutbox(care, paid={("zalo", "ticket")}).work_once()
    session.rollback()
    (content,) = session.scalars(text("SELECT content FROM conversations.message")).all()
    assert content["template"] == {"kind": "ticket", "values": {"code": "YC12345678", "text": "tin"}}
