"""Letters over real SMTP become tickets and notes, once; machines are not answered; files are what they are."""

from __future__ import annotations

import smtplib
import socket
import threading
from collections.abc import Iterator
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from sqlalchemy import text
from sqlalchemy.orm import Session

from care.attachments.store import FolderStore
from care.errors import MailFailed
from care.mail.door import MailDoor
from care.mail.incoming import LARGEST, MailInbox, forget_letters, store_letter
from care.mail.letter import read_letter
from care.mail.outgoing import FolderTransport, MailOutbox, SmtpTransport, queue_mail
from care.mail.quotes import own_words
from care.notices import Notice, NoticeOutbox, queue_notice
from care.wired import Care
from tests.care.conftest import Api, Clock

OURS = "cskh@example.vn"
AN = "an@example.com"
PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 64


def letter(body: str = "nhà em mất điện, 12 Trần Phú, phường Cái Khế, Cần Thơ", **head: str) -> EmailMessage:
    made = EmailMessage()
    given = {"From": f"Nguyễn An <{AN}>", "To": OURS, "Subject": "Báo mất điện", "Message-ID": "<1@example.com>"}
    for name, value in (given | {key.replace("_", "-"): value for key, value in head.items()}).items():
        made[name] = value
    made.set_content(body)
    return made


class Post:
    """Our mail room: takes, handles, keeps what was sent."""

    def __init__(self, care: Care, folder: Path) -> None:
        self.care, self.folder = care, folder
        self.inbox = MailInbox(care, FolderStore(folder / "files"), frozenset({OURS}))
        self.outbox = MailOutbox(care, FolderTransport(folder / "sent"), OURS, "Điện lực")

    def take(self, mail: EmailMessage | bytes, envelope_from: str | None = AN) -> None:
        raw = mail if isinstance(mail, bytes) else mail.as_bytes()
        store_letter(self.care, raw, envelope_from)
        self.work()

    def work(self) -> None:
        while self.inbox.work_once():
            pass
        while self.outbox.work_once():
            pass

    def sent(self) -> list[Any]:
        import mailbox

        box = mailbox.Maildir(self.folder / "sent")
        return sorted(box, key=lambda one: one["Date"])


@pytest.fixture
def post(care: Care, tmp_path: Path) -> Post:
    return Post(care, tmp_path)


def words(mail: Any) -> str:
    return str(mail.get_payload(decode=True).decode())


def test_a_letter_becomes_a_ticket_and_is_answered_with_its_code(post: Post, api: Api):
    post.take(letter("nhà em mất điện, mã PC01001100005, gọi 0912 345 678\n12 Trần Phú, phường Cái Khế, Cần Thơ"))
    (ticket,) = api.items("/tickets")
    assert (ticket["service"], ticket["channel"], ticket["centre"]) == ("REPORT_OUTAGE", "email", "EVNSPC")
    assert (ticket["customer_code"], ticket["phone"], ticket["email"]) == ("PC01001100005", "0912345678", AN)
    assert ticket["contact_name"] == "Nguyễn An"
    assert ticket["address"]["ward"] == "Phường Cái Khế"
    (answer,) = post.sent()
    assert ticket["code"] in words(answer)
    assert (answer["To"], answer["In-Reply-To"]) == (AN, "<1@example.com>")
    assert answer["Auto-Submitted"] == "auto-replied"


def test_the_same_letter_again_is_nothing_new(post: Post, api: Api):
    for _ in range(3):
        post.take(letter())
    assert len(api.items("/tickets")) == len(post.sent()) == 1


def test_a_reply_is_a_note_on_its_ticket(post: Post, api: Api):
    post.take(letter())
    (answer,) = post.sent()
    code = api.items("/tickets")[0]["code"]
    post.take(
        letter(
            "Số nhà 12B ạ\n\nVào Th 2, 1 thg 6, 2026 lúc 10:00 Điện lực <cskh@example.vn> đã viết:\n> Kính chào",
            Message_ID="<2@example.com>",
            In_Reply_To=answer["Message-ID"],
            Subject="Re: Báo",
        )
    )
    post.take(letter("Thêm nữa: cổng xanh", Message_ID="<3@example.com>", Subject=f"Re: [{code}] Báo mất điện"))
    (ticket,) = api.items("/tickets")
    notes = [entry["note"] for entry in ticket["history"] if entry["event"] == "note"]
    assert notes == ["Số nhà 12B ạ", "Thêm nữa: cổng xanh"]


