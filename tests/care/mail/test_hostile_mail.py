"""Hostile and unlucky letters: none is lost, none stops the others, none opens another's ticket."""

from __future__ import annotations

import contextlib
import logging
import smtplib
import socket
from collections.abc import Iterator

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from care.attachments.store import FolderStore
from care.mail.door import LONGEST_LINE, MOST_READ, MailDoor
from care.mail.head import TooTangled, check_shape, head_of
from care.mail.incoming import ATTEMPTS, MailInbox, store_letter
from care.wired import Care
from tests.care.conftest import Api, Clock
from tests.care.mail.test_mail import AN, OURS, PNG, Post, letter, words

__all__ = ["post"]
from tests.care.mail.test_mail import post


@pytest.mark.parametrize(
    ("field", "sender"),
    [
        ("An <An@X.vn>", ("An", "an@x.vn")),
        ("an@x.vn", ("", "an@x.vn")),
        ('"<chief@evn.vn>" <evil@y.vn>', ("<chief@evn.vn>", "evil@y.vn")),
        ('"Nguyễn, An" <an@x.vn>', ("Nguyễn, An", "an@x.vn")),
        ("=?utf-8?q?chief=40evn=2Evn?= <evil@y.vn>", ("chief@evn.vn", "evil@y.vn")),
        ("an@x.vn (An)", ("", "an@x.vn")),
        ("A <a@b.vn>, B <c@d.vn>", ("A", "a@b.vn")),
        ('("' * 2_000, ("", "")),
        ("(" * 4_000, ("", "")),
        ("<>", ("", "")),
        ("undisclosed:;", ("", "")),
    ],
)
def test_senders(field: str, sender: tuple[str, str]):
    assert head_of(f"From: {field}\r\n\r\n".encode()).sender == sender


def test_a_nest_of_brackets_is_stored_like_any_letter(post: Post, session: Session):
    post.take(b"From: " + b'("' * 2_000 + b"\r\nSubject: x\r\n\r\nx\r\n")
    assert session.execute(text("SELECT status FROM care.mail_in")).scalar_one() == "ignored"


@pytest.mark.parametrize(
    "sender", ["a..b@x.vn", "ông@miền.vn", "a@b", "x" * 64 + "@example.vn", "a@" + "b." * 90 + "vn"]
)
def test_strange_addresses_do_not_lose_the_letter(post: Post, api: Api, sender: str):
    post.take(b"From: " + f"<{sender}>".encode() + b"\r\nSubject: x\r\nMessage-ID: <s@x>\r\n\r\nnha em mat dien\r\n")
    assert [ticket["service"] for ticket in api.items("/tickets")] == ["REPORT_OUTAGE"]


class BrokenStore(FolderStore):
    def put(self, digest: str, content: bytes) -> None:
        raise ZeroDivisionError


def test_a_letter_that_cannot_be_handled_is_given_up_and_keeps_its_text(post: Post, session: Session, clock: Clock):
    post.inbox = MailInbox(post.care, BrokenStore(post.folder), frozenset({OURS}))
    broken = letter()
    broken.add_attachment(PNG, maintype="image", subtype="png", filename="a.png")
    store_letter(post.care, broken.as_bytes(), AN)
    for _ in range(ATTEMPTS):
        with pytest.raises(ZeroDivisionError):
            post.inbox.work_once()
        clock.passes(days=1)
    assert post.inbox.work_once()
    status, raw = session.execute(text("SELECT status, raw FROM care.mail_in")).one()
    assert status == "failed"
    assert raw is not None
    assert not post.inbox.work_once()


def test_who_types_anothers_contract_cannot_write_on_their_ticket(post: Post, api: Api):
    theirs = api.filed(customer_code="PC01001100005", phone="0900000111")
    post.take(letter("nhà em mất điện, mã PC01001100005", From="evil@example.net", Message_ID="<e1@x>"))
    post.take(
        letter(
            "Hủy giúp em", From="evil@example.net", Message_ID="<e2@x>", Subject=f"Re: [{theirs['code']}] Báo mất điện"
        )
    )
    history = api.get(f"/tickets/{theirs['code']}").json["history"]
    assert "Hủy giúp em" not in str(history)


