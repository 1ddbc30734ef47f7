"""Sentences, forms and domain fit each other: nothing is said without words or asked without a question."""

import re
from pathlib import Path

import pytest
import yaml

from actions.phrases import choose, choose_exactly, phrases, yes_or_no
from actions.tasks import KINDS, BadForm, forms
from actions.turn import PAYLOAD
from actions.wishes import all_actions
from actions.words import BadWords, blanks, words

ROOT = Path(__file__).resolve().parents[2]
DOMAIN = yaml.safe_load((ROOT / "domain.yml").read_text("utf-8"))
INTENTS = {next(iter(intent)) if isinstance(intent, dict) else intent for intent in DOMAIN["intents"]}
USED = re.compile(r"(?:say|lead)\(\s*f?\"([a-z_.]+)\"")


def test_every_action_of_the_domain_is_there_and_no_other():
    assert {action.name() for action in all_actions()} == set(DOMAIN["actions"])


def test_every_intent_has_its_action_and_rule():
    files = sorted((ROOT / "data/rules").glob("*.yml"))
    rules = [rule for file in files for rule in yaml.safe_load(file.read_text("utf-8"))["rules"]]
    pairs = {rule["steps"][0]["intent"]: rule["steps"][1]["action"] for rule in rules}
    assert pairs.keys() == INTENTS
    assert len(rules) == len(INTENTS)
    assert all(action == f"action_{intent}" for intent, action in pairs.items())


def test_buttons_are_short_ascii_and_carry_known_wishes_and_entities():
    for key, said in words().replies.items():
        for button in said.buttons:
            wish, *pairs = button.payload.split(";")
            assert wish in INTENTS, key
            assert PAYLOAD.fullmatch(button.payload), key
            assert max(len(button.payload) - 44, len(button.title)) <= 20, key
            assert {pair.split("=")[0] for pair in pairs} <= set(DOMAIN["entities"]), key
        assert len(said.buttons) <= 5, key
        assert not said.agreed or said.agreed in {button.payload for button in said.buttons}, key


def test_every_sentence_used_in_code_exists():
    for path in (ROOT / "actions").glob("*.py"):
        for key in USED.findall(path.read_text("utf-8")):
            assert key in words().replies, f"{path.name}: {key}"


def test_every_field_has_its_question_in_two_wordings():
    for form in forms().values():
        for one in (o for o in form.fields if o.required):
            for kind in ("ask", "again"):
                keys = (f"{form.name}.{kind}.{one.name}", f"{kind}.{one.name}")
                special = form.name in ("hazard", "callback") and kind in ("ask", "again")
                assert special or any(key in words().replies for key in keys), keys
            assert set(one.choices) <= set(phrases().get(one.name, one.choices)), one.name
            assert one.kind in KINDS


def test_no_customer_facing_sentence_stands_in_code():
    vietnamese = re.compile(r"[ăâđêôơưạảấầẩẫậắằẳẵặẹẻẽếềểễệỉịọỏốồổỗộớờởỡợụủứừửữựỳỵỷỹ]", re.I)
    for path in (ROOT / "actions").glob("*.py"):
        for literal in re.findall(r"(?:say|lead|term)\([^)]*\)", path.read_text("utf-8")):
            assert not vietnamese.search(literal), f"{path.name}: {literal}"


def test_a_sentence_names_its_blanks():
    assert blanks("Phiếu {code}, hạn {due}") == {"code", "due"}


@pytest.mark.parametrize(
    "content",
    [
        "replies: {a: {buttons: []}}",
        "replies: {a: {text: x, buttons: [{title: y}]}}",
        "replies: {a: [x]}",
        "terms: {x: once}",
    ],
)
def test_a_bad_sentence_file_stops_the_start(tmp_path, content):
    (tmp_path / "bad.yml").write_text(content, "utf-8")
    (tmp_path / "good.yml").write_text("terms: {x: twice}", "utf-8")
    with pytest.raises(BadWords):
        words(tmp_path)


@pytest.mark.parametrize(
    "content",
    [
        "forms: {a: [{name: x, kind: colour}]}",
        "forms: {a: [{name: x, kind: phone}, {name: x, kind: phone}]}",
        "forms: {a: [{name: x, kind: phone, when: {y: z}}]}",
    ],
)
def test_a_bad_form_stops_the_start(tmp_path, content):
    (tmp_path / "forms.yml").write_text(content, "utf-8")
    with pytest.raises(BadForm):
        forms(tmp_path / "forms.yml")


@pytest.mark.parametrize(
    ("text", "means"),
    [
        ("ừ đúng rồi em", None),
        ("dạ", True),
        ("ok em", True),
        ("không ạ", False),
        ("chưa", False),
        ("k", False),
        ("dung roi", True),
        ("12 Trần Phú", None),
        ("dc", True),
    ],
)
def test_short_answers(text, means):
    assert yes_or_no(text) is means or means is None


def test_the_longest_phrase_wins():
    assert choose("breaker", "dạ cb không bị nhảy") == "on"
    assert choose("breaker", "cb bị nhảy rồi") == "tripped"
    assert choose("alone", "hàng xóm cũng mất") == "street"
    assert choose("alone", "hàng xóm vẫn có điện") == "me"


def test_typed_accents_must_be_right_where_life_depends_on_the_word():
    assert choose_exactly("hazard", "Dây điện ĐỨT")
    assert choose_exactly("hazard", "day dien dut")
    assert not choose_exactly("hazard", "dây điện đút vào ống")
