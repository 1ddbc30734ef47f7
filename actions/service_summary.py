"""The summary of a service: a yes files it, anything else corrects it or adds to it."""

import re
from collections.abc import Callable
from dataclasses import replace

from actions.collect import Heard, listen
from actions.exchange import Exchange
from actions.free_words import FILE
from actions.phrases import choose, phrases
from actions.service_ask import ask, say_in_bubbles
from actions.service_file import submit
from actions.service_story import more_story
from actions.service_words import summary_lines
from actions.tasks import Task
from actions.words import Button

# What stands behind it is right.
RIGHT = re.compile(r"\s(?:thành|thanh|lại là|lai la|phải là|phai la|mới là|moi la|là|la)\s|:\s", re.IGNORECASE)


def summarize(talk: Exchange) -> None:
    """Show all facts and ask for a yes."""
    task = talk.task
    task.stage, task.asking = "confirm", ""
    lines = "\n".join(summary_lines(talk))
    talk.say("service.summary", title=task.notes["in_text"], lines=lines)


def settle(talk: Exchange, heard: Heard, advance: Callable[[Exchange], None]) -> bool:
    """At the summary: a plain yes files, a fact told anew or named is corrected, a no asks what is wrong."""
    task = talk.task
    names = [one.name for one in task.form.fields]
    hedged = not talk.turn.pressed and choose("hedge", talk.turn.text, FILE) == "yes"
    fix = talk.turn.picked.get("fix", "")
    if heard.changed:
        task.stage = "collect"
        advance(talk)
    elif fix in names:
        _ask_anew(talk, fix, advance)
    elif task.stage == "confirm" and heard.yes and not hedged:
        submit(talk)
    elif named := _named(talk.turn.text, task):
        _ask_anew(talk, named, advance)
    elif "phone" in names and "phone" not in task.facts and choose("refuse", talk.turn.text):
        task.facts["phone"] = ""
        talk.lead("service.no_phone")
        summarize(talk)
    elif heard.yes is False or hedged:
        _ask_what_is_wrong(talk)
    elif heard.yes or more_story(talk):  # nothing is wrong after all, or there is more to tell
        summarize(talk)
    else:
        return False
    return True


def _ask_anew(talk: Exchange, name: str, advance: Callable[[Exchange], None]) -> None:
    """Ask for a fact that is wrong, unless the same message says what is right: "sửa tên thành Nguyễn Văn Mười"."""
    task = talk.task
    before = task.facts.pop(name, None)
    right = RIGHT.split(talk.turn.text, maxsplit=1)[1:]
    if right and not talk.turn.pressed:
        task.stage, task.asking = "collect", name
        talk.turn = replace(talk.turn, text=right[0], intent="inform")
        listen(talk)
    if task.facts.get(name) not in (None, before):
        advance(talk)
        return
    task.facts.pop(name, None)
    task.asking = ""
    ask(talk, task.form.field(name))


def _ask_what_is_wrong(talk: Exchange) -> None:
    task = talk.task
    task.stage = "fix"
    told = [one for one in task.form.fields if one.name in task.facts]
    buttons = [Button(talk.words.term(f"fact.{one.name}"), f"inform;fix={one.name}") for one in told]
    say_in_bubbles(talk, "collect.fix", buttons)


def _named(text: str, task: Task) -> str:
    """The fact that the customer says is wrong, where words name exactly one that was told."""
    words = phrases(FILE)["fact"]
    told = {one.name for one in task.form.fields if one.name in task.facts}
    folded = choose("fact", text, FILE)
    return folded if folded in told and folded in words else ""
