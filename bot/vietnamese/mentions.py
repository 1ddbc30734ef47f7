"""Where a message names a ward, district or province, and what the name can mean."""

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from bot.vietnamese.address_words import address_words
from bot.vietnamese.tokens import Token
from bot.vietnamese.units import District, Units, WardName, units

_HOUSE = re.compile(r"[0-9]{1,5}[a-d]?(?:[/\-][0-9]{1,5}[a-z]?)*")
_LONGEST_NAME = 5


@dataclass(frozen=True)
class Mention:
    """Tokens `start` to `end` name a place of the level `entity`.

    `key` is the look-up key of a ward's name (empty for one unknown to us), `kind` its type word if said.
    """

    entity: str
    start: int
    end: int
    key: str = ""
    kind: str | None = None
    marked: str = ""
    districts: tuple[District, ...] = field(default=())
    province: str | None = None


@cache
def _not_places() -> frozenset[str]:
    return frozenset(json.loads(Path(__file__).with_name("places.json").read_text("utf-8"))["not_places"])


def province_key(folded: str) -> str:
    """The look-up key of a province's name: no blanks, no type word."""
    squeezed = re.sub(r"[\W_]+", "", folded)
    return squeezed.removeprefix("thanhpho").removeprefix("tinh") if len(squeezed) > 9 else squeezed


def find_mentions(tokens: Sequence[Token], known: str | None) -> list[Mention]:
    """Mentions in order; at most the bare names that their surroundings make plain are taken."""
    table = units()
    found: list[Mention] = []
    position = 0
    accented = any(token.plain != token.marked for token in tokens)
    while position < len(tokens):
        mention = (
            _province(table, tokens, position)
            or _with_type_word(table, tokens, position, accented)
            or (_district_by_itself(table, tokens, position, found) or _weak_province(table, tokens, position, found))
        )
        if mention:
            found.append(mention)
        position = mention.end if mention else position + 1
    return _with_bare_names(table, tokens, found, known)


def _names(tokens: Sequence[Token], start: int, most: int = _LONGEST_NAME) -> list[tuple[int, str, str]]:
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


def _spelt(token: Token, accented: str) -> bool:
    return token.marked in (token.plain, accented)


def _after_street_word(tokens: Sequence[Token], start: int) -> bool:
    """Whether the name at `start` belongs to a street: "đường Cần Thơ", "45 Điện Biên"."""
    if start == 0 or tokens[start].parted:
        return False
    before = tokens[start - 1]
    if before.plain in address_words().before_street_name and _spelt(
        before, address_words().before_street_name[before.plain]
    ):
        return not (before.plain == "pho" and start > 1 and tokens[start - 2].plain == "thanh")
    if _HOUSE.fullmatch(before.plain):
        return start < 2 or tokens[start - 2].plain not in address_words().numbered
    return False


def _province(table: Units, tokens: Sequence[Token], start: int) -> Mention | None:
    name_at = start + _type_words(tokens, start, address_words().province_words)
    starts = {start, name_at} if name_at < len(tokens) else {start}
    for at in sorted(starts):
        if at > start and tokens[at].parted:
            continue
        for end, key, spelling in _names(tokens, at):
            if end - at > 1 and len(tokens[at].plain) == 1:
                continue  # "q Bình Thạnh" is not "q.bình", nor Quảng Bình
            name = table.province_names.get(spelling) or table.province_names.get(key)
            if (
                name
                and _province_spelt(table, tokens[at:end], key, spelling)
                and _is_province_here(tokens, start, at, end)
            ):
                if at > start and tokens[start].plain in ("tp", "thanh") and _is_city_inside(table, key):
                    return None
                return Mention("province", start, end, key, province=name)
    return None


def _is_city_inside(table: Units, key: str) -> bool:
    """Whether a province's name was also that of a city in it: "thành phố Thanh Hóa" is the old district."""
    return any(district.kind == "thanhpho" for district in table.districts.get(key, ()))


def _weak_province(table: Units, tokens: Sequence[Token], start: int, found: list[Mention]) -> Mention | None:
    """Two letters right after a ward or district: "ninh kiều ct"."""
    name = table.weak_provinces.get(tokens[start].plain)
    if name and found and found[-1].end == start and found[-1].entity != "province":
        return Mention("province", start, start + 1, tokens[start].plain, province=name)
    return None


