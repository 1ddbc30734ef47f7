"""The staff's group on Telegram: danger arrives with a button, a press is kept before it is acknowledged."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from apps.channel_status import ChannelStatus
from apps.channel_watch import ChannelWatch
from apps.duty import GroupPager, duty_loops, watch_once
from care.duty.telling import DutyOutbox, Notice, NotTold
from care.filing import file_ticket
from care.shapes import TicketReport
from channels.telegram_work import duty_chat
from conversations import Content, Database, Inbound, Retry, locked_account, take_in
from conversations.figures import note
from conversations.signs import Signs
from tests.platforms import TelegramPlatform

GROUP = "-1009"
PLACE = {"street": "5 Trần Phú", "ward": "Ba Đình", "province": "Hà Nội"}


@pytest.fixture
def outbox(settings, db, care) -> DutyOutbox:
    chat = duty_chat(settings, db)
    assert chat is not None
    return DutyOutbox(care, GroupPager(chat))


@pytest.fixture
def channels(settings, db, care) -> ChannelWatch:
    return ChannelWatch(ChannelStatus(settings, db), care)


@pytest.fixture
def tried(db, zalo) -> Callable[[int, int], None]:
    """tried(good, bad): so many deliveries on Zalo ended well and so many in a fault of its servers."""

    def tell(good: int, bad: int) -> None:
        signs = Signs(lambda noted: note(db, noted))
        for error in [None] * good + [Retry("HTTP 502")] * bad:
            signs.tried("zalo", zalo.app_id, error)
        signs.stop()

    return tell


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


def test_danger_reaches_the_group_and_a_press_the_history(telegram, client, db, care, outbox, danger, channels):
    watch_once(care, channels)
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


def test_presses_from_elsewhere_change_nothing(telegram, client, db, care, outbox, danger, channels):
    watch_once(care, channels)
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


def test_a_channel_that_stands_still_is_told_and_a_short_pause_is_not(telegram, db, care, outbox, channels):
    stopped = {"channel": "zalo", "account": "1", "reason": "-216: token", "pause_s": 300}
    db.execute("pause_account", stopped)
    db.execute("pause_account", {"channel": "facebook", "account": "page", "reason": "rate", "pause_s": 60})
    watch_once(care, channels)
    watch_once(care, channels)
    while outbox.work_once():
        pass
    (shown,) = telegram.to(GROUP)
    assert "zalo" in shown.text
    assert "-216" in shown.text
    db.execute("pause_account", {**stopped, "pause_s": -120})
    watch_once(care, channels)
    outbox.work_once()
    assert "🟢" in telegram.texts[GROUP, 1][0]


def _told(telegram: TelegramPlatform, outbox: DutyOutbox) -> list[str]:
    """What stands in the group now."""
    while outbox.work_once():
        pass
    return [text for (chat, _), (text, _) in telegram.texts.items() if chat == GROUP]


def test_failing_deliveries_are_told_once_and_end_well_below_what_raised_them(
    telegram, care, outbox, channels, tried, zalo
):
    tried(14, 5)  # too few to judge
    watch_once(care, channels)
    assert _told(telegram, outbox) == []
    tried(1, 0)
    for _ in range(3):
        watch_once(care, channels)
    (text,) = _told(telegram, outbox)
    assert "25% trong 20 lần" in text
    assert zalo.app_id in text
    tried(12, 0)  # 5 of 32: under the limit, not yet under its half
    watch_once(care, channels)
    assert "🟢" not in _told(telegram, outbox)[0]
    tried(30, 0)
    watch_once(care, channels)
    assert "🟢" in _told(telegram, outbox)[0]


def test_messages_that_wait_too_long_are_told_until_they_leave(telegram, db, care, outbox, channels, zalo):
    take_in(db, [Inbound("zalo", zalo.app_id, "an", "m1", Content(text="a"), datetime.now(UTC))])
    watch_once(care, channels)
    assert _told(telegram, outbox) == []
    with db.transaction() as connection:
        connection.exec_driver_sql("UPDATE conversations.message SET created_at = created_at - interval '45 minutes'")
    watch_once(care, channels)
    (text,) = _told(telegram, outbox)
    assert "45 phút" in text
    with db.transaction() as connection:
        connection.exec_driver_sql("UPDATE conversations.message SET status = 'sent' WHERE status = 'queued'")
    watch_once(care, channels)
    assert "🟢" in _told(telegram, outbox)[0]


@pytest.mark.parametrize("row", [{"dead": "refused"}, {"renewed_at": 1_000_000.0, "access_token": "a"}])
def test_a_token_that_a_person_must_give_anew_is_told(telegram, db, care, outbox, channels, zalo, row):
    with locked_account(db, "zalo", zalo.app_id) as account:
        account.save(row)
    watch_once(care, channels)
    (text,) = _told(telegram, outbox)
    assert "make zalo-connect" in text


def test_a_silent_channel_is_no_alarm(telegram, db, care, outbox, channels, zalo):
    db.signs.heard("zalo", zalo.app_id)
    db.signs.stop()
    watch_once(care, channels)
    assert _told(telegram, outbox) == []


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
