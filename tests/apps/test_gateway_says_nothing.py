"""Personal data sent through every public door appears in no line that the gateway's process writes."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import requests
from psycopg import connect

from settings import Settings
from tests.apps.gateway_process import gateway
from tests.platforms import FacebookPlatform, TelegramPlatform, ZaloPlatform

PHONE, CODE, NAME, STREET = "0987123456", "PB04010012004", "Trần Bé Tư", "12 Ngõ Gạch Hiếm"
PERSONAL = f"tôi là {NAME}, {PHONE}, mã {CODE}, ở {STREET}, thư betu@example.vn"
PNG = b"\x89PNG\r\n\x1a\n" + b"\x00" * 20


@pytest.fixture(scope="module")
def platforms() -> tuple[ZaloPlatform, FacebookPlatform, TelegramPlatform]:
    return ZaloPlatform(), FacebookPlatform(), TelegramPlatform()


def _settings(database_url: str, folder: Path, platforms: tuple) -> Settings:
    zalo, facebook, telegram = platforms
    return Settings(
        _env_file=None,  # type: ignore[call-arg]  # pydantic-settings takes it
        database_url=database_url,
        var_dir=folder,
        web_secret="a-secret-for-tests-only",
        open311_api_key="open311-key-for-tests-only",
        portal_secret="portal-secret-for-tests-only",
        zalo_app_id=zalo.app_id,
        zalo_app_secret=zalo.app_secret,
        zalo_oa_secret_key=zalo.oa_secret_key,
        zalo_refresh_token=zalo.refresh_token,
        facebook_app_secret=facebook.app_secret,
        facebook_page_token=facebook.page_token,
        facebook_verify_token=facebook.verify_token,
        telegram_api_url="http://127.0.0.1:9",  # nobody there: what could not be called is written about
        telegram_bot_token=telegram.token,
        telegram_webhook_secret=telegram.secret,
    )


def _webhooks(url: str, platforms: tuple) -> list[int]:
    zalo, facebook, telegram = platforms
    card = [{"type": "link", "payload": {"description": json.dumps({"phone": PHONE}), "url": f"https://x/?q={PHONE}"}}]
    form = {"app_id": zalo.app_id, "event_name": "user_submit_info", "timestamp": "1", "sender": {"id": "1"}}
    form["info"] = {"name": NAME, "phone": PHONE, "address": STREET}
    signed = [
        zalo.deliver(url, zalo.event("1", text=PERSONAL)),
        zalo.deliver(url, zalo.event("1", "user_send_business_card", attachments=card)),
        zalo.deliver(url, json.dumps(form).encode()),
        zalo.deliver(url, zalo.event("", text=PERSONAL)),
        facebook.deliver(url, facebook.batch(facebook.message("1", PERSONAL))),
        facebook.deliver(url, facebook.batch(facebook.message("1", PERSONAL), page="other")),
        telegram.deliver(url, telegram.message("1", PERSONAL)),
        telegram.deliver(url, telegram.tap("1", "Có", PERSONAL)),
    ]
    told = PERSONAL.encode()
    forged = [
        requests.post(f"{url}/webhooks/{name}", data=told, timeout=20) for name in ("zalo", "facebook", "telegram")
    ]
    asked = requests.get(
        f"{url}/webhooks/facebook", params={"hub.verify_token": PHONE, "hub.challenge": PHONE}, timeout=20
    )
    return [*signed, *(one.status_code for one in (*forged, asked))]


def _session(url: str) -> str:
    return str(requests.post(f"{url}/web/sessions", json={}, timeout=20).json()["token"])


def _web(url: str, token: str) -> list[int]:
    head = {"Authorization": f"Bearer {token}"}
    asked = [
        ("POST", "/web/messages", {"json": {"client_message_id": "1", "text": PERSONAL}}),
        ("POST", "/web/messages", {"json": {"client_message_id": PERSONAL, "text": 5}}),
        ("POST", "/web/messages", {"data": PERSONAL.encode()}),
        ("POST", "/web/messages", {"json": {}, "headers": {"Authorization": f"Bearer {token}x"}}),
        ("POST", "/web/attachments", {"files": {"file": (f"{NAME}.png", PNG)}}),
        ("GET", f"/web/messages?after={PHONE}&token={token}", {}),
        ("GET", f"/{PHONE}/{NAME}", {}),
        ("GET", f"/media/{token}", {}),
        ("POST", "/tra-cuu", {"data": {"code": CODE, "digits": "456"}}),
        ("POST", "/public/requests", {"json": {"name": NAME, "phone": PHONE, "street": STREET, "customer_code": CODE}}),
        ("POST", "/public/requests", {"data": {"name": NAME, "phone": PHONE, "token": token}}),
        ("POST", "/open311/v2/requests.json", {"data": {"api_key": token, "phone": PHONE, "description": PERSONAL}}),
        ("GET", f"/open311/v2/requests/{PHONE}.json?jurisdiction_id={PHONE}", {}),
        ("GET", f"/cat-dien?q={STREET}", {}),
    ]
    return [
        requests.request(how, url + path, **{"headers": head, "timeout": 20, **more}).status_code
        for how, path, more in asked
    ]


def test_nothing_that_a_customer_sent_is_written_down(database_url, tmp_path, platforms):
    # A database that forgets a table makes what nobody foresaw: errors with tracebacks.
    with gateway(_settings(database_url, tmp_path, platforms), tmp_path, {}) as served:
        hooked = _webhooks(served.url, platforms)
        token = _session(served.url)
        said = _web(served.url, token)
        with connect(database_url, autocommit=True) as connection:
            connection.execute("ALTER TABLE conversations.message RENAME TO gone")
        broken = _webhooks(served.url, platforms) + _web(served.url, token)
        written = served.log.read_text()

    assert {200, 403} <= set(hooked)
    assert {202, 401, 404, 422} <= set(said)
    assert 500 in broken
    assert "Traceback" in written
    assert "request_id" in written
    zalo, facebook, telegram = platforms
    secrets = (token, token[33:], zalo.oa_secret_key, facebook.page_token, telegram.token, "open311-key")
    personal = (PHONE, PHONE[1:], CODE, NAME, NAME.split()[-1] + ",", STREET, "betu@")
    for what in (*personal, *secrets):
        assert what not in written, what
        assert json.dumps(what)[1:-1] not in written, what
