"""The outage schedule: what is announced for a place on the days asked about; nothing beyond that is promised."""

from datetime import datetime, timedelta

from actions.care import Outage
from actions.collect import ask_missing, listen
from actions.exchange import Exchange
from actions.facts import dates, whole
from actions.place import Where
from actions.words import VIETNAM

SHOWN = frozenset({"approved", "running", "overrun", "postponed"})
DAYS_AHEAD = 7
MOST_LISTED = 5


def start(talk: Exchange) -> None:
    """Answer for the place named, or the one this conversation already told."""
    talk.begin("planned")
    listen(talk)
    advance(talk)


def go_on(talk: Exchange) -> bool:
    """Take place and days; False when the message held neither."""
    if not listen(talk).anything:
        return False
    advance(talk)
    return True


def aside(talk: Exchange) -> bool:
    """Answer a schedule question inside another task, when that task already knows the place."""
    where = Where.of(talk.task.facts.get("place"))
    if where.area_gap is not None or (where.code and not whole(where.code)):
        return False
    _tell(talk, where, dates(talk.turn.text, talk.turn.now))
    return True


def advance(talk: Exchange) -> None:
    """Ask for the place, or list what is announced."""
    task = talk.task
    if ask_missing(talk):
        return
    where = Where.of(task.facts["place"])
    if where.code and not (whole(where.code) and talk.care.customer_exists(where.code)):
        task.facts.pop("place")
        task.asking = "place"
        talk.say("ask.code_unknown", code=where.code)
        return
    _tell(talk, where, task.facts.get("dates"))
    talk.finish()


def _tell(talk: Exchange, where: Where, days: dict[str, str] | None) -> None:
    start, end = _window(talk.turn.now, days)
    found = talk.care.outages(where.query(), start, end)
    shown = sorted((o for o in found if o.status in SHOWN), key=lambda o: o.starts_at or start)[:MOST_LISTED]
    talk.state.known["schedule"] = {"value": where.label, "at": talk.turn.now.isoformat()}
    span = {"place": where.label, "first": f"{start.astimezone(VIETNAM):%d/%m}"}
    last = (end - timedelta(minutes=1)).astimezone(VIETNAM)
    span["days"] = (
        span["first"] if last.date() == start.astimezone(VIETNAM).date() else f"{span['first']} – {last:%d/%m}"
    )
    if not shown:
        talk.say("planned.none", place=span["place"], days=span["days"])
        return
    lines = "\n".join(_line(talk, one) for one in shown)
    sure = any(o.match != "ward" for o in shown)
    talk.say("planned.found" if sure else "planned.found_in_ward", lines=lines, place=span["place"], days=span["days"])


def _window(now: datetime, days: dict[str, str] | None) -> tuple[datetime, datetime]:
    if days is None:
        return now, now + timedelta(days=DAYS_AHEAD)
    return datetime.fromisoformat(days["start"]), datetime.fromisoformat(days["end"])


def _line(talk: Exchange, outage: Outage) -> str:
    postponed = "planned.line.postponed" if outage.status == "postponed" else "planned.line"
    return talk.words.term(
        postponed if outage.kind == "planned" else "planned.line.incident",
        start=talk.moment(outage.starts_at) if outage.starts_at else "",
        end=talk.moment(outage.ends_at) if outage.ends_at else talk.words.term("end.unknown"),
        area=outage.area,
        reason=outage.reason or talk.words.term("reason.unknown"),
    )
