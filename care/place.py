"""Places in words: keys of wards, streets found in an outage's area, two addresses that are one. Pure."""

import re
from dataclasses import dataclass
from functools import lru_cache

from bot.vietnamese import fold, nfc, province_of, wards_named

# "Phường 5", "p.5", "P5", "xã An Cư"; with accents Xà Phiên keeps its Xà.
_MARKED_TYPE = re.compile(r"^(?:phường|xã|thị trấn|đặc khu|tt|p|x)(?:[.\s]+|(?=\d))(?=\S)")
_PLAIN_TYPE = re.compile(r"^(?:phuong|xa|thi tran|dac khu|tt|p|x)(?:[.\s]+|(?=\d))(?=\S)")
STREET_TYPES = {"duong", "pho", "đ", "d", "dl", "ql", "tl"}
WORD = re.compile(r"[\w/]+")


@dataclass(frozen=True)
class Address:
    """The folded parts of an address; an empty part is unknown."""

    street: str = ""
    ward: str = ""
    province: str = ""


@lru_cache(maxsize=20_000)
def ward_key(ward: str) -> str:
    """A ward's look-up key: no accents, no type word ("Phường Cái Khế" and "cai khe" are one)."""
    plain, marked = fold(ward), " ".join(nfc(ward).lower().split())
    bare = _PLAIN_TYPE.sub("", plain) if plain == marked else fold(_MARKED_TYPE.sub("", marked))
    return bare.lstrip("0") or bare if bare.isdigit() else bare


@lru_cache(maxsize=20_000)
def ward_keys(ward: str, province: str) -> tuple[str, ...]:
    """The ward as typed ("xa phien" may be Xà Phiên), and the wards of today that an old name became part of."""
    today = {ward_key(found.short) for found in wards_named(ward, province or None)}
    return tuple(sorted({ward_key(ward), fold(ward), *today}))


@lru_cache(maxsize=1_000)
def province_name(text: str) -> str | None:
    """The province of today as the catalogue spells it; None when there is no such province."""
    return province_of(text)


def address(street: str | None, ward: str | None, province: str | None, text: str | None = None) -> Address:
    """The folded parts; an address in one piece counts as street."""
    return Address(
        street=" ".join(WORD.findall(fold(street or text or ""))),
        ward=ward_key(ward) if ward else "",
        province=fold((province_name(province) or province) if province else ""),
    )


def same_place(one: Address, other: Address) -> bool:
    """Whether two addresses can be one place: what both know agrees, and both or none know the street.

    Two addresses that know nothing are taken as one: it is the same person asking again.
    """
    if bool(one.street) != bool(other.street):
        return False
    pairs = ((one.street, other.street), (one.ward, other.ward), (one.province, other.province))
    return all(a == b for a, b in pairs if a and b)


@lru_cache(maxsize=5_000)
def street_words(street: str) -> str:
    """The street's own name: "số 15/2 đường Trần Phú" → "tran phu"; "" when only numbers are left."""
    words = WORD.findall(fold(street))
    typed = [at for at, word in enumerate(words) if word in STREET_TYPES]
    if typed and typed[-1] + 1 < len(words):
        return " ".join(words[typed[-1] + 1 :])
    named = [at for at, word in enumerate(words) if len(word) > 1 and not any(c.isdigit() for c in word)]
    skip = {"so", "nha", "hem", "ngo", "ngach", "kiet", "duong", "pho", "khu", "to"}
    start = next((at for at in named if words[at] not in skip), None)
    return " ".join(words[start:]) if start is not None else ""


def street_in_area(street: str, area: str) -> bool:
    """Whether an outage's area names the street, as whole words in a row."""
    wanted = street_words(street)
    return bool(wanted) and f" {wanted} " in f" {area_key(area)} "


@lru_cache(maxsize=5_000)
def area_key(area: str) -> str:
    """An area's folded words, what streets are searched in."""
    return " ".join(WORD.findall(fold(area)))
