"""Answers from care's FAQ when no wish is sure: the fact that fits, in our words, with its source and its doubt."""

from actions.care import Fact
from actions.errors import CareError
from actions.exchange import Exchange
from actions.retrieval import figures, index

# Below this the fact may be about something else (tests/actions/test_faq.py measures it).
ALIKE = 0.62
# Numbers of emergency and the hotline may stand in any answer.
ALWAYS_TRUE = frozenset({"1558", "114", "115"})


def answer(talk: Exchange) -> bool:
    """Answer with the fact asked for; False when none fits surely, its words are missing, or care is down."""
    if not talk.turn.text.strip():
        return False
    try:
        facts = talk.care.faq()
    except CareError:
        return False
    found, alike = index(facts).best(talk.turn.text)
    return alike >= ALIKE and tell(talk, found)


def tell(talk: Exchange, fact_id: str) -> bool:
    """One fact by its id; False when it cannot be told now."""
    try:
        fact = next((one for one in talk.care.faq() if one.id == fact_id), None)
    except CareError:
        return False
    key = f"fact.{fact_id}"
    if fact is None or not covered(fact, talk.words.replies[key].text if key in talk.words.replies else None):
        return False
    talk.say(key)
    source = talk.words.terms.get(f"source.{fact_id}")
    if source:
        talk.add("faq.from" if fact.certain else "faq.from_check", source=source)
    elif not fact.certain:
        talk.add("faq.check")
    return True


def covered(fact: Fact, words: str | None) -> bool:
    """Whether there are words and each figure in them stands in the fact's notes: an outdated one is never told."""
    return words is not None and figures(words) <= figures(" ".join(fact.notes)) | ALWAYS_TRUE
