"""Evaluation: `python -m bot.evaluate` judges the trained model on the fixed split and on strangers' messages,
cross-validates, draws the page.

`--gate` only reads the fixed split and fails when a figure fell by more than a point below tests/nlu/baseline.json;
`--keep` writes today's figures there.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from bot.light import without_tensorflow

without_tensorflow()

# ruff: noqa: E402
from bot import environment
from bot.evaluation import training
from bot.evaluation.errors import NoModel
from bot.evaluation.model import Understanding, load, newest
from bot.evaluation.page import page
from bot.evaluation.split import SplitFigures, measure
from bot.nlu.trainingdata import Sentence, read_sentences

DATA = environment.ROOT / "data" / "nlu"
SPLIT = environment.ROOT / "tests" / "nlu" / "fixed"
STRANGERS = environment.ROOT / "tests" / "nlu" / "strangers"
BASELINE = environment.ROOT / "tests" / "nlu" / "baseline.json"
POINT = 0.01
STYLES = ("without accents", "teencode", "typos")
GATED = ("accuracy", "macro_f1", "entity_f1", *(f"accuracy, {style}" for style in STYLES))


def gated(split: SplitFigures) -> dict[str, float]:
    """The figures that may not fall."""
    styles = split.by_style
    values = (split.accuracy, split.macro_f1, split.entity_f1, *(styles[name] for name in STYLES))
    return {name: round(value, 4) for name, value in zip(GATED, values, strict=True)}


def fallen(now: Mapping[str, float], baseline: Mapping[str, float]) -> list[str]:
    """What fell by more than a point."""
    return [
        f"{name}: {now[name]:.1%}, the baseline has {before:.1%}"
        for name, before in baseline.items()
        if now[name] < before - POINT
    ]


def summary(split: SplitFigures, cross: training.CrossValidation) -> list[tuple[str, Any, str, bool | None]]:
    """(figure, value, target, met) for people; None where there is no target."""
    return [
        ("messages in the fixed split", split.messages, "at least 900", split.messages >= 900),
        *judged(split),
        ("milliseconds a message", round(split.ms_a_message, 2), "at most 3", split.ms_a_message <= 3),
        ("five-fold cross-validation, accuracy", cross.accuracy, "", None),
        ("five-fold, accuracy without accents", cross.accuracy_without_accents, "", None),
        ("five-fold, macro F1", cross.macro_f1, "", None),
    ]


def judged(split: SplitFigures) -> list[tuple[str, Any, str, bool | None]]:
    """What has a target on any split, as in `summary`."""
    drops = {style: split.accuracy - value for style, value in split.by_style.items()}
    return [
        ("intent accuracy", split.accuracy, "at least 92 %", split.accuracy >= 0.92),
        ("macro F1", split.macro_f1, "at least 90 %", split.macro_f1 >= 0.9),
        ("entity F1", split.entity_f1, "at least 92 %", split.entity_f1 >= 0.92),
        ("entity F1 without accents", split.entity_f1_without_accents, "", None),
        ("expected calibration error", split.calibration_error, "at most 3 %", split.calibration_error <= 0.03),
        *(
            (
                f"accuracy, {style}",
                value,
                f"within {1.5 if style == 'without accents' else 3} points",
                drops[style] <= limit,
            )
            for style, value in split.by_style.items()
            for limit in [0.015 if style == "without accents" else 0.03]
        ),
        ("out of scope found", split.outside_recall, "at least 90 %", split.outside_recall >= 0.9),
        ("good messages refused", split.good_refused, "at most 3 %", split.good_refused <= 0.03),
    ]


def confusion(model: Understanding, sentences: Sequence[Sentence]) -> Counter[tuple[str, str]]:
    """(meant, read) → how often."""
    return Counter((one.intent, model.linear.classes[int(model.confidences(one.text).argmax())]) for one in sentences)


def write(report: dict[str, Any], counts: Mapping[tuple[str, str], int], folder: Path) -> Path:
    """JSON and page of this run, and latest.html; the page also draws the runs kept here before."""
    folder.mkdir(parents=True, exist_ok=True)
    stem = report["made_at"].replace(":", "").replace(" ", "-")
    (folder / f"{stem}.json").write_text(json.dumps(report, ensure_ascii=False, indent=1), "utf-8")
    runs = [json.loads(path.read_text("utf-8")) for path in sorted(folder.glob("*.json"))]
    history = [
        {"made_at": run["made_at"], **{key: run["split"][key] for key in ("accuracy", "entity_f1")}} for run in runs
    ]
    html = page(report, counts, history)
    for name in (f"{stem}.html", "latest.html"):
        (folder / name).write_text(html, "utf-8")
    return folder / "latest.html"


def main() -> int:
    """Print the figures; 1 when the gate is shut or nothing is trained."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--gate", action="store_true", help="only the fixed split against the baseline")
    parser.add_argument("--keep", action="store_true", help="write today's figures as the baseline")
    parser.add_argument("--models", type=Path, default=environment.var_dir() / "models")
    parser.add_argument("--out", type=Path, default=environment.var_dir() / "evaluation")
    asked = parser.parse_args()
    try:
        file = newest(asked.models)
        model = load(file)
    except NoModel as exc:
        sys.stderr.write(f"{NoModel.__doc__} ({exc})\n")
        return 1
    test = read_sentences(SPLIT)
    split = measure(model, test)
    if asked.keep:
        BASELINE.write_text(json.dumps(gated(split), indent=1) + "\n", "utf-8")
    if asked.gate:
        return _gate(split)
    sentences = read_sentences(DATA)
    data = training.prepared(sentences)
    cross = training.cross_validate(data)
    report = {
        "made_at": time.strftime("%Y-%m-%d %H:%M:%S"),
        "sentences": len(sentences),
        "model": file.name,
        "model_mb": round(file.stat().st_size / 1e6, 1),
        "summary": summary(split, cross),
        "strangers": judged(measure(model, read_sentences(STRANGERS))),
        "split": asdict(split),
        "cross_validation": asdict(cross),
        "learning_curve": training.learning_curve(data, sentences, test),
    }
    _print(report)
    sys.stdout.write(f"\nPage: {write(report, confusion(model, test), asked.out)}\n")
    return 0


