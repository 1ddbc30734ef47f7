"""An incident that the customer was told of instead of filing: its news reach them, and ask back whether the power is on."""

from actions import outage
from actions.care import Outage
from actions.errors import CareError
from actions.exchange import Exchange
from actions.outage_before import asked_since, heard_back
from actions.turn import pressing

STILL_OUT = "report_outage;anyway=yes"


def answers_asked_back(talk: Exchange) -> bool:
    """The answer in words to "is your power back?" of an incident's news: "chưa" reports it, as the button does.

    False when nothing was asked, or it is no answer.
    """
    said = heard_back(talk)
    if said is None or not _restored(talk):
        return False
    talk.state.known.pop(outage.FOLLOWED)
    if said == "back":
        talk.say("outage.restored")
        return True
    talk.turn = pressing(talk.turn, STILL_OUT)
    talk.action = talk.turn.intent
    talk.lead("outage.sorry_still_out")
    outage.start(talk)
    return True


def _restored(talk: Exchange) -> bool:
    """Whether the incident that this conversation follows ended, as news after our last words."""
    kept = talk.state.known.get(outage.FOLLOWED)
    if not kept:
        return False
    try:
        found = _as_it_stands(talk, kept["value"])
    except CareError:
        return False
    return found.status == "done" and found.ends_at is not None and asked_since(talk, found.ends_at)


def _as_it_stands(talk: Exchange, code: str) -> Outage:
    """It may have become part of a larger one meanwhile."""
    return talk.care.outage(talk.care.follow_outage(code, talk.turn.conversation_id))
