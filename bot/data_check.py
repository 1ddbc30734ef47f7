"""`python -m bot.data_check`: training data, domain and the bot's own words against the house rules, without Rasa."""

from __future__ import annotations

import sys

from bot import environment, wording
from bot.callers import read_callers
from bot.nlu import writing
from bot.nlu.errors import BadTrainingData
from bot.nlu.trainingdata import check, read_domain, read_sentences, unknown_entities, written_alike

SHOWN = 5


def main() -> int:
    """Print every fault and what could be better; 1 when there is a fault."""
    try:
        sentences = read_sentences(environment.ROOT / "data" / "nlu")
        domain = read_domain(environment.ROOT / "domain.yml")
        check(sentences, domain)
        replies = wording.read_replies(environment.ROOT / "data" / "responses")
    except BadTrainingData as exc:
        sys.stderr.write(f"{exc}\n")
        return 1
    words = wording.check(replies, read_callers(environment.ROOT / "actions"))
    notes = {
        "written twice in one intent": written_alike(sentences),
        "entities that domain.yml does not have": unknown_entities(sentences, domain),
        "templates": list(writing.templates(sentences)),
        "near-copies in two intents": list(writing.near_copies(sentences)),
        "facts not annotated": list(writing.forgotten(sentences)),
        "accents lost": list(writing.lost_accents(sentences)),
        "thin intents": list(writing.thin(sentences)),
        **words.notes,
    }
    for name, found in notes.items():
        if found:
            sys.stdout.write(f"Note: {len(found)} {name}\n" + "".join(f"    {one}\n" for one in _shown(found)))
    if words.faults:
        sys.stderr.write("\n  ".join(["the bot's words have faults:", *words.faults]) + "\n")
        return 1
    sys.stdout.write(f"{len(sentences)} sentences of {len(domain.intents)} intents are in order\n")
    sys.stdout.write(f"{len(replies)} sentences and terms of the bot are in order\n")
    return 0


def _shown(found: list[str]) -> list[str]:
    everything = "--all" in sys.argv
    more = [] if everything or len(found) <= SHOWN else ["… (--all shows every one)"]
    return [*(found if everything else found[:SHOWN]), *more]


if __name__ == "__main__":
    sys.exit(main())
