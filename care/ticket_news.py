"""What a ticket's customer hears of its life; the sentences are in ticket_news.yml."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from sqlalchemy.orm import Session

from care.catalogue import Service
from care.notices import Notice, queue_notice
from care.tables import Ticket
from care.words import words_in

# Who asked for the change needs no notice of it.
OWN_DOING = frozenset({"customer", "bot"})
NEWS = Path(__file__).parent / "ticket_news.yml"


def tell(session: Session, service: Service, ticket: Ticket, event: str, note: str | None, now: datetime) -> None:
    """Queue what `event` means to the customer, if it is news to them. Told once for each version of the ticket."""
    news = words_in(NEWS)["news"]
    name = f"{event}.{ticket.fault}" if f"{event}.{ticket.fault}" in news else event
    name = f"{name}.note" if note and f"{name}.note" in news else name
    found = news.get(name)
    if found is None or not (ticket.conversation_id or ticket.email) or service.id in news["silent"]["services"]:
        return
    said = found["text"].format(code=ticket.code, service=service.name_vi, note=(note or "").strip())
    buttons = tuple(
        (button["title"], button["payload"].format(code=ticket.code)) for button in found.get("buttons", ())
    )
    notice = Notice(
        key=f"{ticket.code}:{ticket.version}:{event}",
        about=ticket.code,
        text=said,
        conversation_id=ticket.conversation_id,
        email=ticket.email,
        subject=f"[{ticket.code}] {service.name_vi}",
        buttons=buttons,
    )
    queue_notice(session, notice, now)
