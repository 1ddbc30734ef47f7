"""A real IMAP server, Debian's dovecot, in a folder of its own: letters are marked only once they are stored."""

from __future__ import annotations

import getpass
import imaplib
import os
import pwd
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from care.database import Database
from care.errors import DatabaseUnavailable
from care.mail.imap import Mailbox, poll
from care.mail.incoming import LARGEST, REFUSED_BEYOND
from care.wired import Care
from tests.care.conftest import Api
from tests.care.mail.test_mail import Post, letter, post, words

__all__ = ["post"]
pytestmark = pytest.mark.slow

CONFIG = """
base_dir = {folder}/run
state_dir = {folder}/state
log_path = {folder}/dovecot.log
protocols = imap
listen = 127.0.0.1
ssl = no
disable_plaintext_auth = no
default_login_user = {user}
default_internal_user = {user}
default_internal_group = {group}
mail_location = maildir:{folder}/mail
mail_uid = {mail}
mail_gid = {mail}
first_valid_uid = 1
first_valid_gid = 1
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {port}
  }}
  inet_listener imaps {{
    port = 0
  }}
}}
service anvil {{
  chroot =
}}
passdb {{
  driver = static
  args = password=secret
}}
userdb {{
  driver = static
  args = uid={mail} gid={mail} home={folder}/home
}}
"""


@pytest.fixture(scope="module")
def server() -> Iterator[int]:
    """The port of a dovecot of this test alone."""
    if shutil.which("dovecot") is None or not Path("/usr/lib/dovecot/imap").exists():
        quiet = {"check": True, "stdout": subprocess.DEVNULL}
        subprocess.run(["apt-get", "update", "-q"], **quiet)  # type: ignore[call-overload]
        subprocess.run(["apt-get", "install", "-y", "-q", "dovecot-imapd"], **quiet)  # type: ignore[call-overload]
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    with tempfile.TemporaryDirectory(prefix="imap", dir="/tmp") as name:
        folder = Path(name)
        folder.chmod(0o755)
        root = os.geteuid() == 0
        mail = "mail" if root else getpass.getuser()
        user = "dovecot" if root else getpass.getuser()
        group = "dovecot" if root else str(os.getgid())
        for part in ("mail", "home"):
            (folder / part).mkdir()
            if root:
                os.chown(folder / part, pwd.getpwnam(mail).pw_uid, pwd.getpwnam(mail).pw_gid)
        config = folder / "dovecot.conf"
        config.write_text(CONFIG.format(folder=folder, port=port, user=user, group=group, mail=mail))
        process = subprocess.Popen(["dovecot", "-F", "-c", str(config)])
        try:
            _wait(port, folder)
            yield port
        finally:
            process.terminate()
            process.wait(20)


def _wait(port: int, folder: Path) -> None:
    for _ in range(200):
        try:
            imaplib.IMAP4("127.0.0.1", port).shutdown()
        except OSError:
            time.sleep(0.1)
        else:
            return
    log = folder / "dovecot.log"
    raise TimeoutError(log.read_text() if log.exists() else "dovecot did not start")


@pytest.fixture
def inbox(server: int) -> Iterator[imaplib.IMAP4]:
    """An empty mailbox, seen by another client."""
    client = imaplib.IMAP4("127.0.0.1", server)
    client.login("cskh", "secret")
    client.select()
    client.store("1:*", "+FLAGS", "\\Deleted") if client.search(None, "ALL")[1][0] else None
    client.expunge()
    yield client
    client.logout()


@pytest.fixture
def box(server: int) -> Mailbox:
    return Mailbox("127.0.0.1", server, "cskh", "secret", tls=False)


def put(inbox: imaplib.IMAP4, raw: bytes) -> None:
    assert inbox.append("INBOX", "", None, raw.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n"))[0] == "OK"


def unseen(inbox: imaplib.IMAP4) -> int:
    inbox.noop()
    return len(inbox.search(None, "UNSEEN")[1][0].split())


def test_a_letter_is_stored_once_and_then_marked(inbox, box, care: Care, post: Post, api: Api):
    put(inbox, letter().as_bytes())
    assert poll(care, box) == 1
    assert unseen(inbox) == 0
    assert poll(care, box) == 0
    post.work()
    assert len(api.items("/tickets")) == 1
    assert len(post.sent()) == 1


def test_killed_before_the_mark_it_is_fetched_again_and_filed_once(inbox, box, care: Care, post: Post, api: Api):
    put(inbox, letter().as_bytes())
    poll(care, box)
    inbox.noop()
    inbox.store("1", "-FLAGS", "\\Seen")
    assert poll(care, box) == 0
    assert unseen(inbox) == 0
    post.work()
    assert len(api.items("/tickets")) == 1


def test_without_the_database_nothing_is_marked(inbox, box, care: Care):
    put(inbox, letter().as_bytes())
    away = Database("postgresql://nobody@127.0.0.1:1/none")
    with pytest.raises(DatabaseUnavailable):
        poll(Care(database=away, now=care.now), box)
    assert unseen(inbox) == 1
    assert poll(care, box) == 1


def test_bombs_do_not_hold_up_the_letters_behind_them(inbox, box, care: Care, post: Post, api: Api):
    nest = b"".join(b"--b%d\nContent-Type: multipart/mixed; boundary=b%d\n\n" % (n, n + 1) for n in range(2_000))
    put(inbox, b"From: a@b.vn\nMessage-ID: <n@x>\nContent-Type: multipart/mixed; boundary=b0\n\n" + nest)
    put(inbox, b"From: " + b'("' * 2_000 + b"\nMessage-ID: <q@x>\n\nx\n")
    put(inbox, letter().as_bytes())
    assert poll(care, box) == 3
    post.work()
    assert "REPORT_OUTAGE" in [ticket["service"] for ticket in api.items("/tickets")]


def test_a_letter_too_large_is_known_by_its_head(inbox, box, care: Care, post: Post, api: Api):
    head = b"From: an@example.com\r\nSubject: mat dien\r\nMessage-ID: <big@x>\r\n\r\n"
    put(inbox, head + (b"x" * 70 + b"\r\n") * (LARGEST // 72 + 10_000))
    assert poll(care, box) == 1
    post.work()
    (ticket,) = api.items("/tickets")
    assert ticket["service"] == "REPORT_OUTAGE"
    assert ticket["code"] in words(post.sent()[0])


def test_a_flood_of_one_sender_does_not_hold_up_others(inbox, box, care: Care, session: Session):
    sent = "INSERT INTO care.mail_in (key, sender, size, raw, received_at, due_at) VALUES (:key, :sender, 1, 'x', :at, :at)"
    for number in range(REFUSED_BEYOND):
        session.execute(text(sent), {"key": f"k{number}", "sender": "flood@example.com", "at": care.now()})
    session.commit()
    put(inbox, letter(From="flood@example.com", Message_ID="<f@x>").as_bytes())
    put(inbox, letter(Message_ID="<o@x>").as_bytes())
    assert poll(care, box) == 1
    assert unseen(inbox) == 1  # the flood's letter waits where it is


def test_a_wrong_password_is_told_and_tried_again_later(inbox, box, care: Care):
    put(inbox, letter().as_bytes())
    assert poll(care, Mailbox(box.host, box.port, "cskh", "wrong", tls=False)) == 0
    assert unseen(inbox) == 1
