"""The staff's page: every channel with what is missing, what went wrong, what to do; nothing private, this machine alone."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

import pytest
from flask.testing import FlaskClient

from apps.staff import create_app
from channels.standing_texts import advice, texts
from conversations import (
    ChannelStopped,
    Content,
    Database,
    Inbound,
    RateLimited,
    Refused,
    Retry,
    SendError,
    Undeliverable,
    locked_account,
    take_in,
)
from settings import Settings

APP = "4318657068771012646"
SECRETS = ("zalo-app-secret", "zalo-oa-secret", "refresh-0", "access-of-zalo", "AAtelegram-token", "tele-secret")


@pytest.fixture
def settings(database_url: str, tmp_path) -> Settings:
    return Settings(
        _env_file=None,
        database_url=database_url,
        var_dir=tmp_path,
        zalo_app_id=APP,
        zalo_app_secret=SECRETS[0],
        zalo_oa_secret_key=SECRETS[1],
        zalo_refresh_token=SECRETS[2],
        telegram_bot_token=f"7000000001:{SECRETS[4]}",
        telegram_webhook_secret=SECRETS[5],
        facebook_app_secret="half of it",
    )


@pytest.fixture
def db(database_url: str) -> Iterator[Database]:
    database = Database(database_url)
    yield database
    database.close()


@pytest.fixture
def staff(settings: Settings, db: Database) -> FlaskClient:
    return create_app(settings, db).test_client()


@pytest.fixture
def seen(db: Database) -> Callable[..., None]:
    """seen(Retry("HTTP 502"), None, …): these tries to deliver on Zalo were made."""

    def tell(*errors: SendError | None) -> None:
        for error in errors:
            db.signs.tried("zalo", APP, error)
        db.signs.stop()

    return tell


def _remember(db: Database, **data: object) -> None:
    with locked_account(db, "zalo", APP) as row:
        row.save(data)


def _figures(staff: FlaskClient, channel: str) -> dict:
    return next(each for each in staff.get("/status.json").json["channels"] if each["channel"] == channel)


def _problems(staff: FlaskClient) -> list[tuple[str, str, str]]:
    return [(each["level"], each["what"], each["channel"]) for each in staff.get("/status.json").json["problems"]]


def test_a_channel_that_is_off_names_what_it_lacks(staff: FlaskClient):
    assert _figures(staff, "facebook")["missing"] == ["FACEBOOK_PAGE_TOKEN", "FACEBOOK_VERIFY_TOKEN"]
    page = staff.get("/status").text
    assert "FACEBOOK_PAGE_TOKEN" in page
    assert ("hint", "half_set", "facebook") in _problems(staff)


def test_nothing_to_do_is_said(database_url: str, db: Database):
    staff = create_app(Settings(_env_file=None, database_url=database_url), db).test_client()
    assert "Không có việc gì phải làm" in staff.get("/status").text
    assert _figures(staff, "web")["on"]


def test_what_was_heard_and_sent_and_what_failed(staff: FlaskClient, db: Database, seen):
    db.signs.heard("zalo", APP)
    seen(*[None] * 15, *[Retry("HTTP 502")] * 4, Refused("-201: bad text"))
    (account,) = _figures(staff, "zalo")["accounts"]
    assert (account["tries_in_last_hour"], account["failed_in_last_hour"], account["failed_share"]) == (20, 5, 0.25)
    assert account["last_webhook_at"] is not None
    assert account["last_delivery_at"] is not None
    assert ("bad", "failing", "zalo") in _problems(staff)
    page = staff.get("/status").text
    assert "25%" in page
    assert advice("zalo", "HTTP 502") in page


def test_too_few_tries_and_customers_own_refusals_are_no_alarm(staff: FlaskClient, seen):
    seen(*[Retry("HTTP 502")] * 5, *[Undeliverable("-213: left")] * 40)
    assert [each for each in _problems(staff) if each[1] == "failing"] == []


def test_a_paused_account_says_why_and_what_to_do(staff: FlaskClient, db: Database, seen):
    db.execute("pause_account", {"channel": "zalo", "account": APP, "reason": "-211: quota", "pause_s": 300.0})
    assert ("bad", "paused", "zalo") in _problems(staff)
    page = staff.get("/status").text
    assert "Tạm dừng gửi tới" in page
    assert "Hết hạn mức gửi của OA" in page


def test_a_short_pause_is_the_platforms_own_pace(staff: FlaskClient, db: Database, seen):
    db.execute("pause_account", {"channel": "zalo", "account": APP, "reason": "-32: rate", "pause_s": 30.0})
    assert [each for each in _problems(staff) if each[1] == "paused"] == []
    seen(ChannelStopped("-216: token"))
    assert ("bad", "paused", "zalo") in _problems(staff)


def test_messages_that_wait_too_long(staff: FlaskClient, db: Database):
    take_in(db, [Inbound("zalo", APP, "an", "m1", Content(text="bí mật của khách"), datetime.now(UTC))])
    (account,) = _figures(staff, "zalo")["accounts"]
    assert account["waiting"] == 1
    assert _problems(staff)[:1] != [("bad", "waiting", "zalo")]
    with db.transaction() as connection:
        connection.exec_driver_sql("UPDATE conversations.message SET created_at = created_at - interval '45 minutes'")
    assert ("bad", "waiting", "zalo") in _problems(staff)
    page = staff.get("/status").text
    assert "1, lâu nhất 45 phút" in page
    assert "bí mật" not in page


def test_messages_of_an_account_that_is_configured_no_more(staff: FlaskClient, db: Database):
    take_in(db, [Inbound("telegram", "999", "an", "m1", Content(text="a"), datetime.now(UTC))])
    assert ("bad", "gone", "telegram") in _problems(staff)


@pytest.mark.parametrize(
    ("age", "state", "told"),
    [
        (timedelta(hours=3), "alive", []),
        (timedelta(days=80), "alive", [("warn", "token_ending", "zalo")]),
        (timedelta(days=91), "dead", [("bad", "token_dead", "zalo")]),
    ],
)
def test_a_tokens_age(staff: FlaskClient, db: Database, age, state, told):
    _remember(db, renewed_at=time.time() - age.total_seconds(), access_token=SECRETS[3], refresh_token=SECRETS[2])
    assert _figures(staff, "zalo")["accounts"][0]["token"]["state"] == state
    assert [each for each in _problems(staff) if each[1].startswith("token")] == told


def test_a_refused_refresh_token_and_the_quota(staff: FlaskClient, db: Database):
    _remember(db, dead="refused", quota={"limit": 4000, "remain": 3990, "secret": {"deep": SECRETS[3]}})
    (account,) = _figures(staff, "zalo")["accounts"]
    assert account["token"]["state"] == "dead"
    assert account["quota"] == {"limit": "4000", "remain": "3990"}


def test_a_silent_channel_is_a_hint_and_a_wrong_secret_more(staff: FlaskClient, db: Database):
    db.signs.heard("zalo", APP)
    db.signs.stop()
    assert ("hint", "never_heard", "telegram") in _problems(staff)
    with db.transaction() as connection:
        connection.exec_driver_sql(
            "INSERT INTO conversations.account_life (channel, account, refused_at) VALUES ('telegram', '', now())"
        )
    assert ("warn", "wrong_secret", "telegram") in _problems(staff)


def test_no_secret_is_shown_anywhere(staff: FlaskClient, db: Database):
    _remember(db, renewed_at=time.time(), access_token=SECRETS[3], refresh_token=SECRETS[2], quota={"a": 1})
    for path in ("/status", "/status.json", "/metrics"):
        shown = staff.get(path).text
        assert [each for each in SECRETS if each in shown] == []


@pytest.mark.parametrize("path", ["/status", "/status.json", "/metrics"])
def test_others_machines_see_nothing(staff: FlaskClient, path: str):
    assert staff.get(path).status_code == 200
    assert staff.get(path, environ_base={"REMOTE_ADDR": "8.8.8.8"}).status_code == 404
    assert staff.get(path, headers={"X-Forwarded-For": "127.0.0.1"}).status_code == 404


def test_gauges(staff: FlaskClient, db: Database, seen):
    _remember(db, renewed_at=time.time() - 3600)
    seen(None, Retry("HTTP 502"), RateLimited("-32: rate", 30.0))
    told = staff.get("/metrics").text
    assert f'channel_tries_last_hour{{account="{APP}",channel="zalo",outcome="retry",reason="HTTP 502"}} 1.0' in told
    assert f'channel_token_age_seconds{{account="{APP}",channel="zalo"}} 36' in told
    assert 'channel_on{channel="facebook"} 0.0' in told
    assert "channel_status_read 1.0" in told


def test_without_a_database_the_page_says_so(settings: Settings):
    lost = settings.model_copy(update={"database_url": "postgresql:///nowhere?host=/nonexistent"})
    staff = create_app(lost).test_client()
    answer = staff.get("/status")
    assert (answer.status_code, "Không kết nối được cơ sở dữ liệu" in answer.text) == (503, True)
    assert staff.get("/readyz").status_code == 503
    assert "channel_status_read 0.0" in staff.get("/metrics").text


def test_every_reason_has_its_words():
    assert advice("telegram", "Forbidden: bot was blocked by the user").startswith("Khách đã chặn")
    assert advice("zalo", "HTTP 503") == texts().advice["any"]["HTTP 5"]
    assert advice("zalo", "no answer: ConnectTimeout") == texts().advice["any"]["no answer"]
    assert advice("facebook", "12345: unheard of") == texts().advice["facebook"]["other"]
    assert advice("web", "whatever") == texts().advice["any"]["other"]
