"""Words taken as they are: free text that was asked for, refusals, and what a pressed button carries."""

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

from actions.phrases import choose, phrases
from actions.turn import Turn
from bot.vietnamese import (
    find_customer_codes,
    find_names,
    find_phones,
    find_ticket_codes,
    fold,
    nfc,
    strip_accents,
)

if TYPE_CHECKING:
    from actions.tasks import Field, Task

FILE = Path(__file__).resolve().parents[1] / "data" / "lookup" / "services.yml"
LONGEST_TEXT = 1000
LONGEST_REFUSAL = 7
SURE = 0.6
# A sure wish of these is no answer to an open question, however it is worded.
NOT_TEXT = frozenset(
    [
        "greet",
        "thank",
        "goodbye",
        "cancel",
        "start_over",
        "repeat",
        "help",
        "talk_to_agent",
        "bot_challenge",
        "affirm",
        "deny",
    ]
)
# A first message tells something when it holds this many words beside the usual ones of asking.
TELLING_WORDS = 3
PHONE_LABEL = re.compile(r"(?:(?:so )?(?:dien thoai|dt)|sdt|so)(?: (?:cua )?(?:toi|em|minh|tui))?(?: la)?[ :]*$")
INTRODUCED = re.compile(
    r"(?:(?:toi|em|minh|chau|con|tui)(?: ten)?(?: la)?|(?:ho )?ten(?: toi| em| minh)?(?: la)?)[ :]*$"
)


def free_text(turn: Turn, task: "Task") -> str | None:
    """The message as the answer to an open question; None when it is plainly something else."""
    text = " ".join(turn.text.split())
    sure = turn.confidence >= SURE and not turn.unsure
    if sure and (turn.intent in NOT_TEXT or turn.intent.startswith("ask_")):
        return None
    if len(text) < 2 or refuses(text) or text.endswith("?"):
        return None
    phones = find_phones(text)
    asks_phone = any(one.kind == "phone" for one in task.form.fields)
    if phones and asks_phone and len(phones[-1].text) > len(text) - 4:
        return None
    return text[:LONGEST_TEXT]


def refuses(text: str) -> str | None:
    """`unknown` or `refused` for a short message that gives no fact; None for anything else."""
    if len(text.split()) > LONGEST_REFUSAL:
        return None
    return choose("no_fact", text, FILE) or ("refused" if choose("refuse", text) else None)


def telling(text: str) -> bool:
    """Whether a wish's first message already describes what is the matter."""
    known = {word for said in phrases(FILE)["usual"]["words"] for word in said.split()}
    usual = known | {strip_accents(word) for word in known}
    kept = "".join(char if char.isalnum() else " " for char in nfc(text).lower())
    return len([word for word in kept.split() if word not in usual]) >= TELLING_WORDS


def without_codes(text: str) -> str:
    """The text without customer codes, which are no part of an address."""
    for span in reversed(find_customer_codes(text)):
        text = f"{text[: span.start]} {text[span.end :]}"
    return text


def without_speaker(text: str) -> str:
    """The text without the phone numbers in it and without the name by which the customer introduces themselves."""
    spans = []
    for span in find_phones(text):
        label = PHONE_LABEL.search(fold(text[: span.start]))
        spans.append((label.start() if label else span.start, span.end))
    for span in find_names(text):
        if (own := INTRODUCED.search(fold(text[: span.start]))) is not None:
            spans.append((own.start(), span.end))
    for start, end in sorted(spans, reverse=True):
        text = f"{text[:start]} {text[end:]}"
    return re.sub(r"\s+([,.;])", r"\1", " ".join(text.split())).strip(" ,.;")


def pressed(carried: str, one: "Field", asking: str) -> Any:
    """The value of a button `field:value` (or a bare value for the field just asked); None when it is not for `one`."""
    name, colon, value = carried.partition(":")
    if not colon:
        name, value = asking, carried
    if name != one.name:
        return None
    if one.kind == "option":
        return value if value in one.choices else None
    if one.kind == "phone":
        return "" if value == "none" else next((span.value for span in find_phones(value)), None)
    if one.kind == "customer_code":
        return next((span.value for span in find_customer_codes(value)), None)
    if one.kind == "ticket_code":
        return next((span.value for span in find_ticket_codes(value)), None)
    return None
