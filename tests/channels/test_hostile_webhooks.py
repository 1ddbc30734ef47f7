"""Whatever comes in by a webhook: nothing crashes, nothing counts twice, nothing acknowledged is lost."""

from __future__ import annotations

import json
import tempfile
import threading
import uuid
from collections import Counter
from datetime import timedelta
from pathlib import Path

import psycopg
import pytest
from flask.testing import FlaskClient

from apps.gateway import create_app
from apps.migrate import migrate
from apps.postgres import running
from conversations import Database
from tests.platforms import ZaloPlatform

DAY_S = timedelta(days=1).total_seconds()


def post(client: FlaskClient, zalo: ZaloPlatform, body: bytes) -> int:
    return client.post("/webhooks/zalo", data=body, headers={"X-ZEvent-Signature": zalo.signature(body)}).status_code


BOMBS = {
    "deep": lambda body: body[:-1] + b', "a": ' + b"[" * 100_000 + b"]" * 100_000 + b"}",
    "deep objects": lambda body: body[:-1] + b', "a": ' + b'{"a":' * 50_000 + b"1" + b"}" * 50_000 + b"}",
    "huge number": lambda body: body[:-1] + b', "a": ' + b"9" * 500_000 + b"}",
    "huge exponent": lambda body: body[:-1] + b', "a": 1e999999}',
    "not utf-8": lambda body: body[:-1] + b', "a": "\xff\xfe"}',
}


@pytest.mark.parametrize("kind", BOMBS)
@pytest.mark.parametrize("channel", ["zalo", "facebook", "telegram"])
def test_a_bomb_is_a_refusal_and_the_door_stays_open(client, zalo, facebook, telegram, channel, kind, stored):
    whole = {"zalo": zalo.event("an", text="a"), "facebook": facebook.batch(), "telegram": telegram.message("1", "a")}
    body = BOMBS[kind](whole[channel])
    heads = {
        "zalo": {"X-ZEvent-Signature": "mac=" + "0" * 64},
        "facebook": {"X-Hub-Signature-256": facebook.signature(body)},
        "telegram": {"X-Telegram-Bot-Api-Secret-Token": telegram.secret},
    }
    status = client.post(f"/webhooks/{channel}", data=body, headers=heads[channel]).status_code
    assert status in ({403, 400} if channel == "zalo" else {200, 400})
    assert post(client, zalo, zalo.event("bi", text="còn đây")) == 200
    assert stored("zalo")[-1] == {"text": "còn đây"}


def test_of_a_name_given_twice_the_last_counts_as_the_signature_does(client, zalo, stored):
    body = zalo.event("an", text="thật").replace(b'{"app_id"', b'{"app_id": "999", "app_id"', 1)
    assert post(client, zalo, body) == 200
    assert stored("zalo") == [{"text": "thật"}]


@pytest.mark.parametrize("cut", [1, 20, 63])
def test_a_signature_cut_short_is_none(client, zalo, stored, cut):
    body = zalo.event("an", text="a")
    head = {"X-ZEvent-Signature": zalo.signature(body)[:-cut]}
    assert client.post("/webhooks/zalo", data=body, headers=head).status_code == 403
    assert stored("zalo") == []


def test_a_batch_of_a_thousand_events_is_stored_whole_and_once(client, facebook, stored):
    events = [facebook.message(f"u{n % 50}", f"câu {n}") for n in range(1_000)]
    body = facebook.batch(*events)
    head = {"X-Hub-Signature-256": facebook.signature(body)}
    for _ in range(2):
        assert client.post("/webhooks/facebook", data=body, headers=head).status_code == 200
    assert Counter(each["text"] for each in stored("facebook")) == Counter(f"câu {n}" for n in range(1_000))


def test_a_message_three_days_late_and_its_replay_are_one(client, zalo, stored):
    late = int((zalo.now() - 3 * DAY_S) * 1000)
    body = zalo.event("an", text="mất điện", timestamp=late)
    assert [post(client, zalo, body) for _ in range(3)] == [200] * 3
    assert stored("zalo") == [{"text": "mất điện"}]


def test_webhooks_are_acknowledged_while_engine_and_care_are_down(client, zalo, facebook, stored):
    """Nobody listens on the ports of either here."""
    for number in range(20):
        assert post(client, zalo, zalo.event(f"u{number}", text="mất điện")) == 200
    body = facebook.batch(facebook.message("1", "mất điện"))
    head = {"X-Hub-Signature-256": facebook.signature(body)}
    assert client.post("/webhooks/facebook", data=body, headers=head).status_code == 200
    assert len(stored("zalo")) == 20


def test_without_a_database_the_platform_is_told_to_come_again(settings, zalo):
    away = Database("postgresql://nobody@127.0.0.1:9/none", wait_s=0.1)
    app = create_app(settings, away)
    body = zalo.event("an", text="a")
    answer = app.test_client().post("/webhooks/zalo", data=body, headers={"X-ZEvent-Signature": zalo.signature(body)})
    assert answer.status_code == 503
    assert int(answer.headers["Retry-After"]) > 0
    assert "X-Request-Id" in answer.headers
    app.extensions["care"].database.close()
    away.close()


def test_with_no_connection_free_it_is_503_and_not_a_wait(settings, database_url, zalo):
    narrow = Database(database_url, pool_size=1, wait_s=0.05)
    app = create_app(settings, narrow)
    client = app.test_client()
    body = zalo.event("an", text="a")
    held = [narrow._single.raw_connection() for _ in range(2)]
    assert post(client, zalo, body) == 503
    for each in held:
        each.close()
    assert post(client, zalo, body) == 200
    app.extensions["care"].database.close()
    narrow.close()


def test_what_was_acknowledged_while_postgresql_restarted_is_there(settings, zalo):
    acknowledged: list[str] = []
    statuses: Counter[int] = Counter()
    enough, again, stop = threading.Event(), threading.Event(), threading.Event()

    def customer(client: FlaskClient, name: str) -> None:
        while not stop.is_set():
            message_id = uuid.uuid4().hex
            status = post(client, zalo, zalo.event(name, text="mất điện", msg_id=message_id))
            statuses[status] += 1
            if status == 200:
                acknowledged.append(message_id)
            (again if restarted.is_set() and status == 200 else enough).set()

    restarted = threading.Event()
    with tempfile.TemporaryDirectory(prefix="pg") as folder:
        with running(Path(folder)) as cluster:
            migrate(cluster.url)
            db = Database(cluster.url, wait_s=0.2)
            app = create_app(settings.model_copy(update={"database_url": cluster.url}), db)
            people = [threading.Thread(target=customer, args=(app.test_client(), f"u{n}")) for n in range(4)]
            for person in people:
                person.start()
            assert enough.wait(60)
        with running(Path(folder)) as cluster:
            restarted.set()
            assert again.wait(60)
            stop.set()
            for person in people:
                person.join()
            with psycopg.connect(cluster.url) as connection:
                rows = connection.execute(
                    "SELECT platform_message_id FROM conversations.message WHERE direction = 'in'"
                )
                kept = Counter(row[0] for row in rows)
            app.extensions["care"].database.close()
            db.close()
    assert set(statuses) <= {200, 503}
    assert set(acknowledged) <= set(kept)
    assert set(kept.values()) == {1}


def test_answers_are_problem_documents_even_here(client):
    answer = client.post("/webhooks/zalo", data=b"[1]")
    assert answer.status_code == 403
    assert json.loads(answer.data)["status"] == 403
