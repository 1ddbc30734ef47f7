"""The part of an address below the ward: house number, alley, street, hamlet, building."""

import re
from collections.abc import Sequence, Set

from bot.vietnamese.address_words import address_words
from bot.vietnamese.surroundings import known_street
from bot.vietnamese.tokens import Token
from bot.vietnamese.unicode import fold

_HOUSE = re.compile(r"[1-9][0-9]{0,4}(?!k[vwg]|kva|h|g|p$|tr)[a-z]{0,2}(?:[/\-][0-9]{1,5}[a-z]?)*")
_LOT = re.compile(r"[a-z]|[a-z]{1,2}[0-9]{1,3}(?:\.[0-9]{1,4})?")
_ALLEY_HOUSE = re.compile(r"k[0-9]{1,4}(?:/[0-9]{1,4}[a-z]?)+")  # Đà Nẵng's "K82/15": house 15 of kiệt 82
_KINDS = re.compile(
    r"^(?:(?:so nha|so|nha)\s)?(?:[0-9]+[a-z]?(?:[/\-][0-9]+[a-z]?)*[ ,]+)?"
    r"(?:(?:duong|pho|dai lo|quoc lo|dg|d|hem|ngo|kiet|ngach)[. ]+)*"
)


def same_street(a: str, b: str) -> bool:
    """Whether two ways of writing mean the same street; house number, type word and accents ignored."""
    first, second = _bare(a), _bare(b)
    if not first or not second:
        return False
    shorter, longer = sorted((first, second), key=len)
    return shorter == longer or (len(shorter.split()) > 1 and f" {shorter} " in f" {longer} ")


def _bare(street: str) -> str:
    words = re.sub(r"[^\w/\-]+", " ", fold(street[:300])).strip()
    while (rest := _KINDS.sub("", words)) != words:
        words = rest
    return words.strip()


def find_street(tokens: Sequence[Token], taken: Set[int], follows: Set[int]) -> tuple[int, int] | None:
    """First and last+1 token of the local part, the first with a number preferred; None when there is none.

    `taken` are tokens of a ward, district or province; `follows` the tokens where such a mention begins.
    """
    best: tuple[int, int] | None = None
    position = 0
    while position < len(tokens):
        end = _chain(tokens, position, taken, follows)
        if end == position:
            position += 1
            continue
        if best is None or (_has_number(tokens, (position, end)) and not _has_number(tokens, best)):
            left = (
                position > 0
                and tokens[position].numeric
                and tokens[position - 1].plain in address_words().left_of_number
            )
            best = position - left, end
        position = end
    return best or _shown(tokens, taken)


def _shown(tokens: Sequence[Token], taken: Set[int]) -> tuple[int, int] | None:
    """A name that "khúc", "đoạn" or "khu" points at: "khúc Huỳnh Tấn Phát", "đoạn lê đức thọ"."""
    lists = address_words()
    for start in range(1, len(tokens)):
        token, cue = tokens[start], tokens[start - 1]
        if cue.plain not in lists.shows_street or token.parted or start in taken or token.numeric:
            continue
        end = _name(tokens, start, taken)
        if known_street(tokens, start) > start + 1 and not tokens[start].parted:
            return start, known_street(tokens, start)
        surnamed = token.plain in lists.surnames and end - start >= 2 and cue.plain in ("khuc", "doan")
        if (token.capital or surnamed) and end > start and len(token.plain) > 1 and token.plain not in lists.ends_name:
            return start, end
    return None


def _has_number(tokens: Sequence[Token], part: tuple[int, int]) -> bool:
    return any(token.numeric for token in tokens[part[0] : part[1]])


def _chain(tokens: Sequence[Token], position: int, taken: Set[int], follows: Set[int]) -> int:
    """End of the local parts that stand side by side from `position` on."""
    end = position
    while end < len(tokens) and end not in taken:
        step = _part(tokens, end, taken, follows)
        if step == end and end > position and not tokens[end].numeric:
            # "12 hẻm 5 Trần Phú": the street's name right after a numbered part.
            step = _after_number(tokens, end, taken, follows)
        if step == end:
            break
        end = step
    return end


def _after_number(tokens: Sequence[Token], start: int, taken: Set[int], follows: Set[int]) -> int:
    if tokens[start].parted or not tokens[start - 1].numeric:
        return start
    end = _name(tokens, start, taken)
    closed = end == len(tokens) or tokens[end].parted or _plausible(tokens, start, end, follows)
    return end if end > start and (tokens[start].capital or (closed and end - start >= 2)) else start


