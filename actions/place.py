"""The place a customer means, built up over several messages and never guessed."""

import re
from dataclasses import asdict, dataclass, replace
from typing import Any

from bot.vietnamese import Place, Ward, find_place, fold

HOUSE_NUMBER = re.compile(
    r"(?:số(?: nhà)?|so(?: nha)?|nhà số|nha so)?\s*(\d{1,5}[a-zA-Z]?(?:[/-]\d{1,5}[a-zA-Z]?)*)\s*", re.I
)
LEADING_NUMBER = re.compile(
    r"^(?:(?:số(?: nhà)?|so(?: nha)?|nhà số|nha so)\s*)?\d+[a-zA-Z]?(?:[/-]\d+[a-zA-Z]?)*\s+", re.I
)
# A corner is named by both streets.
CORNER = re.compile(r"\bnga (?:ba|tu|nam|sau) ")
OTHER_STREET = re.compile(r"\s*(?:với|voi|và|va|giao|cắt|cat|-|–|/)\s+[^,;.\n]{2,40}", re.I)
DETAIL = re.compile(
    r"\b(?:phong|day|lau|tang|can|toa|block|lo|chung cu|gan|doi dien|ke|sau|canh|quan|cho|truong|chua|kho|tru|cot)\b"
)
WARD_WORD = re.compile(r"^(?:phuong|p|xa|x|thi tran|tt|thon|ap|quan|huyen)\b[ .]*")
LEADING_FILLER = re.compile(
    r"^(?:dạ|da|vâng|ạ|ở|o|tại|tai|ngay|chỗ|cho|là|la|địa chỉ|dia chi|đây|nhà|nha|em|tôi|toi|mình|minh|nó|no)(?!\w)",
    re.I,
)
# "cả xóm", "nguyên con hẻm" tell how far it is dark, not where.
WHOLE_OF = re.compile(r"(?:^|\W)(?:ca|nguyen|toan|het|ca cai|nguyen con)\s+$")
NOT_A_STREET = re.compile(r"\b(?:dien|cup|mat|khong|ko|toi|lich|hoi|ma|so dien thoai)\b")
NOT_AN_ANSWER = re.compile(r"\b(?:muon hoi|cho hoi|hoi ve|tien dien|gia dien|khong nham)\b")
NOT_A_WARD = re.compile(r"\b(?:sdt|dien thoai|khong|ko|k|dc|duoc|gi|sao|dau)\b|(?:\w+\W+){6}")
# "sai rồi, số 15 mới đúng": only what is right counts.
CORRECTED = re.compile(r"\s*(?:mới (?:là )?đúng|moi (?:la )?dung|mới phải|moi phai|mới chuẩn|moi chuan)\W*$", re.I)
CORRECTING = re.compile(
    r"^(?:(?:à|a|ủa|ua|ê|ý|dạ|da|ơ)\W+)*(?:nhầm|nham|lộn|lon|sai|không phải|khong phai|ko phải|ko phai|sửa|sua)"
    r"(?:\s+(?:rồi|roi|lại|lai|số|so|nhà|nha|phường|phuong|đường|duong|địa chỉ|dia chi|là|la))*\s*[,.:;]+\s*",
    re.I,
)
ALLEY = re.compile(r"(hẻm|hem|ngõ|ngo|ngách|ngach|kiệt|kiet|tổ|to)\s+\d+[a-z]?(?:[/-]\d+[a-z]?)*", re.I)
LONGEST_TEXT = 160
LONGEST_ADDRESS = 200


