"""Several wishes in one message: those after the first are remembered, and offered when it is done."""

from collections.abc import Callable, Iterable, Mapping, Set

from actions.exchange import Exchange
from actions.words import Button

# Calibrated confidence from which a wish may leave the question just asked, and the greater one from which a further wish
# of one message is followed: part of a sentence sounds like many things.
SURE, FURTHER = 0.6, 0.8
MOST = 3
DAMAGES = "request_compensation"
CAUSES = frozenset({"complain_frequent_outage", "report_power_quality"})
# Belong to the turn itself, never to a later one.
PASSING = frozenset(
    {
        *("affirm", "deny", "inform", "cancel", "start_over", "repeat", "help", "goodbye", "greet", "thank"),
        *("bot_challenge", "express_anger", "out_of_scope", "give_praise", "report_power_restored"),
    }
)


def answer_beside(talk: Exchange, served: Set[str], sentences: Mapping[str, Callable[[Exchange], None]]) -> list[str]:
    """Answer the further wishes that a sentence answers; those that need more, in the order written."""
    if talk.turn.pressed:
        return []
    sure_ones = dict.fromkeys(name for name, sure in talk.turn.wishes if sure >= FURTHER)
    also = [name for name in sure_ones if name not in served and name not in PASSING]
    for name in also:
        if name in sentences:
            sentences[name](talk)
    return [name for name in also if name not in sentences]


def consequence_first(wish: str, rest: list[str]) -> tuple[str, list[str]]:
    """A demand for compensation is what a message is about; the cut or bad power in it is only the cause."""
    if wish in CAUSES and DAMAGES in rest:
        return DAMAGES, [name for name in rest if name != DAMAGES]
    return wish, rest


def remember(talk: Exchange, wishes: Iterable[str]) -> None:
    """Keep wishes for later, each once, only a few."""
    kept = talk.state.later
    kept += [name for name in dict.fromkeys(wishes) if name not in kept]
    del kept[MOST:]


def offer(talk: Exchange) -> None:
    """When nothing is under way, ask whether the next remembered wish still stands."""
    state = talk.state
    if state.task is not None or state.aside is not None or not state.later or talk.handover is not None:
        return
    wish = state.later.pop(0)
    buttons = [Button(talk.words.term(f"wish.{wish}"), wish), Button(talk.words.term("button.no_more"), "deny")]
    talk.say("later.offer", buttons, what=talk.words.term(f"want.{wish}"))
    state.offered = wish
