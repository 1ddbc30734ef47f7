"""Advice: saving energy by appliance, safety by situation, where the customer code is, how notices are had."""

from actions import faq, loose, service
from actions.exchange import Exchange
from actions.facts import customer_code as customer_code_in
from actions.facts import whole
from actions.phrases import choose
from actions.words import Button

REGISTER = "ask_service_info;register=REGISTER_NOTICE"


def customer_code(talk: Exchange) -> None:
    """Where it is printed; who cannot find it may have a person look it up. A code that was told is taken, but whose
    it is stays private."""
    topic = choose("customer_code", talk.turn.text)
    if topic != "owner" and talk.state.task is None and whole(customer_code_in(talk.turn.text) or ""):
        loose.take(talk)
        return
    if topic == "merger" and faq.tell(talk, "F004"):
        return
    talk.say(talk.words.first_of(f"customer_code.{topic}", "customer_code"))


def notices(talk: Exchange) -> None:
    """How notices are had, why they don't come, how they are stopped; registered at a yes, or at once with a code."""
    topic = choose("notices", talk.turn.text)
    if topic is None and talk.state.task is None and customer_code_in(talk.turn.text):
        service.take_up(talk, "ask_notification_signup")
        return
    if topic == "missing" and faq.tell(talk, "F025"):
        talk.offer(Button(talk.words.term("button.register"), REGISTER))
        talk.offer(Button(talk.words.term("wish.request_info_update"), "request_info_update"))
        return
    talk.say("notices.stop" if topic == "stop" else "notices")


def saving(talk: Exchange) -> None:
    """Three tips at a time: for the appliance named, else the next page of the general ones."""
    appliance = talk.turn.picked.get("topic") or choose("appliance", talk.turn.text)
    key = f"saving.{appliance}"
    if not (appliance and key in talk.words.replies):
        pages = _pages(talk)
        key = pages[_page(talk, len(pages))]
    _remember(talk, "ask_energy_saving")
    talk.say(key)


def safety(talk: Exchange) -> None:
    """What to do in the situation named, or the situations to choose from; danger now is one press away."""
    topic = talk.turn.picked.get("topic") or choose("safety", talk.turn.text)
    _remember(talk, "ask_safety")
    talk.say(talk.words.first_of(f"safety.{topic}", "safety"))
    talk.offer(Button(talk.words.term("button.danger"), "report_hazard"))


def _remember(talk: Exchange, wish: str) -> None:
    talk.state.known["tips"] = {"value": wish, "at": talk.turn.now.isoformat()}


def _pages(talk: Exchange) -> list[str]:
    return sorted(key for key in talk.words.replies if key.startswith("saving.page."))


def _page(talk: Exchange, pages: int) -> int:
    number = talk.turn.picked.get("more", "")
    return int(number) % pages if number.isascii() and number.isdigit() else 0