def _plausible(tokens: Sequence[Token], start: int, end: int, follows: Set[int]) -> bool:
    """Whether these words look like a street's name: a capital, a surname or the like in front, or a ward behind."""
    first, lists = tokens[start], address_words()
    if known_street(tokens, start) > start:
        return True
    return first.capital or end in follows or (end - start > 1 and first.plain in lists.surnames | lists.street_first)


def _part(tokens: Sequence[Token], start: int, taken: Set[int], follows: Set[int]) -> int:
    """End of one local part beginning at `start`, or `start`."""
    token = tokens[start]
    if re.fullmatch(r"[a-z]{1,2}[0-9]{1,3}", token.plain) and _type_width(tokens, start + 1, taken):
        return start + 1 if _part(tokens, start + 1, taken, follows) > start + 1 else start  # "B12 khu đô thị …"
    if token.numeric or _ALLEY_HOUSE.fullmatch(token.plain):
        return _house_and_name(tokens, start, taken, follows)
    width = _type_width(tokens, start, taken)
    if not width:
        return start
    words = " ".join(t.plain for t in tokens[start : start + width])
    after = start + width
    if after >= len(tokens) or after in taken or tokens[after].parted:
        return start
    if _HOUSE.fullmatch(tokens[after].plain):
        return _numbered(tokens, start, after, words, taken)
    return _named(tokens, after, words, taken, follows) or start


def _numbered(tokens: Sequence[Token], start: int, after: int, words: str, taken: Set[int]) -> int:
    """End of "số 15", "hẻm 41", "đường 3/2"; `start` where the number is no address ("bão số 12", "lộ 473")."""
    number = tokens[after].plain
    if words in address_words().capital_name and words not in ("ap", "thon", "xom", "khom", "toa", "khu", "ban"):
        return start
    if words in ("so", "so nha"):
        more = after + 1 < len(tokens) and tokens[after + 1].numeric and not tokens[after + 1].parted
        odd = number.isdigit() and (len(number) > 4 or number == "1558" or more)
        pointed = start > 0 and not tokens[start].parted and tokens[start - 1].plain in address_words().not_house_before
        if odd or pointed or _unit_follows(tokens, after):
            return start
    if (words == "lo" and len(number) > 2) or (words in ("chung cu", "khu", "cau") and _unit_follows(tokens, after)):
        return start
    if words in ("duong", "pho", "d", "dg"):
        return max(after + 1, _name(tokens, after, taken))
    return after + 1


def _named(tokens: Sequence[Token], after: int, words: str, taken: Set[int], follows: Set[int]) -> int:
    """End of the name behind a type word, 0 where the words are everyday ones ("hàng xóm nói")."""
    lists = address_words()
    first = tokens[after]
    lot = _LOT.fullmatch(first.plain) is not None
    if lot and words in ("lo", "block", "toa", "can", "khu", "toa nha") and (first.capital or len(first.plain) > 1):
        return _estate(tokens, after + 1, taken) if words != "khu" else after + 1
    if words in lists.number_follows or words in lists.number_follows_pair:
        alley = words in ("hem", "ngo", "kiet", "khu pho") and tokens[after - 1].marked != tokens[after - 1].plain
        return _name(tokens, after, taken) if alley and first.capital else 0
    end = _name(tokens, after, taken)
    if end == after or (first.plain in lists.no_street_name and not first.capital):
        return 0
    if words in lists.capital_name or words in lists.capital_pair:
        return end if (first.capital and not re.search("[0-9]", first.plain)) or end in follows else 0
    return end if _plausible(tokens, after, end, follows) else 0


def _estate(tokens: Sequence[Token], start: int, taken: Set[int]) -> int:
    """End of the estate's name behind a building's number: "tòa S2.05 Vinhomes Ocean Park"; `start` for none."""
    end = start
    while end < min(len(tokens), start + 4) and end not in taken and tokens[end].capital and not tokens[end].parted:
        end += 1
    return end if end == start or not _type_width(tokens, start, taken) else start


def _unit_follows(tokens: Sequence[Token], number: int) -> bool:
    after = number + 1
    return after < len(tokens) and not tokens[after].parted and tokens[after].plain in address_words().counted


