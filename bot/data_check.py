"""`python -m bot.data_check`: the training data against the domain, in a second and without Rasa."""

from __future__ import annotations

import sys

from bot import environment
from bot.nlu.errors import BadTrainingData
from bot.nlu.trainingdata import check, read_domain, read_sentences, unknown_entities, written_alike


def main() -> int:
    """Print every fault and what could be better; 1 when there is a fault."""
    try:
        sentences = read_sentences(environment.ROOT / "data" / "nlu")
        domain = read_domain(environment.ROOT / "domain.yml")
        check(sentences, domain)
    except BadTrainingData as exc:
        sys.stderr.write(f"{exc}\n")
        return 1
    for text in written_alike(sentences):
        sys.stdout.write(f"Note: written twice: {text}\n")
    for entity in unknown_entities(sentences, domain):
        sys.stdout.write(f"Note: entity {entity} is annotated but not in domain.yml\n")
    sys.stdout.write(f"{len(sentences)} sentences of {len(domain.intents)} intents are in order\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
