"""Customer codes and ticket codes as people type them: blanks, dots, dashes, lower case, O for 0."""

import re

from bot.vietnamese.spans import Span, span_at
from bot.vietnamese.spoken import spelt, spelt_runs
from bot.vietnamese.unicode import Aligned, align

_GAP = r"[ \t.\-_/]{0,2}"
# Written in one piece first; with gaps the unit code must look like one (digits early on), or whole words
# would be swallowed.
_CUSTOMER = re.compile(
    r"(?<!\w)(?:p[a-z](?=[0-9a-z]{0,3}[0-9])[0-9a-z]{4}[0-9oil]{5,7}"
    rf"|p{_GAP}[a-z]{_GAP}[0-9oi]{_GAP}[0-9oi]{_GAP}[0-9a-z]{_GAP}[0-9a-z](?:{_GAP}[0-9oil]){{5,7}})(?!\w)"
)
_SEPARATORS = re.compile(r"[^0-9a-z]+")
_TAIL_DIGITS = str.maketrans("OIL", "011")
_NUMERIC_UNIT = re.compile("[0-9OI]{4}")
# Spoken, the P that begins every code is often heard and written as bê.
_SPELT_CUSTOMER = re.compile(r"[pb][a-z](?=[0-9a-z]{0,3}[0-9])[0-9a-z]{4}[0-9]{5,7}")
_SPELT_TICKET = re.compile(
    r"[a-bd-hj-xz]{0,2}(?P<code>(?:[yi]c)?(?P<digits>(?!0[35789][0-9]{8})[0-9]{8,10}))[a-z]{0,2}"
)

_TICKET = re.compile(
    rf"(?<!\w)(?P<yc>yc{_GAP})(?P<a>[0-9](?:{_GAP}[0-9]){{7,9}})(?![0-9])"
    r"|(?<!\w)(?:phieu|ma(?: so)?(?: yeu cau| phieu)?|so phieu|yeu cau|ho so|ticket|(?<!hoa )don)(?: so| la| ma)?[ :.#]{1,3}"
    rf"(?P<b>[0-9](?:{_GAP}[0-9]){{7,9}})(?![0-9])"
)

_TICKET_CUE = re.compile(
    r"\b(?:phieu|pjieu|phieus|yc|yeu cau|ho so|hs|ticket|ma|don|tien do|trang thai"
    r"|(?:toi|den) dau|huy|bo|rut|khieu nai|xu ly)\b"
)
_LONE_NUMBER = re.compile(r"(?<![\w.,+/-])[0-9]{8,10}(?![\w/]|[.,-][0-9])")

# Damm's quasigroup of order 10 (H. M. Damm, 2004): finds every single wrong digit and every swap of neighbours.
_DAMM = (
    (0, 3, 1, 7, 5, 9, 8, 6, 4, 2),
    (7, 0, 9, 2, 1, 5, 4, 8, 6, 3),
    (4, 2, 0, 6, 8, 7, 1, 3, 5, 9),
    (1, 7, 5, 0, 9, 8, 3, 4, 2, 6),
    (6, 1, 2, 3, 0, 4, 5, 9, 7, 8),
    (3, 6, 7, 4, 2, 0, 9, 5, 8, 1),
    (5, 8, 6, 9, 7, 2, 0, 1, 3, 4),
    (8, 9, 4, 5, 3, 6, 2, 0, 1, 7),
    (9, 4, 3, 8, 6, 1, 7, 2, 0, 5),
    (2, 5, 8, 1, 4, 3, 6, 7, 9, 0),
)


def damm_digit(digits: str) -> str:
    """The check digit to write after `digits` (ASCII digits only; ValueError otherwise)."""
    interim = 0
    for digit in digits:
        if not "0" <= digit <= "9":
            raise ValueError(f"not an ASCII digit: {digit!r}")
        interim = _DAMM[interim][ord(digit) - 48]
    return str(interim)


def ticket_code_ok(code: str) -> bool:
    """Whether `code` is `YC` and 8 to 10 digits with a right check digit."""
    return bool(re.fullmatch(r"YC[0-9]{8,10}", code)) and damm_digit(code[2:]) == "0"