def _district_by_itself(table: Units, tokens: Sequence[Token], start: int, found: list[Mention]) -> Mention | None:
    """An old district's name without type word, where nothing around makes it part of another name."""
    if _after_street_word(tokens, start) or _at_crossing(tokens, start):
        return None
    behind_ward = bool(found) and found[-1].end == start and found[-1].entity == "ward"
    for end, key, spelling in _names(tokens, start, 3):
        districts = [d for d in table.districts.get(key, ()) if spelling in (key, d.marked)]
        if not districts or key.isdigit() or key in _not_places() or (end - start == 1 and len(key) < 6):
            continue
        before_province = end < len(tokens) and _province(table, tokens, end) is not None
        urban = any(district.kind != "huyen" for district in districts)
        if behind_ward or before_province or _stands_free(tokens, start, end, urban):
            return Mention("district", start, end, key, None, spelling, tuple(districts))
        return None
    return None


def _at_crossing(tokens: Sequence[Token], start: int) -> bool:
    """Whether a crossing bears the name: "ngã tư Thủ Đức"."""
    return start > 1 and not tokens[start].parted and tokens[start - 2].plain == "nga"


def _stands_free(tokens: Sequence[Token], start: int, end: int, urban: bool) -> bool:
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
    return run > 0 and start - run >= 2 and (tokens[run - 1].numeric or _after_street_word(tokens, run))


def _type_words(tokens: Sequence[Token], start: int, words: dict[str, tuple[str, str]]) -> int:
    """How many tokens the type word at `start` takes (0 to 2)."""
    if start + 1 < len(tokens) and (pair := f"{tokens[start].plain} {tokens[start + 1].plain}") in words:
        marked = f"{tokens[start].marked} {tokens[start + 1].marked}"
        return 2 if marked in (pair, words[pair][1]) else 0
    plain = tokens[start].plain
    return 1 if plain in words and _spelt(tokens[start], words[plain][1]) else 0


def _province_spelt(table: Units, words: Sequence[Token], key: str, spelling: str) -> bool:
    official = table.province_spellings.get(key)
    if spelling == key or official is None or spelling in official:
        return True
    return len(words) > 1 and all(word.capital for word in words)


def _is_province_here(tokens: Sequence[Token], start: int, at: int, end: int) -> bool:
    if at > start:
        return not (tokens[start].plain == "t" and end - at < 2)
    if _after_street_word(tokens, start):
        return False
    if (
        start
        and tokens[start - 1].plain in ("khong", "khoi", "ko", "chua", "nguyen")
        and end - start <= 2
        and not tokens[start].parted
    ):
        return False  # "khỏi cần thợ", "Nguyễn Huệ"
    following = tokens[end].plain if end < len(tokens) and not tokens[end].parted else ""
    if following == "highway" or (following == "phu" and tokens[end - 1].plain == "bien"):
        return False
    previous = tokens[start - 1].plain if start and not tokens[start].parted else ""
    if end - start == 1 and previous in address_words().titles:
        return False
    # "phường Hòa Bình" names the ward, whatever province was called so.
    return previous not in ("phuong", "xa", "p", "f", "x", "tran", "quan", "huyen", "q", "h", "tx", "thi")


def _with_type_word(table: Units, tokens: Sequence[Token], start: int, accented: bool) -> Mention | None:
    token = tokens[start]
    if token.plain == "xa" and start and tokens[start - 1].plain == "tac":
        return None  # hợp tác xã
    if token.plain in ("xa", "quan") and token.plain == token.marked and accented and not _named_next(tokens, start):
        return None
    for words, entity in ((address_words().ward_words, "ward"), (address_words().district_words, "district")):
        width = _type_words(tokens, start, words)
        at = start + width
        if not width or at >= len(tokens) or tokens[at].parted:
            continue
        kind = words[" ".join(t.plain for t in tokens[start:at])][0]
        found = (
            _typed_ward(table, tokens, start, at, kind)
            if entity == "ward"
            else _typed_district(table, tokens, start, at, kind)
        )
        if found:
            return found
    return None


def _named_next(tokens: Sequence[Token], start: int) -> bool:
    return start + 1 < len(tokens) and (tokens[start + 1].capital or tokens[start + 1].numeric)


def _typed_ward(table: Units, tokens: Sequence[Token], start: int, at: int, kind: str) -> Mention | None:
    short = tokens[start].plain in ("p", "f", "x", "tt")
    for end, key, spelling in _names(tokens, at):
        key, spelling = (key.lstrip("0"),) * 2 if key.isdigit() else (key, spelling)
        if key.isdigit() and (kind != "phuong" or len(key) > 2):
            continue
        misspelt = (
            spelling != key and not tokens[at].capital and spelling not in {w.marked for w in table.wards.get(key, ())}
        )
        if key in table.wards and not misspelt and not (short and end - at < 2 and not key.isdigit()):
            return Mention("ward", start, end, key, kind, spelling)
    if short or not tokens[at].capital:
        return None
    end = at
    while end < min(len(tokens), at + 4) and tokens[end].capital and not (end > at and tokens[end].parted):
        end += 1
    return Mention("ward", start, end, "", kind)


