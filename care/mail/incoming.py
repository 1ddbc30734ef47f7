"""Letters received become tickets or notes on them: once each, in the order they came."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import func, select, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from bot.vietnamese import find_customer_codes, find_phones, find_place, fold
from care.attachments.keeping import attach
from care.attachments.store import Store
from care.codes import ticket_code
from care.due import written
from care.errors import CareError, Invalid
from care.filing import file_ticket
from care.idempotency import Call
from care.lifecycle import REOPENED_WITHIN
from care.mail.answers import still_not
from care.mail.head import head_of, key_of
from care.mail.letter import Letter, read_letter
from care.mail.outgoing import queue_mail
from care.mail.queue import first_due, seconds_to_next
from care.mail.tables import MailIn, MailOut, MailThread
from care.place import WORD
from care.shapes import TicketGiven, TicketNote, TicketReport, Transition
from care.tables import Ticket
from care.tickets import add_note, move
from care.wired import Care
from care.words import words_in

MAIL_IN = "care_mail_in"
LARGEST = 25 * 1024 * 1024
FLOOD, FLOOD_WITHIN = 6, timedelta(hours=1)
REFUSED_BEYOND = 200
ATTEMPTS = 10  # over four hours: longer than a database or a bucket is usually away
RETRY = timedelta(seconds=30)
RAW_KEPT = timedelta(days=30)
LONGEST_TEXT = 3_900
FOLDER = Path(__file__).parent


class TooManyLetters(Exception):
    """So many letters of one sender that the next has to wait."""


def store_letter(care: Care, raw: bytes, envelope_from: str | None) -> bool:
    """Keep a letter to be handled; False when it is here already. Raises TooManyLetters; one commit."""
    head, now = head_of(raw), care.now()
    sender = head.sender[1]
    with care.database.transaction() as session:
        lately = (MailIn.sender == sender) & (MailIn.received_at > now - FLOOD_WITHIN)
        if (session.scalar(select(func.count()).select_from(MailIn).where(lately)) or 0) >= REFUSED_BEYOND:
            raise TooManyLetters
        values = {
            "key": key_of(raw, head),
            "message_id": head.message_id,
            "sender": sender,
            "envelope_from": envelope_from,
            "size": len(raw),
            "raw": raw,
            "received_at": now,
            "due_at": now,
        }
        row = insert(MailIn).values(values).on_conflict_do_nothing(index_elements=[MailIn.key]).returning(MailIn.id)
        new = session.scalar(row) is not None
        session.execute(text("SELECT pg_notify(:topic, '')"), {"topic": MAIL_IN})
        session.commit()
    return new


@dataclass(frozen=True)
class Outcome:
    """What became of a letter."""

    status: str
    reason: str | None = None
    ticket: TicketGiven | None = None
    refused: tuple[str, ...] = ()


class MailInbox:
    """Handles the waiting letters. A letter is one ticket or note however often it is tried: its key is the call's key."""

    def __init__(self, care: Care, store: Store, own_addresses: frozenset[str]) -> None:
        self._care, self._store, self._own = care, store, own_addresses

    def work_once(self) -> bool:
        """Handle one letter; False when none is due."""
        now = self._care.now()
        with self._care.database.transaction() as session:
            row = first_due(session, MailIn, now)
            if row is None:
                return False
            # Counted before it is read: a letter that kills us, or meets a fault of ours, is not begun for ever.
            if row.attempts >= ATTEMPTS:
                row.status, row.reason, row.handled_at = "failed", "begun too often", now
                session.commit()
                return True
            row.due_at = now + RETRY * 2**row.attempts
            row.attempts += 1
            mail, attempts = (row.id, row.key, row.raw or b"", row.envelope_from), row.attempts
            session.commit()
        number, key, raw, envelope_from = mail
        letter = read_letter(raw, envelope_from, self._own)
        try:
            outcome = self._handle(letter, key, number)
        except CareError as error:
            if attempts < ATTEMPTS:
                return True
            outcome = Outcome("failed", str(error)[:500])
        self._finish(number, key, letter, outcome)
        return True

    def next_in_s(self) -> float | None:
        """Seconds until a letter is to be tried again."""
        return seconds_to_next(self._care, MailIn)

    def _handle(self, letter: Letter, key: str, number: int) -> Outcome:
        if letter.machine is not None:
            return Outcome("ignored", letter.machine)
        with self._care.database.transaction() as session:
            known = _ticket_of(session, letter, self._care.now())
            flooded = None if known else _flooded_ticket(session, letter.sender, number, self._care.now())
        if known or flooded:
            note = TicketNote(text=_words(letter), by="customer")
            answer = add_note(self._care, known or flooded or "", note, Call("mail", key, note.model_dump(mode="json")))
            ticket = TicketGiven.model_validate_json(answer.text)
            if known and ticket.status == "done" and still_not(_words(letter)):
                again = Transition(to="accepted", by="customer")
                move(self._care, ticket.code, again, Call("mail reopening", key, again.model_dump(mode="json")))
            return Outcome("noted" if known else "folded", None, ticket, self._keep_files(ticket.code, letter))
        report = _report(letter)
        answer = file_ticket(self._care, report, Call("mail", key, report.model_dump(mode="json")))
        ticket = TicketGiven.model_validate_json(answer.text)
        return Outcome("filed", letter.tangled, ticket, self._keep_files(ticket.code, letter))

    def _keep_files(self, code: str, letter: Letter) -> tuple[str, ...]:
        """Names of the files that were not kept."""
        refused = []
        for file in letter.files:
            try:
                attach(self._care, self._store, code, file.name, file.content, "customer")
            except Invalid:
                refused.append(file.name)
        return tuple(refused)

    def _finish(self, number: int, key: str, letter: Letter, outcome: Outcome) -> None:
        """The letter's end, its thread and the answer: one commit."""
        now = self._care.now()
        with self._care.database.transaction() as session:
            row = session.get_one(MailIn, number, with_for_update=True)
            row.status, row.reason, row.handled_at = outcome.status, outcome.reason, now
            if outcome.ticket is not None:
                ticket = session.scalars(select(Ticket).where(Ticket.code == outcome.ticket.code)).one()
                row.ticket_id = ticket.id
                # A contract's code can be typed by anyone: who repeats another's fault hears of it, but may not add to it.
                if outcome.status != "filed" or (ticket.email or "").lower() == letter.sender:
                    _join_thread(session, ticket.id, letter)
                if outcome.status == "filed":
                    self._answer(session, key, letter, outcome.ticket, outcome.refused, now)
            session.commit()

    def _answer(
        self, session: Session, key: str, letter: Letter, ticket: TicketGiven, refused: tuple[str, ...], now: datetime
    ) -> None:
        words = words_in(FOLDER / "texts.yml")["texts"]
        due = written(ticket.due_at)
        said = words["large" if letter.tangled else "filed"].format(
            code=ticket.code,
            service=self._care.catalogue.services[ticket.service].name_vi,
            due=words["due"].format(due=due) if due else "",
            files=words["refused_files"].format(files=", ".join(refused)) if refused else "",
        )
        subject = f"[{ticket.code}] {letter.subject or words['filed'].splitlines()[0]}"
        queue_mail(session, f"answer:{key}", letter.sender, subject, said, letter.head.message_id, now)


