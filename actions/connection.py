"""A new connection: household or business, who, where, and a phone; filed as a service ticket."""

from actions.care import Json
from actions.collect import ask_missing, listen, settle, summarize
from actions.errors import CareError
from actions.exchange import Exchange
from actions.place import Where

SERVICES = {"residential": "NEW_LV_RES", "business": "NEW_LV_NONRES_LT40"}


def start(talk: Exchange) -> None:
    """Begin; a place told for an outage is not where a new meter goes."""
    talk.begin("connection", carry=("phone", "name"))
    listen(talk)
    talk.lead("connection.start")
    advance(talk)


def go_on(talk: Exchange) -> bool:
    """Take the next message of the task; False when it had nothing for it."""
    task = talk.task
    heard = listen(talk)
    if task.stage in ("confirm", "fix"):
        said = settle(talk, heard)
        if said == "file":
            _file(talk)
        elif said == "changed":
            task.stage = "collect"
            advance(talk)
        return said != "unclear"
    if not heard.anything:
        return False
    advance(talk)
    return True


def advance(talk: Exchange) -> None:
    """The next question, or the summary."""
    where = Where.of(talk.task.facts.get("place"))
    if where.code:
        # A customer code is an old meter's; the new one needs an address.
        talk.task.facts.pop("place")
        talk.lead("connection.no_code")
    if not ask_missing(talk):
        summarize(talk)


def _file(talk: Exchange) -> None:
    facts = talk.task.facts
    ticket = talk.care.file_ticket(_body(talk), talk.key)
    key = "connection.filed" if ticket.new else "connection.already"
    talk.say(key, code=ticket.code, phone=facts.get("phone", ""))
    talk.finish()
    _tell_service(talk, SERVICES[facts["purpose"]])


def _tell_service(talk: Exchange, service_id: str) -> None:
    """Papers and time from the catalogue; the ticket stands even when they cannot be read now."""
    try:
        service = talk.care.service(service_id)
    except CareError:
        return
    if service.documents:
        listed = "\n".join(f"- {document}" for document in service.documents)
        key = "connection.papers" if service.working_days else "connection.papers.no_due"
        talk.say(key, papers=listed, days=str(service.working_days or ""))


def _body(talk: Exchange) -> Json:
    facts, where = talk.task.facts, Where.of(talk.task.facts.get("place"))
    body = {
        "service": SERVICES[facts["purpose"]],
        "channel": talk.turn.channel,
        "conversation_id": talk.turn.conversation_id,
        "contact_name": facts["name"],
        "phone": facts["phone"],
        "address": where.address(),
        "description": talk.words.term("note.connection", purpose=talk.words.term(f"purpose.{facts['purpose']}")),
        "details": {"purpose": facts["purpose"]},
    }
    return {key: value for key, value in body.items() if value}
