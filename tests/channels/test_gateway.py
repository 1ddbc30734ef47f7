"""The gateway as a whole: channels without secrets are off, health is honest, pages are locked down."""

from __future__ import annotations

from pathlib import Path

import pytest

from apps.gateway import create_app
from channels import BadAccounts, accounts, channel_status, senders
from conversations import Database


@pytest.mark.parametrize("missing", ["zalo_app_id", "zalo_app_secret", "zalo_oa_secret_key"])
def test_a_channel_without_a_secret_is_off_and_says_so(settings, db, missing):
    half = settings.model_copy(update={missing: ""})
    client = create_app(half, db).test_client()
    assert client.post("/webhooks/zalo", data=b"{}").status_code == 404
    assert client.get("/webhooks/zalo").status_code == 404
    assert client.get("/webhooks/facebook?hub.mode=subscribe&hub.verify_token=fb-verify&hub.challenge=1").data == b"1"
    assert missing.upper() in channel_status(half)[0]
    assert [channel for channel, _ in senders(half, db)] == ["facebook", "telegram"]


def test_channels_that_are_on_show_their_webhook(settings):
    assert channel_status(settings) == [
        "Zalo           http://chat.example/webhooks/zalo",
        "Facebook       http://chat.example/webhooks/facebook",
        "Telegram       http://chat.example/webhooks/telegram",
    ]


def test_more_accounts_come_from_a_file(settings, tmp_path: Path):
    file = tmp_path / "accounts.yml"
    file.write_text("version: 1\nfacebook:\n  - {page_id: '2', app_secret: a, page_token: b, verify_token: c}\n")
    known = accounts(settings.model_copy(update={"channel_accounts": file}))
    assert [a.name for a in known.facebook] == ["page", "2"]


@pytest.mark.parametrize(
    "text",
    [
        "facebook: 5",
        "{",
        "zalo: [{app_id: secret-1}]",
        "viber: []",
        "telegram: [{bot_token: secret-1}]",
        "facebook: [{page_id: '', app_secret: a, page_token: b, verify_token: c}]",
        "facebook: [{page_id: page, app_secret: a, page_token: b, verify_token: c}]",
    ],
)
def test_a_wrong_file_stops_the_start_without_telling_secrets(settings, tmp_path: Path, text):
    file = tmp_path / "accounts.yml"
    file.write_text(text)
    with pytest.raises(BadAccounts) as raised:
        accounts(settings.model_copy(update={"channel_accounts": file}))
    assert "secret-1" not in str(raised.value)


def test_no_web_secret_no_gateway(settings, db):
    with pytest.raises(ValueError, match="WEB_SECRET"):
        create_app(settings.model_copy(update={"web_secret": ""}), db)


def test_health_follows_the_database(client, settings):
    assert client.get("/healthz").status_code == 200
    assert client.get("/readyz").status_code == 200
    away = Database("postgresql://nobody@127.0.0.1:9/none")
    broken = create_app(settings, away).test_client()
    assert broken.get("/healthz").status_code == 200
    assert broken.get("/readyz").status_code == 503
    away.close()


def test_figures_are_for_neighbours_only(client):
    assert b"gateway_request_seconds" in client.get("/metrics").data
    assert client.get("/metrics", headers={"X-Forwarded-For": "8.8.8.8"}).status_code == 404
    assert client.get("/metrics", environ_base={"REMOTE_ADDR": "8.8.8.8"}).status_code == 404


def test_pages_forbid_foreign_code_and_frames(client):
    home, chat = client.get("/"), client.get("/chat")
    assert home.status_code == chat.status_code == 200
    assert "frame-ancestors 'self'" in home.headers["Content-Security-Policy"]
    assert "frame-ancestors 'self' https://site.example" in chat.headers["Content-Security-Policy"]
    assert "unsafe-inline" not in chat.headers["Content-Security-Policy"]
    widget = client.get("/widget.js")
    assert widget.mimetype == "text/javascript"
    assert b"__TEXTS__" not in widget.data


def test_unknown_doors_are_problem_documents(client):
    answer = client.get("/nothing")
    assert answer.status_code == 404
    assert answer.content_type.startswith("application/problem+json")
    assert client.get("/web/sessions").status_code == 405
    assert client.post("/webhooks/viber", data=b"{}").status_code == 404