def test_the_answer_that_was_waited_for_sets_the_ticket_going(post: Post, api: Api):
    post.take(letter("cho em hỏi thủ tục", Subject="Hỏi"))
    code = api.items("/tickets")[0]["code"]
    for to in ("accepted", "waiting_customer"):
        api.post(f"/tickets/{code}/transitions", {"to": to, "by": "clerk.an", "note": "Số nhà?"})
    outbox = NoticeOutbox(post.care, queue_mail)
    while outbox.work_once():
        pass
    post.work()
    assert any("Số nhà?" in words(one) for one in post.sent())
    post.take(letter("Số 5", Message_ID="<2@example.com>", Subject=f"Re: [{code}]"))
    assert api.get(f"/tickets/{code}").json["status"] == "in_progress"


@pytest.mark.parametrize(
    ("said", "status"),
    [
        ("Nhà em vẫn chưa có điện ạ", "accepted"),
        ("van chua co dien", "accepted"),
        ("Chưa", "accepted"),
        ("Cảm ơn đã sửa chữa nhanh", "done"),
        ("cam on da sua chua nhanh", "done"),
    ],
)
def test_a_reply_that_it_is_not_done_opens_the_ticket_again(post: Post, api: Api, said: str, status: str):
    post.take(letter())
    code = api.items("/tickets")[0]["code"]
    for to in ("accepted", "done"):
        api.post(f"/tickets/{code}/transitions", {"to": to, "by": "clerk.an"})
    reply = letter(said, Message_ID="<2@example.com>", Subject=f"Re: [{code}]")
    for _ in range(2):
        post.take(reply)
    (ticket,) = api.items("/tickets")
    assert (ticket["status"], [one["event"] for one in ticket["history"]].count("note")) == (status, 1)


def test_a_reply_to_what_ended_long_ago_is_a_new_ticket(post: Post, api: Api, clock: Clock):
    post.take(letter())
    code = api.items("/tickets")[0]["code"]
    for to in ("accepted", "done"):
        api.post(f"/tickets/{code}/transitions", {"to": to, "by": "clerk.an"})
    clock.passes(days=8)
    post.take(letter("lại mất điện rồi", Message_ID="<2@example.com>", Subject=f"Re: [{code}]"))
    assert [one["status"] for one in api.items("/tickets")] == ["new", "done"]


def test_a_stranger_with_the_code_writes_on_a_ticket_of_his_own(post: Post, api: Api):
    post.take(letter())
    code = api.items("/tickets")[0]["code"]
    post.take(
        letter("tôi muốn xem", From="x@else.com", Message_ID="<9@else.com>", Subject=f"Re: [{code}]"), "x@else.com"
    )
    assert len(api.items("/tickets")) == 2
    assert [entry["event"] for entry in api.get(f"/tickets/{code}").json["history"]] == ["new"]


@pytest.mark.parametrize(
    ("head", "envelope"),
    [
        ({"Auto_Submitted": "auto-replied"}, AN),
        ({"Precedence": "bulk"}, AN),
        ({"X_Care_Loop": "1"}, AN),
        ({"List_Id": "<tin.example.com>"}, AN),
        ({"From": "MAILER-DAEMON@example.com"}, AN),
        ({"From": OURS}, AN),
        ({"Subject": "Trả lời tự động: đi vắng"}, AN),
        ({}, ""),
    ],
    ids=str,
)
def test_machines_are_neither_filed_nor_answered(post: Post, api: Api, head: dict[str, str], envelope: str):
    post.take(letter(**head), envelope)
    assert api.items("/tickets") == []
    assert post.sent() == []


def test_a_mail_bomb_is_a_few_tickets_and_then_notes(post: Post, api: Api):
    for number in range(30):
        post.take(letter(f"thư số {number} hỏi thủ tục", Message_ID=f"<{number}@example.com>", Subject=f"Hỏi {number}"))
    assert len(api.items("/tickets")) == 6
    assert len(post.sent()) == 6
    notes = [entry for entry in api.items("/tickets")[0]["history"] if entry["event"] == "note"]
    assert len(notes) == 24


