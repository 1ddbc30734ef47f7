"""A page's signs to who writes, only where the bot answers; several pages on one gateway, each for itself."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from flask.testing import FlaskClient
from werkzeug.datastructures import Headers

from channels import senders
from channels.accounts import FacebookAccount
from channels.base import Webhook
from channels.facebook import SIGNS_AT_ONCE, Facebook
from conversations import Content, Outbound
from tests.platforms import FacebookPlatform
from tests.platforms.facebook import PAGE_INBOX

USER = "6012345678901234"


# --- courtesies ---------------------------------------------------------------------------------------------


@pytest.fixture
def hook(client: FlaskClient, facebook: FacebookPlatform) -> Callable[..., int]:
    """hook(event, …, standby=False): one signed delivery → its status."""

    def post(*events: dict, standby: bool = False) -> int:
        body = facebook.batch(*events, standby=standby)
        head = {"X-Hub-Signature-256": facebook.signature(body)}
        return client.post("/webhooks/facebook", data=body, headers=head).status_code

    return post


def _acted(facebook: FacebookPlatform, count: int) -> list[tuple[str, str]]:
    with facebook.more:
        facebook.more.wait_for(lambda: len(facebook.actions) >= count, 10)
        return list(facebook.actions)


def test_who_writes_sees_that_it_was_read_and_that_an_answer_comes(facebook, hook):
    first = facebook.message(USER, "chào")
    assert hook(first, facebook.message(USER, "mất điện")) == 200
    assert _acted(facebook, 2) == [(USER, "mark_seen"), (USER, "typing_on")]
    # Neither again, nor in a thread that others hold or a person answers, nor for what is no deed.
    assert hook(first) == hook(facebook.message("held", "a"), standby=True) == 200
    assert hook(facebook.echo("answered", "Em là Lan")) == hook(facebook.message("answered", "b")) == 200
    assert hook(facebook.event(USER, read={"watermark": 1})) == 200
    hook(facebook.message("last", "c"))
    assert _acted(facebook, 4)[2:] == [("last", "mark_seen"), ("last", "typing_on")]


def test_a_storm_leaves_the_allowance_to_the_answers(facebook):
    page = FacebookAccount(app_secret=facebook.app_secret, page_token=facebook.page_token, verify_token="v")
    channel = Facebook([page], facebook.url)
    storm = _webhook(facebook.batch(*(facebook.message(f"{n}", "mất điện") for n in range(500))), facebook)
    assert len(channel.courtesies(storm, ["page"])) == 2 * SIGNS_AT_ONCE


def test_staff_who_ask_for_a_thread_get_it(facebook, hook):
    assert hook(facebook.event(USER, request_thread_control={"requested_owner_app_id": int(PAGE_INBOX)})) == 200
    with facebook.more:
        assert facebook.more.wait_for(lambda: facebook.owner.get(USER) == PAGE_INBOX, 10)


def test_a_courtesy_that_fails_harms_nothing(facebook, hook, stored):
    facebook.faults += [(500, {}), (400, {"error": {"code": 10}})]
    assert hook(facebook.message(USER, "chào")) == 200
    assert stored("facebook") == [{"text": "chào"}]


# --- several pages ------------------------------------------------------------------------------------------


def test_each_page_speaks_with_its_own_token_and_hears_its_own_app(db):
    with (
        FacebookPlatform() as one,
        FacebookPlatform(app_secret="b", page_token="tb", page_id="2002", app_id="22") as two,
    ):
        pages = [
            FacebookAccount(page_id=each.page_id, app_id=each.app_id, app_secret=each.app_secret,
                            page_token=each.page_token, verify_token=f"word-{each.page_id}")
            for each in (one, two)
        ]  # fmt: skip
        both = Facebook(pages, one.url)
        body = json.loads(one.batch(one.message(USER, "a")))
        body["entry"] += json.loads(two.batch(two.message(USER, "b")))["entry"]
        # The app of one page can't speak for the other's.
        webhook = _webhook(json.dumps(body).encode(), one)
        heard = both.parse(webhook, both.verify(webhook))
        assert [(each.account, each.content.text) for each in heard] == [("1001", "a")]
        for page, platform in zip(pages, (one, two), strict=True):
            assert (
                both.greet({"hub.mode": "subscribe", "hub.verify_token": page.verify_token, "hub.challenge": "5"})
                == "5"
            )
            (seen, typing) = both.courtesies(
                _webhook(platform.batch(platform.message(USER, "a")), platform), [page.name]
            )
            assert f"access_token={platform.page_token}&" in seen.url
            assert typing.body["sender_action"] == "typing_on"


def _webhook(body: bytes, platform: FacebookPlatform):
    return Webhook(body, Headers({"X-Hub-Signature-256": platform.signature(body)}), datetime.now(UTC))


def test_two_pages_on_one_gateway_answer_each_for_itself(settings, database_url, tmp_path, facebook, db):
    with FacebookPlatform(app_secret="b", page_token="tb", page_id="2002", app_id="22") as two:
        file = tmp_path / "accounts.yml"
        file.write_text(json.dumps({"version": 1, "facebook": [
            {"page_id": "2002", "app_id": "22", "app_secret": "b", "page_token": "tb", "verify_token": "w"}]}))  # fmt: skip
        known = senders(settings.model_copy(update={"channel_accounts": file}), db)
        elsewhere = senders(settings.model_copy(update={"channel_accounts": file, "facebook_graph_url": two.url}), db)
        facebook.last_action[USER] = two.last_action[USER] = facebook.now()
        for number, sender in enumerate((known["facebook", "page"], elsewhere["facebook", "2002"])):
            assert sender.send(Outbound(number, 1, "facebook", "page", USER, Content(text="Dạ"), None, 0))
        assert [len(each.to(USER)) for each in (facebook, two)] == [1, 1]
