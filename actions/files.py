"""Pictures and files of a customer: attached to the ticket they belong to, or kept until it is filed.

What nobody asked for is not kept: an identity paper looks like any other picture. For the same reason nothing is attached
where a contract is changed.
"""

from collections.abc import Sequence
from datetime import datetime

from actions.errors import CareDown, CareError, CareRefused, FileLost
from actions.exchange import FRESH, Exchange
from actions.outage_before import OPEN
from actions.tasks import Task
from actions.turn import LAST_TRY, SentFile

MOST_KEPT = 5
KEPT, ATTACHED = "files.kept", "files.attached"
SPOKEN = frozenset({"audio", "video"})
# Their tickets come of the dialogue under way.
FILING = frozenset({"outage", "service", "high_bill", "payment_problem", "scam"})
# Touch a contract, but ask about a payment: its receipt helps.
RECEIPTS = frozenset({"BILL_COMPLAINT", "PAYMENT_PROBLEM"})
NEVER = frozenset({"CALLBACK", "PRAISE", "PRIVACY_REQUEST"})


def take(talk: Exchange) -> None:
    """A message of files alone; the pending question follows."""
    if not talk.turn.files:
        talk.say("media.spoken" if SPOKEN & set(talk.turn.attachments) else "media.picture")
        return
    said, code = _put(talk)
    if said == KEPT:
        talk.lead(said)
    else:
        talk.say(said or "media.picture", code=code)


def goes_with_the_last(talk: Exchange) -> bool:
    """One more of an album, a message each: the first got its remark, this one goes where that one went."""
    before, talk.state.album = talk.state.album, talk.turn.album
    if not talk.turn.album or talk.turn.album != before or not talk.turn.wordless:
        return False
    said, code = _put(talk) if talk.turn.files else ("", "")
    if said not in ("", KEPT, ATTACHED):
        talk.say(said, code=code)
    return True


def settle(talk: Exchange) -> None:
    """After a turn: files beside words, and those kept for the ticket that was filed just now."""
    state, turn = talk.state, talk.turn
    beside = () if turn.wordless else turn.files
    kept = tuple(SentFile(**one) for one in state.files)
    if talk.filed is not None and _takes_files(talk, talk.filed.service):
        state.files = []
        if kept or beside:
            talk.add(_attach(talk, (*kept, *beside), talk.filed.code), code=talk.filed.code)
    elif beside:
        said, code = _put(talk)
        talk.add(said or "files.unread", code=code)
    if state.task is None and state.aside is None:
        state.files = []


def _put(talk: Exchange) -> tuple[str, str]:
    """Attach this message's files to the ticket they belong to, or keep them until it is filed.

    The sentence that says so and the ticket's code; both empty where the files belong to nothing.
    """
    code = _ticket(talk)
    if code is not None:
        return _attach(talk, talk.turn.files, code), code
    if _will_file(talk.state.task):
        _keep(talk)
        return KEPT, ""
    return "", ""


def _keep(talk: Exchange) -> None:
    talk.state.files += [{"url": one.url, "name": one.name} for one in talk.turn.files]
    del talk.state.files[:-MOST_KEPT]


def _attach(talk: Exchange, files: Sequence[SentFile], code: str) -> str:
    """Attach all; the sentence that says what came of it."""
    came = ATTACHED
    for one in files:
        try:
            talk.care.attach(code, one)
        except FileLost:
            came = "files.lost"
        except CareRefused:
            came = "files.refused"
        except CareDown:
            if talk.turn.tries < LAST_TRY:
                raise
            came = "files.lost"
    if came == ATTACHED:
        note = talk.words.term("note.picture", number=str(len(files)))
        talk.care.add_note(code, note, f"{talk.key}:picture")
    return came


def _ticket(talk: Exchange) -> str | None:
    """The ticket that files of this message belong to."""
    task = talk.state.task
    if task is not None:
        proved = task.name == "addition" and task.notes.get("proved")
        return task.ticket or (task.facts["ticket_code"] if proved else None)
    try:
        own = [one for one in talk.care.tickets(talk.turn.conversation_id) if one.status in OPEN]
    except CareError:
        return None
    waiting = [one for one in own if one.status == "waiting_customer"]
    lately = [one for one in own if _lately(one.created_at, talk.turn.now) and _takes_files(talk, one.service)]
    return next((one.code for one in (*waiting, *lately)), None)


def _lately(at: datetime | None, now: datetime) -> bool:
    return at is not None and now - at <= FRESH


def _will_file(task: Task | None) -> bool:
    if task is None or task.name not in FILING:
        return False
    return not task.notes.get("service", {}).get("otp")


def _takes_files(talk: Exchange, service_id: str) -> bool:
    try:
        contract = talk.care.service(service_id).otp
    except CareError:
        return False
    return service_id not in NEVER and (not contract or service_id in RECEIPTS)
