"""What stands around a name decides what it names: these are the questions asked of the words nearby."""

import re
from collections.abc import Sequence

from bot.vietnamese.address_words import address_words
from bot.vietnamese.tokens import Token

_HOUSE = re.compile(r"k?[0-9]{1,5}[a-d]?(?:[/\-][0-9]{1,5}[a-z]?)*")
_LONGEST_NAME = 5


def runs(tokens: Sequence[Token], start: int, most: int = _LONGEST_NAME) -> list[tuple[int, str, str]]:
    """(end, key, spelling) of the runs of words from `start`, longest first, that no comma cuts."""
    runs = []
    key = spelling = ""
    for end in range(start, min(start + most, len(tokens))):
        token = tokens[end]
        if end > start and token.parted:
            break
        key += token.plain.replace("-", "")
        spelling += token.marked.replace("-", "")
        runs.append((end + 1, key, spelling))
    return runs[::-1]


def spelt(token: Token, accented: str) -> bool:
    """Whether a word is typed without accents or with the right ones."""
    return token.marked in (token.plain, accented)


def after_street_word(tokens: Sequence[Token], start: int) -> bool:
    """Whether the name at `start` belongs to a street: "đường Cần Thơ", "45 Điện Biên"."""
    if start == 0 or tokens[start].parted:
        return False
    before = tokens[start - 1]
    if before.plain in address_words().before_street_name and spelt(
        before, address_words().before_street_name[before.plain]
    ):
        return not (before.plain == "pho" and start > 1 and tokens[start - 2].plain == "thanh")
    if _HOUSE.fullmatch(before.plain):
        if start < 2:
            return True
        named = tokens[start - 2]
        # "Sóng Thần 2 Bình Dương": the number ends a name.
        part_of_name = named.capital and not (named.numeric or before.parted or named.plain in ("so", "nha"))
        return not part_of_name and named.plain not in address_words().numbered
    return False


def known_street(tokens: Sequence[Token], start: int) -> int:
    """End of a well-known street's name that begins at `start`, or `start`."""
    names = address_words().known_streets
    for end, _, _ in runs(tokens, start):
        if " ".join(token.plain for token in tokens[start:end]) in names:
            return end
    return start


def inside_known_street(tokens: Sequence[Token], start: int) -> bool:
    """Whether the word at `start` is the middle or end of a well-known street's name: the Phong of Lê Hồng Phong."""
    return any(known_street(tokens, begin) > start for begin in range(max(0, start - 4), start))


def at_crossing(tokens: Sequence[Token], start: int) -> bool:
    """Whether a crossing bears the name: "ngã tư Thủ Đức"."""
    return start > 1 and not tokens[start].parted and tokens[start - 2].plain == "nga"


def stands_free(tokens: Sequence[Token], start: int, end: int, urban: bool) -> bool:
    """Whether the words before and after leave the name alone; small letters need a word that points at places."""
    first = tokens[start]
    closed = end == len(tokens) or tokens[end].parted
    capitals = all(token.capital for token in tokens[start:end])
    accented = any(token.marked != token.plain for token in tokens[start:end])
    if start == 0 or first.parted:
        return capitals or closed or urban or accented
    before = tokens[start - 1]
    if not capitals:
        return before.numeric or before.plain in address_words().before_district or (closed and urban)
    run = start
    while run and tokens[run - 1].capital and not tokens[run].parted:
        run -= 1
    if run == start or before.plain in address_words().ends_name:
        return True
    # Behind a street's own name ("đường Lý Thái Tổ Thanh Khê") but not as the end of a person's.
    return run > 0 and start - run >= 2 and (tokens[run - 1].numeric or after_street_word(tokens, run))


def type_width(tokens: Sequence[Token], start: int, words: dict[str, tuple[str, str]]) -> int:
    """How many tokens the type word at `start` takes (0 to 2)."""
    if start + 1 < len(tokens) and (pair := f"{tokens[start].plain} {tokens[start + 1].plain}") in words:
        marked = f"{tokens[start].marked} {tokens[start + 1].marked}"
        return 2 if marked in (pair, words[pair][1]) else 0
    plain = tokens[start].plain
    return 1 if plain in words and spelt(tokens[start], words[plain][1]) else 0
