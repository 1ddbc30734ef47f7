"""Numbers in a message, written in digits or in words, with their magnitude: 1tr2, ba trăm rưỡi, 2 triệu 3, 1.164.197."""

import re
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

from bot.vietnamese.unicode import Aligned, align

_ONES = {
    "khong": 0, "mot": 1, "hai": 2, "ba": 3, "bon": 4, "tu": 4, "nam": 5, "lam": 5, "nham": 5, "sau": 6,
    "bay": 7, "tam": 8, "chin": 9,
}  # fmt: skip
_TENS = ("muoi", "chuc")
_JOINS = ("le", "linh")
_MAGNITUDES = {
    "chuc": 10, "tram": 100, "nghin": 1_000, "ngan": 1_000, "k": 1_000, "xi": 100_000, "trieu": 1_000_000, "tr": 1_000_000,
    "cu": 1_000_000, "ty": 1_000_000_000, "ti": 1_000_000_000,
}  # fmt: skip
# What the words look like with accents; a word with other accents is another word.
_MARKED = {
    "khong": {"không"}, "mot": {"một", "mốt"}, "bon": {"bốn"}, "tu": {"tư"}, "nam": {"năm"}, "lam": {"lăm"},
    "nham": {"nhăm"}, "sau": {"sáu"}, "bay": {"bảy", "bẩy"}, "tam": {"tám"}, "chin": {"chín"}, "hai": set(), "ba": set(),
    "muoi": {"mười", "mươi"}, "chuc": {"chục"}, "tram": {"trăm"}, "nghin": {"nghìn"}, "ngan": {"ngàn"},
    "trieu": {"triệu"}, "ty": {"tỷ"}, "ti": {"tỉ"}, "xi": {"xị"}, "cu": {"củ"}, "le": {"lẻ"}, "linh": set(),
    "ruoi": {"rưỡi", "rưởi"}, "k": set(), "tr": set(), "nua": {"nửa"},
}  # fmt: skip
_NEEDS_ACCENT = frozenset({"ti", "xi"})
_PIECE = re.compile(r"\s{0,2}(?:(?P<digits>[0-9]+(?:[.,][0-9]+)*)|(?P<word>[a-z]+))")
_START = re.compile(rf"(?<![\w.,/+\-])(?:[0-9]|(?:{'|'.join((*_ONES, 'muoi', 'tram', 'trieu', 'nua'))})(?![a-z0-9]))")
_DIGIT_START = re.compile(r"(?<![\w.,/+\-])[0-9]")
_WORDS_LIKELY = re.compile(
    r"\b(?:tram|nghin|ngan|trieu|ty|chuc|muoi|ruoi|ngua|cu|xi|so|ky|ki|chu|kw[hp]?|kva|[ck]an)\b"
)
_GROUPED = re.compile(r"[0-9]{1,3}(?:\.[0-9]{3})+(?:,[0-9]{1,2})?|[0-9]{1,3}(?:,[0-9]{3})+(?:\.[0-9]{1,2})?")
_COUNTED = re.compile(
    r"\s?(?:thang|ngay|lan|nguoi|ho|cai|phong|nam|tieng|gio|h|phut|so|ky|ki|kwh?|kva|kwp|ngua|pha|tuan|dua|bua|buoi|dem|hom"
    r"|cong to|hoa don|chu|phan tram)(?![a-z0-9])|\s?[%/]"
)
# "2 trạm biến áp", "5 k biết": the same letters, another word.
_NOT_HUNDRED = re.compile(r"\s(?:bien|dien|sac|bom|ha)\b")
_NO = re.compile(r"\s(?:co|biet|thay|dc|duoc|phai|hieu|can|muon|cho|ai|sao|bik|bit|vao|len|dien|z|v|a)\b")


@dataclass(frozen=True)
class Quantity:
    """Characters `start` to `end` of the aligned text are a number worth `value`.

    `magnitude` is the largest word said (1,000,000 for "2 triệu 3"; 1 for bare digits). `grouped` tells digits
    in threes ("1.164.197"), `digits` the digits of a number without any magnitude, as typed.
    """

    start: int
    end: int
    value: Decimal
    magnitude: int
    grouped: bool = False
    digits: str = ""


