"""`make explain`: the reasons of a reading, the weightiest first."""

from __future__ import annotations

from pathlib import Path

from bot.evaluation.model import load
from bot.explain import counted, reasons


def test_a_reading_is_explained_by_words_wishes_features_and_facts(model: Path) -> None:
    understanding = load(model)

    lines = reasons(understanding, "mat dien roi, ma PB04010012345")

    assert lines[0] == "normal words: mat dien roi ma pb04010012345"
    assert lines[1].startswith("wishes: report_outage ")
    assert any("customer_code: 'PB04010012345' [17:30]" in line for line in lines)
    shares = [abs(share) for share, _ in counted(understanding, "mat dien roi", [], "report_outage", "greet")]
    assert shares == sorted(shares, reverse=True)
    assert shares[0] > 0
