"""Where a message names a ward, district or province, and what the name can mean."""

import re
from collections.abc import Sequence

from bot.vietnamese.address_words import address_words
from bot.vietnamese.bare_names import with_bare_names
from bot.vietnamese.mention import Mention, not_places
from bot.vietnamese.surroundings import after_street_word, at_crossing, runs, stands_free, type_width
from bot.vietnamese.tokens import Token
from bot.vietnamese.units import Units, units


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
    return with_bare_names(table, tokens, found, known)


def _province(table: Units, tokens: Sequence[Token], start: int) -> Mention | None:
    name_at = start + type_width(tokens, start, address_words().province_words)
    starts = {start, name_at} if name_at < len(tokens) else {start}
    for at in sorted(starts):
        if at > start and tokens[at].parted:
            continue
        for end, key, spelling in runs(tokens, at):
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
    if after_street_word(tokens, start) or at_crossing(tokens, start):
        return None
    behind_ward = bool(found) and found[-1].end == start and found[-1].entity == "ward"
    for end, key, spelling in runs(tokens, start, 3):
        districts = [d for d in table.districts.get(key, ()) if spelling in (key, d.marked)]
        if not districts or key.isdigit() or key in not_places() or (end - start == 1 and len(key) < 6):
            continue
        before_province = end < len(tokens) and _province(table, tokens, end) is not None
        urban = any(district.kind != "huyen" for district in districts)
        if behind_ward or before_province or stands_free(tokens, start, end, urban):
            return Mention("district", start, end, key, None, spelling, tuple(districts))
        return None
    return None


def _province_spelt(table: Units, words: Sequence[Token], key: str, spelling: str) -> bool:
    official = table.province_spellings.get(key)
    if spelling == key or official is None or spelling in official:
        return True
    return len(words) > 1 and all(word.capital for word in words)


def _is_province_here(tokens: Sequence[Token], start: int, at: int, end: int) -> bool:
    if at > start:
        return not (tokens[start].plain == "t" and end - at < 2)
    if after_street_word(tokens, start):
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
        width = type_width(tokens, start, words)
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
    for end, key, spelling in runs(tokens, at):
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
    for end, key, spelling in runs(tokens, at):
        key = key.lstrip("0") if key.isdigit() else key
        districts = table.districts.get(key, ())
        if len(tokens[start].plain) == 1 and end - at < 2 and not key.isdigit():
            continue
        fitting = [d for d in districts if d.kind == kind] or ([] if key.isdigit() else list(districts))
        exact = [d for d in fitting if d.marked == spelling]
        if fitting:
            return Mention("district", start, end, key, kind, spelling, tuple(exact or fitting))
    return None