def _type_width(tokens: Sequence[Token], start: int, taken: Set[int]) -> int:
    """How many tokens the type word at `start` takes; 0 for none."""
    if start >= len(tokens):
        return 0
    words = [t.plain for t in tokens[start : start + 3]]
    if " ".join(words) in address_words().local_triples:
        return 3
    if " ".join(words[:2]) in address_words().local_pairs and start + 1 not in taken:
        return 2
    token = tokens[start]
    if token.plain not in address_words().local:
        return 0
    before = tokens[start - 1].plain if start and not token.parted else ""
    if (token.plain == "pho" and before in ("khu", "thanh", "dan")) or (token.plain == "cau" and before == "yeu"):
        return 0
    if token.marked != token.plain:
        return 1 if token.marked in address_words().local[token.plain] else 0
    number_next = start + 1 < len(tokens) and tokens[start + 1].numeric
    if token.plain in address_words().accent_always and not (start + 1 < len(tokens) and tokens[start + 1].capital):
        return 0
    return 0 if token.plain in address_words().accent_or_number and not number_next else 1


def _house_and_name(tokens: Sequence[Token], start: int, taken: Set[int], follows: Set[int]) -> int:
    """A house number with the street's name after it: "15 Trần Phú", "12/3 tran phu p cai khe"."""
    token = tokens[start]
    if not _HOUSE.fullmatch(token.plain.removeprefix("k")) or _unit_follows(tokens, start) or _storm(tokens, start):
        return start
    after = start + 1
    if after >= len(tokens) or after in taken or tokens[after].numeric:
        return start
    loose = tokens[after].parted and not (token.parted or tokens[start - 1].plain in ("chi", "o", "tai", "nha"))
    if not loose and _type_width(tokens, after, taken) and _part(tokens, after, taken, follows) > after:
        return after  # "12 đường Trần Phú": the chain goes on with the street
    if tokens[after].parted:
        return start
    if re.fullmatch(r"[0-3]?[0-9]/[01]?[0-9]", token.plain) and _dated(tokens, start):
        return start
    end = _name(tokens, after, taken)
    if end - after < 2 and _two_before_ward(tokens, after, taken, follows):
        end = after + 2
    words = end - after
    if re.search("/20[0-9]{2}$", token.plain) or not words:
        return start
    named = (
        tokens[after].capital
        or end in follows
        or known_street(tokens, after) > after
        or ("/" in token.plain and _plausible(tokens, after, end, follows))
    )
    return end if words >= 2 and named else start


def _storm(tokens: Sequence[Token], start: int) -> bool:
    """Whether the number names a storm: "bão số 12 quét qua"."""
    return start > 1 and tokens[start - 1].plain == "so" and tokens[start - 2].plain == "bao"


def _two_before_ward(tokens: Sequence[Token], start: int, taken: Set[int], follows: Set[int]) -> bool:
    """ "48 doi can p ba dinh": everyday words ("đòi", "cần") were it not for the ward right behind the two."""
    if start + 2 not in follows or {start, start + 1} & taken or tokens[start + 1].parted:
        return False
    lists = address_words()
    return not any(
        token.marked != token.plain or token.numeric or token.plain in lists.at | lists.fillers
        for token in tokens[start : start + 2]
    )


def _dated(tokens: Sequence[Token], start: int) -> bool:
    """Whether a word for days stands before "24/11"."""
    return start > 0 and tokens[start - 1].plain in ("ngay", "tu", "den", "hom", "sang", "chieu", "toi")


def _name(tokens: Sequence[Token], start: int, taken: Set[int]) -> int:
    """End of the name that begins at `start`: capitals while they last, else up to four plain words."""
    capital = tokens[start].capital if start < len(tokens) else False
    known = known_street(tokens, start) if start < len(tokens) else start
    shouting = len(tokens) > 5 and all(t.capital or t.numeric for t in tokens[:12])
    end = start
    while end < len(tokens) and end not in taken and end - start < (6 if capital else 4):
        token = tokens[end]
        if end > start and token.parted:
            break
        if end < known:
            end += 1
            continue
        inside = token.capital or token.numeric or token.plain in address_words().inside_name
        if (capital or known > start) and not shouting and not inside:
            break
        # "Lê Văn Khương": without accents its middle looks like "vẫn".
        middle = end == start + 1 and token.plain in address_words().name_middles
        if (
            (not capital or shouting)
            and _stops(token)
            and not (middle and tokens[start].plain in address_words().surnames)
            and not (end == start and _old_quarter(tokens, start))
        ):
            break
        end += 1
    return end


def _old_quarter(tokens: Sequence[Token], start: int) -> bool:
    """ "Hàng Bài", "Hàng Bông": streets of goods, though "hàng" alone ends a name ("hàng xóm")."""
    after = tokens[start + 1].plain if start + 1 < len(tokens) else "xom"
    return tokens[start].plain == "hang" and after not in ("xom", "quan", "hoa", "ngay", "thang")


def _stops(token: Token) -> bool:
    if token.marked != token.plain:
        return token.marked in address_words().ends_name_accented
    return token.plain in address_words().ends_name
