"""Asking for facts: hears a message, asks the next missing fact, shows the summary, takes corrections."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from actions.exchange import OF_CONTRACT, Exchange
from actions.facts import VAGUE, hear, keep_unread
from actions.field_values import READ_HERE
from actions.field_words import shown
from actions.phrases import choose, contradicts, says_wrong, yes_or_no
from actions.place import Where
from actions.sharing import offers
from actions.tasks import Field
from actions.words import Button

# Facebook shows at most 13 quick replies, Zalo 5 buttons; more wards than this are narrowed by asking on.
MOST_CHOICES = 5
LONGEST_TITLE = 20
MOST_TIMES_ASKED = 3
# From this confidence on a yes or no in longer words counts.
CLEAR = 0.6


@dataclass(frozen=True)
class Heard:
    """What a message brought: facts that changed, whether an unread answer was kept, and a plain yes or no."""

    changed: frozenset[str]
    kept: bool
    yes: bool | None

    @property
    def anything(self) -> bool:
        """Whether the task moved."""
        return bool(self.changed) or self.kept


def listen(talk: Exchange) -> Heard:
    """Take the facts of this message into the task; a fact changed after it stood is told back."""
    task = talk.task
    stood = {one.name for one in task.form.fields if one.name in task.facts and one.filled(task.facts)}
    was_asked = task.asking
    changed = frozenset(hear(talk.turn, task))
    yes = plain_answer(talk)
    kept = not changed and yes is None and task.stage == "collect" and talk.keep_unread and keep_unread(talk.turn, task)
    talk.heard = changed
    if changed or kept:
        task.tries = 0
    corrected = sorted(changed & stood - {was_asked})
    still_open = any(one.name == was_asked and not one.filled(task.facts) for one in task.form.fields)
    if task.stage == "collect":
        for name in corrected:
            talk.lead("collect.corrected", fact=show(talk, name))
        if changed and not corrected and was_asked not in changed and still_open:
            talk.lead("collect.noted")
    return Heard(changed, kept, yes)


def plain_answer(talk: Exchange) -> bool | None:
    """Yes or no to the question just asked: by button, by short words, or by a clear wish."""
    if not talk.turn.pressed and contradicts(talk.turn.text):
        # "có, mà sai rồi" to a summary: something in it is wrong.
        at_summary = talk.state.task is not None and talk.state.task.stage == "confirm"
        return False if at_summary and says_wrong(talk.turn.text) else None
    if talk.turn.intent in ("affirm", "deny") and (talk.turn.pressed or talk.turn.confidence >= CLEAR):
        return talk.turn.intent == "affirm"
    return None if talk.turn.pressed else yes_or_no(talk.turn.text)


def ask_missing(talk: Exchange, spared: frozenset[str] = frozenset()) -> bool:
    """Ask for the next missing fact but the spared ones; False when nothing is missing."""
    while (missing := talk.task.form.missing(talk.task.facts, spared)) is not None:
        if ask(talk, missing):
            return True
    return False


def ask(talk: Exchange, missing: Field) -> bool:
    """Ask one question, in other words the second time, with a person offered the third time.

    False when a place was asked for often enough: it is taken as it was told, and nothing is said.
    """
    task = talk.task
    if task.asking != missing.name:
        task.asking, task.tries = missing.name, 0
    question = missing.name
    buttons: list[Button] = []
    facts: dict[str, str] = {}
    if missing.kind in ("place", "area"):
        if asked_enough(talk, missing):
            return False
        question, buttons, facts = place_question(task.name, Where.of(task.facts.get(missing.name)), missing)
    forms = ("again", "ask") if task.tries else ("ask",)
    keys = [key for form in forms for key in (f"{task.name}.{form}.{question}", f"{form}.{question}")]
    if task.tries >= 2:
        buttons.append(Button(talk.words.term("button.agent"), "talk_to_agent"))
    buttons += offers(talk, missing.kind)
    talk.say(talk.words.first_of(*keys), buttons, **facts)
    return True


def asked_enough(talk: Exchange, missing: Field) -> bool:
    """True after the same part of a place was asked for three times: then it is taken as it was told."""
    task = talk.task
    where = Where.of(task.facts.get(missing.name))
    gap = (where.area_gap if missing.kind == "area" else where.gap) or missing.name
    asked: dict[str, int] = task.notes.setdefault("asked", {})
    # A picture, or an answer to another question, is no failed try.
    tried = bool(talk.turn.text.strip()) and not talk.heard - {missing.name}
    asked[gap] = asked.get(gap, 0) + (1 if tried or not asked.get(gap) else 0)
    if asked[gap] <= MOST_TIMES_ASKED:
        return False
    loose = replace(where, loose=True, candidates=())
    task.facts[missing.name] = loose.stored()
    return missing.filled(task.facts)


def place_question(task: str, where: Where, missing: Field) -> tuple[str, list[Button], dict[str, str]]:
    """Which part of a place is asked for next, with its buttons and blanks."""
    gap = (where.area_gap if missing.kind == "area" else where.gap) or missing.name
    if gap != "ward_choice":
        return (
            gap if gap != "place" else missing.name,
            [],
            {"ward": where.ward or where.ward_text or "", "province": where.province or ""},
        )
    several = len({province for _, province in where.candidates}) > 1
    named = [f"{ward}, {province}" if several else ward for ward, province in where.candidates]
    if len(named) > MOST_CHOICES:
        return "which_province" if several else "which_ward", [], {"ward": where.ward_text or ""}
    buttons = [Button(name[:LONGEST_TITLE], f"inform;ward_choice={i}") for i, name in enumerate(named)]
    listed = "\n".join(f"{i}. {name}" for i, name in enumerate(named, 1))
    return gap, buttons, {"ward": where.ward_text or "", "choices": listed}


def show(talk: Exchange, name: str) -> str:
    """A fact as a customer reads it."""
    value: Any = talk.task.facts.get(name)
    one = talk.task.form.field(name)
    if one.kind in ("place", "address"):
        return Where.of(value).label
    if one.kind == "phone" and value == OF_CONTRACT:
        return talk.words.term("phone.contract")
    if one.kind == "phone":
        return f"{value[:4]} {value[4:7]} {value[7:]}" if value else talk.words.term("phone.none")
    if one.kind == "moment":
        return since_words(talk, value)
    if one.kind in READ_HERE:
        return shown(talk.words, one, value)
    if not value:
        return ""
    return talk.words.term(f"{name}.{value}") if name in ("alone", "breaker") else str(value)


def since_words(talk: Exchange, value: dict[str, str] | None) -> str:
    """When it began: a moment where one was read, else the customer's own words."""
    if not value:
        return talk.words.term("since.unknown")
    if "at" in value:
        return _moment_told(talk, datetime.fromisoformat(value["at"]), value["text"])
    return talk.words.term(f"since.{value['text']}") if value["text"] in VAGUE else value["text"]


