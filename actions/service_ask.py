"""The questions of a service: one at a time, in other words the second time, and what a refusal leads to."""

from actions.collect import LONGEST_TITLE, asked_enough, place_question, show
from actions.exchange import Exchange
from actions.field_values import KEPT_AS_WORDS
from actions.place import Where
from actions.sharing import offers
from actions.tasks import Field, Task
from actions.words import Button

MOST_BUTTONS = 5
TRIES_BEFORE_A_PERSON = 2


def ask(talk: Exchange, missing: Field) -> None:
    """Ask for one field; what this conversation told before is offered instead of asked again."""
    task = talk.task
    if task.asking != missing.name:
        task.asking, task.tries = missing.name, 0
    task.stage = "collect"
    if (offered := offer(task, missing.name)) is not None:
        _offer(talk, missing, offered)
        return
    if task.tries >= TRIES_BEFORE_A_PERSON + 2:
        talk.say(talk.words.first_of(f"service.stuck.{missing.kind}", "service.stuck"))
        return
    keys, buttons, blanks = _question(talk, missing)
    if not buttons and missing.kind == "option":
        buttons = [option_button(missing, value) for value in missing.choices]
    if task.tries >= TRIES_BEFORE_A_PERSON:
        buttons.append(Button(talk.words.term("button.agent"), "talk_to_agent"))
    buttons += offers(talk, missing.kind)
    key = talk.words.first_of(*keys, "service.question")
    say_in_bubbles(talk, key, buttons, question=missing.question, **blanks)


def say_in_bubbles(talk: Exchange, key: str, buttons: list[Button], **blanks: str) -> None:
    """A sentence with as many buttons as a bubble may have; the rest stand in bubbles of their own."""
    own = len(talk.words.replies[key].buttons)
    first = MOST_BUTTONS - own
    talk.say(key, buttons[:first], **blanks)
    for start in range(first, len(buttons), MOST_BUTTONS):
        talk.say("service.more", buttons[start : start + MOST_BUTTONS])


def option_button(one: Field, value: str) -> Button:
    """The button of one option; what is pressed later still says which field it is for."""
    return Button(one.labels.get(value, value)[:LONGEST_TITLE], f"inform;value={one.name}:{value}")


def offer(task: Task, name: str) -> str | None:
    """A value of this conversation that may be used again for the field `name`."""
    found: str | None = task.notes.get("offers", {}).get(name)
    return found


def withdraw_offer(task: Task, name: str) -> None:
    """Do not offer it again."""
    task.notes.get("offers", {}).pop(name, None)


def _offer(talk: Exchange, missing: Field, offered: str) -> None:
    short = f"…{offered[-3:]}"
    same = Button(talk.words.term(f"button.keep.{missing.kind}", value=short), f"inform;value={missing.name}:{offered}")
    other = Button(talk.words.term(f"button.other.{missing.kind}"), "deny")
    talk.say(f"service.keep.{missing.kind}", [same, other], value=short)


def _question(talk: Exchange, missing: Field) -> tuple[list[str], list[Button], dict[str, str]]:
    """Sentence keys in order of preference, buttons and blanks."""
    task = talk.task
    service, again = task.notes["service"]["id"], task.tries > 0
    if missing.kind == "address":
        where = Where.of(task.facts.get(missing.name))
        name, buttons, blanks = place_question(task.name, where, missing)
        if name != missing.name:
            return [f"again.{name}", f"ask.{name}"] if again else [f"ask.{name}"], buttons, blanks
    else:
        buttons, blanks = [], {}
    if missing.kind == "date_range" and missing.name in task.facts:
        return ["service.ask.days_end"], [], {"first": show(talk, missing.name)}
    form = "again" if again else "ask"
    by_code = ["address_or_code"] if missing.kind == "address" and missing.unless else []
    names = [f"{service}.{missing.name}", *by_code, missing.name, *([missing.kind] if again else [])]
    return [f"service.{form}.{name}" for name in names], buttons, blanks


def asked_too_often(talk: Exchange, missing: Field) -> bool:
    """Whether a place was asked for often enough to be taken as it was told."""
    return missing.kind == "address" and asked_enough(talk, missing)


def without(talk: Exchange, asked: Field, why: str) -> bool:
    """The customer gives no `asked` (`why`: `unknown` or `refused`); False when it was said and asked once more here."""
    task = talk.task
    if asked.kind == "phone":
        task.facts[asked.name] = ""
        talk.lead("service.no_phone")
        return True
    if not asked.required:
        return True
    if why == "unknown" and asked.kind in (*KEPT_AS_WORDS, "moment"):
        value = talk.words.term("value.unknown")
        task.facts[asked.name] = {"text": value} if asked.kind == "moment" else value
        return True
    refused: dict[str, int] = task.notes.setdefault("refused", {})
    refused[asked.name] = refused.get(asked.name, 0) + 1
    if refused[asked.name] > 1:
        talk.say(talk.words.first_of(f"service.stuck.{asked.kind}", "service.stuck"))
        return False
    talk.lead(talk.words.first_of(f"service.why.{asked.name}", f"service.why.{asked.kind}", "service.why"))
    ask(talk, asked)
    return False