def forget_letters(care: Care) -> int:
    """Drop the text of letters handled a month ago; for a timer. Returns how many."""
    with care.database.transaction() as session:
        old = session.scalars(
            select(MailIn).where(MailIn.raw.is_not(None), MailIn.handled_at < care.now() - RAW_KEPT).limit(500)
        ).all()
        for row in old:
            row.raw = None
        session.commit()
    return len(old)


def _ticket_of(session: Session, letter: Letter, now: datetime) -> str | None:
    """The ticket that the letter is about: by the code in its subject or by what it answers, if its sender may write there.

    One that ended too long ago to be opened again is nobody's work any more: None, the letter is a new request.
    """
    codes = [code for one in letter.codes if (code := ticket_code(one))]
    by_code = select(Ticket.id).where(Ticket.code.in_(codes))
    by_answer = select(MailOut.ticket_id).where(MailOut.message_id.in_(letter.earlier))
    by_letter = select(MailIn.ticket_id).where(MailIn.message_id.in_(letter.earlier))
    numbers = [
        number
        for found in ([by_code] if codes else []) + ([by_answer, by_letter] if letter.earlier else [])
        for number in session.scalars(found)
        if number is not None
    ]
    if not numbers:
        return None
    allowed = select(MailThread.ticket_id).where(MailThread.address == letter.sender)
    mine = select(Ticket.code).where(
        Ticket.id.in_(numbers),
        (Ticket.id.in_(allowed)) | (func.lower(Ticket.email) == letter.sender),
        Ticket.ended_at.is_(None) | (Ticket.ended_at >= now - REOPENED_WITHIN),
    )
    return session.scalar(mine.order_by(Ticket.id.desc()).limit(1))


def _flooded_ticket(session: Session, sender: str, number: int, now: datetime) -> str | None:
    """The last ticket of who has sent too many letters within the hour: the next ones are notes on it."""
    filed = (
        select(MailIn.ticket_id)
        .where(MailIn.sender == sender, MailIn.status == "filed", MailIn.received_at > now - FLOOD_WITHIN)
        .where(MailIn.id != number)
        .order_by(MailIn.id.desc())
        .limit(FLOOD)
    )
    tickets = session.scalars(filed).all()
    if len(tickets) < FLOOD:
        return None
    return session.scalar(select(Ticket.code).where(Ticket.id == tickets[0]))


def _join_thread(session: Session, ticket_id: int, letter: Letter) -> None:
    values = {
        "ticket_id": ticket_id,
        "address": letter.sender,
        "subject": letter.subject,
        "last_message_id": letter.head.message_id,
    }
    put = insert(MailThread).values(values)
    changed = {"last_message_id": letter.head.message_id}
    session.execute(put.on_conflict_do_update(index_elements=["ticket_id", "address"], set_=changed))


def _words(letter: Letter) -> str:
    return (letter.text or letter.subject or "…")[:LONGEST_TEXT]


def _report(letter: Letter) -> TicketReport:
    whole = f"{letter.subject}\n{letter.text}"[:LONGEST_TEXT]
    codes, phones, place = find_customer_codes(whole), find_phones(whole), find_place(letter.text[:1_000])
    address = {
        "street": place.street,
        "ward": place.ward.name if place.ward else place.ward_text,
        "province": place.ward.province if place.ward else place.province,
    }
    return TicketReport.model_validate(
        {
            "service": _kind(whole),
            "channel": "email",
            "contact_name": letter.name or None,
            "email": letter.sender,
            "customer_code": codes[0].value if codes else None,
            "phone": phones[0].value if phones else None,
            "address": address if any(address.values()) else None,
            "description": whole.strip() or None,
            "by": "email",
        }
    )


def _kind(text_: str) -> str:
    """The service whose words the letter has."""
    words = f" {' '.join(WORD.findall(fold(text_)))} "
    kinds = words_in(FOLDER / "kinds.yml")
    for kind in kinds["kinds"]:
        if any(f" {one} " in words for one in kind["words"]):
            return str(kind["service"])
    return str(kinds["default"])
