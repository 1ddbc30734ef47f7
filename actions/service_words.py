"""Titles, times, costs and papers of a service in the customer's words; only what may be promised."""

from collections.abc import Mapping
from typing import Any

from actions.collect import LONGEST_TITLE, show
from actions.exchange import Exchange
from actions.free_words import without_speaker
from actions.services import Limit, Paper, Service
from actions.words import Words

MOST_OPTIONS = 3
# Longer explanations of what something costs are told to whoever asks.
SHORT_COST = 60


def title(words: Words, service: Service) -> str:
    """Short enough for a button."""
    return words.terms.get(f"service.{service.id}") or service.name[:LONGEST_TITLE]


def in_sentence(words: Words, service: Service) -> str:
    """The title as it follows "yêu cầu"."""
    return words.terms.get(f"service.as.{service.id}") or in_text(title(words, service))


def in_text(name: str) -> str:
    """A title inside a sentence: `Sang tên hợp đồng` becomes `sang tên hợp đồng`; short names in capitals stay."""
    first = name.split(" ", 1)[0]
    return name if first.isupper() else name[:1].lower() + name[1:]


def limit_words(words: Words, limit: Limit) -> str:
    """`5 ngày làm việc`."""
    return words.term(f"unit.{limit.unit}", n=str(limit.value))


def short_time(words: Words, service: Service, facts: Mapping[str, Any]) -> str:
    """The time these facts lead to, a span while they leave it open; empty when none is promised.

    What only the staff or the place decides is left out: the rule is told, as `thường`.
    """
    names = {one["name"] for one in service.fields}
    open_ones = [
        one for one in service.limits if one.fits and set(one.fits) <= names and not set(one.fits) & set(facts)
    ]
    if not open_ones:
        told = service.limit(facts)
        return limit_words(words, told) if told else ""
    asked = [one for one in service.limits if not one.fits or set(one.fits) <= names]
    values = sorted({one.value for one in open_ones if one.unit == asked[-1].unit})
    if len(values) == 1:
        return limit_words(words, open_ones[0])
    return words.term(f"unit.{asked[-1].unit}", n=f"{values[0]}–{values[-1]}")


def time_lines(words: Words, service: Service) -> str:
    """All times that may be promised, each with what it depends on."""
    told = [one for one in service.limits if "centre" not in one.fits]
    parts = [
        limit_words(words, one)
        if not one.fits
        else words.term("unit.when", limit=limit_words(words, one), when=one.when)
        for one in told
    ]
    return "; ".join(parts)


def takes(words: Words, service: Service, facts: Mapping[str, Any]) -> str:
    """Time and cost in one short line; empty when neither is certain."""
    time = short_time(words, service, facts)
    parts = [words.term("takes.time", time=time)] if time else []
    if service.cost and len(service.cost) <= SHORT_COST:
        free = in_text(service.cost) == words.term("cost.free")
        parts.append(words.term("takes.free" if free else "takes.cost", cost=in_text(service.cost)))
    return " ".join(parts)


def summary_lines(talk: Exchange) -> list[str]:
    """Each fact told, as it would be filed."""
    words, task = talk.words, talk.task
    hidden = task.notes["service"]["confidential"]
    lines = []
    for one in (one for one in task.form.fields if one.name in task.facts):
        value = show(talk, one.name)
        value = without_speaker(value) if hidden and one.kind == "text" else value
        lines.append(words.term("service.line", label=words.term(f"fact.{one.name}"), value=value))
    return [*lines, words.term("service.line.hidden")] if hidden else lines


def paper_lines(words: Words, service: Service) -> list[str]:
    """One line a paper."""
    return [words.term("paper.line", paper=_paper(words, one)) for one in service.papers]


def _paper(words: Words, paper: Paper) -> str:
    named = paper.name[:1].upper() + paper.name[1:]
    if paper.options:
        options = "; ".join(paper.options[:MOST_OPTIONS])
        key = "paper.some" if len(paper.options) > MOST_OPTIONS else "paper.options"
        named = words.term(key, paper=named, options=options)
    return words.term("paper.when", paper=named, when=paper.when) if paper.when else named
