"""What trainers should look at again in their sentences: templates, near-copies, forgotten annotations, lost accents."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence

from bot.nlu.facts import BY_FORM, marks_in
from bot.nlu.trainingdata import Sentence
from bot.vietnamese import fold, strip_accents

SAME_SKELETON = 3
TALK = frozenset(
    {
        "greet",
        "goodbye",
        "thank",
        "affirm",
        "deny",
        "cancel",
        "start_over",
        "repeat",
        "help",
        "bot_challenge",
        "express_anger",
        "inform",
    }
)
FREQUENT = frozenset(
    {
        "report_outage",
        "ask_planned_outage",
        "report_hazard",
        "ask_bill",
        "complain_high_bill",
        "report_payment_problem",
        "ask_tariff",
        "request_new_connection",
        "ask_ticket_status",
        "estimate_bill",
        "ask_service_info",
        "talk_to_agent",
        "inform",
        "out_of_scope",
    }
)
WANTED_FREQUENT, WANTED_TALK, WANTED = 400, 120, 220
# Only these are sure enough by their form to be missed by name; months and places are the trainers' to judge.
SURE = BY_FORM & {"customer_code", "ticket_code", "phone_number", "email"}
_WORD = re.compile(r"[^\W\d_]+")
_FILLER = re.compile(
    r"\b(?:a|ah|da|vang|em|anh|chi|ad|oi|nhe|nha|nhi|voi|giup|dum|gium|ho|cho|hoi|minh|toi|tui|ban|shop)\b"
)


def skeleton(sentence: Sentence) -> str:
    """The sentence without accents, its facts and numbers as blanks."""
    text = sentence.text
    for entity, start, end in sorted(sentence.entities, key=lambda one: -one[1]):
        text = f"{text[:start]} {entity.upper()} {text[end:]}"
    return " ".join(re.sub(r"\d+", "0", fold(text)).replace(",", " ").replace(".", " ").split())


def templates(sentences: Sequence[Sentence]) -> Iterator[str]:
    """Skeletons that more than SAME_SKELETON sentences of one intent share; talk aside."""
    counts = Counter((one.intent, skeleton(one)) for one in sentences if one.intent not in TALK)
    yield from (f"{intent}: {times} times: {made}" for (intent, made), times in counts.items() if times > SAME_SKELETON)


def near_copies(sentences: Sequence[Sentence]) -> Iterator[str]:
    """Pairs of two intents whose sentences differ in courtesies, order and numbers only."""
    seen: dict[str, Sentence] = {}
    for one in sentences:
        words = sorted(_FILLER.sub(" ", re.sub(r"\W+|\d+", " ", fold(one.text))).split())
        key = " ".join(words)
        other = seen.setdefault(key, one)
        if other.intent != one.intent and len(words) > 2:
            yield f"{one.intent}: {one.text!r} is nearly {other.intent}: {other.text!r}"


def forgotten(sentences: Iterable[Sentence]) -> Iterator[str]:
    """Codes, phones and mail addresses that nobody annotated."""
    for one in sentences:
        for mark in marks_in(one.text):
            covered = any(start < mark.end and mark.start < end for _, start, end in one.entities)
            if mark.entity in SURE and not covered:
                yield f"{one.intent}: {one.text!r} does not annotate {mark.entity} {one.text[mark.start : mark.end]!r}"


def lost_accents(sentences: Sequence[Sentence]) -> Iterator[str]:
    """Sentences typed with accents in which two words or more lost theirs."""
    forms: dict[str, Counter[str]] = defaultdict(Counter)
    split = [_WORD.findall(one.text.lower()) for one in sentences]
    marked = [sum(word != strip_accents(word) for word in words) for words in split]
    for words, accented in zip(split, marked, strict=True):
        if accented * 2 > len(words):
            for word in words:
                forms[strip_accents(word)][word] += 1
    always = {
        plain for plain, seen in forms.items() if sum(seen.values()) >= 20 and seen[plain] * 50 < sum(seen.values())
    }
    for one, words, accented in zip(sentences, split, marked, strict=True):
        bare = [word for word in words if word in always]
        if accented * 2 > len(words) and len(bare) >= 2:
            yield f"{one.intent}: {one.text!r} lost the accents of {', '.join(bare)}"


def thin(sentences: Iterable[Sentence]) -> Iterator[str]:
    """Intents with fewer sentences than they need."""
    for intent, count in sorted(Counter(one.intent for one in sentences).items()):
        wanted = WANTED_FREQUENT if intent in FREQUENT else WANTED_TALK if intent in TALK else WANTED
        if count < wanted:
            yield f"{intent} has {count} sentences, {wanted} are wanted"