def test_who_types_anothers_contract_sees_nothing_but_the_code(post: Post, api: Api):
    api.filed(customer_code="PC01001100005", phone="0900000111", description="bí mật")
    post.take(letter("nhà em mất điện, mã PC01001100005", From="evil@example.net", Message_ID="<e1@x>"))
    (answer,) = post.sent()
    for secret in ("0900000111", "bí mật", "Trần Phú", "Nguyễn Văn A"):
        assert secret not in words(answer)


@pytest.mark.parametrize(
    "head",
    [
        {"X_Auto_Response_Suppress": "All"},
        {"X_Auto_Response_Suppress": "DR, OOF, AutoReply"},
        {"Return_Path": "<>"},
        {"List_Post": "<mailto:x@example.com>"},
        {"X_Loop": OURS},
        {"Content_Type": "multipart/report; boundary=x"},
    ],
)
def test_more_machines(post: Post, api: Api, head: dict[str, str]):
    made = letter("nha em mat dien", From=AN, Subject="mat dien")
    for name, value in head.items():
        field = name.replace("_", "-")
        del made[field]
        made[field] = value
    post.take(made, None)
    assert api.items("/tickets") == []
    assert post.sent() == []


def nested(levels: int, lines: int) -> bytes:
    parts = b"".join(b"--b%d\nContent-Type: multipart/mixed; boundary=b%d\n\n" % (n, n + 1) for n in range(levels))
    return b"From: a@b.vn\nContent-Type: multipart/mixed; boundary=b0\n\n" + parts + b"x\n" * lines


def test_many_lines_in_many_levels_are_a_bomb():
    with pytest.raises(TooTangled):
        check_shape(nested(20, 2_000_000))
    check_shape(nested(3, 400_000))


@pytest.fixture
def lmtp(care: Care) -> Iterator[int]:
    yield from opened(care, lmtp=True)


@pytest.fixture
def smtp(care: Care) -> Iterator[int]:
    yield from opened(care, lmtp=False)


def opened(care: Care, *, lmtp: bool) -> Iterator[int]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    door = MailDoor(care, "127.0.0.1", port, frozenset(), lmtp=lmtp)
    door.start()
    yield port
    door.stop()


def test_lmtp_answers_for_each_recipient(lmtp: int, post: Post, api: Api):
    with smtplib.LMTP("127.0.0.1", lmtp, timeout=20) as client:
        client.ehlo()
        client.mail(AN)
        for one in (OURS, "other@example.vn", "third@example.vn"):
            client.rcpt(one)
        assert [client.data(letter().as_bytes())[0], client.getreply()[0], client.getreply()[0]] == [250, 250, 250]
    post.work()
    assert len(api.items("/tickets")) == 1


def test_long_lines_of_old_programs_are_taken(smtp: int, session: Session):
    with smtplib.SMTP("127.0.0.1", smtp, timeout=20) as client:
        client.sendmail(AN, [OURS], b"From: a@b.vn\r\nSubject: x\r\n\r\n" + b"x" * (LONGEST_LINE - 100))
    assert session.execute(text("SELECT count(*) FROM care.mail_in")).scalar_one() == 1


def test_no_address_is_logged(smtp: int, caplog: pytest.LogCaptureFixture):
    caplog.set_level(logging.INFO)
    with smtplib.SMTP("127.0.0.1", smtp, timeout=20) as client:
        client.send_message(letter())
    assert AN not in caplog.text


def test_a_line_without_end_is_cut_off(smtp: int):
    with socket.create_connection(("127.0.0.1", smtp), timeout=60) as peer:
        for said in (b"EHLO x\r\n", b"MAIL FROM:<a@b.vn>\r\n", b"RCPT TO:<c@d.vn>\r\n", b"DATA\r\n"):
            peer.recv(4096)
            peer.sendall(said)
        assert pushed(peer, 3 * MOST_READ) < 2 * MOST_READ


def pushed(peer: socket.socket, most: int) -> int:
    """How many bytes the other side lets us send."""
    sent = 0
    with contextlib.suppress(OSError):
        while sent < most:
            sent += peer.send(b"x" * 65_536)
    return sent