def _as_customer_code(typed: str) -> str:
    """The code in capitals; O, I and l are digits in its last seven characters and in an all-digit unit."""
    compact = _SEPARATORS.sub("", typed).upper()
    unit = compact[2:6]
    if _NUMERIC_UNIT.fullmatch(unit):
        unit = unit.translate(_TAIL_DIGITS)
    return "P" + compact[1] + unit + compact[6:].translate(_TAIL_DIGITS)


def find_customer_codes(text: str) -> list[Span[str]]:
    """Customer codes in the order written, upper case without separators.

    The full length is 13 characters; 11 and 12 are found too (some centres issue them, others lost
    characters): the care API decides.
    """
    aligned = align(text)
    found: list[Span[str]] = []
    for match in _CUSTOMER.finditer(aligned.plain):
        found.append(span_at(aligned, match.start(), match.end(), _as_customer_code(match.group())))
    written = list(found)
    for one in spelt(aligned.marked, _SPELT_CUSTOMER, 13):
        span = span_at(aligned, one.start, one.end, _as_customer_code(one.said))
        if not any(span.start < other.end and other.start < span.end for other in written):
            found.append(span)
    return sorted(found, key=lambda span: span.start)


def find_ticket_codes(text: str, *, checked: bool = True) -> list[Span[str]]:
    """Ticket codes in the order written, as `YC` and digits.

    With `checked` only codes whose check digit is right; without it also the mistyped ones, so that the
    customer can be told.
    """
    aligned = align(text)
    found: list[Span[str]] = []
    for match in _TICKET.finditer(aligned.plain):
        group = "a" if match.group("a") else "b"
        best = _best_ticket(match.group(group), checked)
        if best is None or (group == "b" and best[0][2] == "0" and len(best[0]) == 12):
            continue
        code, length = best
        start = match.start() if group == "a" else match.start("b")
        found.append(span_at(aligned, start, match.start(group) + length, code))
    found.extend(_lone_tickets(aligned, found))
    return sorted(found, key=lambda span: span.start)


def _lone_tickets(aligned: Aligned, found: list[Span[str]]) -> list[Span[str]]:
    """Bare numbers in a message about a ticket ("26147426 phiếu này tới đâu rồi"), and codes spelt aloud.

    Only with a right check digit, or every number would be one.
    """
    lone: list[Span[str]] = []
    for items in spelt_runs(aligned.marked):
        # All the digits of the run: a part of a spoken phone number has a right check digit now and then.
        match = _SPELT_TICKET.fullmatch("".join(item.said for item in items))
        if match and ticket_code_ok(code := "YC" + match["digits"]):
            first = next(item for item in items if item.said in match["code"][:2] or item.said.isdigit())
            last = max(item.end for item in items if item.said.isdigit())
            lone.append(span_at(aligned, first.start, last, code))
    if _TICKET_CUE.search(aligned.plain):
        for match in _LONE_NUMBER.finditer(aligned.plain):
            phone = len(match.group()) == 10 and match.group()[0] == "0"
            if ticket_code_ok("YC" + match.group()) and not phone:
                lone.append(span_at(aligned, *match.span(), "YC" + match.group()))
    taken = {(span.start, span.end) for span in found}
    return [span for span in lone if not any(span.start < end and start < span.end for start, end in taken)]


def _best_ticket(typed: str, checked: bool) -> tuple[str, int] | None:
    """The code among the first 8, 9 or 10 digits of `typed` that ends at a gap, and how much of it that is."""
    ends = [n for n, char in enumerate(typed, 1) if char.isdigit()]
    whole = None
    for count in (8, 9, 10):
        if count > len(ends):
            break
        end = ends[count - 1]
        if end < len(typed) and typed[end].isdigit():
            continue
        code = "YC" + "".join(char for char in typed[:end] if char.isdigit())
        if ticket_code_ok(code):
            return code, end
        whole = whole or (code, end)
    return None if checked else whole
