"""A letter's head: its fields as sent, its addresses and its ids; and whether the whole is fit to be read. Pure."""

from __future__ import annotations

import base64
import binascii
import hashlib
import quopri
import re
from collections.abc import Mapping
from dataclasses import dataclass

from care.mail.charsets import cleaned, decoded

MOST_HEAD_BYTES = 128 * 1024
MOST_FIELDS = 500
LONGEST_FIELD = 4_000
MOST_PARTS = 300
MOST_MULTIPARTS = 40
MOST_WORK = 6_000_000  # lines times depth: what reading the parts costs
MOST_IDS = 20

_FIELD = re.compile(rb"^([!-9;-~]{1,100})[ \t]*:((?:[^\r\n]*)(?:\r?\n[ \t][^\r\n]*)*)", re.MULTILINE)
_HEAD_END = re.compile(rb"\r?\n[ \t]*\r?\n")
_TYPE = re.compile(rb"^content-(?:type|disposition)[ \t]*:(?:[^\r\n]*)(?:\r?\n[ \t][^\r\n]*)*", re.I | re.M)
_TYPE_LINE = re.compile(rb"^content-type[ \t]*:[ \t\r\n]*(multipart|message)?", re.I | re.M)
_WORD = r"=\?[^?\s]{1,40}\?[bBqQ]\?[^?]*\?="
_WORDS = re.compile(rf"{_WORD}(?:\s+{_WORD})*")
_ONE_WORD = re.compile(r"=\?([^?\s]{1,40})\?([bBqQ])\?([^?]*)\?=")
_ID = re.compile(r"<[^<>\s]{1,250}>")
_ADDRESS = re.compile(r"(?<![\w.])[\w.!#$%&'*+/=?^`{|}~-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){0,8}")
_ANGLE = re.compile(rf"<\s?({_ADDRESS.pattern})\s?>")
_QUOTED = re.compile(r'"(?:[^"\\]|\\.)*"|\([^()]*\)')
# What a letter is known by without a Message-ID; trace fields differ from copy to copy.
_SAME_FIELDS = ("from", "to", "date", "subject", "content-type")


class TooTangled(Exception):
    """More fields, parts or nesting than any customer's letter has."""


@dataclass(frozen=True)
class Head:
    """The fields of a letter, names in lower case; of several equal names all values, first first."""

    fields: Mapping[str, tuple[bytes, ...]]

    def bytes_of(self, name: str) -> bytes:
        """The first field of that name, unfolded; empty when there is none."""
        values = self.fields.get(name)
        return values[0] if values else b""

    def text(self, name: str) -> str:
        """The same as text in one line, encoded words read."""
        return " ".join(words_read(self.bytes_of(name)).split())

    def all_text(self, name: str) -> str:
        """All fields of that name."""
        return " ".join(" ".join(words_read(value).split()) for value in self.fields.get(name, ()))

    def ids(self, name: str) -> tuple[str, ...]:
        """The message ids in a field, the last ones when there are many."""
        return tuple(_ID.findall(self.all_text(name)))[-MOST_IDS:]

    @property
    def message_id(self) -> str | None:
        """The letter's own id."""
        return next(iter(self.ids("message-id")), None)

    @property
    def sender(self) -> tuple[str, str]:
        """(name, address in lower case) of From; ("", "") when it names nobody."""
        # The address is read before encoded words are, and outside quotes: what is inside is a name.
        # Not by email.utils: its parser recurses once a bracket.
        typed = " ".join(decoded(self.bytes_of("from"), None).split())
        bare = _QUOTED.sub(lambda quoted: " " * len(quoted.group()), typed)
        match = _ANGLE.search(bare)
        if match is None:
            match = _ADDRESS.search(bare)
            return ("", match.group().lower()) if match else ("", "")
        before = typed[bare.rfind(",", 0, match.start()) + 1 : match.start()].strip(' "')
        return " ".join(words_read(before.encode()).split())[:200], match.group(1).lower()


def head_of(raw: bytes) -> Head:
    """The head; never raises. Fields beyond what a letter may have are not read."""
    fields = dict[str, tuple[bytes, ...]]()
    for number, match in enumerate(_FIELD.finditer(head_bytes(raw)[:MOST_HEAD_BYTES])):
        if number >= MOST_FIELDS:
            break
        name = match[1].decode("ascii").lower()
        fields[name] = (*fields.get(name, ()), match[2].strip()[:LONGEST_FIELD])
    return Head(fields)


def head_bytes(raw: bytes) -> bytes:
    """The head as sent, the line end included."""
    end = _HEAD_END.search(raw)
    return raw[: end.start()] + b"\r\n" if end else raw


def check_shape(raw: bytes) -> None:
    """Raises TooTangled for a letter that would be costly to read. Looks at bytes only."""
    head = head_bytes(raw)
    if len(head) > MOST_HEAD_BYTES or sum(1 for _ in _FIELD.finditer(head)) > MOST_FIELDS:
        raise TooTangled("too many or too long header fields")
    kinds = [match[1] for match in _TYPE_LINE.finditer(raw)]
    if len(kinds) > MOST_PARTS:
        raise TooTangled("too many parts")
    nested = sum(bool(kind) for kind in kinds)
    if nested > MOST_MULTIPARTS or raw.count(b"\n") * (nested + 1) > MOST_WORK:
        raise TooTangled("parts nested too deep")
    if any(len(match[0]) > LONGEST_FIELD for match in _TYPE.finditer(raw)):
        raise TooTangled("a content type too long")


def key_of(raw: bytes, head: Head) -> str:
    """What makes two copies of a letter one: Message-ID and sender, else its fields and body."""
    if head.message_id:
        known = f"{head.message_id}\n{head.sender[1]}".encode()
        return "id:" + hashlib.sha256(known).hexdigest()
    fingerprint = hashlib.sha256()
    for name in _SAME_FIELDS:
        fingerprint.update(name.encode() + b":" + b" ".join(head.bytes_of(name).split()) + b"\n")
    end = _HEAD_END.search(raw)
    fingerprint.update(raw[end.end() :].strip().replace(b"\r\n", b"\n") if end else b"")
    return "content:" + fingerprint.hexdigest()


def words_read(value: bytes) -> str:
    """A field's text, its encoded words read; never raises."""
    return cleaned(_WORDS.sub(_read_run, decoded(value, None)))


def _read_run(run: re.Match[str]) -> str:
    """Neighbouring words of one charset are joined first: some programs cut in the middle of a letter."""
    pieces = list[tuple[str, bytes]]()
    for charset, way, content in _ONE_WORD.findall(run.group()):
        data = _unpacked(way.lower(), content)
        charset = charset.partition("*")[0].lower()
        if pieces and pieces[-1][0] == charset:
            pieces[-1] = (charset, pieces[-1][1] + data)
        else:
            pieces.append((charset, data))
    return "".join(decoded(data, charset) for charset, data in pieces)


def _unpacked(way: str, content: str) -> bytes:
    data = content.encode("utf8")
    if way == "q":
        return quopri.decodestring(data.replace(b"_", b" "), header=False)
    try:
        return base64.b64decode(data + b"=" * (-len(data) % 4))
    except (binascii.Error, ValueError):
        return b""
