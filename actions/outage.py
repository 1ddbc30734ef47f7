"""No power: find the outage that explains it, else report it, as a good call-taker does."""

from datetime import datetime

from actions import outage_before
from actions.care import Json, Outage
from actions.collect import Heard, ask_missing, listen, settle, show, since_words, summarize
from actions.exchange import Exchange
from actions.facts import customer_code, whole
from actions.outage_before import SERVICE
from actions.phrases import choose
from actions.place import Where
from actions.words import Button

FELT = frozenset({"approved", "running", "overrun"})
MOST_AREAS = 4
# The incident whose news this conversation hears.
FOLLOWED = "followed"


def start(talk: Exchange) -> None:
    """A new report; one this conversation already filed is told first, unless another place is named."""
    if outage_before.still_out(talk):
        return
    anyway = talk.turn.picked.get("anyway") == "yes"
    task = talk.begin("outage", carry=("phone",) if talk.turn.picked.get("other") else ("place", "phone"))
    heard = listen(talk)
    if anyway:
        task.notes["anyway"] = True
    elif "place" not in heard.changed and not talk.turn.picked.get("other") and outage_before.told(talk):
        return
    if Where.of(task.facts.get("place")).gap == "place":
        talk.lead("outage.sorry")
    advance(talk)


def go_on(talk: Exchange) -> bool:
    """Take the next message of the task; False when it had nothing for it."""
    task = talk.task
    heard = listen(talk)
    if "place" in heard.changed:
        task.notes.pop("anyway", None)
        if task.stage in ("area", "same_fault"):
            task.stage = "collect"
    handled = {"same_fault": _same_fault, "area": _area, "reset": _reset, "confirm": _confirm, "fix": _confirm}
    if task.stage in handled:
        return handled[task.stage](talk, heard)
    if not heard.anything:
        return False
    advance(talk)
    return True


def advance(talk: Exchange) -> None:
    """Say what comes next: the outage that explains it, the next question, or the summary."""
    task = talk.task
    where = Where.of(task.facts.get("place"))
    if task.stage == "reset":
        talk.say("outage.ask.reset")
        return
    unseen = where.gap is None and not task.notes.get("anyway") and task.notes.get("looked") != where.label
    if unseen and _look_up(talk, where):
        return
    if task.stage == "area":
        _ask_area(talk)
        return
    if task.facts.get("breaker") == "tripped" and not task.notes.get("advised"):
        task.notes["advised"] = True
        task.stage, task.asking = "reset", ""
        talk.say("outage.reset")
        return
    if not ask_missing(talk):
        summarize(talk)


def restored(talk: Exchange) -> None:
    """The power is back: be glad, drop the report under way, tell the crew of one already sent."""
    if choose("when_back", talk.turn.text) and talk.turn.text:  # a question, however much it sounds like the news
        start(talk)
        return
    was_filing = talk.state.task is not None and talk.state.task.name == "outage"
    if was_filing:
        talk.finish()
    ticket = outage_before.open_ticket(talk)
    if ticket is None:
        talk.say("outage.restored_in_time" if was_filing else "outage.restored")
        return
    note = talk.words.term("note.restored", time=talk.moment(talk.turn.now))
    talk.care.add_facts(ticket.code, {"description": f"{ticket.description}\n{note}".strip()})
    talk.say("outage.restored_ticket", code=ticket.code)


def tell(talk: Exchange, outage: Outage) -> None:
    """Area, reason, start and expected end of one outage."""
    key = "outage.found.planned" if outage.kind == "planned" else "outage.found.incident"
    ends = outage.ends_at
    if ends is None or ends <= talk.turn.now or outage.status == "overrun":
        key += ".late" if ends is not None else ".open"
    talk.say(
        key,
        area=outage.area,
        reason=outage.reason or talk.words.term("reason.unknown"),
        start=talk.moment(outage.starts_at) if outage.starts_at else "",
        end=talk.moment(ends) if ends else "",
    )


def _explain(talk: Exchange, outage: Outage) -> None:
    """Tell the outage; of an incident the customer hears the news, as if they had reported it."""
    if outage.kind == "incident":
        code = talk.care.follow_outage(outage.code, talk.turn.conversation_id)
        talk.state.known[FOLLOWED] = {"value": code, "at": talk.turn.now.isoformat()}
    tell(talk, outage)


