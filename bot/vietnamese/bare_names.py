"""Names of wards and districts without a type word: left of a surer mention, or alone between commas."""

from collections.abc import Sequence

from bot.vietnamese.address_words import address_words
from bot.vietnamese.mention import Mention, not_places
from bot.vietnamese.surroundings import after_street_word, inside_known_street, known_street, runs
from bot.vietnamese.tokens import Token
from bot.vietnamese.units import District, Units, WardName


def with_bare_names(table: Units, tokens: Sequence[Token], found: list[Mention], known: str | None) -> list[Mention]:
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
    if key.isdigit() or key in not_places() or inside_known_street(tokens, start):
        return None
    if after_street_word(tokens, start) and not _area_of_today(table, tokens, start, key):
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


def _area_of_today(table: Units, tokens: Sequence[Token], start: int, key: str) -> bool:
    """Whether "khu" before the name points at a ward of today ("khu Hòa Xuân"), not at a neighbourhood of its own."""
    area = tokens[start - 1].plain == "khu" and known_street(tokens, start) == start
    return area and any(ward.district is None for ward in table.wards.get(key, ()))


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
        for end, _, _ in runs(tokens, begin, 4):
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
