"""Coming back to a task: what is under way, what is still missing, and whether it is still wanted after a long time."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Literal

from actions.collect import plain_answer
from actions.exchange import Exchange
from actions.later import PASSING
from actions.place import Where
from actions.service_words import in_text
from actions.tasks import Task

# After this long the customer may be elsewhere, or the power back: the task is asked about before it goes on.
LONG_AGO = timedelta(hours=12)
MOST_MISSING = 3
LONGEST_LATE = 300
Then = Literal["usual", "again", "fresh", "said"]


def stale(talk: Exchange, task: Task) -> bool:
    """Whether the task's last turn is long ago."""
    return bool(task.at) and talk.turn.now - datetime.fromisoformat(task.at) > LONG_AGO


def after_long(talk: Exchange, task: Task, other: bool, ends: bool) -> Then:
    """What becomes of a message for an old task: `again` (it goes on), `fresh` (the message is served without it), `said`.

    `other`: the message clearly wants something else; `ends`: it ends whatever is under way.
    """
    if "late" in task.notes:
        return _answered(talk, task)
    if ends or not stale(talk, task):
        return "usual"
    if other or not task.returns:
        talk.state.task = None
        talk.state.aside = task if task.returns else None
        return "fresh"
    ask(talk, task)
    return "said"


def _answered(talk: Exchange, task: Task) -> Then:
    """The customer was asked about the old task; whoever simply answers its question wants to go on."""
    answer, late = plain_answer(talk), task.notes.pop("late")
    if answer is None:
        return "usual"
    if not answer:
        talk.finish()
        talk.say("resume.dropped")
        return "said"
    talk.turn = replace(talk.turn, text=late, intent="inform", pressed=False, picked={})
    return "again"


def ask(talk: Exchange, task: Task) -> None:
    """Ask whether the old task goes on; this message is heard only after the yes."""
    passing = talk.turn.intent in PASSING and talk.turn.intent != "inform"
    task.notes["late"] = "" if passing else talk.turn.text[:LONGEST_LATE]
    _say(talk, "resume.old", task)


def take_up(talk: Exchange, task: Task) -> None:
    """The task set aside is under way again, with the phone number that was told meanwhile."""
    talk.state.task, talk.state.aside = None, None
    phone = talk.known("phone")
    talk.state.task = task
    if phone and "phone" not in task.facts and any(one.name == "phone" for one in task.form.fields):
        task.facts["phone"] = phone


def offer(talk: Exchange, task: Task) -> None:
    """Offer once to go on with a task that was set aside."""
    task.notes["offered"] = True
    _say(talk, "resume", task)


def _say(talk: Exchange, key: str, task: Task) -> None:
    """With the place it is for and what is missing, where there is something to name."""
    what = task.notes.get("in_text") or talk.words.terms.get(f"task.{task.name}") or talk.words.term("task.any")
    label = Where.of(task.facts.get("place")).label
    if label:
        what = talk.words.term("task.at", what=what, place=label)
    missing = ", ".join(_missing(talk, task))
    talk.say(f"{key}.missing" if missing else key, what=what, missing=missing)


def _missing(talk: Exchange, task: Task) -> list[str]:
    """What is still to be asked, as a customer calls it."""
    wanted = [one.name for one in task.form.fields if one.needed(task.facts) and not one.filled(task.facts)]
    terms = talk.words.terms
    return [terms.get(f"missing.{name}") or in_text(talk.words.term(f"fact.{name}")) for name in wanted[:MOST_MISSING]]
