"""What trainers are told of their sentences."""

from __future__ import annotations

from bot.nlu import writing
from bot.nlu.trainingdata import Sentence


def said(text: str, intent: str = "report_outage", *entities: tuple[str, int, int]) -> Sentence:
    return Sentence(text, intent, entities, "outage.yml")


def test_a_template_is_found_by_its_skeleton() -> None:
    wards = ["phường Ba Đình", "phường Cái Khế", "phường Tân Phong", "phường Vỹ Dạ"]
    filled = [said(f"{ward} mất điện", "report_outage", ("ward", 0, len(ward))) for ward in wards]

    assert list(writing.templates(filled)) == ["report_outage: 4 times: ward mat dien"]
    assert not list(writing.templates(filled[:3]))
    assert not list(writing.templates([said("ok em", "affirm")] * 9))


def test_courtesies_and_numbers_make_no_difference_between_two_intents() -> None:
    pair = [said("em ơi tiền điện tháng 9 bao nhiêu", "ask_bill"), said("tiền điện tháng 10 bao nhiêu ạ", "ask_usage")]

    assert len(list(writing.near_copies(pair))) == 1
    assert not list(writing.near_copies([pair[0], pair[0]]))


def test_a_code_nobody_annotated_is_named() -> None:
    text = "mã PB04010012345 mất điện"

    assert "PB04010012345" in next(writing.forgotten([said(text)]))
    assert not list(writing.forgotten([said(text, "report_outage", ("customer_code", 3, 16))]))


def test_lost_accents_are_seen_beside_kept_ones() -> None:
    kept = [said("nhà tôi bị mất điện từ sáng") for _ in range(60)]

    found = list(
        writing.lost_accents([*kept, said("nhà tôi bị mat dien từ sáng"), said("nha toi bi mat dien tu sang")])
    )

    assert len(found) == 1
    assert "mat, dien" in found[0]


def test_thin_intents_are_counted() -> None:
    assert list(writing.thin([said("mất điện")])) == ["report_outage has 1 sentences, 400 are wanted"]
