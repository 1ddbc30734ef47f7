"""Attaching a file to a ticket, listing and reading: bytes first, then the row, so that a row never lacks its bytes."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from care.attachments.sniffing import kind_of
from care.attachments.store import Store
from care.attachments.tables import Attachment
from care.due import UTC
from care.errors import Invalid, NotFound
from care.locks import lock_names
from care.shapes import Given
from care.tables import Ticket, TicketEvent
from care.ticket_rows import ticket_row
from care.wired import Care

LARGEST = 10 * 1024 * 1024
MOST_PER_TICKET = 20
_ENDINGS = {
    "image/jpeg": "jpg",
    "image/png": "png",
    "image/gif": "gif",
    "image/webp": "webp",
    "image/heic": "heic",
    "application/pdf": "pdf",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": "docx",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": "xlsx",
}


class AttachmentGiven(Given):
    """One file of a ticket."""

    id: int
    name: str
    kind: str
    size: int
    by: str
    at: datetime


def attach(care: Care, store: Store, code: str, name: str, content: bytes, by: str) -> AttachmentGiven:
    """Keep a file with a ticket; the same bytes again change nothing.

    Raises NotFound, Invalid for what is empty, too large or none of the kinds that are kept, StoreFailed.
    """
    kind = _checked_kind(content)
    digest = hashlib.sha256(content).hexdigest()
    with care.database.transaction() as session:
        ticket_row(session, code)
    store.put(digest, content)
    with care.database.transaction() as session:
        ticket = ticket_row(session, code, lock=True)
        lock_names(session, f"file:{digest}")
        if not store.has(digest):  # dropped since, with the last ticket that had it
            store.put(digest, content)
        given = _add_row(session, ticket, name, kind, len(content), digest, by, care.now())
        session.commit()
    return given


def drop_files(session: Session, tickets: Sequence[int]) -> list[str]:
    """Take the files off these tickets; the hashes of what nobody may need any more. Does not commit."""
    gone = delete(Attachment).where(Attachment.ticket_id.in_(tickets)).returning(Attachment.sha256)
    return sorted(set(session.scalars(gone)))


def drop_bytes(session: Session, store: Store, hashes: Sequence[str]) -> None:
    """Keep the bytes no longer, unless a ticket still has them; before the caller's commit. Raises StoreFailed."""
    lock_names(session, *(f"file:{digest}" for digest in hashes))
    needed = set(session.scalars(select(Attachment.sha256).where(Attachment.sha256.in_(hashes))))
    for digest in hashes:
        if digest not in needed:
            store.drop(digest)


def _checked_kind(content: bytes) -> str:
    """The file's kind; raises Invalid when it is not kept."""
    if not content:
        raise Invalid("file", "is empty")
    if len(content) > LARGEST:
        raise Invalid("file", f"at most {LARGEST // 1024 // 1024} MB")
    kind = kind_of(content)
    if kind is None:
        raise Invalid("file", "only pictures, PDF, Word and Excel files without macros are kept")
    return kind


def _add_row(
    session: Session, ticket: Ticket, name: str, kind: str, size: int, digest: str, by: str, now: datetime
) -> AttachmentGiven:
    known = session.scalar(select(Attachment).where(Attachment.ticket_id == ticket.id, Attachment.sha256 == digest))
    if known is None:
        count = session.scalar(select(func.count()).select_from(Attachment).where(Attachment.ticket_id == ticket.id))
        if (count or 0) >= MOST_PER_TICKET:
            raise Invalid("file", f"a ticket has at most {MOST_PER_TICKET} files")
        values = {"ticket_id": ticket.id, "name": safe_name(name, kind), "kind": kind, "size": size, "sha256": digest}
        known = session.scalars(insert(Attachment).values(**values, by=by, at=now).returning(Attachment)).one()
        ticket.version += 1
        session.add(
            TicketEvent(ticket_id=ticket.id, at=now, by=by, event="attached", note=f"file {known.id}", facts=None)
        )
    return _given(known)


def attachments(care: Care, code: str) -> list[AttachmentGiven]:
    """The files of a ticket, oldest first; raises NotFound."""
    with care.database.transaction() as session:
        ticket = ticket_row(session, code)
        rows = session.scalars(select(Attachment).where(Attachment.ticket_id == ticket.id).order_by(Attachment.id))
        return [_given(row) for row in rows]


def read(care: Care, store: Store, code: str, number: int) -> tuple[AttachmentGiven, bytes]:
    """One file with its bytes; raises NotFound, StoreFailed."""
    with care.database.transaction() as session:
        ticket = ticket_row(session, code)
        row = session.scalar(select(Attachment).where(Attachment.id == number, Attachment.ticket_id == ticket.id))
        given, digest = (_given(row), row.sha256) if row is not None else (None, "")
    content = store.get(digest) if given is not None else None
    if given is None or content is None:
        raise NotFound("attachment", str(number))
    return given, content


def safe_name(name: str, kind: str) -> str:
    """A name for the file that no system takes for a path or a program; its ending is the true one."""
    plain = "".join(letter for letter in unicodedata.normalize("NFC", name) if letter.isprintable())
    stem = re.sub(r"[\\/:*?\"<>|;]+", "_", plain).strip(" ._")
    stem = stem.rpartition(".")[0] or stem
    return f"{stem[:100] or 'file'}.{_ENDINGS[kind]}"


def _given(row: Attachment) -> AttachmentGiven:
    at = row.at.astimezone(UTC)
    return AttachmentGiven(id=row.id, name=row.name, kind=row.kind, size=row.size, by=row.by, at=at)
