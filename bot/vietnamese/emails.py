"""E-mail addresses in a message."""

import re

from bot.vietnamese.spans import Span, span_at
from bot.vietnamese.unicode import align

# The name before the @ ends where words of the sentence are glued to it only by punctuation.
_EMAIL = re.compile(
    r"(?<![\w.%+\-@])(?P<name>[a-z0-9_%+\-](?:[a-z0-9._%+\-]{0,62}[a-z0-9_%+\-])?)\s?@\s?"
    r"(?P<host>(?:[a-z0-9](?:[a-z0-9\-]{0,61}[a-z0-9])?\.){1,4}[a-z]{2,24})(?![\w@]|-\w)"
)


def find_emails(text: str) -> list[Span[str]]:
    """E-mail addresses in the order written, lower case, without the blanks that phone keyboards put around the @."""
    if "@" not in text:
        return []
    aligned = align(text)
    # Matched as typed in lower case: an address holds no accents, so a letter with one ends it.
    return [
        span_at(aligned, *match.span(), f"{match['name']}@{match['host']}") for match in _EMAIL.finditer(aligned.marked)
    ]
