"""`bot/.venv/bin/python -m bench.understanding_peer`: stock Rasa's DIET on our sentences and our splits, beside our model.

Training takes hours, once for each state of the sentences; it is kept in VAR_DIR/peers.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import re
import tempfile
import time
from pathlib import Path

from rasa.core.agent import Agent
from rasa.model_training import train_nlu

from bench.content import content_hash
from bot import environment
from bot.evaluation.figures import Span
from bot.evaluation.model import load, newest
from bot.evaluation.split import SplitFigures, measure
from bot.nlu.trainingdata import read_sentences

CONFIG = Path(__file__).with_name("stock") / "understanding.yml"
DATA = environment.ROOT / "data" / "nlu"
SPLITS = environment.ROOT / "tests" / "nlu"
DOMAIN = environment.ROOT / "domain.yml"


class Stock:
    """Stock Rasa's interpreter as a reader of the split."""

    def __init__(self, model: Path) -> None:
        self._agent = Agent.load(str(model))

    def wish(self, text: str) -> tuple[str, float]:
        """The first intent and its confidence."""
        intent = self._parsed(text)["intent"]
        return str(intent["name"]), float(intent["confidence"])

    def spans(self, text: str) -> list[Span]:
        """The entities found."""
        return [(one["entity"], one["start"], one["end"]) for one in self._parsed(text)["entities"]]

    def _parsed(self, text: str) -> dict[str, object]:
        return asyncio.run(self._agent.parse_message(text))


def trained(cache: Path, epochs: int) -> tuple[Path, float | None]:
    """The model of today's sentences, and the seconds its training took when it was trained now."""
    config = re.sub(r"epochs: \d+", f"epochs: {epochs}", CONFIG.read_text("utf8"))
    name = f"diet-{content_hash(sorted(DATA.glob('*.yml')), config.encode())}"
    model = cache / f"{name}.tar.gz"
    if model.exists():
        return model, None
    cache.mkdir(parents=True, exist_ok=True)
    began = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        written = Path(folder) / "config.yml"
        written.write_text(config, "utf8")
        train_nlu(str(written), str(DATA), str(cache), fixed_model_name=name, domain=str(DOMAIN))
    return model, time.monotonic() - began


def main() -> None:
    """Print both, with accents and without."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--epochs", type=int, default=100, help="of DIET; 100 is stock")
    asked = parser.parse_args()
    var = Path(os.environ.get("VAR_DIR", environment.ROOT / "var"))
    model, seconds = trained(var / "peers", asked.epochs)
    if seconds is not None:
        print(f"trained in {seconds / 60:.0f} min")
    stock, ours = Stock(model), load(newest(var / "models"))
    for split in ("fixed", "strangers"):
        sentences = read_sentences(SPLITS / split)
        _say(f"{split}: stock Rasa 3.6.21, DIET, {asked.epochs} epochs", measure(stock, sentences))
        _say(f"{split}: ours", measure(ours, sentences))


def _say(name: str, figures: SplitFigures) -> None:
    print(
        f"{name}: accuracy {figures.accuracy:.1%}, without accents {figures.by_style['without accents']:.1%},"
        f" teencode {figures.by_style['teencode']:.1%}, typos {figures.by_style['typos']:.1%};"
        f" macro F1 {figures.macro_f1:.1%}; entity F1 {figures.entity_f1:.1%},"
        f" without accents {figures.entity_f1_without_accents:.1%};"
        f" calibration error {figures.calibration_error:.1%}; {figures.ms_a_message:.1f} ms a message",
        flush=True,
    )


if __name__ == "__main__":
    main()
