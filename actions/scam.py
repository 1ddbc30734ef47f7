"""Suspected fraud: what we never ask for, whether a number is ours, and a report by button."""

from actions import numbers
from actions.collect import ask_missing, listen
from actions.exchange import Exchange
from actions.free_words import telling
from actions.phrases import choose

SERVICE = "SCAM_REPORT"
LONGEST_STORY = 1000


def tell(talk: Exchange) -> None:
    """Advice for what happened; money already gone comes first. The words are kept for a report that may follow."""
    if talk.turn.text:
        kept = {"value": talk.turn.text[:LONGEST_STORY], "at": talk.turn.now.isoformat()}
        talk.state.known["scam"] = kept
    topic = choose("scam", talk.turn.text)
    if topic != "paid" and numbers.check(talk):
        return
    talk.say(talk.words.first_of(f"scam.{topic}", "scam"))


def start(talk: Exchange) -> None:
    """Advice; the report when its button is pressed, or in so many words."""
    if talk.turn.picked.get("report") != "yes":
        tell(talk)
        if choose("report_scam", talk.turn.text) is None:
            return
    task = talk.begin("scam", carry=("phone",))
    task.notes["story"] = talk.known("scam") or ""
    advance(talk)


def go_on(talk: Exchange) -> bool:
    """The story, then a phone number if one is given."""
    task = talk.task
    if task.stage == "story":
        if not talk.turn.text.strip():
            return False
        task.notes["story"] = talk.turn.text[:LONGEST_STORY]
        task.stage = "collect"
        listen(talk)
        advance(talk)
        return True
    if _more_of_it(talk):
        advance(talk)
        return True
    heard = listen(talk)
    if heard.yes is False and not heard.changed:
        task.facts["phone"] = ""
    elif not heard.changed:
        return False
    advance(talk)
    return True


def advance(talk: Exchange) -> None:
    """Ask for what happened, then for a phone; then file."""
    task = talk.task
    if not task.notes.get("story"):
        task.stage = task.asking = "story"
        talk.say("scam.ask.story")
        return
    if not ask_missing(talk):
        _file(talk)


def _more_of_it(talk: Exchange) -> bool:
    """Who called, from which number: more of the story, and not the customer's own phone."""
    text = " ".join(talk.turn.text.split())
    if talk.turn.pressed or not telling(text) or choose("own_phone", text) is not None:
        return False
    talk.task.notes["story"] = f"{talk.task.notes['story'].rstrip('.')}. {text}"[:LONGEST_STORY]
    talk.lead("service.noted")
    return True


def _file(talk: Exchange) -> None:
    body = {
        "service": SERVICE,
        "channel": talk.turn.channel,
        "conversation_id": talk.turn.conversation_id,
        "description": talk.task.notes["story"],
    }
    if talk.task.facts.get("phone"):
        body["phone"] = talk.task.facts["phone"]
    ticket = talk.file_ticket(body, f"{talk.key}:{SERVICE}")
    talk.finish()
    talk.state.known.pop("scam", None)
    talk.say("scam.filed", code=ticket.code)
