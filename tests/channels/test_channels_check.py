"""`make channels-check` against the stand-ins: right, wrong token, wrong secret, gateway down, no account; no secret printed."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime
from urllib.parse import urlsplit

import pytest

from apps.channels_check import check, main, report
from channels import accounts
from channels.checking import Finding, door_findings, texts, told
from conversations import Database, locked_account, standing
from settings import Settings
from tests.platforms import FacebookPlatform, TelegramPlatform, ZaloPlatform


@pytest.fixture
def running(settings: Settings, served: str, telegram: TelegramPlatform) -> Settings:
    """The settings of the gateway that is served, whose Telegram webhook is set."""
    telegram.webhook = {"url": f"{served}/webhooks/telegram"}
    return settings.model_copy(update={"public_url": served, "gateway_port": urlsplit(served).port})


@pytest.fixture
def found(running: Settings, db: Database) -> Callable[..., dict[str, str]]:
    """found(**changed settings) → {key of a finding: its level}, the worst one where there are several."""

    def run(clock: Callable[[], float] = time.time, **changed: object) -> dict[str, str]:
        sections = check(running.model_copy(update=changed), db, clock)
        shown, _ = report(sections, datetime.now(UTC))
        secrets = [str(value) for name, value in running.model_dump().items() if _is_secret(name) and value]
        secrets += [str(value) for name, value in changed.items() if _is_secret(name) and value]
        assert [each for each in secrets if each in shown] == []
        return {each.key: each.level for _, many in sections for each in many}

    return run


def _is_secret(name: str) -> bool:
    return name.endswith(("_secret", "_token", "_secret_key"))


def _bad(found: dict[str, str]) -> set[str]:
    return {key for key, level in found.items() if level == "bad"}


def test_all_is_well(found):
    told = found()
    assert _bad(told) == set()
    assert {"gateway", "door", "handshake", "zalo_ok", "facebook_ok", "telegram_ok", "duty_chat"} <= told.keys()


def test_the_trial_leaves_no_sign_that_the_platform_called(found, db: Database):
    found()
    db.signs.stop()
    assert [each for each in standing(db).accounts if each.heard_at or each.refused_at] == []


def test_wrong_tokens(found, facebook: FacebookPlatform, telegram: TelegramPlatform, zalo: ZaloPlatform):
    facebook.token_alive = False
    telegram.token = "7000000001:another"
    zalo.refresh_token = "another"
    told = _bad(found())
    assert {"facebook_token", "telegram_token", "zalo_token"} == told


def test_a_token_that_zalo_rejects_is_renewed_once(found, zalo: ZaloPlatform):
    found()
    zalo.tokens.clear()  # as after a consent elsewhere
    assert found()["zalo_ok"] == "ok"


def test_a_page_token_of_another_app(found):
    told = found(facebook_app_secret="of-another-app")
    assert {"facebook_secret", "door_other_secret"} <= _bad(told)


@pytest.mark.parametrize(
    "changed",
    [
        {"zalo_oa_secret_key": "mistyped-oa-key"},
        {"telegram_webhook_secret": "mistyped-secret"},
        {"facebook_verify_token": "mistyped-verify"},
    ],
)
def test_a_running_gateway_that_knows_another_secret(found, changed):
    told = _bad(found(**changed))
    assert told in ({"door_other_secret"}, {"handshake_wrong"})


def test_the_gateway_is_down(found):
    told = found(gateway_port=1)
    assert _bad(told) == {"gateway_down"}
    assert "door" not in told


def test_the_public_address_leads_nowhere(found, telegram: TelegramPlatform):
    telegram.webhook = {"url": "http://127.0.0.1:1/webhooks/telegram"}
    told = found(public_url="http://127.0.0.1:1")
    assert (_bad(told), told["door"]) == ({"public_unreachable"}, "ok")


def test_a_channel_that_the_running_gateway_does_not_have(running: Settings):
    (bot,) = accounts(running).telegram
    (finding,) = door_findings(running.public_url, "nothing", bot, time.time())
    assert finding.key == "door_off"


def test_a_gateway_that_takes_forgeries(running: Settings, zalo: ZaloPlatform):
    zalo.faults += [(200, {}), (200, {}), (200, {}), (429, {})]  # whatever answers there
    (account,) = accounts(running).zalo
    found = [door_findings(zalo.url, "zalo", account, time.time())[0] for _ in range(2)]
    assert [(each.level, each.key) for each in found] == [("bad", "door_open"), ("ok", "door")]


def test_no_account_at_all(database_url, db: Database):
    sections = check(Settings(_env_file=None, database_url=database_url, gateway_port=1), db)
    shown, status = report(sections, datetime.now(UTC))
    assert status == 1
    assert "Chưa có kênh nào được nối" in shown
    assert "TELEGRAM_BOT_TOKEN" in shown


def test_half_a_set_up_names_what_is_missing(found):
    assert found(facebook_page_token="")["half_set"] == "bad"


def test_accounts_that_cannot_be_read(running: Settings, db: Database):
    shown, status = report(
        check(running.model_copy(update={"telegram_bot_token": "secret words"}), db), datetime.now(UTC)
    )
    assert (status, "TELEGRAM_BOT_TOKEN" in shown, "secret words" in shown) == (1, True, False)


def test_platforms_that_are_away(running: Settings, db: Database):
    nowhere = dict.fromkeys(
        ("zalo_api_url", "zalo_oauth_url", "facebook_graph_url", "telegram_api_url"), "http://127.0.0.1:1"
    )
    shown, status = report(check(running.model_copy(update=nowhere), db), datetime.now(UTC))
    assert (status, shown.count("không trả lời")) == (1, 3)
    assert running.telegram_bot_token not in shown


def test_our_clock_is_wrong(found):
    told = found(clock=lambda: time.time() + 3600)
    assert told["clock"] == "bad"


def test_telegram_calls_elsewhere_or_cannot_call(found, telegram: TelegramPlatform):
    telegram.last_error = {"last_error_date": int(time.time()) - 60, "last_error_message": "403 Forbidden"}
    assert _bad(found()) == {"telegram_cannot_call"}
    telegram.last_error["last_error_date"] -= 86_400  # over long ago
    assert _bad(found()) == set()
    telegram.webhook = {"url": "https://old.example/webhooks/telegram"}
    assert _bad(found()) == {"telegram_hook"}
    assert _bad(found(telegram_polling=True)) == {"telegram_still_hooked"}
    telegram.webhook = {}
    assert found(telegram_polling=True)["telegram_polls"] == "ok"


def test_a_group_that_the_bot_is_not_in(found, telegram: TelegramPlatform):
    telegram.member_of.clear()
    assert _bad(found()) == {"duty_chat_wrong"}
    assert found(telegram_duty_chat="")["no_duty_chat"] == "warn"


def test_quota_that_is_used_up_and_what_the_status_page_points_out(found, db: Database, zalo: ZaloPlatform):
    found()
    with locked_account(db, "zalo", zalo.app_id) as row:
        row.save({**row.data, "quota": {"limit": 4000, "remain": 0}})
    db.execute("pause_account", {"channel": "telegram", "account": "7000000001", "reason": "401", "pause_s": 300.0})
    told = found()
    assert (told["quota_used_up"], told["now"]) == ("warn", "bad")


def test_the_command_ends_well_when_all_is_well(running: Settings, capsys):
    assert main(running) == 0
    assert "Mọi thứ đều tốt." in capsys.readouterr().out


def test_the_command_says_when_the_product_does_not_run(tmp_path, capsys):
    assert main(Settings(_env_file=None, var_dir=tmp_path, gateway_port=1)) == 1
    assert "make run" in capsys.readouterr().out


def test_every_finding_has_its_words_and_every_bad_one_what_to_do():
    words = texts()
    assert words.todo.keys() <= words.findings.keys()
    facts = dict.fromkeys(
        ("address", "reason", "settings", "status", "platform", "way", "seconds", "name", "quota", "page", "wanted", "url",
         "number", "text"), "x",
    )  # fmt: skip
    for key in words.findings:
        assert told(Finding("bad", key, facts))[0]
