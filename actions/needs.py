"""What serves each wish: a task with its questions, a remark, or an end; one line a wish."""

from collections.abc import Callable
from dataclasses import dataclass

from actions import (
    additions,
    advice,
    cancelling,
    connection,
    contact,
    handover,
    hazard,
    outage,
    planned,
    praise,
    scam,
    talk,
    ticket_status,
)
from actions.exchange import Exchange


@dataclass(frozen=True)
class Need:
    """How one task goes: `go_on` says whether the message was for it, `advance` says its pending question again."""

    start: Callable[[Exchange], None]
    go_on: Callable[[Exchange], bool]
    advance: Callable[[Exchange], None]


NEEDS = {
    "outage": Need(outage.start, outage.go_on, outage.advance),
    "hazard": Need(hazard.start, hazard.go_on, hazard.advance),
    "connection": Need(connection.start, connection.go_on, connection.advance),
    "status": Need(ticket_status.start, ticket_status.go_on, ticket_status.advance),
    "planned": Need(planned.start, planned.go_on, planned.advance),
    "callback": Need(handover.start, handover.go_on, handover.advance),
    "cancelling": Need(cancelling.start, cancelling.go_on, cancelling.advance),
    "addition": Need(additions.start, additions.go_on, additions.advance),
    "scam": Need(scam.start, scam.go_on, scam.advance),
}
TASK_OF = {
    "report_outage": "outage",
    "report_hazard": "hazard",
    "request_new_connection": "connection",
    "ask_ticket_status": "status",
    "ask_planned_outage": "planned",
    "talk_to_agent": "callback",
    "cancel_ticket": "cancelling",
    "ask_scam": "scam",
}
ENDS = {"cancel": talk.cancel, "start_over": talk.start_over, "goodbye": talk.goodbye}
# Answered at once; a task under way goes on afterwards.
REMARKS = {
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
SENTENCES = REMARKS | {"ask_scam": scam.tell}
# Said by a word before the question that stands.
WORDS_IN_TASK = frozenset({"greet", "thank", "express_anger"})