def test_files_are_kept_by_what_they_are(post: Post, api: Api):
    mail = letter()
    mail.add_attachment(PNG, maintype="image", subtype="png", filename="công tơ.png")
    mail.add_attachment(b"MZ\x90\0" + b"\0" * 60, maintype="image", subtype="jpeg", filename="ảnh đẹp.jpg")
    post.take(mail)
    code = api.items("/tickets")[0]["code"]
    (kept,) = api.items(f"/tickets/{code}/attachments")
    assert (kept["name"], kept["kind"]) == ("công tơ.png", "image/png")
    assert "ảnh đẹp.jpg" in words(post.sent()[0])


def test_tangled_and_strange_letters_are_known_by_their_head(post: Post, api: Api):
    bomb = letter().as_bytes().partition(b"Content-Type")[0] + b"Content-Type: multipart/mixed; boundary=a\r\n\r\n"
    post.take(bomb + b"--a\r\nContent-Type: multipart/mixed; boundary=a\r\n\r\n" * 100)
    (ticket,) = api.items("/tickets")
    assert ticket["description"] == "Báo mất điện"
    for raw in (
        b"\0\xff\xfe",
        b"From: a@b.c\r\n\r\n",
        b"no head at all",
        "From: ê@b.c\r\nSubject: =?x?b?!!?=\r\n\r\nà".encode(),
    ):
        post.take(raw)


def test_killed_between_filing_and_finishing_files_once(post: Post, api: Api, session: Session, clock: Clock):
    post.take(letter())
    session.execute(text("UPDATE care.mail_in SET status = 'waiting', handled_at = NULL, ticket_id = NULL"))
    session.commit()
    clock.passes(minutes=5)
    post.work()
    assert len(api.items("/tickets")) == len(post.sent()) == 1


def test_old_letters_lose_their_text(post: Post, care: Care, clock: Clock, session: Session):
    post.take(letter())
    clock.passes(days=31)
    assert forget_letters(care) == 1
    assert session.execute(text("SELECT raw FROM care.mail_in")).scalar_one() is None


@pytest.fixture
def door(care: Care) -> Iterator[int]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    opened = MailDoor(care, "127.0.0.1", port, frozenset({OURS}))
    opened.start()
    yield port
    opened.stop()


def test_over_smtp(door: int, post: Post, api: Api):
    with smtplib.SMTP("127.0.0.1", door) as client:
        client.send_message(letter())
    post.work()
    assert len(api.items("/tickets")) == 1


def test_other_mailboxes_and_huge_letters_are_refused(door: int, session: Session):
    with smtplib.SMTP("127.0.0.1", door) as client:
        with pytest.raises(smtplib.SMTPRecipientsRefused):
            client.sendmail(AN, ["other@example.vn"], letter().as_bytes())
        with pytest.raises(smtplib.SMTPResponseException) as refused:
            client.sendmail(AN, [OURS], b"Subject: x\r\n\r\n" + b"x" * (LARGEST + 5_000_000))
        assert refused.value.smtp_code == 552
    assert session.execute(text("SELECT count(*) FROM care.mail_in")).scalar_one() == 0


class Server:
    """A mail server that takes letters, or says why not."""

    def __init__(self) -> None:
        self.got: list[bytes] = []
        self.answers: list[str] = []

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802  aiosmtpd's name
        if self.answers:
            return self.answers.pop(0)
        self.got.append(envelope.content)
        return "250 OK"


@pytest.fixture
def server() -> Iterator[tuple[Server, int]]:
    handler = Server()
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    controller = Controller(handler, hostname="127.0.0.1", port=port)
    controller.start()
    yield handler, port
    controller.stop()


def test_sent_by_smtp_tried_again_later_with_the_same_id(care: Care, server: tuple[Server, int], clock: Clock):
    handler, port = server
    handler.answers = ["451 later"]
    outbox = MailOutbox(care, SmtpTransport("127.0.0.1", port), OURS, "Điện lực")
    with care.database.transaction() as session:
        for _ in range(2):
            queue_mail(session, "k1", AN, "[YC1] Báo", "Dạ xong ạ.", None, care.now())
        session.commit()
    while outbox.work_once():
        pass
    assert handler.got == []
    assert 0 < (outbox.next_in_s() or 0) <= 60
    clock.passes(minutes=2)
    while outbox.work_once():
        pass
    assert len(handler.got) == 1
    assert b"Message-ID: <" in handler.got[0]


