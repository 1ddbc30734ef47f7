"""Files a service as a ticket: the ticket's own facts, all others as details; tells the code and what comes next."""

from actions import identity
from actions.care import Json, Ticket
from actions.collect import show
from actions.errors import CareError
from actions.exchange import OF_CONTRACT, Exchange
from actions.free_words import LONGEST_TEXT, without_speaker
from actions.place import Where
from actions.service_info import remember
from actions.service_words import paper_lines

OWN_FACTS = ("customer_code", "contact_name", "phone", "address", "description")


def submit(talk: Exchange) -> None:
    """File now, or as soon as the one-time code has shown whose contract it is."""
    if proved(talk):
        _file(talk)


def proved(talk: Exchange) -> bool:
    """Whether nothing more need be proved; if not, the customer has been asked for the code."""
    task = talk.task
    service, code = task.notes["service"], task.facts.get("customer_code")
    conditions: dict[str, list[str]] = service["otp_when"]
    needed = service["otp"] and (
        not conditions or any(task.facts.get(name) in values for name, values in conditions.items())
    )
    # Without a contract there is nothing private to open: the request is about this conversation alone.
    return not needed or not code or identity.opened(talk, code)


def _file(talk: Exchange) -> None:
    task = talk.task
    service = task.notes["service"]["id"]
    # One message may file two tickets; each needs its own key.
    ticket = talk.file_ticket(_body(talk), f"{talk.key}:{service}")
    _tell(talk, ticket, service)
    _tell_papers(talk, service)
    remember(talk, service)
    if task.notes["service"]["confidential"]:
        talk.state.task = None  # nothing of the reporter is remembered, not even for this conversation
    else:
        talk.finish()


def _tell(talk: Exchange, ticket: Ticket, service: str) -> None:
    phone = show(talk, "phone") if talk.task.facts.get("phone") else ""
    phone = talk.words.term("phone.of_contract") if talk.task.facts.get("phone") == OF_CONTRACT else phone
    following = talk.words.first_of(f"service.next.{service}", "service.next.call" if phone else "service.next.chat")
    due = "" if ticket.due_at else ".no_due"
    kind = "filed" if ticket.new else "already"
    talk.say(
        talk.words.first_of(f"service.{kind}.{service}{due}", f"service.{kind}{due}"),
        title=talk.task.notes["in_text"],
        code=ticket.code,
        due=talk.moment(ticket.due_at) if ticket.due_at else "",
        following=talk.words.replies[following].text.format(phone=phone),
    )


def _tell_papers(talk: Exchange, service_id: str) -> None:
    """What to prepare; the ticket stands even when the catalogue cannot be read now."""
    try:
        service = talk.care.service(service_id)
    except CareError:
        return
    if service.papers:
        key = "service.papers" if service.certain else "service.papers.unsure"
        talk.say(key, papers="\n".join(paper_lines(talk.words, service)))


def _body(talk: Exchange) -> Json:
    task, facts = talk.task, talk.task.facts
    fields = {one.name: one for one in task.form.fields}
    details = {
        name: _detail(facts[name])
        for name in fields
        if name not in OWN_FACTS and facts.get(name) not in (None, "") and _asked(talk, name)
    }
    own: Json = {name: facts.get(name) for name in OWN_FACTS if name in fields and _asked(talk, name)}
    if own.get("phone") == OF_CONTRACT:
        own.pop("phone")
        details["call"] = OF_CONTRACT
    if "address" in own:
        own["address"] = Where.of(facts.get("address")).address()
    said = task.notes.get("said", "")
    if not own.get("description") and said:
        own["description"] = talk.words.term("note.service", service=task.notes["in_text"], said=said)[:LONGEST_TEXT]
    if task.notes["service"]["confidential"] and own.get("description"):
        own["description"] = without_speaker(own["description"])
    body = {
        "service": task.notes["service"]["id"],
        "channel": talk.turn.channel,
        "conversation_id": talk.turn.conversation_id,
        **own,
        "details": details,
    }
    return {key: value for key, value in body.items() if value}


def _asked(talk: Exchange, name: str) -> bool:
    """Whether the field still belongs to these facts: a choice changed later may make it needless."""
    one = talk.task.form.field(name)
    return all(talk.task.facts.get(key) in values for key, values in one.when.items())


def _detail(value: object) -> object:
    """A moment as it was read, or in the customer's own words."""
    if isinstance(value, dict) and ("at" in value or "text" in value):
        return value.get("at") or value["text"]
    return value
