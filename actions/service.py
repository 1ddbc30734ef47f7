"""Any service of the catalogue as one dialogue: what it takes, what is missing, a summary, a ticket."""

from actions import erasing, identity, service_info
from actions.collect import Heard, listen
from actions.errors import NotFound
from actions.exchange import OF_CONTRACT, Exchange
from actions.facts import customer_code
from actions.field_values import tells_past_day
from actions.free_words import FILE, refuses
from actions.phrases import choose
from actions.service_ask import ask, asked_too_often, offer, withdraw_offer, without
from actions.service_choice import Choice, chosen, serving
from actions.service_file import submit
from actions.service_lookups import tell_outages, unknown_code
from actions.service_start import open_service, refit
from actions.service_story import more_story, part_of_story
from actions.service_summary import settle, summarize
from actions.tasks import Facts, Field

# The wishes whose services are taken up here; a service of another wish has a dialogue of its own.
WISHES = (
    "request_new_connection",
    "request_capacity_change",
    "request_meter_relocation",
    "request_meter_check",
    "request_contract_transfer",
    "request_info_update",
    "request_purpose_change",
    "request_quota_change",
    "request_contract_renewal",
    "request_termination",
    "request_suspension",
    "request_reconnection",
    "request_rooftop_solar",
    "request_after_meter",
    "request_pole_move",
    "report_power_quality",
    "complain_frequent_outage",
    "complain_service",
    "request_compensation",
    "report_theft",
    "ask_privacy",
    "ask_service_info",
)
# People want to know what these mean before anything is asked of them.
INFORMED_FIRST = ("ask_service_info", "request_rooftop_solar")


def start(talk: Exchange) -> None:
    """Take up the service a button names, else the one the wish means; tell first where that was asked for."""
    wish, picked = talk.action, talk.turn.picked
    if "register" in picked:
        _register(talk, picked["register"])
    elif wish in INFORMED_FIRST:
        service_info.start(talk, wish)
    else:
        take_up(talk, wish)


def take_up(talk: Exchange, wish: str) -> None:
    """Open the wish's service with what this message tells, or ask which of its services is meant."""
    _take_up(talk, wish, talk.turn.text)


def go_on(talk: Exchange) -> bool:
    """Take the next message of the task; False when it had nothing for it."""
    task = talk.task
    if task.stage == "which":
        return _which(talk)
    if task.stage == identity.STAGE:
        return identity.go_on(talk, submit)
    asked = next((one for one in task.form.fields if one.name == task.asking), None)
    return _explained(talk, asked) or _hear(talk, asked)


def _hear(talk: Exchange, asked: Field | None) -> bool:
    task = talk.task
    heard = listen(talk)
    taken = _text_of_button(talk) or (
        asked is not None and (_take_offer(talk, asked, heard) or _of_contract(talk, asked))
    )
    if task.stage in ("confirm", "fix"):
        return settle(talk, heard, advance)
    if asked is not None and asked.kind == "phone" and asked.name in heard.changed and not task.facts[asked.name]:
        talk.lead("service.no_phone")
    if asked is not None and not taken and asked.name not in heard.changed and not heard.kept:
        why = _no_fact(talk, asked, heard)
        if why is not None:
            if without(talk, asked, why):
                advance(talk)
            return True
    if asked is not None and not heard.changed and tells_past_day(asked.kind, talk.turn.text, talk.turn.now):
        talk.lead("service.past_day")
    if asked is not None and asked.kind == "address" and _only_a_code(talk, heard):
        talk.lead("service.no_code")
        task.tries += 1
    elif not heard.anything and not taken and not more_story(talk):
        return False
    advance(talk)
    return True


def advance(talk: Exchange) -> None:
    """The next question, or the summary; a stage that waits for something else says it again."""
    task = talk.task
    if task.stage == "which":
        service_info.ask_which(talk)
        return
    if task.stage == identity.STAGE:
        identity.advance(talk)
        return
    if unknown_code(talk) or erasing.takes_over(talk):
        return
    refit(talk)
    tell_outages(talk)
    while (missing := task.form.missing(task.facts)) is not None:
        if not asked_too_often(talk, missing):
            ask(talk, missing)
            return
    summarize(talk)


def same(talk: Exchange, wish: str) -> bool:
    """Whether a wish is about the service under way, or answers which service is meant."""
    task = talk.task
    if task.stage == "which":
        return task.notes["wish"] in (None, wish)
    return wish in task.notes["service"]["wishes"] or part_of_story(talk, wish)


