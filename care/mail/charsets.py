"""Bytes of a letter to text, whatever its charset claims to be. Pure."""

import re

from bot.vietnamese import nfc

# Only these: Python knows codecs (punycode, utf-7 …) that are slow or no charsets of letters.
_KNOWN = re.compile(
    r"(?:utf-?(?:8|16|32)(?:-?[lb]e)?|(?:us-)?ascii|(?:iso[-_]?8859|latin)[-_]?\d{1,2}|(?:windows|cp)-?\d{3,4}"
    r"|gbk|gb2312|gb18030|big5|euc-(?:jp|kr)|shift_jis|iso-2022-jp|koi8-[ru])"
)
# "Ä‘iá»‡n" for "điện": UTF-8 taken for windows-1252 somewhere on the way.
_TWICE = re.compile(r"(?:á[º»]|Ä[‘\u0090\u0091ƒ©¨]|Æ[°¡]|Ã[¡-º])")
# windows-1252 leaves five bytes undefined, which programs keep as they are.
_CP1252 = {bytes([at]).decode("cp1252", "replace").replace("\ufffd", chr(at)): at for at in range(256)}
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\u202a-\u202e\u2066-\u2069\ufeff]")


def decoded(content: bytes, declared: str | None) -> str:
    """The text, in one spelling of Vietnamese; never raises.

    Bytes that are valid UTF-8 beyond ASCII are UTF-8, whatever was declared. Undeclared bytes that are not are taken
    for windows-1258, what old Vietnamese programs write.
    """
    return cleaned(_mended(_decoded(content, declared)))


def cleaned(text: str) -> str:
    """Without control characters and those that turn the direction of writing."""
    return nfc(
        _CONTROL.sub("", text.replace("\r\n", "\n").replace("\r", "\n").encode("utf8", "replace").decode("utf8"))
    )


def _decoded(content: bytes, declared: str | None) -> str:
    name = (declared or "").strip().strip("\"'").lower()
    wide = name.startswith(("utf-16", "utf16", "utf-32", "utf32"))
    tries = [name] if wide or name.startswith("iso-2022") else ["utf-8", name]
    for charset in [*tries, "cp1258"]:
        if not _KNOWN.fullmatch(charset):
            continue
        try:
            return content.decode(charset)
        except (UnicodeError, LookupError):
            continue
    return content.decode("utf-8" if b"\xc3" in content or b"\xe1\xbb" in content else "cp1258", "replace")


def _mended(text: str) -> str:
    """Text that was encoded twice, read back; anything else unchanged."""
    if len(_TWICE.findall(text[:20_000])) < 2:
        return text
    try:
        return bytes(_CP1252[char] for char in text).decode("utf8")
    except (KeyError, UnicodeDecodeError):
        return text