@dataclass(frozen=True)
class Where:
    """A place under construction; `candidates` are (ward, province) pairs the customer must choose from."""

    code: str | None = None
    street: str | None = None
    ward: str | None = None
    ward_text: str | None = None
    old_ward: str | None = None  # as the customer called what is `ward` today
    district_text: str | None = None
    province: str | None = None
    lat: float | None = None
    lon: float | None = None
    loose: bool = False  # asked often enough: taken as it was told
    candidates: tuple[tuple[str, str], ...] = ()

    @classmethod
    def of(cls, stored: dict[str, Any] | None) -> "Where":
        """From the slot's JSON."""
        stored = stored or {}
        return cls(**{**stored, "candidates": tuple((w, p) for w, p in stored.get("candidates") or ())})

    def stored(self) -> dict[str, Any]:
        """For the slot: only what is known."""
        return {key: value for key, value in asdict(self).items() if value}

    @property
    def gap(self) -> str | None:
        """What is still missing: place, ward_choice, province, ward, street; None when a crew can find it."""
        if self.code:
            return None
        if self.loose and (self.street or self.ward_text or self.ward):
            return None
        if self.candidates:
            return "ward_choice"
        if not (self.street or self.ward or self.ward_text or self.province):
            return "place"
        if not self.province:
            return "ward_and_province" if not (self.ward or self.ward_text) else "province"
        if not (self.ward or self.ward_text):
            return "ward"
        return None if self.street else "street"

    @property
    def area_gap(self) -> str | None:
        """As `gap`, for those who only need the ward: an outage schedule, not a crew."""
        return None if self.gap == "street" else self.gap

    @property
    def label(self) -> str:
        """For the customer's eyes."""
        if self.code:
            return self.code
        district = None if self.ward else self.district_text
        ward = f"{self.ward} ({self.old_ward})" if self.ward and self.old_ward else self.ward or self.ward_text
        parts = (self.street, ward, district, self.province)
        return ", ".join(part for part in parts if part)

    def address(self) -> dict[str, Any]:
        """The ticket's `address`; empty when only a customer code is known."""
        known = {"street": self.street, "ward": self.ward or self.ward_text, "province": self.province}
        known |= {"lat": self.lat, "lon": self.lon}  # type: ignore[dict-item]
        kept = {key: value for key, value in known.items() if value}
        if self.district_text and not self.ward:
            parts = (self.street, self.ward_text, self.district_text, self.province)
            kept["text"] = ", ".join(part for part in parts if part)
        elif kept:
            kept["text"] = replace(self, code=None).label
        return {
            key: value[:LONGEST_ADDRESS] if isinstance(value, str) else value for key, value in kept.items() if value
        }

    def query(self) -> dict[str, str]:
        """How the care API finds this place's outages."""
        if self.code:
            return {"customer_code": self.code}
        named = {"ward": self.ward or self.ward_text, "province": self.province, "street": self.street}
        return {key: value for key, value in named.items() if value}

    def choose(self, index: int) -> "Where":
        """The candidate the customer picked; an index that was never offered changes nothing."""
        if not 0 <= index < len(self.candidates):
            return self
        ward, province = self.candidates[index]
        old = _old_name(ward, self.ward_text)
        return replace(self, ward=ward, old_ward=old, province=province, candidates=())


def hear_place(where: Where, text: str, *, asked: bool = False) -> Where:
    """`where` after the customer's words: newer words win, old ones fill the rest.

    When the place was `asked` for, unread words before the ward are its street ("ngã tư Trần Phú với Lê Lợi, phường…").
    """
    text = _right_part(text)
    number = HOUSE_NUMBER.fullmatch(text.strip(" .,!ạa"))
    if number and where.street:
        return replace(where, street=_renumber(where.street, number[1]))
    found = find_place(text, province=where.province)
    if found.street and WHOLE_OF.search(fold(text)[: fold(text).find(fold(found.street))]):
        found = replace(found, street=None)
    if asked and not found.street and not where.street:
        found = replace(found, street=_words_before(text, found))
    if asked and found.street:
        found = replace(found, street=_with_detail(text, found))
    if found.street and CORNER.match(f"{fold(found.street)} "):
        found = replace(found, street=_corner(text, found))
    if not (found.street or found.ward or found.ward_text or found.province or found.candidates):
        return where
    heard = _with_area(where, found)
    if found.street:
        heard = replace(heard, street=_street(where.street, found.street), code=None)
    return heard


def _with_detail(text: str, found: Place) -> str | None:
    """The street with what stands before it and helps to find the door: "phòng 5 dãy trọ cô Ba đường 3/2"."""
    starts = [start for entity, start, _ in found.spans if entity == "street_address"]
    if not starts or min((start for _, start, _ in found.spans), default=0) < starts[0]:
        return found.street
    before = _words_before(text, found)
    return f"{before} {found.street}" if before and DETAIL.search(fold(before)) else found.street


def _corner(text: str, found: Place) -> str | None:
    """Both streets of a corner, up to the ward or province behind them."""
    street = found.street or ""
    begin = text.find(street) + len(street)
    ends = [start for entity, start, _ in found.spans if entity != "street_address" and start >= begin]
    other = OTHER_STREET.match(text, begin, min(ends, default=len(text))) if begin >= len(street) else None
    return f"{street}{other[0]}".strip(" ,.") if other else found.street


