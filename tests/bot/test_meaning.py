"""Words of one meaning, and facts learnt from annotations."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.evaluation.model import Understanding
from bot.explain import reasons
from bot.nlu import sequence
from bot.nlu.concepts import concept_grams, concepts, load
from bot.nlu.facts import Fact, join
from bot.nlu.features import Mark, ngrams, read
from bot.nlu.fitting import Example, fit, prepare
from bot.nlu.services import find_services
from bot.vietnamese import fold


def named(text: str) -> list[str]:
    words = text.split()
    return concepts(words, [fold(word) for word in words])


@pytest.mark.parametrize("text", ["dời đồng hồ điện", "doi dien ke", "di dời công tơ"])
def test_regions_name_one_thing_differently(text: str) -> None:
    assert {"meter"} <= set(named(text))


def test_a_word_with_other_accents_is_another_word() -> None:
    assert "shock" in named("bị điện giật")
    assert "shock" in named("bi dien giat")
    assert "shock" not in named("máy giặt")


def test_every_phrase_is_found_as_it_is_written() -> None:
    for phrases in load().values():
        for phrase in phrases:
            assert phrase.concept in concepts(phrase.written, phrase.plain)
            assert phrase.concept in concepts(phrase.plain, phrase.plain)


def test_two_meanings_together_are_a_feature_whatever_their_order() -> None:
    one, other = ["dời", "công", "tơ"], ["công", "tơ", "dời"]
    plain = [[fold(word) for word in words] for words in (one, other)]

    assert "k:meter+move" in concept_grams(one, plain[0])
    assert "k:meter+move" in concept_grams(other, plain[1])


@pytest.fixture(scope="module")
def tagger(tmp_path_factory: pytest.TempPathFactory) -> sequence.Tagger:
    names = ["sang tên", "gắn điện mới", "dời công tơ", "lên 3 pha", "tạm ngừng điện"]
    annotated = [
        (f"thủ tục {name} cần giấy tờ gì", "ask_service_info", [Mark("service", 8, 8 + len(name))])
        for name in names
        for _ in range(4)
    ]
    file: Path = tmp_path_factory.mktemp("crf") / sequence.FILE
    sequence.train([*annotated, ("cảm ơn em", "thank", [])], file)
    return sequence.Tagger(file)


def test_a_fact_is_found_where_no_rule_knows_it(tagger: sequence.Tagger) -> None:
    text = "thủ tục dời công tơ cần giấy tờ gì"

    assert tagger.marks(text, [], "ask_service_info") == [Mark("service", 8, 19)]
    assert tagger.marks("thu tuc doi cong to can giay to gi", [], "ask_service_info") == [Mark("service", 8, 19)]
    assert tagger.marks("", [], "ask_service_info") == []


def test_a_service_is_named_only_where_the_wish_does_not_say_it(tagger: sequence.Tagger) -> None:
    assert tagger.marks("thủ tục dời công tơ cần giấy tờ gì", [], "request_meter_relocation") == []


def test_facts_are_read_under_the_likeliest_wish() -> None:
    asked = {"request_meter_relocation": 0.5, "ask_service_info": 0.2, "cancel_ticket": 0.1}

    assert sequence.wish_of_facts(asked) == "ask_service_info"
    assert sequence.wish_of_facts(asked | {"ask_service_info": 0.1}) == "request_meter_relocation"


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("đơn xin dời công tơ ra cột tới đâu", ["dời công tơ"]),
        ("phi gan dong ho dien moi", ["gan dong ho dien moi"]),
        ("nâng công suất từ 5 kW lên 10 kW", ["nâng công suất"]),
        ("kiểm định cái công tơ tháo mang đi", ["kiểm định cái công tơ"]),
        ("hồ sơ xin điện tạm thi công", ["xin điện tạm thi công"]),
        ("thủ tục xin cấp điện", ["cấp điện"]),
        ("phiếu báo mất điện hôm qua", ["báo mất điện"]),
        ("gia hạn hđ mấy ngày", ["gia hạn hđ"]),
        ("sang tên với lên 3 pha", ["sang tên", "lên 3 pha"]),
        ("tháng này hết bao nhiêu tiền", []),
    ],
)
def test_names_of_services_end_where_the_place_or_the_amount_begins(text: str, named: list[str]) -> None:
    words = read(text).words

    assert [text[words[start].start : words[end - 1].end] for start, end in find_services(text)] == named


def test_what_has_a_form_of_its_own_is_the_rules() -> None:
    text = "mã PB04010012345 ở phường Ba Đình"
    ruled = [Fact("customer_code", 3, 16, "PB04010012345"), Fact("ward", 19, 33, "Phường Ba Đình")]
    tagged = [Mark("ticket_code", 3, 16), Mark("ward", 19, 33), Mark("service", 0, 2)]

    joined = join(text, ruled, tagged)

    assert [(fact.entity, fact.value, fact.origin) for fact in joined] == [
        ("service", "mã", "sequence"),
        ("customer_code", "PB04010012345", "rules"),
        ("ward", "Phường Ba Đình", "rules"),
    ]
    assert join(text, ruled, None) == ruled


def test_a_decision_is_explained_by_what_counted() -> None:
    groups = {"meter": ["dời công tơ", "chuyển đồng hồ"], "bill": ["tiền điện bao nhiêu", "hóa đơn tháng này"]}
    examples = [
        Example(tuple(ngrams(text)), intent, at, copy > 0)
        for at, (intent, text) in enumerate((name, text) for name, texts in groups.items() for text in texts)
        for copy in range(4)
    ]
    model = Understanding(fit(prepare(examples, sorted(groups)), 1.0, sharpness=5.0), None)

    lines = reasons(model, "tien dien thang nay 0987000111")

    assert lines[0] == "normal words: tien dien thang nay 0987000111"
    assert lines[1].startswith("wishes: bill")
    assert any("word" in line and "+" in line for line in lines)
    assert lines[-1] == "  phone_number: '0987000111' [20:30] → 0987000111 (rules)"
