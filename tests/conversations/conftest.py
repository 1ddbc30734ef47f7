"""The spine on a real database, with an engine and a platform that do what a test says."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pytest

from conversations import (
    Answer,
    Button,
    CallBack,
    CallBackFailed,
    CallBackOutbox,
    Content,
    Database,
    Delivery,
    EngineFailed,
    Handover,
    Inbound,
    Outbound,
    Policy,
    SendError,
    Taken,
    Turn,
    Turns,
    take_in,
)

START = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)


@dataclass
class FakeEngine:
    """Echoes; `fails` turns are refused first, `wish` asks for a person."""

    turns: list[Turn] = field(default_factory=list)
    fails: int = 0
    wish: Handover | None = None
    buttons: tuple[Button, ...] = ()
    erase: bool = False

    def reply(self, turn: Turn) -> Answer:
        self.turns.append(turn)
        if self.fails:
            self.fails -= 1
            raise EngineFailed("down")
        return Answer((Content(text=f"re: {turn.content.text}", buttons=self.buttons),), self.wish, self.erase)

    @property
    def texts(self) -> list[str | None]:
        return [turn.content.text for turn in self.turns]


@dataclass
class FakePlatform:
    """Takes messages, after raising the `errors` in order."""

    sent: list[Outbound] = field(default_factory=list)
    errors: list[SendError] = field(default_factory=list)

    def send(self, out: Outbound) -> str | None:
        if self.errors:
            raise self.errors.pop(0)
        self.sent.append(out)
        return f"p{len(self.sent)}"

    @property
    def texts(self) -> list[str]:
        return [out.content.text or "" for out in self.sent]


@dataclass
class FakeCare:
    """Gives call-back tickets out, once per call-back id; may be down."""

    down: bool = False
    filed: list[CallBack] = field(default_factory=list)

    def file(self, wanted: CallBack) -> str:
        if self.down:
            raise CallBackFailed("care is down")
        self.filed.append(wanted)
        return f"YC{wanted.id:08d}"


@pytest.fixture
def db(database_url: str) -> Iterator[Database]:
    database = Database(database_url, pool_size=12)
    yield database
    database.close()


@pytest.fixture
def engine() -> FakeEngine:
    return FakeEngine()


@pytest.fixture
def platform() -> FakePlatform:
    return FakePlatform()


@pytest.fixture
def care() -> FakeCare:
    return FakeCare()


@pytest.fixture
def turns(db: Database, engine: FakeEngine) -> Iterator[Turns]:
    turns = Turns(db, engine, Policy(lease_s=60, retry_pauses_s=(5, 5)))
    yield turns
    turns.close()


@pytest.fixture
def delivery(db: Database, platform: FakePlatform) -> Delivery:
    return Delivery(db, {("zalo", "oa"): platform})


@pytest.fixture
def outbox(db: Database, care: FakeCare) -> CallBackOutbox:
    return CallBackOutbox(db, care)


Say = Callable[..., Taken]


@pytest.fixture
def say(db: Database) -> Say:
    """say("an", "mất điện") stores a message of An on Zalo; each one is a minute later than the last."""
    count = iter(range(10_000))

    def store(who: str, text: str | None = None, *, message_id: str | None = None, **more: object) -> Taken:
        number = next(count)
        content = Content(text=text, payload=more.get("payload"))  # type: ignore[arg-type]
        inbound = Inbound(
            channel=str(more.get("channel", "zalo")),
            account="oa",
            user_id=who,
            platform_message_id=message_id or f"m{number}",
            content=content,
            sent_at=START + timedelta(minutes=number),
            pulled=more.get("channel") == "web",
        )
        return take_in(db, [inbound])[0]

    return store


@pytest.fixture
def let_time_pass(db: Database) -> Callable[[], None]:
    """Leases, pauses and retries that were due later are due now."""

    def now() -> None:
        with db.transaction() as connection:
            for column in ("ready_at", "send_at"):
                connection.exec_driver_sql(
                    f"UPDATE conversations.conversation SET {column} = now() WHERE {column} IS NOT NULL"
                )
            connection.exec_driver_sql("UPDATE conversations.account SET paused_until = now()")
            connection.exec_driver_sql("UPDATE conversations.callback SET next_try_at = now()")

    return now


@pytest.fixture
def drain(turns: Turns) -> Callable[[], int]:
    """Work until nothing is ready → how many messages were handled."""

    def work() -> int:
        done = 0
        while turns.work_once():
            done += 1
        return done

    return work


@pytest.fixture
def said(db: Database) -> Callable[[int], list[tuple[str, str]]]:
    """said(conversation) → [(author, text)] without the greeting."""

    def read(conversation_id: int) -> list[tuple[str, str]]:
        rows = db.execute("messages_after", {"conversation_id": conversation_id, "after": 0, "limit": 1000})
        pairs = [(row.author, row.content.get("text", "")) for row in rows]
        return [pair for pair in pairs if "trợ lý ảo" not in pair[1]]

    return read


def row_of(db: Database, text: str, *columns: str) -> tuple[object, ...]:
    """What is kept of the message with these words."""
    with db.transaction() as connection:
        rows = connection.exec_driver_sql(
            f"SELECT {', '.join(columns)} FROM conversations.message WHERE content->>'text' = %(t)s", {"t": text}
        )
        return tuple(rows.one())
