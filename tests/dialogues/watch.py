"""What must hold of every reply of the bot, whatever was said to it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import yaml

from settings import ROOT

Bubble = Mapping[str, Any]
LONGEST_TITLE, LONGEST_PAYLOAD, MOST_BUTTONS = 20, 64, 5
# Said when an action failed: never in a product whose processes all live.
FAILED = ("đang trục trặc", "đang không trả lời", "hệ thống không nhận yêu cầu")
RECKONED = ("Trước thuế:", "tính theo công suất ghi trên máy", "tương đương khoảng", "• Bậc 1 (", "Dạ bậc ")
SPINE, NEWS = ROOT / "conversations" / "texts.yml", ROOT / "care" / "ticket_news.yml"


def _notices() -> list[str]:
    """Patterns of what the bot says by itself: codes of call-backs, news of tickets."""
    spine = yaml.safe_load(SPINE.read_text("utf8"))
    news = yaml.safe_load(NEWS.read_text("utf8"))["news"]
    words = [spine["callback_filed"], spine["callback_again"], *(one["text"] for one in news.values() if "text" in one)]
    return [re.sub(r"\\\{\w+\\\}", "(?s:.+)", re.escape(one.strip())) for one in words]


NOTICES = _notices()


def is_notice(bubble: Bubble) -> bool:
    """Whether it comes by itself and answers nothing."""
    return any(re.fullmatch(notice, bubble["text"].strip()) for notice in NOTICES)


def faults(bubbles: Sequence[Bubble], typed: str = "") -> list[str]:
    """What is wrong with the bubbles of one turn; nothing when all is well. `typed`: what the customer said so far."""
    found = [] if bubbles else ["no answer"]
    for bubble in bubbles:
        text = bubble["text"]
        if not text.strip() and not bubble["attachments"]:
            found.append("an empty bubble")
        found += [f"an unfilled blank: {text}" for blank in re.findall(r"\{\w+\}", text) if blank not in typed]
        found += [f"a failed action: {text}" for words in FAILED if words in text]
        found += _bad_buttons(bubble["buttons"])
    return found


def leaks(bubbles: Iterable[Bubble], secrets: Iterable[str]) -> list[str]:
    """The secrets that stand in the bubbles, as whole words."""
    # What anybody may reckon is no secret, though a bill may come to the same.
    bubbles = [one for one in bubbles if not any(words in one["text"] for words in RECKONED)]
    said = "\n".join(
        one["text"] + " " + " ".join(b["title"] + " " + b["payload"] for b in one["buttons"]) for one in bubbles
    )
    return [secret for secret in secrets if re.search(rf"(?<![\w–/]){re.escape(secret)}(?!\w)", said, re.IGNORECASE)]


def _bad_buttons(buttons: Sequence[Mapping[str, str]]) -> list[str]:
    found = [f"{len(buttons)} buttons"] if len(buttons) > MOST_BUTTONS else []
    for one in buttons:
        if not 0 < len(one["title"]) <= LONGEST_TITLE:
            found.append(f"a button's title: {one['title']!r}")
        if not (0 < len(one["payload"]) <= LONGEST_PAYLOAD and one["payload"].isascii()):
            found.append(f"a button's payload: {one['payload']!r}")
    return found