def open_question(talk: Exchange, wish: str) -> bool:
    """Whether free words are awaited, in which a complaint or request is part of the story and no new wish."""
    task = talk.state.task
    if task is None or task.name != "service" or talk.turn.pressed:
        return False
    asked = next((one for one in task.form.fields if one.name == task.asking), None)
    return asked is not None and asked.kind == "text" and wish.startswith(("request_", "complain_", "report_"))


def _register(talk: Exchange, service_id: str) -> None:
    try:
        service = talk.care.service(service_id)
    except NotFound:  # an old button of a service that is no more
        service_info.start(talk, "ask_service_info")
        return
    before = talk.state.task
    facts: Facts = {}
    if before is not None and before.notes.get("without_code") == service_id:
        facts = {"description": before.notes.get("words") or None, "period": before.notes.get("period")}
        talk.finish()  # this service stands for it
    open_service(talk, service, {name: value for name, value in facts.items() if value})
    advance(talk)


def _take_up(talk: Exchange, wish: str, text: str, picked: str = "") -> None:
    choice = chosen(wish, text, picked)
    found = serving(wish, talk.care.services())
    if choice is None and len(found) == 1:
        choice = Choice("", found[0].id)
    if choice is None:
        service_info.begin_which(talk, wish=wish)
        return
    open_service(talk, talk.care.service(choice.service), dict(choice.facts))
    advance(talk)


def _which(talk: Exchange) -> bool:
    """The answer to "which service?"."""
    task, text = talk.task, talk.turn.text
    wish = task.notes.get("wish")
    if wish is None:
        return service_info.hear_which(talk)
    picked = talk.turn.picked.get("value", "")
    if chosen(wish, text, picked) is None:
        return False
    _take_up(talk, wish, text, picked)
    return True


def _take_offer(talk: Exchange, asked: Field, heard: Heard) -> bool:
    """The answer to "still the same code or phone?"; a new value stands on its own."""
    task = talk.task
    offered = offer(task, asked.name)
    if offered is None:
        return False
    withdraw_offer(task, asked.name)
    if asked.name in heard.changed:
        return False
    kept = heard.yes if talk.turn.pressed else {"yes": True, "no": False}.get(_kept(talk), heard.yes)
    if kept:
        task.facts[asked.name] = offered
        return True
    if kept is False:
        return True
    task.notes.setdefault("offers", {})[asked.name] = offered
    return False


def _explained(talk: Exchange, asked: Field | None) -> bool:
    """ "Sao phải cho số điện thoại": what the fact is for, before it is asked again."""
    if talk.turn.pressed or choose("why", talk.turn.text, FILE) is None:
        return False
    names = (asked.name, asked.kind) if asked is not None else ()
    talk.lead(talk.words.first_of(*(f"service.why.{name}" for name in names), "service.why"))
    advance(talk)
    return True


def _of_contract(talk: Exchange, asked: Field) -> bool:
    """ "Số trên hợp đồng" answers the question for a phone where the contract is known."""
    facts = talk.task.facts
    if asked.kind != "phone" or facts.get(asked.name) or not facts.get("customer_code"):
        return False
    if talk.turn.pressed or choose("of_contract", talk.turn.text) is None:
        return False
    facts[asked.name] = OF_CONTRACT
    return True


def _only_a_code(talk: Exchange, heard: Heard) -> bool:
    """A customer code told as the place of a service that wants an address: it is an old meter's."""
    wants_code = any(one.kind == "customer_code" for one in talk.task.form.fields)
    return not heard.changed and not wants_code and customer_code(talk.turn.text) is not None


def _kept(talk: Exchange) -> str:
    return choose("keep", talk.turn.text, FILE) or ""


def _text_of_button(talk: Exchange) -> bool:
    """A button may stand for words of an open question: `value=description:weak`."""
    name, colon, key = talk.turn.picked.get("value", "").partition(":")
    task = talk.task
    if not colon or name not in {one.name for one in task.form.fields if one.kind == "text"}:
        return False
    told = talk.words.term(f"{name}.{key}")
    said = task.notes.get("said", "")
    task.facts[name] = f"{told}. {said[:1].upper()}{said[1:]}" if said else told
    return True


def _no_fact(talk: Exchange, asked: Field, heard: Heard) -> str | None:
    """`unknown` or `refused` when the message gives no fact and says so."""
    if talk.turn.pressed:
        return "refused" if talk.turn.picked.get("value") == f"{asked.name}:none" else None
    if heard.changed:
        return None
    return refuses(talk.turn.text) or ("refused" if heard.yes is False else None)
