"""The staff's group on Telegram: danger arrives with a button, a press is kept before it is acknowledged."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest

from apps.care_room import care_room
from apps.duty import GroupPager, duty_loops, watch_once
from care.duty.telling import DutyOutbox, Notice, NotTold
from care.filing import file_ticket
from care.shapes import TicketReport
from care.wired import Care
from channels.telegram_work import duty_chat
from conversations import Database
from tests.platforms import TelegramPlatform

GROUP = "-1009"
PLACE = {"street": "5 Trần Phú", "ward": "Ba Đình", "province": "Hà Nội"}


@pytest.fixture
def care(settings) -> Iterator[Care]:
    made = care_room(settings)
    yield made
    made.database.close()


@pytest.fixture
def outbox(settings, db, care) -> DutyOutbox:
    chat = duty_chat(settings, db)
    assert chat is not None
    return DutyOutbox(care, GroupPager(chat))


@pytest.fixture
def danger(care) -> str:
    """The code of a new ticket of danger."""
    report = TicketReport.model_validate({"service": "REPORT_HAZARD", "channel": "phone", "address": PLACE})
    return str(json.loads(file_ticket(care, report, None).text)["code"])


def _history(db: Database) -> list[tuple[str, str]]:
    with db.transaction() as connection:
        rows = connection.exec_driver_sql("SELECT event, by FROM care.ticket_event ORDER BY id")
        return [(row.event, row.by) for row in rows]


def _press(telegram: TelegramPlatform, data: str, group: str = GROUP) -> bytes:
    return telegram.tap("77", "Đã nhận", data, chat={"id": int(group), "type": "supergroup"}, message_id=1)


def test_danger_reaches_the_group_and_a_press_the_history(telegram, client, db, care, outbox, danger):
    watch_once(db, care)
    assert outbox.work_once()
    (shown,) = telegram.to(GROUP)
    assert danger in shown.text
    ((title, data),) = shown.buttons
    assert title == "Đã nhận"

    head = {"X-Telegram-Bot-Api-Secret-Token": telegram.secret}
    body = _press(telegram, data)
    for _ in range(2):
        assert client.post("/webhooks/telegram", data=body, headers=head).status_code == 200

    assert _history(db)[-1] == ("acknowledged", "Lan (Telegram 77)")
    assert len(_history(db)) == 2
    assert outbox.work_once()
    text, markup = telegram.texts[GROUP, 1]
    assert "✅ Lan đã nhận" in text
    assert not markup.get("inline_keyboard")


def test_presses_from_elsewhere_change_nothing(telegram, client, db, care, outbox, danger):
    watch_once(db, care)
    outbox.work_once()
    data = telegram.to(GROUP)[0].buttons[0][1]
    head = {"X-Telegram-Bot-Api-Secret-Token": telegram.secret}
    for body in (
        _press(telegram, data, "-5"),
        telegram.tap("77", "Đã nhận", data),
        _press(telegram, "duty:x"),
        _press(telegram, "duty:99999"),
    ):
        assert client.post("/webhooks/telegram", data=body, headers=head).status_code == 200
    assert client.post("/webhooks/telegram", data=_press(telegram, data), headers={}).status_code == 403
    assert len(_history(db)) == 1


def test_a_channel_that_stands_still_is_told_and_a_short_pause_is_not(telegram, db, care, outbox):
    stopped = {"channel": "zalo", "account": "1", "reason": "-216: token", "pause_s": 300}
    db.execute("pause_account", stopped)
    db.execute("pause_account", {"channel": "facebook", "account": "page", "reason": "rate", "pause_s": 60})
    watch_once(db, care)
    watch_once(db, care)
    while outbox.work_once():
        pass
    (shown,) = telegram.to(GROUP)
    assert "zalo" in shown.text
    assert "-216" in shown.text
    db.execute("pause_account", {**stopped, "pause_s": -120})
    watch_once(db, care)
    outbox.work_once()
    assert "🟢" in telegram.texts[GROUP, 1][0]


def test_a_refusal_of_the_group_is_worth_another_try(telegram, settings, db):
    chat = duty_chat(settings, db)
    assert chat is not None
    telegram.faults.append((429, {"ok": False, "description": "Too Many", "parameters": {"retry_after": 7}}))
    with pytest.raises(NotTold) as raised:
        GroupPager(chat).tell(Notice(1, "a", None))
    assert raised.value.after_s == 7.0


def test_without_a_group_nothing_runs(settings, db, care):
    alone = settings.model_copy(update={"telegram_duty_chat": ""})
    assert duty_chat(alone, db) is None
    assert duty_loops(alone, db, care, None) == []
