"""Wards by old and new names: merged ones led to today's, split ones never guessed."""

from __future__ import annotations

from typing import Any

import pytest

from tests.care.conftest import Api

HCM = "Thành phố Hồ Chí Minh"


def found(api: Api, name: str, province: str | None = None) -> dict[str, Any]:
    answer = api.get("/wards", **({"name": name, "province": province} if province else {"name": name}))
    assert answer.status_code == 200, answer.text
    result: dict[str, Any] = answer.json
    return result


@pytest.mark.parametrize(
    ("name", "province", "ward"),
    [
        ("Bến Thành", "tphcm", "Phường Bến Thành"),
        ("phuong pham ngu lao", "TP.HCM", "Phường Bến Thành"),  # merged into it
        ("P. CÁI KHẾ", "can tho", "Phường Cái Khế"),
        ("an hoi, ninh kieu", "Cần Thơ", "Phường Ninh Kiều"),
    ],
)
def test_a_name_that_means_one_ward(api: Api, name: str, province: str, ward: str):
    told = found(api, name, province)
    assert (told["ward"] and told["ward"]["name"], told["candidates"]) == (ward, [])


def test_a_split_ward_and_a_name_of_many_are_several(api: Api):
    for name, province in (("phường 6", HCM), ("Tân Lập", None)):
        told = found(api, name, province)
        assert told["ward"] is None
        assert len(told["candidates"]) > 1
    assert len({one["province"] for one in found(api, "Tân Lập")["candidates"]}) > 1


@pytest.mark.parametrize("name", ["Lục Địa Atlantis", "🙂", "x" * 500, "' OR 1=1"])
def test_an_unknown_ward_is_none(api: Api, name: str):
    assert found(api, name) == {"ward": None, "candidates": []}


def test_outages_of_a_ward_that_may_be_several_say_so(api: Api):
    told = api.get("/outages", ward="phường 6", province=HCM).json
    assert len(told["candidates"]) > 1
    assert api.get("/outages", ward="Bến Thành", province=HCM).json["candidates"] == []
    assert api.get("/outages", ward="Atlantis").json == {"items": [], "next": None, "candidates": []}
