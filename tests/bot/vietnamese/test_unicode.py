"""One spelling for what looks the same, and a way back to the text as typed."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.vietnamese import fold, nfc, normalize, strip_accents
from tests.bot.vietnamese.growth import QUADRATIC_FROM, growth

VIETNAMESE = "aàáảãạăắằâấầđĐÐeèéêếiìíoòóôốơớuùúưứyỳýhtnqgHQG \t\n.,0123\x00\u0301\u0323\u200b\ufeff😭👨\u200d👩"
texts = st.one_of(st.text(), st.text(alphabet=VIETNAMESE))


@pytest.mark.parametrize(
    ("typed", "clean"),
    [
        ("hoà", "hòa"),
        ("HOÀ Bình", "HÒA Bình"),
        ("thuỷ", "thủy"),
        ("tóan", "toán"),
        ("hoàn", "hoàn"),
        ("qúa", "quá"),
        ("quý", "quý"),
        ("gía", "giá"),
        ("gìn", "gìn"),
        ("Ðiện", "Điện"),
        ("nga\u0300y", "ngày"),
        ("a\x00\u0301", "á"),
        ("mất\x07 điện\u200b", "mất điện"),
        ("😭 dạ", "😭 dạ"),
        ("\ud800", ""),
        ("", ""),
    ],
)
def test_one_spelling(typed, clean):
    assert nfc(typed) == clean


@pytest.mark.parametrize(
    ("typed", "key"),
    [("  Đường   TRẦN Phú ", "duong tran phu"), ("Hoà\n Bình", "hoa binh"), ("😭", "😭"), ("Ð", "d"), ("İ", "i")],
)
def test_folds_to_a_look_up_key(typed, key):
    assert fold(typed) == key


@given(texts)
def test_spelling_twice_changes_nothing(text):
    once = nfc(text)
    assert nfc(once) == once
    assert unicodedata.is_normalized("NFC", once)
    assert "\x00" not in once
    once.encode()


@given(texts)
def test_stripping_keeps_the_length(text):
    assert len(strip_accents(text)) == len(nfc(text))


@given(texts)
def test_folding_twice_changes_nothing(text):
    assert fold(fold(text)) == fold(text)


@given(texts)
def test_decomposed_text_reads_the_same(text):
    assert fold(unicodedata.normalize("NFD", text)) == fold(text)


@given(texts)
def test_words_lead_back_to_the_text_as_typed(text):
    last = 0
    for word in normalize(text).words:
        assert last <= word.start < word.end <= len(text)
        assert text[word.start : word.end] == word.surface
        last = word.end


@pytest.mark.parametrize("mark", ["\u0301", "\u0301\u0323", "\u0f71\u0f72\u0f74", "\x00", "\u200b"])
def test_a_storm_of_marks_takes_no_more_time_than_its_length(mark):
    storms = ["a" + mark * count for count in (10_000, 40_000)]
    assert growth(nfc, *storms) < QUADRATIC_FROM
    assert growth(normalize, *storms) < QUADRATIC_FROM
