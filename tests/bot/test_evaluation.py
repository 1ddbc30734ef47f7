"""Figures of understanding: hand-worked scores, honest bins, a page that holds every part."""

from __future__ import annotations

import json
import random

import pytest

from bot.evaluate import BASELINE, GATED, fallen
from bot.evaluation import figures
from bot.evaluation.errors import NoModel
from bot.evaluation.model import newest
from bot.evaluation.page import page
from bot.evaluation.split import styles


def test_scores_of_a_hand_worked_example() -> None:
    meant = ["a", "a", "a", "b"]
    read = ["a", "a", "b", "b"]

    scores = figures.intent_scores(meant, read)

    assert figures.accuracy(meant, read) == 0.75
    assert scores["a"] == figures.Score(1.0, 0.6667, 0.8, 3)
    assert scores["b"] == figures.Score(0.5, 1.0, 0.6667, 1)
    assert figures.macro_f1(scores) == pytest.approx(0.73335)
    assert figures.confusions(meant, read) == [("a", "b", 1)]


def test_a_span_counts_only_with_its_edges() -> None:
    meant = [[("ward", 0, 9)], [("date", 3, 6), ("ward", 8, 12)]]
    found = [[("ward", 0, 8)], [("date", 3, 6), ("ward", 8, 12)]]

    scores = figures.entity_scores(meant, found)

    assert scores["date"].f1 == 1.0
    assert scores["ward"] == figures.Score(0.5, 0.5, 0.5, 2)
    assert scores["all"] == figures.Score(0.6667, 0.6667, 0.6667, 3)


def test_calibration_error_of_a_hand_worked_example() -> None:
    bins = figures.reliability([0.95, 0.95, 0.55, 0.55], [True, False, True, False])

    assert [(round(one.confidence, 2), one.right, one.count) for one in bins] == [(0.55, 0.5, 2), (0.95, 0.5, 2)]
    assert figures.calibration_error(bins) == pytest.approx((0.05 + 0.45) / 2)


def test_nothing_is_no_figure_but_no_error_either() -> None:
    assert figures.accuracy([], []) == 0.0
    assert figures.macro_f1({}) == 0.0
    assert figures.calibration_error([]) == 0.0


def test_the_gate_names_what_fell_by_more_than_a_point() -> None:
    assert fallen({"accuracy": 0.895, "entity_f1": 0.8}, {"accuracy": 0.9, "entity_f1": 0.82}) == [
        "entity_f1: 80.0%, the baseline has 82.0%"
    ]


def test_the_baseline_holds_the_gated_figures() -> None:
    assert tuple(json.loads(BASELINE.read_text("utf-8"))) == GATED


def test_the_same_seed_types_the_same_way() -> None:
    text = "nhà em không có điện từ sáng đến giờ, gọi mãi không được"
    one, other = styles(), styles()

    assert all(one[name](text) == other[name](text) for name in one)
    assert one["without accents"](text) == "nha em khong co dien tu sang den gio, goi mai khong duoc"
    assert styles()["typos"](text) != text


def test_without_a_model_the_way_out_is_told(tmp_path) -> None:
    with pytest.raises(NoModel):
        newest(tmp_path)


def test_the_page_shows_hostile_sentences_as_text() -> None:
    score = {"precision": 1.0, "recall": 1.0, "f1": 1.0, "meant": 1}
    text = "<script>alert(1)</script>"
    report = {
        "made_at": "2026-11-27 10:00:00",
        "sentences": 3,
        "model": "m.tar.gz",
        "model_mb": 1.0,
        "summary": [("intent accuracy", 0.9, "at least 92 %", False)],
        "strangers": [("intent accuracy", 0.8, "at least 92 %", False)],
        "split": {
            "intents": {"greet": score},
            "entities": {"ward": score},
            "reliability": [{"confidence": 0.9, "right": 0.8, "count": 4}],
            "worst": [{"text": text, "meant": "greet", "read": "thank", "confidence": 0.9}],
        },
        "learning_curve": {"50%": {"all": 0.5}, "100%": {"all": 0.9}},
    }

    html = page(report, {("greet", "greet"): 3, ("greet", "thank"): 1}, [])

    assert text not in html
    assert "&lt;script&gt;" in html
    assert "missed" in html
    assert html.count("<svg") == 2


def test_random_bins_never_promise_more_than_one() -> None:
    luck = random.Random(3)
    sure = [luck.random() for _ in range(200)]
    bins = figures.reliability(sure, [luck.random() < 0.5 for _ in sure])

    assert sum(one.count for one in bins) == 200
    assert 0 <= figures.calibration_error(bins) <= 1
