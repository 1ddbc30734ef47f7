"""Whole conversations with the running product: understood, served, filed, nothing private told."""

from __future__ import annotations

import pytest
import yaml

from settings import ROOT
from tests.dialogues.cast import Cast, neighbourless
from tests.dialogues.play import play
from tests.dialogues.script import Dialogue, dialogues
from tests.product.copy import Copy

DIALOGUES = dialogues()


@pytest.fixture(scope="session")
def cast(product: Copy) -> Cast:
    return Cast(product, neighbourless(product))


@pytest.mark.parametrize("dialogue", DIALOGUES, ids=lambda one: f"{one.family}: {one.name}")
def test_the_customer_gets_what_they_came_for(product: Copy, cast: Cast, dialogue: Dialogue) -> None:
    play(product, cast, dialogue)


def test_every_service_occurs() -> None:
    catalogue = yaml.safe_load((ROOT / "care" / "catalogue" / "services.yaml").read_text("utf8"))
    missing = {one["id"] for one in catalogue["services"]} - {name for one in DIALOGUES for name in one.services}
    assert not missing


def test_every_intent_occurs() -> None:
    rules = yaml.safe_load((ROOT / "data" / "rules" / "wishes.yml").read_text("utf8"))["rules"]
    wishes = {step["intent"] for rule in rules for step in rule["steps"] if "intent" in step}
    missing = wishes - {name for one in DIALOGUES for name in one.wishes}
    assert not missing
