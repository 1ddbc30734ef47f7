"""Every service of the catalogue, from its button to a ticket that holds all it asks for."""

from typing import Any

import pytest

from actions.options import synonyms
from actions.service_choice import choices
from actions.words import words
from tests.actions import catalogue_file
from tests.actions.chat import Chat
from tests.actions.conftest import BRIGHT, NOW
from tests.actions.fake_care import FakeCare
from tests.actions.owner import owns, prove
from tests.actions.test_outage import HERE

OWN_FACTS = ("customer_code", "contact_name", "phone", "address", "description")
# What a sensible customer answers, and what the ticket then holds.
ANSWERS: dict[str, tuple[str, Any]] = {
    "person_name": ("Nguyễn Văn An", "Nguyễn Văn An"),
    "phone": ("0987 000 111", "0987000111"),
    "customer_code": (BRIGHT, BRIGHT),
    "date": ("ngày 1/12", "2026-12-01"),
    "date_range": ("từ 1/12 đến 15/12", {"from": "2026-12-01", "to": "2026-12-15"}),
    "billing_period": ("tháng 10", "2026-10"),
    "money": ("1tr2", 1_200_000),
    "kw": ("khoảng 5 kW", 5),
    "number": ("6 người", 6),
    "moment": ("8h sáng nay", NOW.replace(hour=8, minute=0).isoformat()),
    "text": ("chỗ sát hàng rào bên trái cổng", "chỗ sát hàng rào bên trái cổng"),
}


def required(item: dict[str, Any]) -> list[dict[str, Any]]:
    """The fields a customer must be asked for when no earlier one makes them needless."""
    return [one for one in item["fields"] if one.get("required", True) and one.get("asked_of") != "staff"]


def answer(chat: Chat, one: dict[str, Any]) -> tuple[str, Any]:
    """Answer the question for `one`; what was said back, and what the ticket must hold."""
    if one["type"] == "choice":
        # To erase is done at once and files nothing (test_erasing.py).
        option = one["options"][{"purpose": 1, "wish": 0}.get(one["id"], -1)]
        return chat.press(f"inform;value={one['id']}:{option['value']}"), option["value"]
    if one["type"] == "address":
        return chat.say(HERE), HERE.split(",")[0]
    words, value = ANSWERS[one["type"]]
    if one["id"] == "capacity_kw" and chat.task and chat.task["notes"]["service"]["id"].endswith("GE40"):
        words, value = "80 kW", 80
    return chat.say(words), value


@pytest.mark.parametrize("item", catalogue_file.items(), ids=lambda item: item["id"])
def test_every_service_is_filed_with_all_it_asks_for(chat: Chat, care: FakeCare, item: dict[str, Any]) -> None:
    owns(care, BRIGHT)
    said = chat.press(f"ask_service_info;register={item['id']}")
    expected = {}
    for one in required(item):
        assert all(len(b["title"]) <= 20 and len(b["payload"]) <= 64 and b["payload"].isascii() for b in chat.buttons)
        assert "Em gửi đi nhé" not in said, f"{one['id']} was not asked for"
        said, expected[one["id"]] = answer(chat, one)
    assert "Em gửi đi nhé" in said
    assert not care.bodies
    chat.say("đúng rồi em gửi đi", "affirm")
    if item.get("otp") and "customer_code" in expected:
        assert not care.bodies
        prove(chat)
    (body,) = care.bodies.values()
    assert body["service"] == item["id"]
    for name, value in expected.items():
        told = body[name] if name in OWN_FACTS else body["details"][name]
        assert (told["street"] if name == "address" else told) == value
    assert chat.task is None


@pytest.mark.parametrize("item", catalogue_file.items(), ids=lambda item: item["id"])
def test_every_service_and_field_has_a_name_for_the_customer(item: dict[str, Any]) -> None:
    assert len(words().term(f"service.{item['id']}")) <= 20
    assert f"service.{item['id']}" in words().terms
    for one in item["fields"]:
        if one.get("asked_of") != "staff":
            assert f"fact.{one['id']}" in words().terms, one["id"]


def test_words_for_options_name_real_options():
    real = {
        one["id"]: {o["value"] for o in one["options"]}
        for item in catalogue_file.items()
        for one in item["fields"]
        if one.get("options")
    }
    for name, options in synonyms().items():
        assert set(options) <= real[name], name


def test_the_choices_of_a_wish_are_its_own_services():
    wishes = {item["id"]: item.get("intents", ()) for item in catalogue_file.items()}
    for wish, entries in choices().items():
        assert all(wish in wishes[one.service] for one in entries), wish