def _moment_told(talk: Exchange, at: datetime, told: str) -> str:
    """As exact as it was told: "hôm qua" names no hour, "tối qua" only a part of the day."""
    if any(char.isdigit() for char in told) or choose("hour", told) is not None:
        return talk.moment(at)
    part = choose("part_of_day", told)
    time = talk.words.term(f"part.{part}") if part else ""
    return talk.words.moment(at, talk.turn.now, time=time).strip()


def summarize(talk: Exchange) -> None:
    """Show all facts and ask for a yes."""
    task = talk.task
    task.stage, task.asking = "confirm", ""
    facts = {one.name: show(talk, one.name) for one in task.form.fields}
    lines = [talk.words.term(f"line.{name}", value=value) for name, value in facts.items() if value]
    talk.say(f"{task.name}.summary", lines="\n".join(lines))


def settle(talk: Exchange, heard: Heard) -> str:
    """At the summary: `file` on a plain yes, `changed` after a correction, `asked` when a question went out,
    `unclear` when the message was about something else.
    """
    task = talk.task
    fix = talk.turn.picked.get("fix", "")
    if fix in {one.name for one in task.form.fields}:
        task.facts.pop(fix, None)
        task.stage = "collect"
        if f"fix.{fix}" in talk.words.replies:
            task.asking, task.tries = fix, 0
            talk.say(f"fix.{fix}")
        elif not ask(talk, task.form.field(fix)) and not ask_missing(talk):
            summarize(talk)
        return "asked"
    if heard.changed:
        return "changed"
    if task.stage == "confirm" and heard.yes:
        return "file"
    if heard.yes:  # nothing is wrong after all
        summarize(talk)
        return "asked"
    if heard.yes is False:
        task.stage = "fix"
        names = [one.name for one in task.form.fields if one.name in task.facts and one.needed(task.facts)]
        buttons = [Button(talk.words.term(f"fact.{name}"), f"inform;fix={name}") for name in names]
        talk.say("collect.fix", buttons)
        return "asked"
    return "unclear"
