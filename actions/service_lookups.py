"""What a service looks up at care while it is asked for: whether a code exists, and which outages a place had."""

from datetime import timedelta

from actions.care import Outage
from actions.exchange import Exchange
from actions.facts import whole
from actions.place import Where
from bot.vietnamese import find_emails, find_phones

OUTAGE_COMPLAINT = "OUTAGE_COMPLAINT"
DAYS_BACK = timedelta(days=30)
FELT = frozenset({"approved", "running", "overrun", "done"})
MOST_LISTED = 4


def unknown_code(talk: Exchange) -> bool:
    """True when the customer code told is not whole or not in the books, which was said."""
    task = talk.task
    code = task.facts.get("customer_code")
    if not code or task.notes.get("known_code") == code:
        return False
    if whole(code) and talk.care.customer_exists(code):
        task.notes["known_code"] = code
        return False
    task.facts.pop("customer_code")
    optional = not task.form.field("customer_code").required
    task.stage, task.tries = "collect", 0
    missing = task.form.missing(task.facts)
    task.asking = missing.name if optional and missing is not None else "customer_code"
    if not whole(code):
        talk.say("service.code_short", code=code, length=str(len(code)))
    else:
        talk.say("ask.code_unknown" if optional else "service.code_unknown", code=code)
    return True


def notice_new_value(talk: Exchange) -> None:
    """A phone number or mail address in the message that wants just that changed is the new one."""
    task, text = talk.task, talk.turn.text
    fields = {one.name for one in task.form.fields}
    if not {"what", "new_value"} <= fields or task.facts.get("new_value") or talk.turn.pressed:
        return
    kind = task.facts.get("what")
    found = find_phones(text) if kind == "phone" else find_emails(text) if kind == "email" else []
    if found:
        task.facts["new_value"] = found[-1].value


def tell_outages(talk: Exchange) -> None:
    """For a complaint about outages: those on record at the place, named before anything else is asked."""
    task = talk.task
    where = _place(talk)
    if task.notes["service"]["id"] != OUTAGE_COMPLAINT or where is None or task.notes.get("looked") == where.label:
        return
    task.notes["looked"] = where.label
    now = talk.turn.now
    found = [one for one in talk.care.outages(where.query(), now - DAYS_BACK, now) if one.status in FELT]
    if not found:
        return
    newest = sorted(found, key=lambda one: one.starts_at or now, reverse=True)[:MOST_LISTED]
    sure = any(one.match != "ward" for one in found)
    lines = "\n".join(_line(talk, one) for one in newest)
    talk.say("service.outages" if sure else "service.outages.ward", count=str(len(found)), lines=lines)


def _place(talk: Exchange) -> Where | None:
    facts = talk.task.facts
    if facts.get("customer_code"):
        return Where(code=facts["customer_code"])
    where = Where.of(facts.get("address"))
    return where if where.gap is None else None


def _line(talk: Exchange, one: Outage) -> str:
    return talk.words.term(
        "planned.line" if one.kind == "planned" else "planned.line.incident",
        start=talk.moment(one.starts_at) if one.starts_at else "",
        end=talk.moment(one.ends_at) if one.ends_at else talk.words.term("end.unknown"),
        area=one.area,
        reason=one.reason or talk.words.term("reason.unknown"),
    )
