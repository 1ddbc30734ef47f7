"""Hears facts in one message: everything the task can use, whether it was asked for or not."""

import re
from datetime import datetime, timedelta
from typing import Any

from actions.field_values import KEPT_AS_WORDS, READ_HERE, is_over, read
from actions.free_words import free_text, pressed, without_codes
from actions.options import option_in
from actions.phrases import choose, holds_only, yes_or_no
from actions.place import Where, hear_place, keep_as_typed
from actions.tasks import Field, Task
from actions.turn import Turn
from actions.words import VIETNAM
from bot.vietnamese import (
    find_customer_codes,
    find_dates,
    find_names,
    find_phones,
    find_place,
    find_since,
    find_ticket_codes,
    fold,
    parse_last_three,
)

CODE_LENGTH = 13
LONGEST_NAME = 60
# Names the customer tells of themselves unasked; anybody else's is asked for.
SPEAKERS = ("name", "contact_name")
# At the summary, words about a fact that stands count as its correction up to this many; longer ones must say so.
SHORT = 5
CERTAIN = 0.85
NAME_LABEL = re.compile(
    r"^(?:(?:dạ|da|ạ|vâng|vang)[ ,]+)*(?:(?:tôi|toi|em|mình|minh|anh|chị|chi|con|cháu|chau)\s+)?"
    r"(?:(?:họ\s+tên|ho\s+ten|họ\s+và\s+tên|ho\s+va\s+ten|tên|ten)\s*(?:là|la|:)?\s*(?:em|tôi|toi|mình|minh)?\s*(?:là|la)?"
    r"|(?:là|la))\s+",
    re.IGNORECASE,
)
NAME_CUE = re.compile(r"(?:ten|ho ten|ho va ten|dung ten|toi la|em la|minh la)(?: la)?[ :]*$")
LETTERS = re.compile(r"[^\W\d_]+(?:[ .'-]+[^\W\d_]+)*")
WANTED_WORDS = re.compile(
    r"\b(?:mat dien|cup dien|tong dai|lich|phieu|khong|cam on|nhan vien|huy|thoi|sai|nham|bao nhieu|gi|sao|alo|oi)\b"
)
TYPED_CODE = re.compile(r"(?<!\w)yc[ .-]?(\d(?:[ .-]?\d){7,9})(?!\d)", re.IGNORECASE)
BARE_DURATION = re.compile(
    r"(?:da )?(?:khoang |chung |tam |hon |gan )?\S+ ?(?:tieng|phut|ngay|bua|hom)(?: ruoi)?(?: a| em)?"
)
VAGUE = frozenset({"now", "unknown", "long"})


def hear(turn: Turn, task: Task) -> set[str]:
    """Put what this message tells into `task.facts`; the names of the facts that changed."""
    changed: set[str] = set()
    for one in task.form.fields:
        before = task.facts.get(one.name)
        value = _picked(turn, one, task) if turn.pressed else _heard(turn, one, task)
        if value is not None and value != before:
            task.facts[one.name] = value
            changed.add(one.name)
    return changed


def _picked(turn: Turn, one: Field, task: Task) -> Any:
    """A pressed button's value; only values the form knows count."""
    value = turn.picked.get(one.name)
    if "value" in turn.picked:
        return pressed(turn.picked["value"], one, task.asking)
    if one.kind in ("place", "area", "address"):
        where = Where.of(task.facts.get(one.name))
        index = turn.picked.get("ward_choice", "")
        return where.choose(int(index)).stored() if index.isascii() and index.isdigit() else None
    if one.kind == "choice":
        return value if value in one.choices else None
    if one.kind == "moment":
        return {"text": value} if value in VAGUE else None
    if one.kind == "ticket_code":
        return next((span.value for span in find_ticket_codes(value or "")), None)
    return "" if one.kind == "phone" and value == "none" else None


