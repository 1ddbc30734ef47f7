"""Begins a service: its fields go into the task, with what the first message and this conversation already told."""

from dataclasses import replace
from typing import Any

from actions.collect import listen
from actions.exchange import Exchange
from actions.facts import whole
from actions.free_words import FILE, LONGEST_TEXT, telling
from actions.phrases import choose
from actions.place import Where
from actions.service_choice import fitting
from actions.service_lookups import notice_new_value
from actions.service_words import in_sentence, takes, title
from actions.services import Service
from actions.tasks import Task
from actions.words import Words

SYMPTOMS = "VOLTAGE_COMPLAINT"


def open_service(talk: Exchange, service: Service, facts: dict[str, Any] | None = None) -> None:
    """Start the task of a service; the question comes from its `advance`.

    A message that only chose among services adds to the one that carried the wish.
    """
    before = talk.state.task
    said = "" if "register" in talk.turn.picked else talk.turn.text
    if before is not None and before.name == "service" and _gives_way(before, service):
        said = (before.notes.get("said", "") if before.notes.get("wish") else "") or said
        talk.state.task = None
    task = talk.begin("service", carry=())
    adopt(task, service, talk.words)
    task.facts |= {name: value for name, value in (facts or {}).items() if name in _names(task)}
    listen(talk)
    notice_new_value(talk)
    if said and said != talk.turn.text:
        _hear_earlier(talk, said)
    task.notes["said"] = said[:LONGEST_TEXT]
    _describe(task, said)
    if not service.confidential:
        _remembered(talk)
    _introduce(talk, service)


def adopt(task: Task, service: Service, words: Words) -> None:
    """Put the service and its fields into the task; facts that it does not ask for fall away."""
    task.notes["service"] = {
        "id": service.id,
        "wishes": list(service.wishes),
        "otp": service.otp,
        "otp_when": {key: list(values) for key, values in service.otp_when.items()},
        "confidential": service.confidential,
    }
    task.notes["fields"] = [dict(one) for one in service.fields]
    task.notes["title"], task.notes["in_text"] = title(words, service), in_sentence(words, service)
    for fact in set(task.facts) - _names(task):
        task.facts.pop(fact)


def refit(talk: Exchange) -> None:
    """Go over to the service that the facts ask for: from 40 kW on it is another one."""
    task = talk.task
    wanted = fitting(task.notes["service"]["id"], task.facts)
    if wanted != task.notes["service"]["id"]:
        service = talk.care.service(wanted)
        adopt(task, service, talk.words)
        talk.lead("service.refit", title=task.notes["in_text"])


def _gives_way(before: Task, service: Service) -> bool:
    """A question which service is meant, and the same service begun anew, are not set aside."""
    return before.stage == "which" or before.notes["service"]["id"] == service.id


def _names(task: Task) -> set[str]:
    return {one.name for one in task.form.fields}


def _hear_earlier(talk: Exchange, said: str) -> None:
    """The facts of the message that carried the wish, before it was clear which service was meant."""
    now = talk.turn
    talk.turn = replace(now, text=said, pressed=False, picked={})
    facts = dict(talk.task.facts)
    listen(talk)
    notice_new_value(talk)
    talk.task.facts |= facts
    talk.turn = now


def _describe(task: Task, said: str) -> None:
    """What the first message already describes is not asked again."""
    if "description" not in _names(task) or not said:
        return
    if task.notes["service"]["id"] == SYMPTOMS:
        tells = choose("symptom", said, FILE) is not None
    else:
        tells = telling(said)
    if tells:
        task.facts["description"] = said[:LONGEST_TEXT]


def _remembered(talk: Exchange) -> None:
    """Phone, name and place of this conversation; whatever a contract is changed by is only offered."""
    task = talk.task
    offers: dict[str, str] = {}
    for one in task.form.fields:
        if one.name in task.facts:
            continue
        if one.kind == "customer_code":
            code = talk.known("contract") or Where.of(talk.known("place")).code
            if code and whole(code) and talk.care.verified(talk.turn.conversation_id, code):
                task.facts[one.name] = code  # just proved to be the customer's own
            elif code and whole(code):
                offers[one.name] = code
        elif one.name == "phone" and (phone := talk.known("phone")):
            if task.notes["service"]["otp"]:
                offers[one.name] = phone
            else:
                task.facts[one.name] = phone
        elif one.name == "contact_name" and (name := talk.known("name")):
            task.facts[one.name] = name
        elif one.kind == "address" and one.unless:
            _same_place(talk, one.name, one.unless)
    task.notes["offers"] = offers


def _same_place(talk: Exchange, name: str, codes: tuple[str, ...]) -> None:
    """A fault or complaint is where the last one was, unless told otherwise; the summary shows it."""
    where = Where.of(talk.known("place"))
    facts = talk.task.facts
    if any(facts.get(code) for code in codes):
        return
    if where.code and whole(where.code):
        facts[codes[0]] = where.code
    elif where.gap is None:
        facts[name] = where.stored()


def _introduce(talk: Exchange, service: Service) -> None:
    own = f"service.intro.{service.id}"
    if own in talk.words.replies:
        talk.lead(own)
        return
    line = takes(talk.words, service, talk.task.facts)
    talk.lead("service.intro" if line else "service.intro.plain", title=talk.task.notes["in_text"], takes=line)
