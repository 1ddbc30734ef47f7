"""Every wish of one message, in the order written, danger first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.nlu import clauses
from bot.nlu.facts import marks_in
from bot.nlu.features import Mark
from bot.nlu.linear import LinearModel

DANGER_FROM = 0.6


@dataclass(frozen=True)
class Wish:
    """One thing a customer wants, and how sure we are of it (0 to 1)."""

    name: str
    confidence: float

    def as_dict(self) -> dict[str, object]:
        """As it stands in the parse answer."""
        return {"name": self.name, "confidence": self.confidence}


def read_wishes(
    model: LinearModel, text: str, marks: Sequence[Mark], second_from: float
) -> tuple[list[Wish], list[Wish]]:
    """The wishes of `text` and the ranking of the whole message.

    The whole message decides unless it plainly has several clauses: a further wish counts from confidence
    `second_from` on, danger in any clause already from DANGER_FROM on.
    """
    ranking = _ranking(model, text, marks)
    main = ranking[0]
    rules = clauses.load()
    found: list[Wish] = []
    for clause in clauses.split(text):
        best = _ranking(model, clause, marks_in(clause))[0]
        enough = DANGER_FROM if best.name == rules.danger else second_from
        if best.confidence >= enough and best.name not in rules.not_wishes and best.name not in _names(found):
            found.append(best)
    if len(found) == 1 and (found[0].name == rules.danger or main.name in rules.not_wishes):
        wishes = found
    elif len(found) > 1:
        # The whole message's own wish stays in, unless the clauses that make it up say otherwise.
        wishes = found if main.name in _names(found) or main.confidence < second_from else [main, *found]
    else:
        wishes = [main]
    return sorted(wishes, key=lambda wish: wish.name != rules.danger), ranking


def _names(wishes: Sequence[Wish]) -> set[str]:
    return {wish.name for wish in wishes}


def _ranking(model: LinearModel, text: str, marks: Sequence[Mark]) -> list[Wish]:
    sure = model.confidences(model.grams(text, marks))
    return [Wish(model.classes[place], round(float(sure[place]), 4)) for place in (-sure).argsort()]