def _heard(turn: Turn, one: Field, task: Task) -> Any:
    asked = task.asking == one.name
    text = turn.text
    if one.kind in ("place", "area", "address"):
        return _place(text, one, task)
    if one.kind in READ_HERE:
        return _catalogue_value(turn, one, task)
    if one.kind == "moment":
        return _moment(text, turn.now, asked, known=one.name in task.facts)
    if one.kind == "choice":
        return _choice(text, one, asked)
    if one.kind == "phone":
        return _phone(text, asked)
    if one.kind == "name":
        return _name(text, asked and not _asks(turn)) if asked or one.name in SPEAKERS else None
    if one.kind == "dates":
        return dates(text, turn.now)
    if one.kind == "ticket_code":
        return ticket_code(text)
    return parse_last_three(text) or (_three_digits(text) if asked else None)


def _asks(turn: Turn) -> bool:
    """Whether the message plainly asks for something: no name, however it looks like one."""
    return turn.intent.startswith("ask_") and turn.confidence >= CERTAIN


def _catalogue_value(turn: Turn, one: Field, task: Task) -> Any:
    """A catalogue field's value; what stands already changes only where it is asked for, or corrected."""
    text, before = turn.text, task.facts.get(one.name)
    asked = task.asking == one.name
    if before and not asked and not _corrects(text) and (task.stage == "collect" or len(text.split()) > SHORT):
        return None
    if one.kind == "option":
        return option_in(text, one.name, one.labels, asked=asked)
    if one.kind == "customer_code":
        return customer_code(text)
    if one.kind == "text":
        return free_text(turn, task) if asked else None
    value = read(one.kind, text, turn.now, asked=asked, before=before)
    return None if is_over(one.kind, value, turn.now.date()) else value


def customer_code(text: str) -> str | None:
    """The last customer code in the text, whole or with characters missing; a correction comes last."""
    codes = [span.value for span in find_customer_codes(text)]
    return codes[-1] if codes else None


def code_alone(text: str) -> bool:
    """Whether a customer code is all there is, but for words that ask for nothing: "xem giúp em, mã …"."""
    return customer_code(text) is not None and holds_only("around_code", without_codes(text))


def whole(code: str) -> bool:
    """Whether a customer code has all its characters."""
    return len(code) == CODE_LENGTH


def dates(text: str, now: datetime) -> dict[str, str] | None:
    """The days asked about, from the first to the end of the last, never before `now`."""
    spans = find_dates(text, now)
    if not spans:
        return None
    first, last = spans[0].value.first, spans[-1].value.last
    start = datetime(first.year, first.month, first.day, tzinfo=VIETNAM)
    end = datetime(last.year, last.month, last.day, tzinfo=VIETNAM) + timedelta(days=1)
    return {"start": max(start, now).isoformat(), "end": end.isoformat(), "text": spans[0].text}


def _place(text: str, one: Field, task: Task) -> dict[str, Any] | None:
    """The place after this message; None when it tells nothing about it."""
    if (code := customer_code(text)) is not None:
        if one.kind != "address":
            return Where(code=code).stored()
        text = without_codes(text)
    asked_kind = next((other.kind for other in task.form.fields if other.name == task.asking), "")
    if asked_kind == "name" and len(text.split()) <= LONGEST_NAME // 10:
        return None
    where = Where.of(task.facts.get(one.name))
    asked = task.asking == one.name
    if not asked and one.filled(task.facts) and task.stage == "collect" and not _names_a_place(text):
        return None
    if find_phones(text) and len(text.split()) <= 2:
        return None
    if where.candidates and (picked := _spoken_choice(text, where)) is not None:
        return where.choose(picked).stored()
    heard = hear_place(where, text, asked=asked)
    return heard.stored() if heard != where else None


def _names_a_place(text: str) -> bool:
    """Whether words beside another answer are meant as a place: they correct, or carry a number or a ward."""
    found = find_place(text)
    street = fold(found.street or "")
    plain = bool(street) and (fold(text).startswith(street) or any(char.isdigit() for char in street))
    return plain or found.ward is not None or _corrects(text)


def _spoken_choice(text: str, where: Where) -> int | None:
    """`số 2`, `cái thứ 2`, or one candidate's name typed out."""
    number = re.fullmatch(r"(?:so|cai|thu|cai thu|so thu tu)?\s*(\d)\s*(?:a|nhe|nha)?", fold(text))
    if number and 0 < int(number[1]) <= len(where.candidates):
        return int(number[1]) - 1
    said = fold(text)
    named = [
        i
        for i, (ward, province) in enumerate(where.candidates)
        if fold(ward) in said or fold(ward).split(" ", 1)[-1] in said
    ]
    if len(named) > 1:
        named = [i for i in named if fold(where.candidates[i][1]) in said]
    return named[0] if len(named) == 1 else None


