"""Where a customer is: street, ward and province of today, from new and old names, accents or not."""

from dataclasses import dataclass

from bot.vietnamese.mention import Mention
from bot.vietnamese.mentions import find_mentions, province_key
from bot.vietnamese.streets import find_street
from bot.vietnamese.tokens import Token, tokens_of
from bot.vietnamese.unicode import Aligned, align, fold
from bot.vietnamese.units import District, Ward, WardName, units


@dataclass(frozen=True)
class Place:
    """What a message says about a place; texts as typed.

    `ward` is set only when one ward of today is meant. Otherwise `candidates` holds the possible ones: an
    old ward that was split (the main part first), or one name in several provinces. `province` is today's
    name; when the message names several and nothing decides, it is None and `provinces` holds them. `spans` are (entity, start, end) for street_address, ward, district, province in the text as typed.
    """

    street: str | None = None
    ward: Ward | None = None
    ward_text: str | None = None
    district_text: str | None = None
    province: str | None = None
    candidates: tuple[Ward, ...] = ()
    provinces: tuple[str, ...] = ()
    spans: tuple[tuple[str, int, int], ...] = ()


def find_place(text: str, province: str | None = None) -> Place:
    """The place a message names. `province` is what is known already; the message's own wins over it."""
    aligned = align(text)
    tokens = tokens_of(aligned)
    if not tokens:
        return Place()
    known = province_of(province) if province else None
    mentions = find_mentions(tokens, known)
    taken = {i for m in mentions for i in range(m.start, m.end)}
    street = find_street(tokens, taken, {m.start for m in mentions})
    return _assemble(aligned, tokens, mentions, street, known)


def _assemble(
    aligned: Aligned, tokens: list[Token], mentions: list[Mention], street: tuple[int, int] | None, known: str | None
) -> Place:
    spans: list[tuple[str, int, int]] = []
    texts: dict[str, str] = {}
    parts = [(m.entity, m.start, m.end) for m in mentions]
    if street:
        parts.append(("street_address", *street))
    for entity, first, last in parts:
        start, end = aligned.typed_range(tokens[first].start, tokens[last - 1].end)
        spans.append((entity, start, end))
        texts.setdefault(entity, aligned.typed[start:end])
    found = {m.entity: m for m in reversed(mentions)}
    named = tuple(dict.fromkeys(m.province for m in mentions if m.entity == "province" and m.province))
    districts = found["district"].districts if "district" in found else ()
    wards, province = _deciding(found.get("ward"), districts, named, known)
    ward = wards[0] if len(wards) == 1 else None
    return Place(
        street=texts.get("street_address"),
        ward=ward,
        ward_text=texts.get("ward"),
        district_text=texts.get("district"),
        province=ward.province if ward else province,
        candidates=() if ward else wards,
        provinces=named if len(named) > 1 and not province else (),
        spans=tuple(sorted(spans, key=lambda span: span[1])),
    )


def _deciding(
    ward: Mention | None, districts: tuple[District, ...], named: tuple[str, ...], known: str | None
) -> tuple[tuple[Ward, ...], str | None]:
    """`_resolve` with the province named; of several the one that has the ward or district, if only one has."""
    if len(named) < 2:
        said = named[0] if named else None
        return _resolve(ward, districts, said or known, None if said else known)
    fitting = [one for one in named if _candidates(ward, _within(districts, one), one)] if ward else []
    fitting = fitting or [one for one in named if _within(districts, one)]
    if len(fitting) == 1:
        return _resolve(ward, districts, fitting[0], None)
    return (), None


def _within(districts: tuple[District, ...], province: str) -> tuple[District, ...]:
    return tuple(district for district in districts if district.province == province)


def _resolve(
    ward: Mention | None, districts: tuple[District, ...], province: str | None, assumed: str | None
) -> tuple[tuple[Ward, ...], str | None]:
    """Today's wards that are meant, and the province as far as it is certain.

    `assumed` is the province when only the caller said it: a place found nowhere in it is looked for elsewhere.
    """
    inside = tuple(d for d in districts if province is None or d.province == province)
    if districts and not inside and assumed:
        inside, province = districts, None
    homes = {d.province for d in inside}
    if province is None and len(homes) == 1:
        province = homes.pop()
    if ward is None:
        return (), province
    wards = _candidates(ward, inside, province)
    if not wards and assumed and not districts:
        wards, province = _candidates(ward, (), None), None
    if len({w.province for w in wards}) == 1:
        province = wards[0].province
    return wards, province


def _candidates(ward: Mention, districts: tuple[District, ...], province: str | None) -> tuple[Ward, ...]:
    """Today's wards the name can mean. A current name wins over an old ward that lost only a part to others."""
    table = units()
    keys = {d.key for d in districts}
    names = table.wards.get(ward.key, [])
    if keys:
        if within := _best(ward, [name for name in names if name.district in keys]):
            return tuple(dict.fromkeys(w for name in within for w in name.wards))
        reach = {w for key in keys for w in table.district_wards[key]}
        names = [name for name in names if name.district is None and name.wards[0] in reach]
    elif province:
        names = [name for name in names if name.wards and name.wards[0].province == province]
    best = _best(ward, names)
    today = [name.wards[0] for name in best if name.district is None]
    moved = [w for name in best if name.district and not set(name.wards) & set(today) for w in name.wards]
    return tuple(dict.fromkeys([*today, *moved]))


def _best(ward: Mention, names: list[WardName]) -> list[WardName]:
    """Those of the type said and spelt as typed; each test is dropped when nothing passes it.

    (Typed without accents or wrongly; an old town called a commune.)
    """
    names = [name for name in names if name.kind == ward.kind] or names
    return [name for name in names if name.marked == ward.marked] or names


def wards_named(name: str, province: str | None = None, district: str | None = None) -> tuple[Ward, ...]:
    """Today's wards that `name` (new or old, with or without type word) can mean there."""
    words = [name, district or "", province or ""]
    place = find_place(", ".join(word for word in words if word))
    return (place.ward,) if place.ward else place.candidates


def province_of(text: str) -> str | None:
    """Today's name of the province a text names or lies in ("tphcm", "Bình Dương", "q8"); None when unclear."""
    direct = units().province_names.get(province_key(fold(text[:80])))
    return direct or find_place(text).province