def _typed_district(table: Units, tokens: Sequence[Token], start: int, at: int, kind: str) -> Mention | None:
    for end, key, spelling in _names(tokens, at):
        key = key.lstrip("0") if key.isdigit() else key
        districts = table.districts.get(key, ())
        if len(tokens[start].plain) == 1 and end - at < 2 and not key.isdigit():
            continue
        fitting = [d for d in districts if d.kind == kind] or ([] if key.isdigit() else list(districts))
        exact = [d for d in fitting if d.marked == spelling]
        if fitting:
            return Mention("district", start, end, key, kind, spelling, tuple(exact or fitting))
    return None


def _with_bare_names(table: Units, tokens: Sequence[Token], found: list[Mention], known: str | None) -> list[Mention]:
    """Adds names without a type word: left of a mention, or alone in a part of the message."""
    levels = {m.entity for m in found}
    province = next((m.province for m in found if m.entity == "province"), None) or known
    while found and "ward" not in levels:
        first = min((m for m in found), key=lambda m: m.start)
        bare = _bare_left_of(table, tokens, first, province, "district" in levels)
        if bare is None:
            break
        found.insert(0, bare)
        levels.add(bare.entity)
    if "ward" not in levels and (alone := _bare_alone(table, tokens, found, province)):
        found.append(alone)
        found.sort(key=lambda m: m.start)
        if alone.entity == "district":
            bare = _bare_left_of(table, tokens, alone, province, True)
            if bare:
                found.insert(found.index(alone), bare)
    return found


def _bare_left_of(
    table: Units, tokens: Sequence[Token], right: Mention, province: str | None, ward_only: bool
) -> Mention | None:
    for size in (4, 3, 2):
        start = right.start - size
        if start < 0 or any(token.parted for token in tokens[start + 1 : right.start]):
            continue
        if mention := _bare(table, tokens, start, right.start, province, right.districts, ward_only):
            return mention
    return None


def _bare(
    table: Units, tokens: Sequence[Token], start: int, end: int, province: str | None,
    districts: tuple[District, ...] = (), ward_only: bool = False,
) -> Mention | None:  # fmt: skip
    """The ward or district that exactly these words name; None where accents say otherwise."""
    key = "".join(token.plain for token in tokens[start:end])
    spelling = "".join(token.marked for token in tokens[start:end])
    if key.isdigit() or key in _not_places() or _after_street_word(tokens, start):
        return None
    wards = [w for w in table.wards.get(key, ()) if _ward_there(w, province, districts) and spelling in (key, w.marked)]
    homes = [
        d
        for d in table.districts.get(key, ())
        if not ward_only and province in (None, d.province) and spelling in (key, d.marked)
    ]
    if homes:
        # A district and a ward of today share the name: the customer must say which ward.
        return Mention("district", start, end, key, None, spelling, tuple(homes))
    return Mention("ward", start, end, key, None, spelling) if wards else None


def _ward_there(ward: WardName, province: str | None, districts: tuple[District, ...]) -> bool:
    if districts and ward.district is not None:
        return ward.district in {d.key for d in districts}
    return not ward.wards or province in (None, ward.wards[0].province)


def _bare_alone(table: Units, tokens: Sequence[Token], found: list[Mention], province: str | None) -> Mention | None:
    """A name that fills a part of the message between commas, or stands capitalised after "ở"."""
    taken = {i for m in found for i in range(m.start, m.end)}
    for start, token in enumerate(tokens):
        if start in taken or not (token.parted or tokens[start - 1].plain in address_words().at):
            continue
        begin = start
        while begin < len(tokens) and tokens[begin].plain in address_words().fillers and not tokens[begin].capital:
            begin += 1
        for end, _, _ in _names(tokens, begin, 4):
            if end - begin < 2 or taken & set(range(begin, end)):
                continue
            rest = end
            while rest < len(tokens) and not tokens[rest].parted and tokens[rest].plain in address_words().fillers:
                rest += 1
            closed = rest == len(tokens) or tokens[rest].parted or rest in taken
            named = all(t.capital for t in tokens[begin:end])
            if (closed or named) and (mention := _bare(table, tokens, begin, end, province)):
                return mention
    return None