def keep_unread(turn: Turn, task: Task) -> bool:
    """Keep an answer nobody could read as the text it is, where a person can still use it."""
    asked = next((one for one in task.form.fields if one.name == task.asking), None)
    if asked is None or turn.pressed or not _worth_keeping(turn.text):
        return False
    if asked.kind in ("place", "area", "address"):
        where = Where.of(task.facts.get(asked.name))
        told = find_place(turn.text, province=where.province)
        if told.ward or told.province:  # what is known already, said once more
            return False
        kept = keep_as_typed(where, turn.text, where.gap or "")
        task.facts[asked.name] = kept.stored()
        return kept != where
    if asked.kind == "moment":
        task.facts[asked.name] = {"text": " ".join(turn.text.split())[:60]}
        return True
    if asked.kind in KEPT_AS_WORDS and task.tries:
        task.facts[asked.name] = " ".join(turn.text.split())[:60]
        return True
    return False


def _worth_keeping(text: str) -> bool:
    """At least two words or a number with letters, and not a question back."""
    told = len(text.split()) >= 2 or any(char.isdigit() for char in text)
    return told and bool(LETTERS.search(text)) and not text.rstrip().endswith("?")


def _moment(text: str, now: datetime, asked: bool, known: bool) -> dict[str, str] | None:
    since = find_since(text, now)
    if since is None and asked:  # "1 tiếng", to the question since when
        lasted = (part for part in re.split(r"[,.;\n]", text) if BARE_DURATION.fullmatch(fold(part.strip())))
        since = next(filter(None, (find_since(f"{part} rồi", now) for part in lasted)), None)
    if since is not None and not asked and " thang " in f" {fold(since.text)} ":
        since = None  # "…, với tiền điện tháng này bao nhiêu": a month is a bill's, no power cut began with it
    if since is not None and (asked or not known or _corrects(text)):
        return {"at": since.value.isoformat(), "text": since.text}
    vague = choose("vague", text) if asked else None
    return {"text": vague} if vague else None


def _corrects(text: str) -> bool:
    return any(word in f" {fold(text)} " for word in (" nham", " sai ", " khong phai", " sua ", " chinh lai"))


def _choice(text: str, one: Field, asked: bool) -> str | None:
    found = choose(one.name, text)
    if found is None and asked and one.answers and (plain := yes_or_no(text)) is not None:
        found = one.answers["yes" if plain else "no"]
    if found == "unknown" and not asked:  # "không rõ tỉnh nào" is about the place
        return None
    return found if found in one.choices else None


def _phone(text: str, asked: bool) -> str | None:
    phones = find_phones(text)
    if phones:
        return phones[-1].value
    return "" if asked and choose("refuse", text) else None


def _name(text: str, asked: bool) -> str | None:
    labelled = NAME_LABEL.match(text)
    if not asked and not (labelled and "ten" in fold(labelled[0])):
        return next((span.text for span in find_names(text) if NAME_CUE.search(fold(text[: span.start]))), None)
    rest = NAME_LABEL.sub("", text.strip(), count=1) if labelled else text.strip()
    name = LETTERS.match(re.split(r"[,;\d\n]|\b(?:sđt|sdt|số|đt)\b", rest, maxsplit=1)[0].strip(" .!"))
    if not name or len(name[0]) > LONGEST_NAME or len(name[0].split()) > 6:
        return None
    return None if WANTED_WORDS.search(fold(name[0])) else name[0].removesuffix(" ạ").removesuffix(" nhé").strip()


def ticket_code(text: str) -> str | None:
    """A ticket code; one with a wrong check digit too, so that a wrong code is treated like somebody else's."""
    right = next((span.value for span in find_ticket_codes(text)), None)
    typed = TYPED_CODE.search(text)
    return right or ("YC" + re.sub(r"\D", "", typed[1]) if typed else None)


def _three_digits(text: str) -> str | None:
    digits = re.sub(r"\D", "", text)
    return digits if len(digits) == 3 else None
