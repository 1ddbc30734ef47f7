"""Names of persons, only where a cue word announces them."""

import re

from bot.vietnamese.spans import Span, span_at
from bot.vietnamese.unicode import align

_SURNAMES = (
    "nguyen|tran|le|pham|hoang|huynh|phan|vu|vo|dang|bui|do|ho|ngo|duong|ly|dinh|truong|luong|mai|dao|trinh|to"
    "|ta|lam|ha|cao|chau|quach|thai|tang|kieu|luu|mac|doan|vuong|thach|kim|son|diep|tong|la|lu|nghiem|ton"
)
_CUE = re.compile(
    r"(?<!\w)(?:(?P<sure>ho va ten|ho ten|ten(?: la| em la| toi la| minh la| chi la| anh la| chu ho| kh| khach hang)?"
    r"(?: em| toi| minh)?(?: la)?|(?:chu ho|dung ten|lien he|nguoi lien he)(?: la)?)"
    r"|(?P<likely>(?:toi|em|minh|chau|con|tui|day)(?: ten)? la)|(?P<title>anh|chi|co|chu|bac|ong|ba|gap))[ :]{1,3}"
)
_WORD = r"[^\W\d_]{1,7}"
_FULL = re.compile(rf"{_WORD}(?: {_WORD}){{0,5}}")
_SURNAMED = re.compile(rf"(?:{_SURNAMES})(?: |$)")
_STOP = frozenset(
    "o tai sdt so dien thoai ma nha la mat bi cup nha em anh chi toi minh khong ko dia voi va nhe nha a duong hem "
    "phuong xa quan huyen can muon bao hoi dang da duoc goi lien he gi ten khach hang chu ho nay do oi cho kh nhan "
    "chua roi co con nua thi ma ben ong ba co chu bac xin loi cam on nhung ngay hom cua nguoi".split()
)


def find_names(text: str) -> list[Span[str]]:
    """Names after "tên", "tôi là", "chị …": written with capitals, or beginning with a Vietnamese surname."""
    aligned = align(text)
    found: list[Span[str]] = []
    for cue in _CUE.finditer(aligned.plain):
        match = _FULL.match(aligned.plain, cue.end())
        if not match or (found and aligned.typed_range(*match.span())[0] < found[-1].end):
            continue
        start, end = match.span()
        words = _name_words(aligned.typed, aligned.plain[start:end], aligned.typed_range(start, end)[0])
        end = start + len(" ".join(words))
        enough = 1 if cue["sure"] else 2 if cue["likely"] else 2
        if len(words) >= enough:
            name = span_at(aligned, start, end, "")
            found.append(Span(name.start, name.end, name.text, " ".join(word.capitalize() for word in name.text.split())))
    return found


def _name_words(typed: str, plain: str, start: int) -> list[str]:
    """The leading words of `plain` that make a name: capitals throughout, or a surname and what follows it."""
    surnamed = bool(_SURNAMED.match(plain))
    words: list[str] = []
    position = start
    for word in plain.split(" "):
        capital = typed[position : position + 1].isupper()
        if (word in _STOP and not (capital and words)) or not (capital or surnamed):
            break
        if words and not capital and typed[start : start + 1].isupper():
            break
        words.append(word)
        position += len(word) + 1
    return words if len(words) <= 5 else []
