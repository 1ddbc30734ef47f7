"""Asking Telegram instead of being called: everything once, one process at a time; and the hook-up command."""

from __future__ import annotations

import pytest

from apps.telegram_connect import connect
from channels import TelegramAccount
from channels.telegram_polling import TelegramPolling
from channels.telegram_work import pollings
from conversations import Database
from tests.platforms import TelegramPlatform

USER = "1111"


@pytest.fixture
def polled(settings):
    return settings.model_copy(update={"telegram_polling": True, "telegram_webhook_secret": ""})


@pytest.fixture
def polling(polled, db: Database) -> TelegramPolling:
    (made,) = pollings(polled, db, {})
    return made


def test_what_is_asked_for_is_stored_once_and_confirmed_afterwards(polling, telegram: TelegramPlatform, stored):
    for text in ("a", "b"):
        telegram.keep(telegram.message(USER, text))
    assert polling.work_once()
    assert [each["text"] for each in stored("telegram")] == ["a", "b"]
    assert len(telegram.waiting) == 2
    assert not polling.work_once()
    assert telegram.waiting == []


def test_after_a_kill_what_was_not_confirmed_comes_again_and_changes_nothing(
    polling, polled, db, telegram: TelegramPlatform, stored
):
    telegram.keep(telegram.message(USER, "a"))
    polling.work_once()
    (successor,) = pollings(polled, db, {})
    assert successor.work_once()
    assert len(stored("telegram")) == 1


def test_a_webhook_that_is_still_set_is_taken_off(polling, telegram: TelegramPlatform, stored):
    telegram.webhook = {"url": "https://old.example"}
    telegram.keep(telegram.message(USER, "a"))
    assert polling.work_once()
    assert (telegram.webhook, len(stored("telegram"))) == ({}, 1)


def test_an_update_that_cannot_be_read_does_not_hold_up_the_others(polling, telegram: TelegramPlatform, stored):
    telegram.keep(
        b'{"update_id": 1, "callback_query": {"id": "1", "from": {"id": 1, "is_bot": false, "first_name": "L"}}}'
    )
    telegram.keep(telegram.message(USER, "a"))
    assert polling.work_once()
    assert len(stored("telegram")) == 1


def test_only_one_process_asks(polling, db: Database, telegram: TelegramPlatform):
    with db.transaction() as other:
        other.exec_driver_sql("SELECT pg_advisory_xact_lock(hashtext('telegram polling 7000000001'))")
        assert not polling.work_once()
    assert telegram.made("getUpdates") == []


def test_a_refusal_is_waited_out(polling, telegram: TelegramPlatform):
    telegram.faults.append((502, {"ok": False, "description": "Bad Gateway"}))
    assert not polling.work_once()
    assert polling.next_in_s() > 1


def test_webhooks_are_off_while_we_ask(polled, db):
    assert [each._account for each in pollings(polled, db, {})] == ["7000000001"]
    assert pollings(polled.model_copy(update={"telegram_polling": False}), db, {}) == []


# --- the hook-up -----------------------------------------------------------------------------------------------


def test_connecting_sets_webhook_secret_and_menu_and_may_be_repeated(settings, telegram: TelegramPlatform):
    public = settings.model_copy(update={"public_url": "https://chat.example"})
    account = TelegramAccount(bot_token=telegram.token, webhook_secret=telegram.secret)
    assert "@dienluc_bot" in connect(public, account)[0]
    assert connect(public, account)[-1].startswith("Telegram calls https://chat.example/webhooks/telegram")
    assert telegram.webhook["secret_token"] == telegram.secret
    assert "callback_query" in telegram.webhook["allowed_updates"]
    assert telegram.made("setMyCommands")[0]["commands"][0]["command"] == "menu"


def test_connecting_says_what_is_missing(settings, polled, telegram: TelegramPlatform):
    account = TelegramAccount(bot_token=telegram.token, webhook_secret=telegram.secret)
    with pytest.raises(ValueError, match="PUBLIC_URL"):
        connect(settings, account)
    telegram.webhook = {"url": "https://old.example"}
    assert "TELEGRAM_POLLING" in connect(polled, account)[-1]
    assert telegram.webhook == {}
