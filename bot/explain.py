"""`make explain TEXT="…"`: why a message is read as it is: normal words, wishes, the features that counted, facts' origins."""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from pathlib import Path

import numpy as np

from bot import environment
from bot.evaluation.errors import NoModel
from bot.evaluation.model import Understanding, load, newest
from bot.nlu.features import Mark, read
from bot.nlu.linear import term_weights
from bot.nlu.wishes import read_wishes

SHOWN = 12
SECOND_FROM = 0.75  # as config.yml has it
# What a feature's prefix stands for.
KINDS = {"w": "word", "p": "word, no accents", "s": "letters", "k": "meaning", "e": "fact", "l": "length"}


def main() -> int:
    """Print the reasons; 1 without a model."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("text")
    parser.add_argument("--models", type=Path, default=environment.var_dir() / "models")
    asked = parser.parse_args()
    try:
        model = load(newest(asked.models))
    except NoModel as exc:
        sys.stderr.write(f"{NoModel.__doc__} ({exc})\n")
        return 1
    sys.stdout.write("\n".join(reasons(model, asked.text)) + "\n")
    return 0


def reasons(model: Understanding, text: str) -> list[str]:
    """The lines of the answer."""
    facts = model.facts(text)
    marks = [Mark(fact.entity, fact.start, fact.end) for fact in facts if fact.origin == "rules"]
    wishes, ranking = read_wishes(model.linear, text, marks, SECOND_FROM)
    lines = [f"normal words: {read(text).joined}"]
    lines.append("wishes: " + ", ".join(f"{wish.name} {wish.confidence:.0%}" for wish in wishes))
    lines.append("ranking: " + ", ".join(f"{wish.name} {wish.confidence:.1%}" for wish in ranking[:4]))
    best, second = ranking[0].name, ranking[1].name
    lines.append(f"what spoke for {best} against {second}:")
    lines += [f"  {weight:+.2f}  {feature}" for weight, feature in counted(model, text, marks, best, second)]
    lines.append("facts:" if facts else "facts: none")
    lines += [
        f"  {fact.entity}: {text[fact.start : fact.end]!r} [{fact.start}:{fact.end}] → {fact.value} ({fact.origin})"
        for fact in facts
    ]
    return lines


def counted(model: Understanding, text: str, marks: list[Mark], best: str, second: str) -> list[tuple[float, str]]:
    """(share of the difference between the two scores, feature), the weightiest first."""
    linear = model.linear
    counts = Counter(gram for gram in linear.grams(text, marks) if gram in linear.rows)
    if not counts:
        return []
    rows = np.asarray([linear.rows[gram] for gram in counts])
    values = term_weights(np.asarray(list(counts.values()), dtype=np.float32), linear.idf[rows])
    columns = [linear.classes.index(best), linear.classes.index(second)]
    shares = values * (linear.weights[rows, columns[0]] - linear.weights[rows, columns[1]])
    named = [(float(share), _named(gram)) for gram, share in zip(counts, shares, strict=True)]
    return sorted(named, key=lambda pair: -abs(pair[0]))[:SHOWN]


def _named(gram: str) -> str:
    kind, _, rest = gram.partition(":")
    return f"{KINDS[kind]}: {rest}"


if __name__ == "__main__":
    sys.exit(main())
