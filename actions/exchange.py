"""One turn being answered: what was said, what is remembered, what the bot says back."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from actions.care import Care, Json, Ticket
from actions.tasks import State, Task
from actions.turn import Turn
from actions.words import Button, Said, Words

# A place or phone told in this conversation is offered again this long; later the customer may be elsewhere.
FRESH = timedelta(hours=12)
# A short message is about what was told this long ago at most.
LATELY = timedelta(minutes=30)
CARRIED = ("place", "phone", "name", "contract")
ALSO_CALLED = {"name": "contact_name", "contract": "customer_code"}
MOST_BUTTONS = 5
POLITE = "Dạ "
# Said instead of a phone number: the one care knows.
OF_CONTRACT = "contract"
MOST_URGENT_FIRST = ("hazard", "locked", "failed_action", "wish", "misunderstood")


@dataclass
class Exchange:
    """Collects the answer to one turn; `action` is the wish being served, half of each idempotency key."""

    turn: Turn
    state: State
    care: Care
    words: Words
    action: str
    # Whether an answer nobody could read may be kept as text: not when the message clearly wants something else.
    keep_unread: bool = True
    # The facts that this message told the task.
    heard: frozenset[str] = frozenset()
    said: list[Said] = field(default_factory=list)
    pictures: list[dict[str, Any]] = field(default_factory=list)
    handover: dict[str, str | None] | None = None
    # All that was said before this turn is to be forgotten.
    erase: bool = False
    # The ticket filed in this turn.
    filed: Ticket | None = None
    _lead: list[str] = field(default_factory=list)

    @property
    def task(self) -> Task:
        """The task under way; only asked for where there is one."""
        if self.state.task is None:
            raise LookupError("no task under way")
        return self.state.task

    @property
    def key(self) -> str:
        """Keyed by the inbound message: a turn replayed after a crash meets its own ticket, not a second one."""
        return f"{self.turn.message_id or self.turn.conversation_id}:{self.action}"

    def say(self, key: str, buttons: Iterable[Button] = (), **facts: str) -> None:
        """Add a bubble, in one of its wordings; whatever was put in the lead stands before its words."""
        said = self.words.say(self.words.variant(key, self.turn.message_id), buttons, **facts)
        text = said.text
        if self._lead and self._lead[0].startswith(POLITE) and text.startswith(POLITE):  # once a bubble is enough
            text = text[len(POLITE) :].lstrip(" ,")
            text = text[:1].upper() + text[1:]
        self.said.append(replace(said, text="\n".join((*self._lead, text))))
        self.state.offered = said.agreed if self.state.task is None else ""
        self._lead.clear()

    def show(self, picture: dict[str, Any]) -> None:
        """Put a picture before this turn's words; the engine draws it (bot/pictures.py says which there are)."""
        self.pictures.append(picture)

    def lead(self, key: str, **facts: str) -> None:
        """A short remark before the next bubble's words."""
        self._lead.append(self.words.say(key, (), **facts).text)

    def add(self, key: str, **facts: str) -> None:
        """A line under the last bubble's words."""
        last = self.said[-1]
        self.said[-1] = replace(last, text=f"{last.text}\n{self.words.say(key, (), **facts).text}")

    def offer(self, button: Button) -> None:
        """One more button under the last bubble, where there is room."""
        if self.said and len(self.said[-1].buttons) < MOST_BUTTONS and button not in self.said[-1].buttons:
            self.said[-1] = replace(self.said[-1], buttons=(*self.said[-1].buttons, button))

    def file_ticket(self, body: Json, key: str) -> Ticket:
        """File as care does; this turn knows of it."""
        self.filed = self.care.file_ticket(body, key)
        return self.filed

    def hand_over(self, reason: str, phone: str | None = None) -> None:
        """Ask for a person; the most urgent reason of a turn stays."""
        if self.handover is None or _urgency(reason) < _urgency(str(self.handover["reason"])):
            self.handover = {"reason": reason, "phone": phone or self.known("phone") or None}

    def moment(self, moment: datetime) -> str:
        """A moment in the customer's words."""
        return self.words.moment(moment, self.turn.now)

    def begin(self, name: str, carry: Sequence[str] = CARRIED) -> Task:
        """Start a task with what is freshly known of the customer; the one under way is set aside."""
        before = self.state.task
        if before is not None and (before.name != name or name == "service"):
            self.remember(before)
            self.state.aside = before if before.returns else self.state.aside
        form_names = {one.name for one in Task(name).form.fields}
        facts = {key: value for key in carry if key in form_names and (value := self.known(key))}
        self.state.task = Task(name, facts=facts)
        return self.state.task

    def finish(self) -> None:
        """The task is done with; what it learnt of the customer stays known for a while."""
        if self.state.task is not None:
            self.remember(self.state.task)
            self.state.task = None

    def remember(self, task: Task) -> None:
        """Keep place, phone, name and contract for the next task; nothing of whoever must stay unknown."""
        if task.notes.get("service", {}).get("confidential"):
            return
        for key in CARRIED:
            told = task.facts.get(key) or task.facts.get(ALSO_CALLED.get(key, ""))
            if told and told != OF_CONTRACT:
                self.state.known[key] = {"value": told, "at": self.turn.now.isoformat()}

    def known(self, key: str) -> Any:
        """What this conversation told of place, phone or name lately; None when nothing or long ago."""
        if self.state.task is not None and self.state.task.facts.get(key):
            return self.state.task.facts[key]
        kept = self.state.known.get(key)
        if not kept or self.turn.now - datetime.fromisoformat(kept["at"]) > FRESH:
            return None
        return kept["value"]


def _urgency(reason: str) -> int:
    return MOST_URGENT_FIRST.index(reason)
