"""Answers from care's FAQ when no wish is sure: the fact that fits, in our words, with its source and its doubt."""

from actions.care import Fact
from actions.errors import CareError
from actions.exchange import Exchange
from actions.retrieval import figures, index

# Below this the fact may be about something else (tests/actions/test_faq.py measures it); where the language model has
# a likely wish, or holds the message to lie outside, it must be nearly the very words.
ALIKE, THE_VERY_WORDS = 0.62, 0.8
# Calibrated confidence from which the wish counts whatever the FAQ holds.
CERTAIN = 0.85
# Questions about one's own account: no general fact answers them.
OWN = frozenset({"ask_bill", "ask_usage", "ask_ticket_status"})
# Numbers of emergency and the hotline may stand in any answer.
ALWAYS_TRUE = frozenset({"1558", "114", "115"})


def answer(talk: Exchange) -> bool:
    """Answer a message whose wish is not certain with the fact asked for; False when none fits surely, or it cannot be told now."""
    turn = talk.turn
    enough = ALIKE if turn.unsure else THE_VERY_WORDS
    question = turn.confidence < CERTAIN and turn.intent.startswith("ask_") and turn.intent not in OWN
    asks = turn.unsure or question or turn.intent == "out_of_scope"
    if not turn.text.strip() or turn.pressed or not asks:
        return False
    try:
        facts = talk.care.faq()
    except CareError:
        return False
    found, alike = index(facts).best(turn.text)
    return alike >= enough and tell(talk, found)


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
    """Whether there are words and each figure in them stands in the fact: an outdated one is never told."""
    return words is not None and figures(words) <= figures(" ".join((fact.question, *fact.notes))) | ALWAYS_TRUE
