"""Training: `python -m bot.train` makes a model of data/, domain.yml and config.yml, unless the newest one is made of them."""

from __future__ import annotations

import os

os.environ.setdefault("RASA_TELEMETRY_ENABLED", "false")
os.environ["RASA_MAX_CACHE_SIZE"] = "0"  # our own hash says when to train; Rasa's cache would lie in the project

from bot.light import without_tensorflow

without_tensorflow()

# ruff: noqa: E402
import argparse
import hashlib
import logging
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from bot import environment
from bot.nlu.errors import BadTrainingData
from bot.nlu.trainingdata import check, read_domain, read_sentences, unknown_entities

logger = logging.getLogger("bot.train")
MODELS_KEPT = 5
# What the bot says and the words of choices are read by the actions: they need no training.
_MADE_OF = ("data/nlu", "data/rules", "data/stories", "domain.yml", "config.yml", "bot/nlu", "bot/vietnamese")


def made_of(project: Path) -> Iterator[Path]:
    """Every file a model depends on, in a fixed order; the code comes from this project, the data from `project`."""
    for name in _MADE_OF:
        root = environment.ROOT if name.startswith("bot/") else project
        place = root / name
        files = sorted(place.rglob("*")) if place.is_dir() else [place]
        yield from (file for file in files if file.is_file() and "__pycache__" not in file.parts)


def fingerprint(project: Path) -> str:
    """A name for the state of all these files."""
    digest = hashlib.sha256()
    for file in made_of(project):
        digest.update(file.name.encode() + b"\0" + hashlib.sha256(file.read_bytes()).digest())
    return digest.hexdigest()[:12]


def known_model(models: Path, mark: str) -> Path | None:
    """The model made of the files with this fingerprint, when it is the newest one."""
    found = sorted(models.glob("*.tar.gz"), key=lambda path: path.stat().st_mtime)
    return found[-1] if found and found[-1].name.endswith(f"-{mark}.tar.gz") else None


def train(project: Path, models: Path) -> Path:
    """Check the data and train; raises BadTrainingData. The model appears in `models` only when it is whole."""
    sentences = read_sentences(project / "data" / "nlu")
    domain = read_domain(project / "domain.yml")
    check(sentences, domain)
    logger.info("Checked %d sentences of %d intents", len(sentences), len(domain.intents))
    for entity in unknown_entities(sentences, domain):
        logger.info("Note: entity %s is annotated but not in domain.yml", entity)
    import rasa.model_training
    from rasa.shared.nlu.training_data.message import Message
    from rasa.shared.nlu.training_data.training_data import TrainingData
    from rasa.utils.log_utils import configure_structlog

    configure_structlog(logging.WARNING)
    mark = fingerprint(project)
    # Rasa copies and hashes all messages a dozen times for a cache that is off here; the files' own hash says the same.
    TrainingData.fingerprint = lambda self: mark
    Message.fingerprint = lambda self: hashlib.sha1(repr(self.data).encode(), usedforsecurity=False).hexdigest()
    Message.__deepcopy__ = lambda self, memo: self
    models.mkdir(parents=True, exist_ok=True)
    name = f"{time.strftime('%Y%m%d-%H%M%S')}-{mark}"
    data, config = project / "data", project / "config.yml"
    result = rasa.model_training.train(
        str(project / "domain.yml"), str(config), [str(data)], str(models), force_training=True, fixed_model_name=name
    )
    if result.code != 0 or result.model is None:
        raise BadTrainingData("Rasa could not train (see above)")
    for old in sorted(models.glob("*.tar.gz"), key=lambda path: path.stat().st_mtime)[:-MODELS_KEPT]:
        old.unlink()
    return Path(result.model)


def main() -> int:
    """Train if need be and tell the model's file; 1 when the data cannot make a model."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--force", action="store_true", help="train even when nothing has changed")
    parser.add_argument("--project", type=Path, default=environment.ROOT, help="where data/ and domain.yml lie")
    parser.add_argument("--models", type=Path, default=environment.var_dir() / "models", help="where models are kept")
    asked = parser.parse_args()
    os.environ["LOG_LEVEL"] = "ERROR"  # Rasa's progress bars look here; they would fill the screen
    logging.basicConfig(level=logging.WARNING, format="%(message)s", stream=sys.stdout)
    logging.getLogger("bot").setLevel(logging.INFO)
    logging.captureWarnings(capture=True)  # Rasa's libraries warn of their own age
    logging.getLogger("py.warnings").setLevel(logging.ERROR)
    known = known_model(asked.models, fingerprint(asked.project))
    if known is not None and not asked.force:
        sys.stdout.write(f"Model is up to date: {known.name}\n")
        return 0
    begun = time.monotonic()
    try:
        model = train(asked.project, asked.models)
    except BadTrainingData as exc:
        sys.stderr.write(f"Cannot train: {exc}\n")
        return 1
    sys.stdout.write(f"Trained {model.name} in {time.monotonic() - begun:.0f} s\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
