"""Teencode and abbreviations become the words that were meant."""

import json
import unicodedata
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import bot.vietnamese
from bot.vietnamese import normalize

ABBREVIATIONS = json.loads((Path(bot.vietnamese.__file__).parent / "abbreviations.json").read_text("utf-8"))
SHORT_FORMS = [short for shorts in ABBREVIATIONS["words"].values() for short in shorts.split()]


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("ko bik khi nào có điện z ad oiiii", "không biết khi nào có điện vậy ad ơi"),
        ("dc r tks nha", "được rồi cảm ơn nha"),
        ("bh mới có lại v", "bây giờ mới có lại vậy"),
        ("mất điện hoài luônnn", "mất điện hoài luôn"),
        ("hok bít", "không biết"),
        ("hem 212", "hẻm 212"),
        ("ở p5 q8", "ở phường 5 quận 8"),
        ("t7 cn", "thứ bảy chủ nhật"),
        ("tiền điện t7", "tiền điện tháng 7"),
        ("mấy h có", "mấy giờ có"),
        ("100 k", "100 nghìn"),
        ("mkh của e", "mã khách hàng của em"),
        ("Hoà bình", "hòa bình"),
        ("", ""),
        ("!!!", ""),
        ("😭😭", "😭 😭"),
        ("mấttt điệnn rồiiii", "mất điện rồi"),
        ("cúpp điiện", "cúp điện"),
        ("stk của em", "số tài khoản của em"),
    ],
)
def test_expands(typed, meant):
    assert normalize(typed).joined == meant


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("nhaf anh cups ddieenj hoaif", "nhà anh cúp điện hoài"),
        ("tieenf ddieenj thangs nayf", "tiền điện tháng này"),
        ("Nuwowcs ngaapj tur", "nước ngập tủ"),
        ("dduowngf Hungf Vuwowng", "đường hùng vương"),
        ("mất ddieenj", "mất điện"),
        ("tieen ddieenj", "tiền điện"),
        ("ddien yếu", "điện yếu"),
        ("mat1 d9ien5", "mất điện"),
        ("ma6t1 d9ie6n5 ro6i2", "mất điện rồi"),
        ("nu7o7c1 nga6p5", "nước ngập"),
        ("chuaw coos dduwowcj", "chưa cố được"),
    ],
)
def test_keys_left_unread_are_read(typed, meant):
    assert normalize(typed).joined == meant


@pytest.mark.parametrize(
    "typed",
    [
        "test wifi room max gas tax",
        "here is the core data",
        "photo",
        "cos",
        "hem6 to2 kp3",
        "51f 12345",
        "pb04010012345",
        "yc26481930",
        "camera banana tomato hotline",
        "nguyenvanan",
        "xoong",
        "alex lisa",
    ],
)
def test_other_words_codes_and_plates_stay(typed):
    assert normalize(typed).joined == typed


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("catnuoc cupdienroi", "catnuoc cup dien roi"),
        ("nhacupdien", "nha cup dien"),
        ("tiềnđiệnthángnày", "tiền điện tháng này"),
        ("hômnaycócúp", "hôm nay có cúp"),
        ("đượckhông", "được không"),
        ("điênh", "điênh"),
    ],
)
def test_glued_words_are_cut(typed, meant):
    assert normalize(typed).joined == meant


def test_each_word_typed_keeps_its_place():
    typed = "Ơi nhaf mấttt ddieenj, cupdienroi"
    words = normalize(typed).words
    assert [word.surface for word in words] == ["Ơi", "nhaf", "mấttt", "ddieenj", "cupdienroi"]
    assert [word.normal for word in words] == ["ơi", "nhà", "mất", "điện", "cup dien roi"]
    assert all(typed[word.start : word.end] == word.surface for word in words)


HATS = {"ă": "aw", "â": "aa", "ê": "ee", "ô": "oo", "ơ": "ow", "ư": "uw", "đ": "dd"}
TELEX = dict(zip("\u0301\u0300\u0309\u0303\u0323", "sfrxj", strict=True))
VNI = dict(zip("\u0301\u0300\u0309\u0303\u0323", "12345", strict=True))
VNI_HATS = {"ă": "a8", "â": "a6", "ê": "e6", "ô": "o6", "ơ": "o7", "ư": "u7", "đ": "d9"}
EVERYDAY = [
    "điện",
    "mất",
    "được",
    "nước",
    "tiền",
    "trường",
    "đóng",
    "cắt",
    "bóng",
    "những",
    "người",
    "đường",
    "sửa",
    "tối",
    "chiều",
    "hỏi",
    "quận",
    "đứt",
    "giờ",
    "đã",
    "rồi",
]


def keys(word, hats, tones):
    """The keys by which a word is typed, the tone last."""
    typed, tone = "", ""
    for letter in word:
        parts = unicodedata.normalize("NFD", letter)
        marks = [mark for mark in parts if mark in tones]
        tone = tones[marks[0]] if marks else tone
        bare = unicodedata.normalize("NFC", "".join(part for part in parts if part not in tones))
        typed += hats.get(bare, bare)
    return typed + tone


@pytest.mark.parametrize(("hats", "tones"), [(HATS, TELEX), (VNI_HATS, VNI)], ids=["telex", "vni"])
@given(st.lists(st.sampled_from(EVERYDAY), min_size=1, max_size=8))
def test_a_whole_message_of_keys_is_read_back(hats, tones, words):
    said = ["điện", *words]
    assert normalize(" ".join(keys(word, hats, tones) for word in said)).joined == " ".join(said)


@pytest.mark.parametrize(
    "word", ["bill", "sài gòn", "điện", "xoong", "vũng tàu", "vung tau", "may hong", "hẻm", "bai giu xe"]
)
def test_leaves_real_words_alone(word):
    assert normalize(word).joined == word


def test_the_list_is_rich_and_free_of_loops():
    assert len(SHORT_FORMS) > 900
    assert len(SHORT_FORMS) == len(set(SHORT_FORMS))
    meant = {word for phrase in ABBREVIATIONS["words"] for word in phrase.split()}
    assert not meant & set(SHORT_FORMS)


@pytest.mark.parametrize("part", ["words", "after", "before"])
def test_every_meaning_is_written_as_normalising_leaves_it(part):
    meanings = ABBREVIATIONS[part] if part == "words" else ABBREVIATIONS[part].values()
    # A single letter is kept only behind its own word ("block c"), and '#' is filled in.
    alone = [meant for meant in meanings if "#" not in meant and len(meant) > 1]
    assert [meant for meant in alone if normalize(meant).joined != meant] == []


KEYS = ["ddieenj", "cos", "cups", "mat1", "d9ien5", "here", "h", "cupdien", "tt", "matdienhue"]


@given(
    st.one_of(
        st.text(),
        st.text("adeionmtwsfrxj19điệ "),
        st.lists(st.sampled_from([*SHORT_FORMS, "tiền", "1", "mã", "bây", "p5", "T7", *KEYS])).map(" ".join),
        st.lists(st.sampled_from([*EVERYDAY, "dien", "cup", "roi", "h", "p"]), max_size=4).map("".join),
    )
)
def test_normalising_twice_changes_nothing(text):
    once = normalize(text).joined
    assert normalize(once).joined == once