class _Reader:
    """Reads one number from the left; `at` is where it has got to."""

    def __init__(self, aligned: Aligned, at: int) -> None:
        self.aligned = aligned
        self.at = at
        self.grouped = False
        self.digits = ""

    def peek(self) -> re.Match[str] | None:
        """The next piece if it is a number, a number word or a magnitude with the right accents."""
        piece = _PIECE.match(self.aligned.plain, self.at)
        if piece is None or piece["digits"]:
            return piece
        word = piece["word"]
        marked = self.aligned.marked[slice(*piece.span("word"))]
        if word not in _MARKED or not (marked == word or marked in _MARKED[word]):
            return None
        return None if word in _NEEDS_ACCENT and marked == word else piece

    def counts(self) -> bool:
        """Whether the next word is a thing that is counted ("lần"; not the "lận" of "1tr2 lận")."""
        match = _COUNTED.match(self.aligned.plain, self.at)
        return match is not None and self.aligned.marked[slice(*match.span())].strip() != "lận"

    def word(self, *wanted: str) -> str:
        """Takes the next piece if it is one of these words; "" otherwise."""
        piece = self.peek()
        if piece is None or piece["word"] not in wanted:
            return ""
        self.at = piece.end()
        return piece["word"]

    def small(self) -> tuple[Decimal, int] | None:
        """A number below the magnitudes and the digits it has (0 for one in words above nine)."""
        piece = self.peek()
        if piece is None:
            return None
        if piece["digits"]:
            self.at = piece.end()
            self.digits = piece["digits"]
            self.grouped = bool(_GROUPED.fullmatch(piece["digits"]))
            return _number(piece["digits"]), len(piece["digits"]) if piece["digits"].isdigit() else 0
        if piece["word"] in _ONES or piece["word"] in _TENS:
            return self._spelt()
        return None

    def _spelt(self) -> tuple[Decimal, int]:
        """ "ba trăm rưỡi", "hai mươi lăm", "mười": up to 999, in words."""
        value, length = 0, 1
        if ten := self.word(*_TENS):
            value = 10
        else:
            value = _ONES[self.word(*_ONES)]
            ten = self.word(*_TENS)
            value *= 10 if ten else 1
        if ten:
            length = 0
            value += _ONES.get(self.word(*_ONES), 0)
        elif value and (low := self._two_words()):
            value, length = value * 10 + low, 2
        elif self._hundred():
            return Decimal(value * 100 + self._below_hundred()), 0
        return Decimal(value), length

    def _two_words(self) -> int:
        """The "lăm", "mốt" or "tư" of "hai lăm" (25)."""
        before = self.at
        word = self.word("lam", "nham")
        if not word:
            self.at = before
        return _ONES.get(word, 0)

    def _hundred(self) -> bool:
        before = self.at
        if self.word("tram") and not _NOT_HUNDRED.match(self.aligned.plain, self.at):
            return True
        self.at = before
        return False

    def _below_hundred(self) -> int:
        if self.word("ruoi"):
            return 50
        join = self.word(*_JOINS)
        before = self.at
        if not (first := self.word(*_ONES, "muoi")):
            return 0
        if self.counts() and not join and first != "muoi" and self._no_unit_word():
            self.at = before
            return 0
        value = 10 if first == "muoi" else _ONES[first]
        if first != "muoi" and self.word(*_TENS):
            value *= 10
        elif first != "muoi":
            return value if join else value * 10  # "ba trăm hai" is 320
        return value + _ONES.get(self.word(*_ONES), 0)

    def _no_unit_word(self) -> bool:
        """Whether what follows counts things of its own ("ba trăm hai lần"), not the number's unit."""
        return not re.match(r"\s?(?:so|ky|ki|kwh|chu|ngua)\b", self.aligned.plain[self.at : self.at + 8])

    def magnitude(self, small: Decimal) -> int:
        """The magnitude that follows, taken; 1 for none."""
        piece = self.peek()
        if piece is None or piece["word"] not in _MAGNITUDES:
            return 1
        word, plain = piece["word"], self.aligned.plain
        glued = piece.start("word") == self.at
        if word == "k" and not glued and (small < 10 or _NO.match(plain, piece.end())):
            return 1
        if word == "cu" and not self._is_million(small, piece):
            return 1
        if word == "tram" and _NOT_HUNDRED.match(plain, piece.end()):
            return 1
        self.at = piece.end()
        return _MAGNITUDES[word]

    def _is_million(self, small: Decimal, piece: re.Match[str]) -> bool:
        """Whether "cu" is "củ": said with its accent, or by somebody who types none, of few and not before digits."""
        if self.aligned.marked[slice(*piece.span("word"))] == "củ":
            return True
        typed = self.digits and self.aligned.marked == self.aligned.plain
        return bool(typed) and small <= 99 and not self.aligned.plain[piece.end() :].lstrip()[:1].isdigit()


