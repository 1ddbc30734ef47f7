"""The care API's JSON as the field's own shapes."""

from collections.abc import Mapping
from datetime import datetime, time, timezone
from typing import Any

from actions.care import Centre, CodeSent, Directory, Fact, Json, Outage, Ticket
from bot.vietnamese import written_hour

LONG_AGO = datetime(1970, 1, 1, tzinfo=timezone.utc)


def items_of(body: Any) -> list[Json]:
    """The entries of a list, paged or not."""
    items: list[Json] = body["items"] if isinstance(body, dict) else body
    return items


def moment_of(text: str | None) -> datetime | None:
    """An aware moment; None for an empty one."""
    if not text:
        return None
    moment = datetime.fromisoformat(text.replace("Z", "+00:00"))
    return moment if moment.tzinfo else moment.replace(tzinfo=timezone.utc)


def ticket_of(item: Json, new: bool = False) -> Ticket:
    """A ticket; `new` when this call filed it."""
    address = item.get("address") or {}
    parts = [address.get(part) for part in ("street", "ward", "province")]
    done = [entry["at"] for entry in item.get("history") or () if entry.get("event") == "done"]
    return Ticket(
        code=item["code"],
        service=item["service"],
        status=item["status"],
        conversation_id=item.get("conversation_id"),
        phone=item.get("phone"),
        created_at=moment_of(item.get("created_at")),
        due_at=moment_of(item.get("due_at")),
        description=item.get("description") or "",
        address=", ".join(part for part in parts if part) or address.get("text") or "",
        new=new,
        done_at=moment_of(done[-1]) if done else None,
    )


def outage_of(item: Json, place: Mapping[str, str]) -> Outage:
    """An outage; `place` is what was asked with."""
    # A look-up by customer code needs no grade: the code names the station.
    match = item.get("match") or ("customer_code" if "customer_code" in place else "ward")
    return Outage(
        code=item["code"],
        kind=item["kind"],
        status=item["status"],
        area=item.get("area") or "",
        starts_at=moment_of(item.get("starts_at")),
        ends_at=moment_of(item.get("ends_at")),
        reason=item.get("reason") or "",
        match=match,
    )


def code_sent_of(body: Json) -> CodeSent:
    """Where a one-time code went."""
    # More than three digits of a phone never come near a sentence, whatever care writes before them.
    endings = tuple(str(ending)[-3:] for ending in body.get("phones") or ())
    return CodeSent(str(body["sent_to"])[-3:], endings, moment_of(body["expires_at"]) or LONG_AGO)


def centre_of(item: Json) -> Centre:
    """A care centre."""
    return Centre(
        code=item["code"],
        name=item["name_vi"],
        hotlines=tuple(item.get("hotline") or ()),
        provinces=tuple(item.get("provinces") or ()),
        **{key: item.get(key) or "" for key in ("website", "email", "zalo", "facebook")},
    )


def directory_of(body: Json) -> Directory:
    """The official numbers and hours."""
    hours = {
        name: "–".join(written_hour(time.fromisoformat(span[end])) for end in ("opens", "closes"))
        for name, span in body["hours"].items()
    }
    return Directory(
        numbers=tuple(number for line in body["items"] for number in line["numbers"]),
        scam_numbers=tuple(one["number"] for one in body["national"]["scam_numbers"]),
        desk_hours=hours["desk"],
        office_hours=hours["office"],
    )


def fact_of(item: Json) -> Fact:
    """A fact of the FAQ."""
    return Fact(item["id"], item["question_vi"], tuple(item["facts"]), item["confidence"] == "confirmed")
