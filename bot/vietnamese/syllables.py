"""The syllables Vietnamese has: which letters can be one word, with their accents or with all of them left off."""

import unicodedata
from functools import cache, lru_cache

from bot.vietnamese.unicode import strip_accents

_ONSETS = [
    "b",
    "c",
    "ch",
    "d",
    "đ",
    "g",
    "gh",
    "gi",
    "h",
    "k",
    "kh",
    "l",
    "m",
    "n",
    "ng",
    "ngh",
    "nh",
    "ph",
    "qu",
    "r",
    "s",
    "t",
    "th",
    "tr",
    "v",
    "x",
]
_RIMES = """
    a ac ach ai am an ang anh ao ap at au ay ăc ăm ăn ăng ăp ăt âc âm ân âng âp ât âu ây e ec em en eng eo ep et
    ê êch êm ên ênh êp êt êu i ia ich im in inh ip it iu iêc iêm iên iêng iêp iêt iêu o oa oac oach oai oan oang
    oanh oao oat oay oăc oăm oăn oăng oăt oc oe oen oeo oet oi om on ong op ot ô ôc ôi ôm ôn ông ôp ôt ơ ơi ơm
    ơn ơp ơt u ua uc ui um un ung up ut uy uya uych uynh uyt uyu uyên uyêt uân uât uây uâng uê uênh uêch uơ uôc
    uôi uôm uôn uông uôt ư ưa ưc ưi ưng ưt ưu ươc ươi ươm ươn ương ươp ươt ươu y yêm yên yêng yêt yêu
"""
_AFTER_QU = """
    a ac ach ai an ang anh ao at au ay ăc ăn ăng ăp ăt ân âng ât ây e en eo et ê ên êt êch i it ich y yt ynh yên
    yêt ơ ơi
"""
# The one long vowel written double lives in a handful of loan words.
_LOANS = ("xoong", "boong", "coong", "toong", "goong", "mooc", "sooc", "rooc")
_FRONT = ("e", "ê", "i", "y")
_STOPS = ("c", "p", "t", "ch")
# Combining marks of the tones: huyền, ngã, sắc, hỏi, nặng.
_RISING = ("\u0301", "\u0323")
_TONES = ("\u0300", "\u0303", "\u0309", *_RISING)


@cache
def _spelt() -> frozenset[str]:
    """Every syllable without its tone."""
    found = {*_RIMES.split(), *_LOANS}
    for onset in _ONSETS:
        for rime in (_AFTER_QU if onset == "qu" else _RIMES).split():
            front = rime.startswith(_FRONT)
            if onset in ("k", "gh", "ngh") and not front:
                continue
            if onset in ("c", "g", "ng") and front and not (onset == "g" and rime[0] == "i"):
                continue
            if onset == "gi" and rime[0] in "iy":
                continue
            found.add(onset + rime)
    return frozenset(found)


@cache
def _plain() -> frozenset[str]:
    return frozenset(strip_accents(syllable) for syllable in _spelt())


def is_syllable(letters: str, tone: str = "") -> bool:
    """Whether `letters` (lower case, NFC, hats but no tone) with the combining mark `tone` can be a word.

    A syllable that a stop ends has a rising or a heavy tone; without any tone it is taken as not yet typed.
    """
    return letters in _spelt() and (not letters.endswith(_STOPS) or tone in ("", *_RISING))


@lru_cache(maxsize=8192)
def is_plain_syllable(letters: str) -> bool:
    """Whether `letters`, all accents left off, can be a word."""
    return letters in _plain()


def tone_apart(word: str) -> tuple[str, str]:
    """`word` (NFC) without its tone, and the tone's combining mark ("" for none)."""
    letters, tone = [], ""
    for letter in word:
        marks = [mark for mark in unicodedata.normalize("NFD", letter)[1:] if mark in _TONES]
        if marks:
            tone = marks[0]
            letter = unicodedata.normalize("NFC", unicodedata.normalize("NFD", letter).replace(tone, ""))
        letters.append(letter)
    return "".join(letters), tone


@lru_cache(maxsize=8192)
def is_word(word: str) -> bool:
    """Whether `word` (NFC, lower case, with its accents) is one Vietnamese syllable."""
    return is_syllable(*tone_apart(word))