def _number(digits: str) -> Decimal:
    """1.164.197, 1,5 and 2.5 as people write them: a comma or dot before exactly three digits groups them."""
    if _GROUPED.fullmatch(digits):
        group = "." if digits.find(".") >= 0 and digits.find(",") not in range(digits.find(".")) else ","
        return Decimal(digits.replace(group, "").replace(",", "."))
    if digits.count(".") + digits.count(",") == 1:
        return Decimal(digits.replace(",", "."))
    return Decimal(re.sub(r"[.,]", "", digits))


def _read(aligned: Aligned, start: int) -> Quantity | None:
    reader = _Reader(aligned, start)
    first = reader.small()
    if first is None:
        return _without_number(aligned, start)
    value, _ = first
    largest = last = reader.magnitude(value)
    total = value * last
    if last in (10, 100) and reader.word("ruoi"):
        total += Decimal(last) / 2
    if last in (10, 100) or (last == 1 and not reader.digits):
        over = reader.magnitude(total)  # "3 trăm ngàn", "ba trăm ngàn"
        if over > 1:
            total, largest, last = total * over, over, over
    if last == 1:
        half = reader.digits and reader.word("ruoi")
        total += Decimal("0.5") if half else 0
        return Quantity(start, reader.at, total, 1, reader.grouped, reader.digits)
    total += _rest(reader, last)
    return Quantity(start, reader.at, total, largest)


def _rest(reader: _Reader, last: int) -> Decimal:
    """What is said below the magnitude `last`: "rưỡi", the 3 of "2 triệu 3", "2 trăm ngàn"."""
    if last > 100 and reader.word("ruoi"):
        return Decimal(last) / 2
    before = reader.at
    reader.digits = ""
    small = reader.small()
    if small is None or small[0] == 0 or last <= 100:
        reader.at = before
        return Decimal(0)
    value, length = small
    own = reader.magnitude(value)
    if own == 100:  # "1 triệu 2 trăm (ngàn)"
        value, own = value * 100 + (50 if reader.word("ruoi") else 0), reader.magnitude(value)
        own = own if own > 1 else last // 1000
    elif own == 1 and not reader.digits and value >= 100:  # the same, in words
        own = last // 1000
    if own < last and (own > 1 or (value >= 100 and last == 1000)):
        return value * own + (_rest(reader, own) if own > 1 else 0)
    if own == 1 and 1 <= length <= 3 and not reader.counts():
        return value * last / Decimal(10**length)
    reader.at = before
    return Decimal(0)


def _without_number(aligned: Aligned, start: int) -> Quantity | None:
    """ "triệu rưỡi", "triệu hai", "trăm ngàn", "nửa triệu": one of them, or half."""
    reader = _Reader(aligned, start)
    half = reader.word("nua")
    word = reader.word("trieu", "tram")
    if not word or (not half and re.search(r"\b(?:may|vai|ca|hang)\s$", aligned.plain[max(0, start - 5) : start])):
        return None
    magnitude = Decimal(_MAGNITUDES[word])
    if half:
        return Quantity(start, reader.at, magnitude / 2, int(magnitude))
    if word == "tram" and (over := reader.magnitude(magnitude)) > 1:
        return Quantity(start, reader.at, magnitude * over, over)
    before = reader.at
    rest = Decimal(50) if word == "tram" and reader.word("ruoi") else _rest(reader, int(magnitude))
    return Quantity(start, reader.at, magnitude + rest, int(magnitude)) if reader.at > before else None


def whole_or_fraction(value: Decimal) -> float:
    """An int where the number is whole, so that it is told as 350 and not 350.0."""
    return int(value) if value == value.to_integral_value() else float(value)


@lru_cache(maxsize=32)
def quantities(text: str) -> tuple[Quantity, ...]:
    """The numbers of `text` in order. The last few are kept: several parsers ask about one message."""
    aligned = align(text)
    plain = aligned.plain
    start = _START if _WORDS_LIKELY.search(plain) else _DIGIT_START
    found: list[Quantity] = []
    position = 0
    while match := start.search(plain, position):
        quantity = _read(aligned, match.start())
        position = quantity.end if quantity else match.end()
        if quantity:
            found.append(quantity)
    return tuple(found)
