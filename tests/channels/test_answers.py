"""Every answer of the gateway: its id, its headers; and what is counted of each channel."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from prometheus_client import REGISTRY

from apps.gateway import create_app
from channels import counted
from conversations import Content, Outbound, Refused

DOORS = ("/", "/chat", "/tra-cuu", "/healthz", "/nothing", "/web/messages", "/widget.js", "/open311/v2/services.json")


@pytest.mark.parametrize("door", DOORS)
def test_every_answer_is_locked_down_and_has_an_id(client, door):
    answer = client.get(door)
    assert len(answer.headers["X-Request-Id"]) == 16
    for name in ("Referrer-Policy", "Permissions-Policy", "Cross-Origin-Opener-Policy", "Cross-Origin-Resource-Policy"):
        assert answer.headers[name]
    assert answer.headers.getlist("X-Content-Type-Options") == ["nosniff"]
    assert answer.headers["Content-Security-Policy"].startswith("default-src 'none'")
    assert "frame-ancestors" in answer.headers["Content-Security-Policy"]
    assert "Strict-Transport-Security" not in answer.headers


def test_only_a_deployment_that_is_reached_by_https_holds_browsers_to_it(settings, db):
    app = create_app(settings.model_copy(update={"public_url": "https://chat.example"}), db)
    assert "max-age" in app.test_client().get("/healthz").headers["Strict-Transport-Security"]
    app.extensions["care"].database.close()


@pytest.mark.parametrize(
    ("proxies", "given", "kept"),
    [(0, "from-outside-1", False), (1, "from-outside-1", True), (1, "a b\tc", False), (1, "x" * 65, False)],
)
def test_an_id_is_taken_only_from_a_proxy_of_ours(settings, db, proxies, given, kept):
    app = create_app(settings.model_copy(update={"trusted_proxies": proxies}), db)
    told = app.test_client().get("/healthz", headers={"X-Request-Id": given}).headers["X-Request-Id"]
    assert (told == given) is kept
    app.extensions["care"].database.close()


def test_a_line_in_the_log_carries_the_id_of_its_request(client, capfd):
    told = client.post("/webhooks/zalo", data=b"{}").headers["X-Request-Id"]
    line = next(line for line in capfd.readouterr().out.splitlines() if "webhook refused" in line)
    assert f'"request_id": "{told}"' in line


def _count(name: str, **labels: str) -> float:
    return REGISTRY.get_sample_value(name, labels) or 0.0


def test_what_is_taken_refused_and_acknowledged_is_counted(client, zalo):
    names = (
        ("channel_messages_total", {"channel": "zalo", "known": "new"}),
        ("channel_messages_total", {"channel": "zalo", "known": "again"}),
        ("channel_webhooks_refused_total", {"channel": "zalo", "why": "forged"}),
        ("channel_acknowledged_ms_count", {"channel": "zalo"}),
    )
    before = [_count(name, **labels) for name, labels in names]
    body = zalo.event("an", text="a")
    for signature in (zalo.signature(body), zalo.signature(body), "mac=0"):
        client.post("/webhooks/zalo", data=body, headers={"X-ZEvent-Signature": signature})
    after = [_count(name, **labels) for name, labels in names]
    assert [now - then for now, then in zip(after, before, strict=True)] == [1, 1, 1, 2]


class Platform:
    """Takes everything but a message that says "no"."""

    def send(self, out: Outbound) -> str | None:
        if out.content.text == "no":
            raise Refused("no")
        return "p1"


def test_what_is_delivered_and_what_is_not_is_counted_by_its_reason():
    sender = counted({("zalo", "oa"): Platform()})["zalo", "oa"]
    sent = ("channel_delivered_total", {"channel": "zalo", "account": "oa"})
    failed = ("channel_not_delivered_total", {"channel": "zalo", "account": "oa", "kind": "Refused"})
    before = [_count(sent[0], **sent[1]), _count(failed[0], **failed[1])]

    def out(text: str) -> Outbound:
        return Outbound(1, 1, "zalo", "oa", "u", Content(text=text), datetime.now(UTC), 0)

    assert sender.send(out("yes")) == "p1"
    with pytest.raises(Refused):
        sender.send(out("no"))
    after = [_count(sent[0], **sent[1]), _count(failed[0], **failed[1])]
    assert [now - then for now, then in zip(after, before, strict=True)] == [1, 1]


def test_every_figure_of_the_channels_is_in_the_documentation():
    told = (Path(__file__).parents[2] / "docs" / "gateway.md").read_text("utf8")
    ours = {family.name for family in REGISTRY.collect() if family.name.startswith(("channel_", "gateway_"))}
    assert ours
    assert {name for name in ours if f"`{name}`" not in told and f"`{name}_total`" not in told} == set()
