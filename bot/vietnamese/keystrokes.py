"""Telex and VNI keystrokes that a keyboard left unread ("ddieenj", "d9ie6n5"), read back into Vietnamese."""

import unicodedata
from dataclasses import dataclass
from functools import lru_cache

from bot.vietnamese.syllables import is_plain_syllable, is_syllable
from bot.vietnamese.unicode import nfc

_TONES = {"s": "\u0301", "f": "\u0300", "r": "\u0309", "x": "\u0303", "j": "\u0323"}
_TONES |= dict(zip("12345", ("\u0301", "\u0300", "\u0309", "\u0303", "\u0323"), strict=True))
_HATS = {("a", "a"): "â", ("e", "e"): "ê", ("o", "o"): "ô"}
_HATS |= {("a", "6"): "â", ("e", "6"): "ê", ("o", "6"): "ô", ("a", "8"): "ă", ("o", "7"): "ơ", ("u", "7"): "ư"}
_HATS |= {("a", "w"): "ă", ("o", "w"): "ơ", ("u", "w"): "ư"}
_VOWELS = frozenset("aăâeêioôơuưy")
_LONGEST = 10  # "nghieengs" and one key more


@dataclass(frozen=True)
class Keystrokes:
    """A word read back. `sure` when more than one key speaks for it, so that the whole message is typed so."""

    word: str
    sure: bool


@lru_cache(maxsize=8192)
def read_keystrokes(word: str) -> Keystrokes | None:
    """What the keys of `word` (lower case) spell; None where they spell nothing or the word needs no reading.

    Words that are syllables as they stand are never read: "mua" stays, whatever its keys could spell.
    """
    if not 3 <= len(word) <= _LONGEST or is_plain_syllable(word) or not word[0].isalpha():
        return None
    telex = word.isalpha()
    letters: list[str] = []
    tone = ""
    kinds: set[str] = set()
    for key in word:
        if (telex and key not in "sfrxjwd") or (not telex and not key.isdigit()):
            read = _letter(letters, key, telex, kinds)
        elif key in _TONES and any(letter in _VOWELS for letter in letters):
            read, tone = not tone, _TONES[key]
            kinds.add("tone")
        else:
            read = _mark(letters, key, telex, kinds)
        if not read:
            return None
    return _composed("".join(letters), tone, kinds)


def _letter(letters: list[str], key: str, telex: bool, kinds: set[str]) -> bool:
    """Adds a plain key; in Telex a vowel struck twice, or again behind the final consonant, gets its hat."""
    parts = unicodedata.normalize("NFD", key)
    if len(parts) > 1 or not ((key.isascii() and key.isalpha()) or key in "đ"):
        return False
    if telex and key in "aeo" and key in letters:
        last = max(at for at, letter in enumerate(letters) if letter == key)
        if last == len(letters) - 1 or not any(letter in _VOWELS for letter in letters[last + 1 :]):
            # Struck again only behind the consonant ("matas") it may be an English word ("data").
            kinds.add("hat" if last == len(letters) - 1 else "late hat")
            letters[last] = _HATS[key, key]
            return True
    letters.append(key)
    return True


def _mark(letters: list[str], key: str, telex: bool, kinds: set[str]) -> bool:
    """Applies d, w (Telex) or 6 to 9 (VNI) to the letters before; a key that marks nothing is a letter in Telex."""
    if key in "d9":
        if letters[:1] == ["d"] and (key == "9" or len(letters) == 1 or letters[-1] != "d"):
            letters[0] = "đ"
            kinds.add("stroke")
            return True
    elif key in "w78" and _horn(letters, key):
        kinds.add("horn" if key == "w" else "hat")
        return True
    elif key == "6":
        for at in range(len(letters) - 1, -1, -1):
            if (letters[at], key) in _HATS:
                letters[at] = _HATS[letters[at], key]
                kinds.add("hat")
                return True
    if telex and key != "w":
        letters.append(key)
        return True
    return False


def _horn(letters: list[str], key: str) -> bool:
    """w, 7 or 8: uo becomes ươ, else the last vowel that can takes it."""
    for at in range(len(letters) - 1, -1, -1):
        if (letters[at], key) in _HATS:
            if letters[at] == "o" and at and letters[at - 1] == "u" and key in "w7":
                letters[at - 1] = "ư"
            elif letters[at] == "o" and at and letters[at - 1] == "ư":
                pass
            elif letters[at] == "u" and at + 1 < len(letters) and letters[at + 1] == "o":
                letters[at + 1] = "ơ"
            elif letters[at] == "a" and key == "w" and letters[at - 1 : at] == ["u"] and letters[0] != "q":
                letters[at - 1] = "ư"  # "chuaw" is chưa: there is no uă
                return True
            letters[at] = _HATS[letters[at], key]
            return True
    return False


def _composed(letters: str, tone: str, kinds: set[str]) -> Keystrokes | None:
    if not kinds or not (is_syllable(letters, tone) or _hat_forgotten(letters)):
        return None
    vowels = [at for at, letter in enumerate(letters) if letter in _VOWELS]
    if letters.startswith(("qu", "gi")) and len(vowels) > 1:
        vowels = vowels[1:]
    hats = [at for at in vowels if letters[at] in "ăâêôơư"]
    at = (
        hats[-1]
        if hats
        else vowels[1]
        if len(vowels) > 2 or (len(vowels) == 2 and letters[-1] not in _VOWELS)
        else vowels[0]
    )
    word = nfc(unicodedata.normalize("NFC", letters[: at + 1] + tone) + letters[at + 1 :])
    return Keystrokes(word, "stroke" in kinds or ("tone" in kinds and bool(kinds & {"hat", "horn"})))


def _hat_forgotten(letters: str) -> bool:
    """ "đien", "tieng": only the stroke or the tone was typed; the list of everyday spellings knows the word meant."""
    return any(rime in letters for rime in ("ien", "iet", "uong", "uoc", "uoi")) and is_plain_syllable(
        letters.replace("đ", "d")
    )