def _right_part(text: str) -> str:
    """A correction without what it corrects: "không phải hẻm 12, hẻm 21 mới đúng" says "hẻm 21"."""
    right = CORRECTED.sub("", text)
    if right != text:
        right = re.split(r"[,;.]\s+", right)[-1]
    return CORRECTING.sub("", right)


def _words_before(text: str, found: Place) -> str | None:
    starts = [start for _, start, _ in found.spans]
    words = text[: min(starts)].strip(" ,.;:-") if starts else ""
    while (shorter := LEADING_FILLER.sub("", words, count=1).strip(" ,.;:")) != words:
        words = shorter
    return words[:LONGEST_TEXT] if len(words.split()) >= 2 and not NOT_A_STREET.search(fold(words)) else None


def keep_as_typed(where: Where, text: str, gap: str) -> Where:
    """An answer nobody could read, kept word for word as the part that was asked for."""
    words = " ".join(text.split())[:LONGEST_TEXT]
    if gap in ("place", "street") and not NOT_AN_ANSWER.search(fold(words)):
        return replace(where, street=words, code=None)
    if gap in ("ward", "ward_and_province") and not NOT_A_WARD.search(fold(words)):
        return replace(where, ward_text=words, candidates=())
    return where


def _with_area(where: Where, found: Place) -> Where:
    province = found.province or where.province
    if found.ward:
        return _settled(where, found.ward, found.ward_text)
    if found.ward_text:
        heard = replace(
            where,
            ward=None,
            old_ward=None,
            ward_text=found.ward_text,
            district_text=found.district_text or where.district_text,
            province=province,
        )
        return _resolve(replace(heard, candidates=_pairs(found.candidates), code=None))
    heard = replace(where, province=province, district_text=found.district_text or where.district_text)
    moved = found.province is not None and where.ward is not None and found.province != where.province
    if moved:
        heard = replace(heard, ward=None, old_ward=None)
    changed = found.province != where.province or found.district_text != where.district_text
    return _resolve(heard) if heard.ward_text and not heard.ward and changed else heard


def _resolve(where: Where) -> Where:
    """Read the ward once more together with what is known of district and province."""
    parts = (where.ward_text, where.district_text, where.province)
    again = find_place(", ".join(part for part in parts if part), province=where.province)
    if again.ward:
        return _settled(where, again.ward, where.ward_text)
    told = _pairs(again.candidates) or where.candidates
    # The province just named decides among wards of one name.
    there = tuple(pair for pair in told if pair[1] == where.province) or told
    if len(there) == 1:
        old = _old_name(there[0][0], where.ward_text)
        chosen = replace(where, ward=there[0][0], ward_text=None, old_ward=old, province=there[0][1])
        return replace(chosen, candidates=(), code=None)
    return replace(where, candidates=there)


def _settled(where: Where, ward: Ward, told: str | None = None) -> Where:
    """The ward of today; an old name is kept beside it, so that the customer knows it again."""
    old = _old_name(ward.name, told)
    return replace(
        where, ward=ward.name, ward_text=None, old_ward=old, province=ward.province, candidates=(), code=None
    )


def _old_name(ward: str, told: str | None) -> str | None:
    """What the customer called the ward, where that is not its name of today in whatever spelling."""
    bare = WARD_WORD.sub("", fold(told or "")).replace(" ", "")
    return told if bare and bare not in fold(ward).replace(" ", "") else None


def _pairs(wards: tuple[Ward, ...]) -> tuple[tuple[str, str], ...]:
    return tuple((ward.name, ward.province) for ward in wards)


def _street(old: str | None, new: str) -> str:
    number = HOUSE_NUMBER.fullmatch(new.strip())
    alley, before = ALLEY.fullmatch(new.strip()), ALLEY.match(old or "")
    if old and alley and before and fold(alley[1]) == fold(before[1]):
        return f"{new.strip()}{old[before.end() :]}"  # "hẻm 21" for "hẻm 212 đường Bùi Minh Trực"
    return _renumber(old, number[1]) if number and old else new


def _renumber(street: str, number: str) -> str:
    """`12 Trần Phú` and 15 make `15 Trần Phú`; a street without a number gets one."""
    return f"{number} {LEADING_NUMBER.sub('', street)}"