def _gate(split: SplitFigures) -> int:
    now = gated(split)
    sys.stdout.write("".join(f"{name}: {value:.1%}\n" for name, value in now.items()))
    bad = fallen(now, json.loads(BASELINE.read_text("utf-8")))
    sys.stderr.write("".join(f"Fell by more than a point: {line}\n" for line in bad))
    return 1 if bad else 0


def _print(report: dict[str, Any]) -> None:
    _print_rows(report["summary"])
    sys.stdout.write("\nstrangers' messages, which nobody looked at while the understanding was built\n")
    _print_rows(report["strangers"])
    sys.stdout.write("\nlearning curve (accuracy on the fixed split by share of the training sentences)\n")
    for share, groups in report["learning_curve"].items():
        sys.stdout.write(f"  {share:>5}  " + "  ".join(f"{name} {value:.1%}" for name, value in groups.items()) + "\n")
    sys.stdout.write("\nmost confused\n")
    for meant, read, times in report["split"]["confused"][:15]:
        sys.stdout.write(f"  {meant} read as {read}: {times}\n")


def _print_rows(rows: Sequence[tuple[str, Any, str, bool | None]]) -> None:
    for name, value, target, met in rows:
        shown = f"{value:.1%}" if isinstance(value, float) and value <= 1 else str(value)
        mark = "" if met is None else "met" if met else "MISSED"
        sys.stdout.write(f"{name:42} {shown:>9}  {target:20} {mark}\n")


if __name__ == "__main__":
    sys.exit(main())
