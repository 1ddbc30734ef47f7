"""Delivery against the platforms' stand-ins: nothing lost, nothing doubled, order kept, through faults and kills; and its pace.

Two delivery processes and a gateway (which hears the echoes) run as the product runs them. Faults are one request in
twenty; five seconds after the last kill one delivery process at work gets SIGKILL. Then a quiet run at the platform's
own limit.
"""

from __future__ import annotations

import contextlib
import itertools
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psycopg
import requests

from apps.migrate import migrate
from apps.postgres import running
from channels import channels
from conversations import Content, Database, post
from settings import ROOT, Settings
from tests.platforms import FacebookPlatform, Mischief, TelegramPlatform, ZaloPlatform
from tests.platforms.server import StandIn
from tests.product.copy import free_ports

MESSAGES, CONVERSATIONS, KILL_EVERY_S = 10_000, 1_000, 5.0
FAULTS = Mischief(slow=0.01, broken=0.02, lost=0.01, cut=0.01, slow_s=0.2)
# Telegram shows nothing of what it took: each answer lost there doubles its message, whoever is killed or not.
SAID_FAULTS = Mischief(slow=0.02, broken=0.03, slow_s=0.2)
# Where the stand-in sets no limit, what shows echoes is paced by how fast two cores bring them: beyond, they come later than
# anyone waits for them. Telegram shows none and goes as fast as it can.
PACED = {
    "ZALO_PER_MINUTE": "4000",
    "FACEBOOK_PER_SECOND": "66",
    "TELEGRAM_PER_SECOND": "10000",
    "TELEGRAM_CHAT_EVERY_S": "0",
}
LONG_ONE_IN = 20
OPENED = """
INSERT INTO conversations.conversation (channel, account, user_id, reply_until)
VALUES (%(channel)s, %(account)s, %(user)s, %(until)s) RETURNING id
"""


@dataclass(frozen=True)
class Trial:
    """What is sent, and what goes wrong meanwhile; `raised` lifts the stand-in's limit, and then `PACED` holds."""

    channel: str
    messages: int = MESSAGES
    conversations: int = CONVERSATIONS
    mischief: Mischief = field(default_factory=Mischief)
    kill_every_s: float = 0.0
    raised: bool = True
    more: Mapping[str, str] = field(default_factory=dict)
    patience_s: float = 1_800.0


@dataclass(frozen=True)
class Outcome:
    """Parts are what a customer sees as one message; a long message has several. `unanswered`: parts that the platform took
    without saying so. Telegram shows no echo, so there each of them comes twice."""

    parts: int
    lost: int
    doubled: int
    out_of_order: int
    kills: int
    unanswered: int
    too_fast: int
    echo_late_s: float
    seconds: float

    def __str__(self) -> str:
        rate = f"{self.parts / self.seconds:.0f} messages/s"
        told = f"lost {self.lost}, doubled {self.doubled}, conversations out of order {self.out_of_order}"
        why = f"{self.kills} kills, {self.unanswered} answers lost"
        echoes = f"echoes at most {self.echo_late_s:.1f} s late"
        return f"{self.parts} messages, {why}: {told}, refused as too fast {self.too_fast}, {echoes}, {rate}"


def _stand_in(trial: Trial) -> tuple[StandIn, dict[str, str]]:
    """The platform and the settings that lead to it."""
    limit = 10**9 if trial.raised else None
    if trial.channel == "zalo":
        zalo = ZaloPlatform(mischief=trial.mischief, receipts=False)
        zalo.rate_per_minute = limit or zalo.rate_per_minute
        return zalo, {
            "ZALO_APP_ID": zalo.app_id,
            "ZALO_APP_SECRET": zalo.app_secret,
            "ZALO_OA_SECRET_KEY": zalo.oa_secret_key,
            "ZALO_REFRESH_TOKEN": zalo.refresh_token,
        }
    if trial.channel == "facebook":
        facebook = FacebookPlatform(mischief=trial.mischief, receipts=False)
        facebook.rate_per_minute = limit or facebook.rate_per_minute
        facebook.per_second = 0 if limit else int(trial.more.get("FACEBOOK_PER_SECOND", facebook.per_second))
        return facebook, {
            "FACEBOOK_APP_SECRET": facebook.app_secret,
            "FACEBOOK_PAGE_TOKEN": facebook.page_token,
            "FACEBOOK_VERIFY_TOKEN": facebook.verify_token,
        }
    telegram = TelegramPlatform(mischief=trial.mischief)
    telegram.per_second, telegram.chat_every_s = limit or telegram.per_second, 0 if limit else telegram.chat_every_s
    return telegram, {"TELEGRAM_BOT_TOKEN": telegram.token, "TELEGRAM_WEBHOOK_SECRET": telegram.secret}


