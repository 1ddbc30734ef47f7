"""A letter read: who, about what, the new words, its files, and whether a machine wrote it. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from email.message import Message
from email.parser import BytesParser
from email.policy import compat32

from care.mail.charsets import decoded
from care.mail.head import Head, TooTangled, check_shape, head_of, words_read
from care.mail.html_text import html_text
from care.mail.quotes import own_words

_CODE = re.compile(r"\bYC[ ]?(\d{8,10})\b", re.IGNORECASE)
_AUTOMATIC_SUBJECT = re.compile(
    r"^(?:auto(?:matic)?[- ]?(?:reply|response)|out of office|tra loi tu dong|tự động trả lời|trả lời tự động|vắng mặt"
    r"|undeliver|mail delivery|delivery status|returned mail|failure notice)",
    re.IGNORECASE,
)
TOO_LARGE = "X-Care-Too-Large"  # before the head of a letter whose body was left where it is
_LIST_FIELDS = ("list-id", "list-post", "list-unsubscribe", "list-help", "list-subscribe", "list-owner")
_LOOP_FIELDS = ("x-care-loop", "x-loop")
_ROBOTS = ("mailer-daemon@", "postmaster@", "no-reply@", "noreply@", "do-not-reply@", "donotreply@", "bounce@")


@dataclass(frozen=True)
class File:
    """A file that came with a letter."""

    name: str
    content: bytes


@dataclass(frozen=True)
class Letter:
    """`earlier` are the ids that it answers; `machine` says why no person wrote it, None when one did."""

    head: Head
    sender: str
    name: str
    subject: str
    text: str
    earlier: tuple[str, ...]
    codes: tuple[str, ...]
    files: tuple[File, ...]
    machine: str | None
    tangled: str | None


def read_letter(raw: bytes, envelope_from: str | None, own_addresses: frozenset[str]) -> Letter:
    """The letter; never raises. One that is too tangled is known by its head alone."""
    head = head_of(raw)
    tangled = None
    text, files = "", list[File]()
    if head.text(TOO_LARGE.lower()):
        tangled = "too large"
    try:
        check_shape(raw)
        text, files = _body(raw)
    except TooTangled as why:
        tangled = str(why)
    except (RecursionError, LookupError, ValueError, AssertionError, AttributeError) as why:
        tangled = type(why).__name__
    name, sender = head.sender
    subject = head.text("subject")[:300]
    return Letter(
        head=head,
        sender=sender,
        name=name,
        subject=subject,
        text=own_words(text) if text else "",
        earlier=(*head.ids("in-reply-to"), *head.ids("references")),
        codes=tuple(f"YC{digits}" for digits in _CODE.findall(subject)),
        files=tuple(files),
        machine=_machine(head, sender, subject, envelope_from, own_addresses),
        tangled=tangled,
    )


def _machine(
    head: Head, sender: str, subject: str, envelope_from: str | None, own_addresses: frozenset[str]
) -> str | None:
    """Why this letter must not be answered: an answer to a machine comes back as another letter."""
    submitted = head.text("auto-submitted").lower()
    suppressed = set(re.findall(r"[a-z]+", head.text("x-auto-response-suppress").lower()))
    kind = head.text("content-type").lower()
    reasons = {
        "bounce": envelope_from == "" or head.text("return-path") == "<>" or kind.startswith("multipart/report"),
        "no sender": not sender,
        "our own": sender in own_addresses or any(head.fields.get(name) for name in _LOOP_FIELDS),
        "auto-submitted": bool(submitted) and submitted.split(";")[0].strip() != "no",
        "bulk": head.text("precedence").lower() in ("bulk", "junk", "list", "auto_reply"),
        "answers suppressed": bool(suppressed & {"all", "oof", "autoreply"}),
        "list": any(name in head.fields for name in _LIST_FIELDS),
        "auto reply": bool(head.text("x-autoreply") or head.text("x-autorespond")),
        "robot": sender.startswith(_ROBOTS),
        "subject": bool(_AUTOMATIC_SUBJECT.match(subject)),
    }
    return next((reason for reason, holds in reasons.items() if holds), None)


def _body(raw: bytes) -> tuple[str, list[File]]:
    message = BytesParser(policy=compat32).parsebytes(raw)
    plain, html, files = list[str](), list[str](), list[File]()
    for part in message.walk():
        if part.is_multipart():
            continue
        content = part.get_payload(decode=True)
        if not isinstance(content, bytes):
            continue
        kind, name = part.get_content_type(), _name(part)
        if name or part.get_content_disposition() == "attachment" or not kind.startswith("text/"):
            files.append(File(name or kind.replace("/", "."), content))
        elif kind == "text/html":
            html.append(decoded(content, part.get_content_charset()))
        else:
            plain.append(decoded(content, part.get_content_charset()))
    text = "\n".join(plain).strip()
    return text or "\n".join(html_text(one) for one in html), files


def _name(part: Message) -> str:
    name = part.get_filename() or ""
    return " ".join(words_read(name.encode("utf8", "surrogateescape")).split())[:200]
