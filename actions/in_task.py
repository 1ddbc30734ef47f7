"""A message inside a task: whether it answers the question just asked, or leaves it for something else."""

from copy import deepcopy

from actions import faq, identity, planned, service, service_info, talk
from actions.collect import plain_answer
from actions.exchange import Exchange
from actions.facts import SHORT, hear, ticket_code
from actions.faq import CERTAIN
from actions.needs import ENDS, NEEDS, REMARKS, TASK_OF, WORDS_IN_TASK
from actions.phrases import choose, contradicts

# "Hủy đi", "xóa đi" are the yes to the question.
ITS_YES = frozenset({("cancel", "cancelling"), ("ask_privacy", "erasing"), ("cancel_ticket", "erasing")})


def leaves(exchange: Exchange, wish: str, sure: bool) -> bool:
    """Whether the message was answered, or taken for something else, before the task could hear it."""
    task, turn = exchange.task, exchange.turn
    if not turn.pressed and contradicts(turn.text) and plain_answer(exchange) is None:
        exchange.lead("fallback.both")
    elif _unsent(exchange):
        talk.cancel(exchange)
        return True
    elif task.notes.pop("down", False) and task.stage != "confirm" and plain_answer(exchange):
        pass  # tried again
    elif _answers(exchange, wish):
        return False
    elif sure:
        return _interrupts(exchange, wish)
    elif plain_answer(exchange) is not None or not faq.answer(exchange):
        return False
    NEEDS[task.name].advance(exchange)
    return True


def _unsent(exchange: Exchange) -> bool:
    """Whether the answer to "Em gửi đi nhé?" is not to send it: half a no, half a stop, so neither wish is ever sure."""
    task, text = exchange.task, exchange.turn.text
    asked = task.stage in ("confirm", "fix") and not exchange.turn.pressed
    return asked and len(text.split()) <= SHORT and choose("unsent", text) is not None


def is_own(exchange: Exchange, wish: str) -> bool:
    """Whether a wish is what the task under way is for."""
    name = TASK_OF.get(wish)
    return name == exchange.task.name and (name != "service" or service.same(exchange, wish))


def _answers(exchange: Exchange, wish: str) -> bool:
    """Whether the words answer the question just asked, so that a likely wish is only their sound.

    From SURE on a wish may leave the question; only a CERTAIN one is followed when the same words answer it too, and a
    leave-taking never is ("không biết nữa").
    """
    task, turn = exchange.task, exchange.turn
    if task.stage == identity.STAGE and not turn.pressed:
        return identity.answered(turn, leaving=wish in ENDS or wish == "talk_to_agent")
    # "Đổi số điện thoại thành …" at a summary is about the summary.
    short = len(turn.text.split()) <= SHORT or wish == "request_info_update"
    if task.stage in ("confirm", "fix") and not turn.pressed and short and wish not in ENDS:
        return bool(hear(turn, deepcopy(task)))
    if not turn.pressed and _settles_phone(exchange):
        return True
    certain = turn.confidence >= CERTAIN and wish not in (*ENDS, "help", "deny", "report_power_restored")
    if turn.pressed or not task.asking or (certain and speaks(turn.text) and not service.open_question(exchange, wish)):
        return False
    if task.asking == "story":  # whatever is said now is what was asked for
        return wish not in ENDS
    answered = NEEDS[task.name].answered
    return answered(exchange) if answered is not None else task.asking in hear(turn, deepcopy(task))


def _settles_phone(exchange: Exchange) -> bool:
    """Whether a phone was asked for and is refused, or said to be the contract's, whatever wish these words sound like."""
    task, text = exchange.task, exchange.turn.text
    asked = next((one for one in task.form.fields if one.name == task.asking), None)
    if asked is None or asked.kind != "phone" or text.rstrip().endswith("?"):
        return False
    if len(text.split()) <= SHORT and choose("of_contract", text) is not None:
        return True
    return choose("refuse", text) is not None and choose("data_wish", text) is None


def speaks(text: str) -> bool:
    """Whether there are words at all: a bare code or number is no wish, whatever it sounds like."""
    return any(word.isalpha() and len(word) > 1 for word in text.split())


def _interrupts(exchange: Exchange, wish: str) -> bool:
    """A clear wish for something else: answered, or begun, at once. False when the task may have the message."""
    task = exchange.task
    if (wish, task.name) in ITS_YES and NEEDS[task.name].go_on(exchange):
        return True
    if wish in ENDS:
        ENDS[wish](exchange)
        return True
    if wish == "repeat":
        if not talk.say_again(exchange):
            NEEDS[task.name].advance(exchange)
        return True
    if wish == "help" and exchange.turn.pressed:  # the customer wants something else
        exchange.finish()
        talk.menu(exchange)
        return True
    if not _said_beside(exchange, wish):
        return _switches(exchange, wish)
    if exchange.state.task is not None:
        NEEDS[task.name].advance(exchange)
    return True


def _said_beside(exchange: Exchange, wish: str) -> bool:
    """What is answered by the way; the question that stands follows."""
    if wish == "help":
        exchange.say("help.in_task")
        return True
    if wish in REMARKS and wish not in WORDS_IN_TASK:
        REMARKS[wish](exchange)
        return True
    if wish == "ask_privacy" and not exchange.turn.pressed and choose("data_wish", exchange.turn.text) is None:
        hidden = exchange.task.notes.get("service", {}).get("confidential")
        exchange.lead("privacy.hidden" if hidden else "privacy.in_task")
        return True
    if wish == "ask_ticket_status" and _not_sent(exchange):
        exchange.lead("status.not_sent")
        return True
    if wish == "ask_planned_outage":
        return exchange.task.name == "outage" and planned.aside(exchange)
    return wish == "ask_service_info" and "register" not in exchange.turn.picked and service_info.aside(exchange)


def _not_sent(exchange: Exchange) -> bool:
    """Whether a question how far it is can only mean what is still being asked for."""
    turn, task = exchange.turn, exchange.task
    return task.returns and not ticket_code(turn.text) and not exchange.care.tickets(turn.conversation_id)


def _switches(exchange: Exchange, wish: str) -> bool:
    name, task = TASK_OF.get(wish), exchange.task
    if name is None or (is_own(exchange, wish) and not exchange.turn.pressed):
        return False
    # In danger, "no power" is one more fact of the hazard, not a second report.
    if name == "outage" and task.name == "hazard" and not exchange.turn.pressed:
        return False
    NEEDS[name].start(exchange)
    if exchange.state.task is task:  # answered without a task of its own
        NEEDS[task.name].advance(exchange)
    return True
