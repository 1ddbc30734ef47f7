"""Reading a message: wishes in order with danger first, facts with the places they stand at, honest doubt."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.nlu import clauses, fitting
from bot.nlu.errors import BadModel, BadTrainingData
from bot.nlu.facts import VIETNAM, find_facts
from bot.nlu.features import Mark, ngrams
from bot.nlu.lexicon import find_hazards
from bot.nlu.linear import LinearModel
from bot.nlu.trainingdata import DomainNames, Sentence, check, read_sentences
from bot.nlu.wishes import read_wishes
from tests.bot.conftest import ROOT, Engine

NOW = datetime(2026, 11, 23, 9, tzinfo=VIETNAM)
HOSTILE = st.text(max_size=60) | st.text(st.sampled_from("điện mất pPB0123456789.,\x00😀̣̀ "), max_size=60)


@settings(max_examples=150, deadline=None)
@given(HOSTILE)
def test_any_text_is_read_without_error(text: str) -> None:
    facts = find_facts(text, NOW)

    assert all(0 <= fact.start < fact.end <= len(text) for fact in facts)
    assert ngrams(text, [Mark(fact.entity, fact.start, fact.end) for fact in facts])
    clauses.split(text)


def test_facts_stand_where_they_were_typed() -> None:
    text = "Mã PB04 01 0012345, sđt 0987.000.111, mail an@example.vn"

    found = {fact.entity: (text[fact.start : fact.end], fact.value) for fact in find_facts(text, NOW)}

    assert found == {
        "customer_code": ("PB04 01 0012345", "PB04010012345"),
        "phone_number": ("0987.000.111", "0987000111"),
        "email": ("an@example.vn", "an@example.vn"),
    }


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("dây điện bị đứt rồi", ["fallen_wire"]),
        ("day dien dut rot xuong duong", ["fallen_wire"]),
        ("trụ điện trước nhà đang nghiêng", ["leaning_pole"]),
        ("tru xet lua", ["fire"]),
        ("dây cáp rơi xuống đường", ["fallen_wire"]),
        ("nước ngập tới tủ điện rồi", ["flooded"]),
        ("chay tu dien", ["fire"]),
        ("nhà tôi mất điện", []),
        ("mới dậy là mất rồi", []),
        ("day cup dien roi", []),
        ("thay đồng hồ điện", []),
        ("đồng hồ nước chạy nhanh", []),
        ("", []),
    ],
)
def test_dangers_are_named(text: str, kinds: list[str]) -> None:
    assert [found.kind for found in find_hazards(text)] == kinds


def test_numbers_are_not_learnt_by_heart() -> None:
    one, other = "mã PB04010012345", "mã PD29000417765"

    def grams(text: str) -> list[str]:
        return ngrams(text, [Mark(f.entity, f.start, f.end) for f in find_facts(text, NOW)])

    assert grams(one) == grams(other)


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("nhà em mất điện", []),
        ("nhà em mất điện, 0987", []),
        ("nhà em mất điện với lại cho hỏi mai có cúp không", ["nhà em mất điện", "với lại cho hỏi mai có cúp không"]),
        ("nha em mat dien. a ma tru dien nghieng qua", ["nha em mat dien", "a ma tru dien nghieng qua"]),
    ],
)
def test_clauses(text: str, parts: list[str]) -> None:
    assert clauses.split(text) == parts


SENTENCES = [
    ("nhà tôi mất điện rồi", "report_outage"),
    ("nhà em bị cúp điện", "report_outage"),
    ("cúp điện cả xóm từ sáng", "report_outage"),
    ("dây điện đứt rớt xuống đường", "report_hazard"),
    ("trụ điện nghiêng sắp đổ", "report_hazard"),
    ("dây điện tóe lửa", "report_hazard"),
    ("mai có lịch cắt điện không", "ask_planned_outage"),
    ("tuần này có cúp điện theo lịch không", "ask_planned_outage"),
    ("cho hỏi lịch cúp điện ngày mai", "ask_planned_outage"),
    ("cảm ơn em nhiều", "thank"),
    ("cám ơn nha", "thank"),
    ("thanks em", "thank"),
]


@pytest.fixture(scope="module")
def reader() -> LinearModel:
    copies = range(4)  # so that each n-gram is held by enough examples to be learnt
    examples = [
        fitting.Example(tuple(ngrams(text)), intent, group, copy > 0)
        for group, (text, intent) in enumerate(SENTENCES)
        for copy in copies
    ]
    classes = sorted({intent for _, intent in SENTENCES})
    return fitting.fit(fitting.prepare(examples, classes), 1.0, sharpness=8.0)


def names(reader: LinearModel, text: str) -> list[str]:
    wishes, _ = read_wishes(reader, text, (), 0.5)
    return [wish.name for wish in wishes]


def test_danger_comes_first_wherever_it_was_written(reader: LinearModel) -> None:
    assert names(reader, "nhà em bị cúp điện, với lại dây điện tóe lửa rớt xuống đường")[0] == "report_hazard"


def test_two_wishes_come_in_the_order_written(reader: LinearModel) -> None:
    text = "nhà em bị cúp điện, à mà cho hỏi lịch cúp điện ngày mai"

    assert names(reader, text) == ["report_outage", "ask_planned_outage"]


def test_thanks_beside_a_wish_are_no_wish(reader: LinearModel) -> None:
    assert names(reader, "nhà tôi mất điện rồi. cảm ơn em nhiều") == ["report_outage"]


def test_what_holds_nothing_known_leaves_doubt(reader: LinearModel) -> None:
    sure = reader.confidences(ngrams("🦄🌈"))

    assert sure.max() == pytest.approx(1 / len(reader.classes))


def test_a_stored_model_answers_as_before(reader: LinearModel, tmp_path: Path) -> None:
    reader.save(tmp_path)
    again = LinearModel.read(tmp_path)

    grams = ngrams("nhà tôi cúp điện từ sáng")
    assert np.array_equal(again.confidences(grams), reader.confidences(grams))


def test_a_model_of_other_code_is_refused(reader: LinearModel, tmp_path: Path) -> None:
    reader.save(tmp_path)
    stored = tmp_path / "ngrams.json"
    stored.write_text(stored.read_text().replace('"format": ', '"format": 9'))

    with pytest.raises(BadModel):
        LinearModel.read(tmp_path)


def test_bad_training_data_is_named_at_once() -> None:
    sentences = [Sentence("x y", "greet", (), "a.yml"), Sentence("X  y", "thank", (), "b.yml")]

    with pytest.raises(BadTrainingData) as caught:
        check(sentences, DomainNames(frozenset({"greet"}), frozenset()))

    fault = str(caught.value)
    assert "'thank' is not in domain.yml" in fault
    assert "'greet' has 1 sentences" in fault
    assert "is greet in a.yml and thank in b.yml" in fault


def test_annotations_lead_to_their_characters(tmp_path: Path) -> None:
    (tmp_path / "a.yml").write_text(
        'nlu:\n- intent: inform\n  examples: |\n    - mã [PB04](customer_code) ở [p5]{"entity": "ward", "value": "5"} nha\n'
    )
    (sentence,) = read_sentences(tmp_path)

    assert sentence.text == "mã PB04 ở p5 nha"
    assert [(entity, sentence.text[start:end]) for entity, start, end in sentence.entities] == [
        ("customer_code", "PB04"),
        ("ward", "p5"),
    ]


def test_nobody_trains_on_the_sentences_held_out() -> None:
    trained = {sentence.text.lower() for sentence in read_sentences(ROOT / "data" / "nlu")}
    held_out = {sentence.text.lower() for sentence in read_sentences(ROOT / "tests" / "nlu")}

    assert held_out
    assert not trained & held_out


def test_the_parse_answer_has_the_promised_shape(engine: Engine) -> None:
    parsed = engine.parse("nhà tôi mất điện, sđt 0987000111")

    assert parsed["intent"]["name"] == "report_outage"
    assert parsed["wishes"][0] == parsed["intent"]
    assert isinstance(parsed["unsure"], bool)
    (phone,) = [entity for entity in parsed["entities"] if entity["entity"] == "phone_number"]
    assert parsed["text"][phone["start"] : phone["end"]] == "0987000111"
