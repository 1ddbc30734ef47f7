"""What serves each wish: a task with its questions, a remark, or an end; one line a wish."""

from collections.abc import Callable
from dataclasses import dataclass

from actions import (
    additions,
    advice,
    bill_facts,
    bills,
    cancelling,
    claims,
    contact,
    contract,
    erasing,
    estimating,
    handover,
    hazard,
    outage,
    planned,
    praise,
    prices,
    scam,
    service,
    talk,
    ticket_status,
)
from actions.exchange import Exchange


@dataclass(frozen=True)
class Need:
    """How one task goes: `go_on` says whether the message was for it, `advance` says its pending question again.

    `answered` says whether the words answer the pending question; None where the form's fields tell.
    """

    start: Callable[[Exchange], None]
    go_on: Callable[[Exchange], bool]
    advance: Callable[[Exchange], None]
    answered: Callable[[Exchange], bool] | None = None


NEEDS = {
    "outage": Need(outage.start, outage.go_on, outage.advance),
    "hazard": Need(hazard.start, hazard.go_on, hazard.advance),
    "service": Need(service.start, service.go_on, service.advance),
    "status": Need(ticket_status.start, ticket_status.go_on, ticket_status.advance),
    "planned": Need(planned.start, planned.go_on, planned.advance),
    "bill": Need(bills.start_bill, bills.go_on, bills.advance, contract.answered),
    "usage": Need(bills.start_usage, bills.go_on, bills.advance, contract.answered),
    "due": Need(bills.start_due, bills.go_on, bills.advance, contract.answered),
    "reading_day": Need(bills.start_reading_day, bills.go_on, bills.advance, contract.answered),
    "estimate": Need(estimating.start, estimating.go_on, estimating.advance, estimating.answered),
    "high_bill": Need(claims.start_high_bill, claims.go_on, claims.advance, claims.answered),
    "payment_problem": Need(claims.start_payment_problem, claims.go_on, claims.advance, claims.answered),
    "einvoice": Need(claims.start_einvoice, claims.go_on, claims.advance, claims.answered),
    "callback": Need(handover.start, handover.go_on, handover.advance),
    "cancelling": Need(cancelling.start, cancelling.go_on, cancelling.advance),
    "addition": Need(additions.start, additions.go_on, additions.advance),
    "erasing": Need(erasing.start, erasing.go_on, erasing.advance, erasing.answered),
    "scam": Need(scam.start, scam.go_on, scam.advance),
}
TASK_OF = {
    "report_outage": "outage",
    "report_hazard": "hazard",
    **dict.fromkeys(service.WISHES, "service"),
    "ask_ticket_status": "status",
    "ask_planned_outage": "planned",
    "ask_bill": "bill",
    "ask_usage": "usage",
    "ask_payment_due": "due",
    "ask_meter_reading_day": "reading_day",
    "estimate_bill": "estimate",
    "complain_high_bill": "high_bill",
    "report_payment_problem": "payment_problem",
    "ask_einvoice": "einvoice",
    "talk_to_agent": "callback",
    "cancel_ticket": "cancelling",
    "ask_scam": "scam",
}
ENDS = {"cancel": talk.cancel, "start_over": talk.start_over, "goodbye": talk.goodbye}
# Answered at once; a task under way goes on afterwards.
REMARKS = {
    "report_power_restored": outage.restored,
    "ask_payment_methods": bill_facts.payment_methods,
    "ask_tariff": prices.tell,
    "ask_contact": contact.tell,
    "ask_customer_code": advice.customer_code,
    "ask_notification_signup": advice.notices,
    "ask_energy_saving": advice.saving,
    "ask_safety": advice.safety,
    "give_praise": praise.take,
    "bot_challenge": talk.robot,
    "express_anger": talk.anger,
    "repeat": talk.repeat,
    "help": talk.menu,
    "greet": talk.greet,
    "thank": talk.thank,
}
# Answered by a sentence beside another wish.
SENTENCES = {name: tell for name, tell in REMARKS.items() if name != "report_power_restored"} | {"ask_scam": scam.tell}
# Said by a word before the question that stands.
WORDS_IN_TASK = frozenset({"greet", "thank", "express_anger"})
