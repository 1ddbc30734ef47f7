"""Zalo's tokens: one process renews, what Zalo answers is kept, and a crash in between is told instead of hidden."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading

import psycopg
import pytest
import requests

from channels.zalo_tokens import Pair, ZaloAddresses, ZaloTokens
from conversations import ChannelStopped, RateLimited, account_data, remember
from tests.channels.zalo_account import USER, account_of, out, renewals, sender_of


def test_the_first_token_is_kept_and_used_again(zalo, db, clock):
    zalo.last_action[USER] = clock()
    for _ in range(3):
        assert sender_of(zalo, db, clock).send(out())
    assert renewals(zalo) == 1
    assert account_data(db, "zalo", zalo.app_id)["refresh_token"] == zalo.refresh_token


def test_a_token_is_renewed_after_twenty_hours(zalo, db, clock):
    sender = sender_of(zalo, db, clock)
    zalo.last_action[USER] = clock()
    sender.send(out())
    clock.s += 19.9 * 3600
    sender.send(out())
    assert renewals(zalo) == 1
    clock.s += 0.2 * 3600
    sender.send(out())
    assert renewals(zalo) == 2


def test_a_rejected_token_is_renewed_once_and_the_message_sent(zalo, db, clock):
    sender = sender_of(zalo, db, clock)
    zalo.last_action[USER] = clock()
    sender.send(out())
    zalo.tokens.clear()
    assert sender.send(out())
    assert renewals(zalo) == 2
    zalo.faults += [(401, {}), None, (200, {"error": -216, "message": "x"})]
    with pytest.raises(ChannelStopped):  # the renewed one is rejected as well
        sender.send(out())
    assert renewals(zalo) == 3


def test_two_processes_never_renew_at_once(zalo, db, clock):
    senders = [sender_of(zalo, db, clock) for _ in range(8)]
    zalo.last_action[USER] = clock()
    zalo.delay_s = 0.02
    threads = [threading.Thread(target=sender.send, args=(out(),)) for sender in senders]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert renewals(zalo) == 1
    assert len(zalo.shown) == 8


def test_a_used_refresh_token_is_never_sent_again_until_a_new_one_is_set(zalo, db, clock):
    zalo.used.add("refresh-0")
    zalo.last_action[USER] = clock()
    for _ in range(3):
        with pytest.raises(ChannelStopped):
            sender_of(zalo, db, clock).send(out())
    assert renewals(zalo) == 1
    zalo.refresh_token = "consented-again"
    assert sender_of(zalo, db, clock, "consented-again").send(out())


def test_an_old_token_serves_while_zalo_gives_no_new_one(zalo, db, clock):
    sender = sender_of(zalo, db, clock)
    zalo.last_action[USER] = clock()
    sender.send(out())
    clock.s += 21 * 3600
    zalo.faults.append((503, {}))
    assert sender.send(out())


# --- crashes -----------------------------------------------------------------------------------------------

RENEWER = """
import sys, time
import requests
from channels.accounts import ZaloAccount
from channels.zalo_tokens import ZaloAddresses, ZaloTokens
from conversations import Database
url, database, app_id, app_secret, now = sys.argv[1:]
account = ZaloAccount(app_id=app_id, app_secret=app_secret, oa_secret_key="-", refresh_token="refresh-0")
tokens = ZaloTokens(account, ZaloAddresses(url, url), Database(database), requests.Session(), lambda: float(now))
print(tokens.current(), flush=True)
"""


class Renewer:
    """A process of its own that wants a token and is killed by the stand-in amid its request."""

    def __init__(self, zalo, db, clock):
        args = [zalo.url, db.url, zalo.app_id, zalo.app_secret, str(clock())]
        self._start = [sys.executable, "-c", RENEWER, *args]
        self._process = None

    def run(self):
        self._process = subprocess.Popen(self._start, stdout=subprocess.PIPE, env=os.environ, text=True)
        return self._process.communicate(timeout=60)[0], self._process.returncode

    def kill(self):
        self._process.send_signal(signal.SIGKILL)
        self._process.wait(30)


@pytest.fixture
def renewer(zalo, db, clock):
    return Renewer(zalo, db, clock)


def _tokens(zalo, db, clock, **more):
    return ZaloTokens(account_of(zalo, **more), ZaloAddresses(zalo.url, zalo.url), db, requests.Session(), clock)


def test_killed_between_zalos_answer_and_the_commit_the_account_is_stranded_with_an_instruction(
    zalo, db, clock, renewer, capsys
):
    zalo.after_renewing = renewer.kill
    assert renewer.run() == ("", -signal.SIGKILL)
    assert account_data(db, "zalo", zalo.app_id)["renewing"]["since"] == clock()

    zalo.after_renewing = lambda: None
    for _ in range(2):
        with pytest.raises(
            ChannelStopped, match=r"refresh token refused: -14020.*process died while it renewed.*make zalo-connect"
        ):
            _tokens(zalo, db, clock).current()

    assert renewals(zalo) == 2  # the dead process's and one more, refused as reused; never again
    assert "make zalo-connect" in account_data(db, "zalo", zalo.app_id)["dead"]
    assert "zalo took no refresh token" in capsys.readouterr().out


def test_killed_before_zalo_took_the_token_the_next_process_renews_with_it(zalo, db, clock, renewer):
    taken = threading.Event()

    def dies_unheard():
        renewer.kill()
        taken.set()
        return False

    zalo.before_renewing = dies_unheard
    assert renewer.run() == ("", -signal.SIGKILL)
    assert taken.wait(30)

    zalo.before_renewing = lambda: True
    assert _tokens(zalo, db, clock).current() in zalo.tokens
    assert "renewing" not in account_data(db, "zalo", zalo.app_id)


def test_a_stranded_account_works_again_after_a_new_consent(zalo, db, clock):
    zalo.used.add("refresh-0")
    with pytest.raises(ChannelStopped):
        _tokens(zalo, db, clock).current()
    zalo.tokens["access-new"] = clock() + 90_000
    _tokens(zalo, db, clock).keep(Pair("access-new", zalo.refresh_token))
    assert _tokens(zalo, db, clock).current() == "access-new"
    assert "dead" not in account_data(db, "zalo", zalo.app_id)


def test_a_wrong_app_secret_put_right_needs_no_new_consent(zalo, db, clock):
    with pytest.raises(ChannelStopped, match="-14004"):
        _tokens(zalo, db, clock, app_secret="typo").current()
    with pytest.raises(ChannelStopped):
        _tokens(zalo, db, clock, app_secret="typo").current()
    assert renewals(zalo) == 1
    assert _tokens(zalo, db, clock).current() in zalo.tokens


def test_without_any_token_the_instruction_is_to_connect(zalo, db, clock):
    with pytest.raises(ChannelStopped, match="make zalo-connect"):
        _tokens(zalo, db, clock, refresh_token="").current()
    assert renewals(zalo) == 0


def test_the_token_address_down_for_an_hour_kills_nothing(zalo, db, clock):
    tokens = _tokens(zalo, db, clock)
    first = tokens.current()
    clock.s += 20 * 3600
    zalo.faults += [(503, {})] * 60
    for _ in range(60):
        assert tokens.current() == first
        clock.s += 60
    assert renewals(zalo) == 61

    clock.s += 4 * 3600  # past its 25 hours
    zalo.faults.append((503, {}))
    with pytest.raises(RateLimited) as waits:
        tokens.current()
    assert waits.value.pause_s > 120  # the staff on duty hear of it
    assert tokens.current() != first


def test_an_old_token_is_not_asked_for_anew_with_every_message(zalo, db, clock):
    tokens = _tokens(zalo, db, clock)
    tokens.current()
    clock.s += 21 * 3600
    zalo.faults.append((503, {}))
    for _ in range(20):
        tokens.current()
    assert renewals(zalo) == 2


def test_a_pair_that_finds_the_database_away_is_kept_when_it_is_back(zalo, db, clock):
    tokens = _tokens(zalo, db, clock)

    def cut():
        with psycopg.connect(db.url, autocommit=True) as connection:
            connection.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )

    zalo.after_renewing = cut
    access = tokens.current()
    assert access in zalo.tokens
    assert tokens.current() == access
    assert account_data(db, "zalo", zalo.app_id)["access_token"] == access
    assert _tokens(zalo, db, clock).current() == access


def test_who_finds_itself_overtaken_does_not_call_the_account_dead(zalo, db, clock):
    """The lock was lost with its connection: two renewed at once, and the one that Zalo refused comes last."""
    zalo.used.add("refresh-0")

    def overtaken():
        remember(db, "zalo", zalo.app_id, {"renewing": {"id": "another"}})
        return True

    zalo.before_renewing = overtaken
    with pytest.raises(ChannelStopped):
        _tokens(zalo, db, clock).current()
    assert "dead" not in account_data(db, "zalo", zalo.app_id)
