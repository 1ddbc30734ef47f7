"""The custom actions Rasa calls: one class for each wish, all of them one dialogue."""

import os
from collections.abc import Callable
from datetime import datetime
from functools import cache
from typing import Any, ClassVar

from rasa_sdk import Action, Tracker
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.care import Care
from actions.care_client import HttpCare
from actions.dialogue import respond
from actions.exchange import Exchange
from actions.tasks import State
from actions.turn import read_turn
from actions.words import VIETNAM, words

SLOT = "task"


@cache
def care_over_http() -> HttpCare:
    """The care API named by CARE_URL and CARE_API_KEY; one for the process."""
    return HttpCare(os.environ["CARE_URL"], os.environ["CARE_API_KEY"])


def now_in_vietnam() -> datetime:
    """The clock of every dialogue."""
    return datetime.now(VIETNAM)


class Wish(Action):
    """Answers one turn; rasa-sdk builds actions without arguments, tests hand in their own care and clock."""

    wish: ClassVar[str]

    def __init__(self, care: Care | None = None, clock: Callable[[], datetime] = now_in_vietnam) -> None:
        self._care = care
        self._clock = clock

    def name(self) -> str:
        """As in domain.yml."""
        return f"action_{self.wish}"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[dict[str, Any]]:
        """Speak through the dispatcher, remember in the slot."""
        exchange = Exchange(
            turn=read_turn(tracker, self._clock()),
            state=State.of(tracker.get_slot(SLOT)),
            care=self._care or care_over_http(),
            words=words(),
            action=self.wish,
        )
        respond(exchange, self.wish)
        for said in exchange.said:
            buttons = [{"title": one.title, "payload": one.payload} for one in said.buttons]
            dispatcher.utter_message(text=said.text, buttons=buttons)
        if exchange.handover is not None:
            dispatcher.utter_message(json_message={"handover": exchange.handover})
        return [SlotSet(SLOT, exchange.state.stored())]


class ReportOutage(Wish):
    """No power."""

    wish = "report_outage"


class ReportPowerRestored(Wish):
    """The power is back."""

    wish = "report_power_restored"


class AskPlannedOutage(Wish):
    """The outage schedule."""

    wish = "ask_planned_outage"


class ReportHazard(Wish):
    """Danger."""

    wish = "report_hazard"


class AskTicketStatus(Wish):
    """How far a ticket is."""

    wish = "ask_ticket_status"


class RequestNewConnection(Wish):
    """A new meter."""

    wish = "request_new_connection"


class AskContact(Wish):
    """Whom to call."""

    wish = "ask_contact"


class Greet(Wish):
    """Hello."""

    wish = "greet"


class Goodbye(Wish):
    """Parting."""

    wish = "goodbye"


class Thank(Wish):
    """Thanks."""

    wish = "thank"


class Affirm(Wish):
    """Yes."""

    wish = "affirm"


class Deny(Wish):
    """No."""

    wish = "deny"


class Inform(Wish):
    """Bare facts."""

    wish = "inform"


class Cancel(Wish):
    """Drop what is under way."""

    wish = "cancel"


class StartOver(Wish):
    """From the beginning."""

    wish = "start_over"


class Help(Wish):
    """The menu."""

    wish = "help"


class TalkToAgent(Wish):
    """A person, please."""

    wish = "talk_to_agent"


class OutOfScope(Wish):
    """Not about electricity."""

    wish = "out_of_scope"


class NotHereYet(Wish):
    """Understood, but without a dialogue of its own yet."""

    wish = "out_of_scope"

    def name(self) -> str:
        """One action for all of them."""
        return "action_not_here_yet"


class NoRuleFits(Wish):
    """Overrides Rasa's own fallback, which would take the customer's message back."""

    wish = "inform"

    def name(self) -> str:
        """Rasa's name for what happens when no rule fits."""
        return "action_default_fallback"


ACTIONS: tuple[type[Wish], ...] = (
    ReportOutage,
    ReportPowerRestored,
    AskPlannedOutage,
    ReportHazard,
    AskTicketStatus,
    RequestNewConnection,
    AskContact,
    Greet,
    Goodbye,
    Thank,
    Affirm,
    Deny,
    Inform,
    Cancel,
    StartOver,
    Help,
    TalkToAgent,
    OutOfScope,
    NotHereYet,
    NoRuleFits,
)