def _look_up(talk: Exchange, where: Where) -> bool:
    """True when the look-up decided what is said in this turn."""
    task = talk.task
    if where.code and not (whole(where.code) and talk.care.customer_exists(where.code)):
        task.facts.pop("place", None)
        task.asking, task.tries = "place", 0
        talk.say("ask.code_unknown", code=where.code)
        return True
    felt = [o for o in talk.care.outages(where.query(), talk.turn.now, None) if o.status in FELT]
    task.notes["looked"] = where.label
    task.stage = "collect"
    sure = [o for o in felt if o.match != "ward"]
    if sure:
        # A planned outage wins over an incident: only its end is known.
        _explain(talk, min(sure, key=lambda o: o.kind != "planned"))
        talk.finish()
        return True
    if felt:
        task.notes["areas"] = [_stored(o) for o in felt[:MOST_AREAS]]
        task.stage = "area"
    return False


def _ask_area(talk: Exchange) -> None:
    areas = talk.task.notes["areas"]
    if len(areas) == 1:
        talk.say("outage.ask.same_area", area=areas[0]["area"])
        return
    listed = "\n".join(f"{i}. {one['area']}" for i, one in enumerate(areas, 1))
    buttons = [Button(talk.words.term("button.area", number=str(i + 1)), f"inform;area={i}") for i in range(len(areas))]
    talk.say("outage.ask.which_area", buttons, areas=listed)


def _area(talk: Exchange, heard: Heard) -> bool:
    """The answer to "is it this area?": yes tells the outage, no goes on to file."""
    areas = talk.task.notes["areas"]
    number = talk.turn.picked.get("area") or str(_spoken_number(talk.turn.text) - 1)
    if heard.yes and len(areas) == 1:
        number = "0"
    if number.isdigit() and int(number) < len(areas):
        _explain(talk, _outage(areas[int(number)]))
        talk.finish()
        return True
    if heard.yes is False:
        talk.task.stage = "collect"
        advance(talk)
        return True
    if heard.changed:
        advance(talk)
        return True
    return False


def _reset(talk: Exchange, heard: Heard) -> bool:
    """After the advice on the tripped breaker: is the power back?"""
    power = talk.turn.picked.get("power") or choose("power", talk.turn.text)
    back = {"on": True, "off": False}.get(power or "", heard.yes)
    if back:
        talk.finish()
        talk.say("outage.restored_in_time")
        return True
    if back is None and not heard.changed:
        return False
    talk.task.stage = "collect"
    if back is False:
        talk.lead("outage.reset_failed")
    advance(talk)
    return True


def _confirm(talk: Exchange, heard: Heard) -> bool:
    said = settle(talk, heard)
    if said == "file":
        _file(talk)
    elif said == "changed":
        talk.task.stage = "collect"
        advance(talk)
    return said != "unclear"


def _file(talk: Exchange) -> None:
    ticket = talk.file_ticket(_body(talk), talk.key)
    key = "outage.filed" if ticket.new else "outage.already"
    if ticket.due_at is None:
        key += ".no_due"
    talk.say(key, code=ticket.code, due=talk.moment(ticket.due_at) if ticket.due_at else "")
    talk.finish()


def _body(talk: Exchange) -> Json:
    facts, where = talk.task.facts, Where.of(talk.task.facts.get("place"))
    since = facts.get("since") or {}
    details = {
        "since": since.get("at") or since.get("text"),
        "alone": facts.get("alone"),
        "breaker": facts.get("breaker"),
    }
    scope = show(talk, "alone")
    return {
        "service": SERVICE,
        "channel": talk.turn.channel,
        "conversation_id": talk.turn.conversation_id,
        "description": talk.words.term("note.outage", since=since_words(talk, since), scope=scope),
        "details": {key: value for key, value in details.items() if value},
    } | {
        key: value
        for key, value in (("customer_code", where.code), ("phone", facts.get("phone")), ("address", where.address()))
        if value
    }


def _same_fault(talk: Exchange, heard: Heard) -> bool:
    """After "you reported this already": another place starts a report, anything else ends it."""
    if heard.yes is None and not heard.changed:
        talk.finish()
        return False
    if heard.yes:
        talk.task.facts.pop("place", None)
        talk.task.stage = "collect"
        advance(talk)
        return True
    talk.finish()
    talk.say("anything_else")
    return True


def _spoken_number(text: str) -> int:
    digits = "".join(char for char in text if char.isascii() and char.isdigit())
    return int(digits) if len(digits) == 1 and customer_code(text) is None else 0


def _stored(outage: Outage) -> Json:
    return {
        "code": outage.code,
        "kind": outage.kind,
        "status": outage.status,
        "area": outage.area,
        "starts_at": outage.starts_at.isoformat() if outage.starts_at else None,
        "ends_at": outage.ends_at.isoformat() if outage.ends_at else None,
        "reason": outage.reason,
        "match": outage.match,
    }


def _outage(stored: Json) -> Outage:
    moments = {k: datetime.fromisoformat(stored[k]) if stored[k] else None for k in ("starts_at", "ends_at")}
    return Outage(**{**stored, **moments})
