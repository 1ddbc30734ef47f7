"""The FAQ: every fact has its words, no figure is invented, and only what surely fits is answered."""

import re
from dataclasses import replace
from pathlib import Path

import pytest
import yaml

from actions.care import Fact
from actions.faq import ALIKE, THE_VERY_WORDS, covered
from actions.retrieval import figures, index, wordings
from actions.words import words
from tests.actions.chat import Chat
from tests.actions.fake_care import FakeCare

ROOT = Path(__file__).resolve().parents[2]
FACTS = tuple(
    Fact(one["id"], one["question_vi"], tuple(one["facts"]), one["confidence"] == "confirmed")
    for one in yaml.safe_load((ROOT / "care/catalogue/faq.yaml").read_text("utf-8"))["facts"]
)
OUTSIDE = [
    re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", line[2:])
    for group in yaml.safe_load((ROOT / "data/nlu/out_of_scope.yml").read_text("utf-8"))["nlu"]
    if group.get("intent") == "out_of_scope"
    for line in group["examples"].splitlines()
]
DOUBT = 0.2


@pytest.fixture
def care(care: FakeCare) -> FakeCare:
    care.facts = FACTS
    return care


def ask(chat: Chat, words: str) -> str:
    return chat.say(words, "ask_tariff", DOUBT)


def test_every_fact_has_its_words_and_every_figure_stands_in_its_notes():
    assert FACTS
    for fact in FACTS:
        said = words().replies[f"fact.{fact.id}"].text
        assert covered(fact, said), (fact.id, figures(said) - figures(" ".join(fact.notes)))


def test_no_words_nor_wordings_are_left_of_facts_that_are_gone():
    known = {fact.id for fact in FACTS}
    assert {key.split(".")[1] for key in words().replies if key.startswith("fact.")} == known
    assert {key.split(".")[1] for key in words().terms if key.startswith("source.")} <= known
    assert wordings().asked.keys() <= known


def test_sources_are_for_people():
    for key, source in words().terms.items():
        if key.startswith("source."):
            assert not re.search(r"https?:|\.yaml|\d{6,}|post\d|\bkb\b", source), key


def test_every_wording_finds_its_own_fact():
    found = index(FACTS)
    for fact in FACTS:
        for said in (fact.question, *wordings().asked[fact.id]):
            assert found.best(said)[0] == fact.id, said


@pytest.mark.parametrize(
    ("question", "fact"),
    [
        ("mã KH cũ sau sáp nhập tỉnh còn xài không", "F004"),
        ("sap nhap xong co phai lam lai ma khach hang", "F004"),
        ("vat tien dien gio may phan tram", "F013"),
        ("phí mở điện lại sau khi bị cắt là nhiêu", "F022"),
        ("rò điện sau công tơ thì ai chịu tiền", "F028"),
        ("lũ lên sao lại cắt điện vậy", "F033"),
        ("hai nhà xài chung công tơ có được không", "F044"),
        ("lắp điện mặt trời trên mái nhà cần thủ tục gì", "F046"),
        ("tự ý đóng điện lại khi bị cắt có bị phạt", "F054"),
        ("giá điện 5 bậc áp dụng chưa vậy", "F011"),
    ],
)
def test_other_words_find_it_too(question, fact):
    found, alike = index(FACTS).best(question)
    assert found == fact
    assert alike >= ALIKE


def test_what_lies_outside_is_hardly_ever_taken_for_a_fact():
    found = index(FACTS)
    alike = [found.best(words)[1] for words in OUTSIDE]
    assert len(alike) > 400
    assert sum(one >= ALIKE for one in alike) <= len(alike) // 100
    assert not any(one >= THE_VERY_WORDS for one in alike)


def test_an_unclear_question_is_answered_with_its_source(chat):
    said = ask(chat, "cắt điện phải báo trước mấy ngày")
    assert "5 ngày" in said
    assert "(Theo Luật Điện lực 2024.)" in said


@pytest.mark.parametrize("question", ["thuế VAT tiền điện bao nhiêu phần trăm", "sơ cứu người bị điện"])
def test_what_is_not_certain_is_said_to_be_so(chat, question):
    assert "xác nhận lại qua 1558" in ask(chat, question)


def test_uncertain_figures_are_not_told(chat):
    said = ask(chat, "trả chậm tiền điện bao lâu thì bị cắt")
    assert "không dám nói chắc" in said
    assert not figures(said) - {"1558"}


def test_words_that_care_no_longer_bears_out_are_not_told(chat, care):
    care.facts = tuple(replace(one, notes=("còn 19–20 °C",)) if one.id == "F070" else one for one in FACTS)
    assert "26" not in ask(chat, "điều hòa để bao nhiêu độ")


def test_a_fact_without_words_is_not_told(chat, care):
    care.facts = (Fact("F999", "Trạm sạc xe điện ở đâu?", ("có",), True),)
    assert "hỏi giá điện" in ask(chat, "trạm sạc xe điện ở đâu")


def test_a_sure_wish_is_not_answered_from_the_faq(chat):
    assert "báo trước ít nhất" not in chat.say("cắt điện phải báo trước mấy ngày", "report_outage")


def test_a_likely_wish_gives_way_to_the_very_words_of_a_fact(chat):
    assert "báo trước ít nhất 5 ngày" in chat.say("cắt điện phải báo trước mấy ngày", "ask_planned_outage", 0.62)
    assert "mã khách hàng" in chat.say("mai có cắt điện không", "ask_planned_outage", 0.62)


def test_a_question_inside_a_task_is_answered_and_the_task_goes_on(chat):
    chat.say("mất điện", "report_outage")
    said = ask(chat, "cắt điện phải báo trước mấy ngày")
    assert said.index("5 ngày") < said.index("mã khách hàng")


def test_without_care_there_is_no_answer_and_no_failure(chat, care):
    care.down = True
    assert "chưa rõ" in ask(chat, "cắt điện phải báo trước mấy ngày")
    assert not chat.handovers


@pytest.mark.parametrize("words", ["", "???", "a", "điện", "x" * 5000, "a " * 3000])
def test_odd_questions_find_nothing(words):
    assert index(FACTS).best(words)[1] < ALIKE
    assert index(()).best(words) == ("", 0.0)
