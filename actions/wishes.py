"""The custom actions Rasa calls: one for each wish, all of them one dialogue."""

import os
from collections.abc import Callable
from datetime import datetime
from functools import cache
from typing import Any

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
WISHES = (
    "report_outage",
    "report_power_restored",
    "ask_planned_outage",
    "complain_frequent_outage",
    "report_power_quality",
    "report_hazard",
    "request_pole_move",
    "request_new_connection",
    "request_capacity_change",
    "request_meter_relocation",
    "request_meter_check",
    "request_contract_transfer",
    "request_info_update",
    "request_purpose_change",
    "request_quota_change",
    "request_contract_renewal",
    "request_termination",
    "request_suspension",
    "request_reconnection",
    "request_rooftop_solar",
    "request_after_meter",
    "ask_service_info",
    "ask_bill",
    "ask_usage",
    "complain_high_bill",
    "ask_payment_methods",
    "ask_payment_due",
    "report_payment_problem",
    "ask_einvoice",
    "ask_tariff",
    "estimate_bill",
    "ask_meter_reading_day",
    "ask_ticket_status",
    "cancel_ticket",
    "complain_service",
    "give_praise",
    "request_compensation",
    "report_theft",
    "ask_scam",
    "ask_customer_code",
    "ask_contact",
    "ask_notification_signup",
    "ask_energy_saving",
    "ask_safety",
    "ask_privacy",
    "greet",
    "goodbye",
    "thank",
    "affirm",
    "deny",
    "inform",
    "cancel",
    "start_over",
    "repeat",
    "help",
    "talk_to_agent",
    "bot_challenge",
    "express_anger",
    "out_of_scope",
)
# Overrides Rasa's own, which would take the customer's message back when no rule fits.
NO_RULE_FITS = "action_default_fallback"


@cache
def care_over_http() -> HttpCare:
    """The care API named by CARE_URL and CARE_API_KEY; one for the process."""
    return HttpCare(os.environ["CARE_URL"], os.environ["CARE_API_KEY"])


def now_in_vietnam() -> datetime:
    """The clock of every dialogue."""
    return datetime.now(VIETNAM)


class Wish(Action):
    """Answers one turn; `action` is its name where that is not the wish's own."""

    def __init__(
        self, wish: str, care: Care | None = None, clock: Callable[[], datetime] = now_in_vietnam, action: str = ""
    ) -> None:
        self.wish = wish
        self._action = action or f"action_{wish}"
        self._care = care
        self._clock = clock

    def name(self) -> str:
        """As in domain.yml."""
        return self._action

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
        # Before the words: buttons are shown under the newest message only.
        for picture in exchange.pictures:
            dispatcher.utter_message(json_message={"picture": picture})
        for said in exchange.said:
            buttons = [{"title": one.title, "payload": one.payload} for one in said.buttons]
            dispatcher.utter_message(text=said.text, buttons=buttons)
        if exchange.erase:
            dispatcher.utter_message(json_message={"erase": True})
        if exchange.handover is not None:
            dispatcher.utter_message(json_message={"handover": exchange.handover})
        return [SlotSet(SLOT, exchange.state.stored())]


def all_actions(care: Care | None = None, clock: Callable[[], datetime] = now_in_vietnam) -> tuple[Wish, ...]:
    """One action for each wish, and Rasa's fallback; tests hand in their own care and clock."""
    return (*(Wish(wish, care, clock) for wish in WISHES), Wish("inform", care, clock, NO_RULE_FITS))
