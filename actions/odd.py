"""Messages that are no request: emoji, bare digits, code, another language; and whose business another utility is. Pure."""

import re
import unicodedata

from actions.phrases import choose
from bot.vietnamese import fold

LONGEST_READ = 1500
MARKUP = re.compile(r"<\s*/?\s*[a-z!][^>]*>|\b(?:drop\s+table|select\s+.+\s+from|union\s+select)\b|\{\{|\$\{", re.I)
WORD = re.compile(r"[a-z]+")
# None of them is a Vietnamese word without its accents ("the", "my", "can", "not" would be).
ENGLISH = frozenset(
    {
        *("is", "are", "you", "your", "how", "what", "when", "why", "where", "and", "with", "have", "need", "want"),
        *("please", "help", "power", "electricity", "bill", "outage"),
    }
)
FEWEST_FOREIGN = 2
MOST_DIGITS = 7  # from eight on it is a phone number or a code with a slip


def kind_of(text: str) -> str | None:
    """emoji, numbers, markup, orders (to the machine), foreign, long; None for words that may be a request."""
    if len(text) > LONGEST_READ:
        return "long"
    letters = [char for char in text if char.isalpha()]
    if not letters:
        digits = sum(char.isdigit() for char in text)
        return "numbers" if 0 < digits <= MOST_DIGITS else "emoji" if not digits else None
    if MARKUP.search(text):
        return "markup"
    if choose("orders", text):
        return "orders"
    return "foreign" if _foreign(text, letters) else None


def whose(text: str) -> str | None:
    """Which other service a message is about (water, internet, gas…); None when none is named."""
    return choose("other_utility", text)


def _foreign(text: str, letters: list[str]) -> bool:
    """Another script, or English by its small words; Vietnamese without accents has none of them."""
    latin = sum(unicodedata.name(char, "").startswith("LATIN") for char in letters)
    if latin * 2 < len(letters):
        return True
    return len(set(WORD.findall(fold(text))) & ENGLISH) >= FEWEST_FOREIGN