ADDRESSES = {
    "zalo": ("ZALO_API_URL", "ZALO_OAUTH_URL"),
    "facebook": ("FACEBOOK_GRAPH_URL",),
    "telegram": ("TELEGRAM_API_URL",),
}


def _words(conversation: int, number: int) -> str:
    if number % LONG_ONE_IN:
        return f"Dạ, đây là tin số {number} của cuộc {conversation} ạ."
    return " ".join(f"Dạ, đây là câu {n} của tin dài số {number}, cuộc {conversation} ạ." for n in range(90))


def _fill(url: str, settings: Settings, trial: Trial, platform: StandIn) -> dict[str, list[str]]:
    """Queue everything → what each person must see, in order."""
    channel = channels(settings)[trial.channel]
    db = Database(url)
    (account,) = channel.senders(db, lambda _: None)
    expected = {}
    until = datetime.now(UTC) + timedelta(hours=20)
    for n in range(trial.conversations):
        user = str(5_000_000 + n)
        contents = [Content(text=_words(n, k)) for k in range(trial.messages // trial.conversations)]
        known = {"channel": trial.channel, "account": account, "user": user, "until": until}
        with db.transaction() as connection:
            post(connection, connection.exec_driver_sql(OPENED, known).scalar_one(), contents)
        expected[user] = [str(part["text"]) for content in contents for part in channel.render(content)]
        getattr(platform, "last_action", {})[user] = time.time()
        getattr(platform, "started", set()).add(user)
    db.close()
    return expected


@contextlib.contextmanager
def _gateway(env: Mapping[str, str], channel: str) -> Iterator[str]:
    (port,) = free_ports(1)
    command = [sys.executable, "-m", "gunicorn", "apps.gateway:create_app()", "-k", "gevent", "--no-control-socket"]
    process = subprocess.Popen([*command, "--bind", f"127.0.0.1:{port}", "--log-level", "error"], env=env, cwd=ROOT)
    url = f"http://127.0.0.1:{port}"
    try:
        for _ in range(300):
            with contextlib.suppress(requests.RequestException):
                if requests.get(f"{url}/webhooks/{channel}", timeout=1).status_code in (200, 403):
                    break
            time.sleep(0.1)
        yield url
    finally:
        process.terminate()
        process.wait(20)


@dataclass
class _Delivery:
    """One delivery process."""

    env: Mapping[str, str]

    def __post_init__(self) -> None:
        (self._port,) = free_ports(1)
        env = {**self.env, "DELIVERY_PORT": str(self._port)}
        self._process = subprocess.Popen(
            [sys.executable, "-m", "apps.delivery"], env=env, cwd=ROOT, stdout=subprocess.DEVNULL
        )

    def is_at_work(self) -> bool:
        with contextlib.suppress(requests.RequestException):
            return requests.get(f"http://127.0.0.1:{self._port}/readyz", timeout=1).status_code == 200
        return False

    def kill(self) -> None:
        self._process.send_signal(signal.SIGKILL)
        self._process.wait()

    def stop(self) -> None:
        self._process.terminate()
        self._process.wait(60)


def _deliver_all(url: str, env: Mapping[str, str], trial: Trial) -> tuple[int, float]:
    """Run two delivery processes until nothing waits → kills, seconds. Only one at work is killed: on a busy machine a start
    may take longer than the time between two kills."""
    began = time.monotonic()
    at_work = [_Delivery(env) for _ in range(2)]
    kills, next_kill = 0, began + trial.kill_every_s
    try:
        with psycopg.connect(url, autocommit=True) as connection:
            while _waiting(connection) and time.monotonic() - began < trial.patience_s:
                time.sleep(0.1)
                if trial.kill_every_s and time.monotonic() >= next_kill and at_work[0].is_at_work():
                    at_work.pop(0).kill()
                    at_work.append(_Delivery(env))
                    kills, next_kill = kills + 1, time.monotonic() + trial.kill_every_s
        return kills, time.monotonic() - began
    finally:
        for process in at_work:
            process.stop()


def _waiting(connection: psycopg.Connection[tuple[bool]]) -> bool:
    row = connection.execute("SELECT EXISTS (SELECT 1 FROM conversations.conversation WHERE queued > 0)").fetchone()
    return bool(row and row[0])


def _in_order(seen: list[str], wanted: list[str]) -> bool:
    """Whether the parts come in order, each judged by its first appearance."""
    place = {text: n for n, text in enumerate(wanted)}
    firsts = [place[text] for text in dict.fromkeys(seen) if text in place]
    return all(a < b for a, b in itertools.pairwise(firsts))


def run(trial: Trial) -> Outcome:
    """Carry a trial out."""
    with tempfile.TemporaryDirectory(prefix="pg") as folder, running(Path(folder)) as cluster:
        migrate(cluster.url)
        platform, secrets = _stand_in(trial)
        with platform:
            mine = {**secrets, **dict.fromkeys(ADDRESSES[trial.channel], platform.url), "DATABASE_URL": cluster.url}
            mine |= {"VAR_DIR": folder, "WEB_SECRET": "bench-web-secret-0123456789", "LOG_LEVEL": "ERROR"}
            mine |= (PACED if trial.raised else {}) | dict(trial.more)
            settings = Settings(_env_file=None, **{name.lower(): value for name, value in mine.items()})  # type: ignore[arg-type, call-arg]  # read as from the environment
            expected = _fill(cluster.url, settings, trial, platform)
            env = {**os.environ, **mine, "PYTHONPATH": str(ROOT)}
            with _gateway(env, trial.channel) as platform.gateway:
                kills, seconds = _deliver_all(cluster.url, env, trial)
                platform.gateway = ""
            seen: dict[str, list[str]] = {user: [] for user in expected}
            for shown in platform.shown:
                seen[shown.user].append(shown.text)
    return Outcome(
        parts=sum(map(len, expected.values())),
        lost=sum(len(set(expected[user]) - set(seen[user])) for user in expected),
        doubled=sum(len(texts) - len(set(texts)) for texts in seen.values()),
        out_of_order=sum(not _in_order(seen[user], expected[user]) for user in expected),
        kills=kills,
        unanswered=platform.unanswered,
        too_fast=platform.too_fast,
        echo_late_s=platform.webhooks_late_s,
        seconds=seconds,
    )


STEADY = {"zalo": 5_000, "facebook": 12_000, "telegram": 1_200}


def main() -> None:
    only = sys.argv[1:] or list(ADDRESSES)
    print("delivery, two processes, platforms' stand-ins on the same cores (python -m bench.delivery)", flush=True)
    for channel in only:
        faults = SAID_FAULTS if channel == "telegram" else FAULTS
        rough = run(Trial(channel, mischief=faults, kill_every_s=KILL_EVERY_S))
        print(f"  {channel}, limit lifted, 5 % faults, a kill every {KILL_EVERY_S:.0f} s: {rough}", flush=True)
    for channel in only:
        count = STEADY[channel]
        steady = run(Trial(channel, count, count // 4, raised=False))
        print(f"  {channel}, at the platform's limit: {steady}", flush=True)


if __name__ == "__main__":
    sys.exit(main())
