"""Places in words: ward keys, streets in an area, two addresses that are one."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from care.place import address, same_place, street_in_area, street_words, ward_key


@pytest.mark.parametrize(
    ("ward", "key"),
    [
        ("Phường Cái Khế", "cai khe"),
        ("cai khe", "cai khe"),
        ("P. CÁI KHẾ", "cai khe"),
        ("phuong  cai khe", "cai khe"),
        ("Phường 05", "5"),
        ("P5", "5"),
        ("p.5", "5"),
        ("Xã Xà Phiên", "xa phien"),
        ("Xà Phiên", "xa phien"),
        ("TT Cái Bè", "cai be"),
        ("Đặc khu Côn Đảo", "con dao"),
        ("Phường", "phuong"),
        ("", ""),
    ],
)
def test_ward_key(ward: str, key: str) -> None:
    assert ward_key(ward) == key


@pytest.mark.parametrize(
    ("street", "words"),
    [
        ("12 Trần Phú", "tran phu"),
        ("số 15/2 đường Trần Phú", "tran phu"),
        ("đ. trần phú", "tran phu"),
        ("hẻm 5 Lê Lợi", "le loi"),
        ("đường 30/4", "30/4"),
        ("Đường số 7", "so 7"),
        ("Cách Mạng Tháng Tám", "cach mang thang tam"),
        ("15", ""),
        ("", ""),
    ],
)
def test_street_words(street: str, words: str) -> None:
    assert street_words(street) == words


def test_a_street_is_found_as_whole_words_only() -> None:
    area = "các đường Trần Phú, Lê Lợi (từ số 1 đến 50), phường Cái Khế"
    assert street_in_area("9 le loi", area)
    assert not street_in_area("9 Lê", "đường Lê Lợi") or street_words("9 Lê") == "le"
    assert not street_in_area("Lợi (từ", "đường Lê Lợi")
    assert not street_in_area("Phú", "đường Phúc Tân")
    assert not street_in_area("15", area)


def test_same_place_needs_the_same_known_parts() -> None:
    here = address("5 Trần Phú", "Ba Đình", "Hà Nội")
    assert same_place(here, address("5 tran phu", None, None))
    assert same_place(address(None, None, None), address(None, None, None))
    assert not same_place(here, address("6 Trần Phú", "Ba Đình", "Hà Nội"))
    assert not same_place(here, address("5 Trần Phú", "Ba Đình", "Huế"))
    assert not same_place(here, address(None, "Ba Đình", "Hà Nội"))


@given(st.text())
def test_any_text_has_keys(text: str) -> None:
    assert ward_key(text) == ward_key(text.strip())
    assert street_in_area(text, text) in (True, False)
    assert same_place(address(text, text, text), address(text, text, text))
