"""Words of one meaning, and facts learnt from annotations."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.evaluation.model import Understanding
from bot.explain import reasons
from bot.nlu import sequence
from bot.nlu.concepts import concept_grams, concepts, load
from bot.nlu.facts import Fact, join
from bot.nlu.features import Mark, ngrams
from bot.nlu.fitting import Example, fit, prepare
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
        (f"thủ tục {name} cần giấy tờ gì", [Mark("service", 8, 8 + len(name))]) for name in names for _ in range(4)
    ]
    file: Path = tmp_path_factory.mktemp("crf") / sequence.FILE
    sequence.train([*annotated, ("cảm ơn em", [])], file)
    return sequence.Tagger(file)


def test_a_fact_is_found_where_no_rule_knows_it(tagger: sequence.Tagger) -> None:
    text = "thủ tục dời công tơ cần giấy tờ gì"

    assert tagger.marks(text, []) == [Mark("service", 8, 19)]
    assert tagger.marks("thu tuc doi cong to can giay to gi", []) == [Mark("service", 8, 19)]
    assert tagger.marks("", []) == []


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
