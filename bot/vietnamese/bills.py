"""Whether a message speaks of money or consumption: then "tháng 10" is a bill's month, else days of the calendar."""

import re
from functools import lru_cache

from bot.vietnamese.unicode import align

_SURE = re.compile(
    r"\b(?:tien|hoa don|hdon|bill|kwh|san luong|tieu thu|chi so|so dien(?!\s(?:thoai|dt|luc))|thanh toan|trich no|cong no"
    r"|cuoc|truy thu|may so|nhieu so|may ky|may ki|ky dien|ki dien|chu dien|so cu|so moi|bac thang"
    r"|(?<!dang )(?<!xem )(?:ky|ki)\s(?:nay|truoc|roi|vua|thang|cuoi|dau|[0-9]|t[0-9])|cong to.{0,20}\b(?:nhay|chay|phat)|cong suat cuc dai)\b"
    r"|\b[0-9]+(?:k|tr[0-9]?)\b|\b[0-9]+\s(?:trieu|nghin|ngan|so|ky|chu|kwh)\b(?!\s(?:con|nha|dien thoai))"
)
# Words that mean money only with these accents, or without any in a company that says so.
_DONG = re.compile(
    r"\b(?P<word>dong|nop|no|tra|hd|het|xai|dung)\b(?!\s(?:dien\b(?!\s(?:bao|may|het|nhieu))|cau dao|cb|cua|nguon|loi|dat|roi moi ngu))"
)
_DONG_MARKED = {"dong": "đóng", "nop": "nộp", "no": "nợ", "tra": "trả", "hd": "hđ"}
_COUNTS_ELECTRICITY = re.compile(
    r"\b(?:het|xai|dung|dong|tra|nop)\s(?:\w{1,6}\s){0,2}(?:bao nhieu|nhieu|nhiu|may|bnhieu|[0-9])\b(?!\s?(?:gio|ngay|tieng|lan|h)\b)"
)
_IN_DEBT = re.compile(
    r"\b(?:con|bi|tien|het|bao|dang|khoan|tra|dong)\sno\b|\bno\s(?:tien|thang|ky|cu|dien|cuoc|t[0-9])"
)
_PAYS = re.compile(
    r"\b(?:dong|nop|tra)\s(?:tien|roi|chua|du|het|qua|bang|o|luon|thang|ky|truoc|sau|tre|cham|som|ngay|t[0-9])\b"
)


@lru_cache(maxsize=32)
def speaks_of_bills(text: str) -> bool:
    """Whether money or consumption is meant anywhere in the message ("đóng điện" switches on and is not)."""
    aligned = align(text)
    plain = aligned.plain
    if _SURE.search(plain) or _COUNTS_ELECTRICITY.search(plain):
        return True
    typed_plain = aligned.marked == plain
    for match in _DONG.finditer(plain):
        word = match["word"]
        if word in _DONG_MARKED and aligned.marked[slice(*match.span("word"))] == _DONG_MARKED[word]:
            return True
    return typed_plain and bool(_IN_DEBT.search(plain) or _PAYS.search(plain))