def test_an_address_that_refuses_for_ever_is_left(care: Care, server: tuple[Server, int], clock: Clock):
    handler, port = server
    handler.answers = ["550 nobody here"]
    outbox = MailOutbox(care, SmtpTransport("127.0.0.1", port), OURS, "Điện lực")
    with care.database.transaction() as session:
        queue_notice(session, Notice("k", "YC1", "tin", email=AN, subject="[YC1]"), care.now())
        session.commit()
    NoticeOutbox(care, queue_mail).work_once()
    while outbox.work_once():
        pass
    clock.passes(days=1)
    assert not outbox.work_once()
    assert handler.got == []


def test_two_workers_handle_each_letter_once(post: Post, api: Api, care: Care):
    for number in range(5):
        store_letter(
            care, letter(Message_ID=f"<{number}@x>", From=f"a{number}@x.vn", Subject="Hỏi").as_bytes(), "a@x.vn"
        )

    def handle() -> None:
        while post.inbox.work_once():
            pass

    threads = [threading.Thread(target=handle) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    post.work()
    assert len(api.items("/tickets")) == len(post.sent()) == 5


@pytest.mark.parametrize(
    "rest",
    [
        "\nOn Mon, 1 Jun 2026 at 10:00, Điện lực <cskh@example.vn> wrote:\n> cũ",
        "\nVào 10:00 Th 2, 1 thg 6, 2026 Điện lực\n<cskh@example.vn> đã viết:\n> cũ",
        "\n________________________________\nTừ: Điện lực\nĐã gửi: thứ hai\ncũ",
        "\nFrom: Điện lực <cskh@example.vn>\nSent: Monday\nTo: An\ncũ",
        "\n-----Original Message-----\ncũ",
        "\n-- \nAn\n0912",
        "\nGửi từ iPhone của tôi",
        "\nSent from my iPhone",
        "\nTrân trọng,\nNguyễn An\nCông ty X",
        "\n> cũ\n> cũ nữa",
    ],
)
def test_only_what_was_written_now(rest: str):
    assert own_words(f"Nhà em vẫn mất điện\nGọi em nhé{rest}") == "Nhà em vẫn mất điện\nGọi em nhé"


def test_nothing_new_leaves_the_whole():
    assert own_words("> chỉ có trích dẫn") == "> chỉ có trích dẫn"


def test_html_alone_and_broken_charsets():
    html = EmailMessage()
    html["From"], html["Subject"] = AN, "x"
    html.set_content("<p>mất điện</p><blockquote>thư cũ</blockquote><script>x()</script>", subtype="html")
    assert read_letter(html.as_bytes(), AN, frozenset()).text == "mất điện"
    raw = b"From: a@b.vn\r\nContent-Type: text/plain; charset=iso-8859-1\r\n\r\n" + "mất điện rồi".encode()
    assert read_letter(raw, None, frozenset()).text == "mất điện rồi"


def test_news_that_no_mail_brings_is_to_be_called(care: Care, server: tuple[Server, int], api: Api):
    handler, port = server
    with care.database.transaction() as session:
        queue_notice(session, Notice("k", "YC1", "tin", None, email=AN), care.now())
        session.commit()
    assert NoticeOutbox(care, queue_mail).work_once()
    handler.answers = ["554 5.7.1 never"]
    assert MailOutbox(care, SmtpTransport("127.0.0.1", port), OURS, "Điện lực").work_once()
    assert [notice["status"] for notice in api.items("/notices", call_instead="true")] == ["no way"]


def test_news_is_not_stopped_by_the_limit_of_answers(care: Care, session: Session):
    with care.database.transaction() as writing:
        for number in range(25):
            queue_mail(writing, f"answer:{number}", AN, "x", "x", None, care.now())
            queue_mail(writing, f"notice:{number}", AN, "x", "x", None, care.now())
        writing.commit()
    counted = "SELECT count(*) FILTER (WHERE key LIKE 'notice:%') FROM care.mail_out"
    assert session.execute(text(counted)).scalar_one() == 25


def test_no_password_goes_over_a_line_without_tls():
    with socket.socket() as probe:
        probe.bind(("127.0.0.2", 0))
        port = probe.getsockname()[1]
    controller = Controller(Server(), hostname="127.0.0.2", port=port)
    controller.start()
    try:
        with pytest.raises(MailFailed, match="no TLS"):
            SmtpTransport("127.0.0.2", port, "user", "secret").send(letter())
    finally:
        controller.stop()
