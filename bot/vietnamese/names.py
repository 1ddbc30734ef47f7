"""Names of persons, only where a cue word announces them."""

import re

from bot.vietnamese.address_words import address_words
from bot.vietnamese.spans import Span, span_at
from bot.vietnamese.unicode import Aligned, align, nfc

_CUE = re.compile(
    r"(?<!\w)(?:(?P<sure>ho va ten|ho ten"
    r"|ten(?: la| em la| toi la| minh la| chi la| anh la| chu ho| kh| khach hang)?(?: em| toi| minh)?(?: la)?"
    r"|(?:chu ho|dung ten|lien he|nguoi lien he)(?: la)?|(?:gap|lien he|ten|la) (?:anh|chi|co|chu|bac|ong|ba))"
    r"|(?P<likely>(?:toi|em|minh|chau|con|tui|day)(?: ten)? la)|(?P<title>anh|chi|co|chu|bac|ong|ba))[ :]{1,3}"
)
_ALONE = re.compile(
    r"\s{0,9}(?:da[ ,]{1,2})?(?P<name>[^\W\d_]{1,7}(?: [^\W\d_]{1,7}){1,4}?)"
    r"(?: (?:nha|nhe|a|ne|do|day))?(?:[ ,.;:-]{1,3}(?:sdt |so )?[0+][0-9 .]{8,14}.{0,80}|[ .!]{0,3})$"
)
_TITLES_MARKED = frozenset({"anh", "chị", "cô", "chú", "bác", "ông", "bà", "thầy"})
_WORD = r"[^\W\d_]{1,7}"
_FULL = re.compile(rf"{_WORD}(?: {_WORD}){{0,5}}")


def find_names(text: str) -> list[Span[str]]:
    """Names after "tên", "tôi là", "chị …": written with capitals, or beginning with a Vietnamese surname."""
    aligned = align(text)
    found = _alone(aligned)
    if found:
        return found
    for cue in _CUE.finditer(aligned.plain):
        match = _FULL.match(aligned.plain, cue.end())
        if not match or not _cue_ok(aligned, cue):
            continue
        end = match.start() + _name_length(aligned, *match.span())
        words = aligned.plain[match.start() : end].split()
        capital = aligned.typed[aligned.typed_range(match.start(), match.start() + 1)[0]].isupper()
        if not cue["sure"] and not capital and (len(words) < 2 or words[1] not in address_words().name_middles):
            continue
        if len(words) >= (2 if cue["title"] else 1):
            name = span_at(aligned, match.start(), end, "")
            if not found or name.start >= found[-1].end:
                found.append(Span(name.start, name.end, name.text, _titled(name.text)))
    return found


def _alone(aligned: Aligned) -> list[Span[str]]:
    """A name that is the whole message, but for a phone number or a polite word behind it."""
    match = _ALONE.match(aligned.plain)
    if not match:
        return []
    words = match["name"].split()
    start = match.start("name")
    typed = aligned.typed[slice(*aligned.typed_range(*match.span("name")))].split()
    capitals = all(word[:1].isupper() for word in typed)
    lists = address_words()
    middle = words[1] in lists.name_middles
    if words[0] not in lists.surnames or not (middle or (capitals and len(words) > 2)):
        return []
    if any(word in lists.not_names for word in words[1 + middle :]) and not capitals:
        return []
    name = span_at(aligned, start, match.end("name"), "")
    return [Span(name.start, name.end, name.text, _titled(name.text))]


def _cue_ok(aligned: Aligned, cue: re.Match[str]) -> bool:
    """A title alone must be one by its accents and not itself part of a name ("đường Bà Triệu")."""
    if not cue["title"]:
        return (
            aligned.marked[slice(*cue.span())].split()[-1].rstrip(":") not in ("lạ", "lá", "lả", "la")
            or aligned.marked == aligned.plain
        )
    start, end = cue.span("title")
    return aligned.marked[start:end] in _TITLES_MARKED and aligned.typed[aligned.typed_range(start, end)[0]].islower()


def _titled(name: str) -> str:
    return " ".join(word.capitalize() for word in nfc(name).split())


def _name_length(aligned: Aligned, start: int, end: int) -> int:
    """Length of the name at the front of these words: capitals throughout, or a surname and what follows it."""
    plain = aligned.plain[start:end]
    shouting = aligned.typed.isupper()
    surnamed = plain.partition(" ")[0] in address_words().surnames
    first_capital = False
    length = position = words = 0
    for word in plain.split(" "):
        capital = (
            not shouting and aligned.typed[aligned.typed_range(start + position, start + position + 1)[0]].isupper()
        )
        if (
            (word in address_words().not_names and not capital)
            or not (capital or surnamed)
            or (first_capital and not capital)
        ):
            break
        first_capital = first_capital or capital
        position += len(word) + 1
        length = position - 1
        words += 1
    return length if words <= 5 else 0
