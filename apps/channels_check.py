"""`make channels-check`: every configured account tried end to end; says in plain words what is wrong and what to do.

Changes nothing but this: a Zalo token that is due is renewed, as sending would do. Prints no secret.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterable
from contextlib import closing
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import psycopg

from apps import postgres
from apps.channel_status import ChannelStatus
from channels import Accounts, BadAccounts, accounts
from channels.accounts import SECRETS, missing_secrets
from channels.checking import Account, Finding, door_findings, gateway_findings, handshake_findings, texts, told
from channels.checking_platforms import duty_findings, facebook_findings, telegram_findings, zalo_findings
from channels.standing import is_half_set
from channels.standing_texts import told as problem_told
from conversations import Database, DatabaseAway
from settings import Settings, load

VIETNAM = ZoneInfo("Asia/Ho_Chi_Minh")
SIGNS = {"ok": "✔", "note": "–", "warn": "!", "bad": "✘"}
SAID_ALREADY = {"half_set", "token_dead"}
Section = tuple[str, list[Finding]]


def check(settings: Settings, db: Database | None, clock: Callable[[], float] = time.time) -> list[Section]:
    """Everything that was found, under a heading each; `db` None: the product's database does not answer."""
    try:
        known = accounts(settings)
    except BadAccounts as error:
        return [(texts().frame["product"], [Finding("bad", "bad_accounts", {"reason": str(error)})])]
    local = f"http://127.0.0.1:{settings.gateway_port}"
    found, gateway = gateway_findings(local, settings.public_url.rstrip("/"))
    if db is None:
        found.append(Finding("bad", "no_database"))
    if not (known.zalo or known.facebook or known.telegram):
        found.append(Finding("bad", "nothing_set"))
    sections: list[Section] = [(texts().frame["product"], found)]
    sections += _platforms(settings, known, gateway, db, clock)
    if db is not None:
        sections[0][1].extend(_now(settings, db))
    return sections


def _platforms(
    settings: Settings, known: Accounts, gateway: str, db: Database | None, clock: Callable[[], float]
) -> list[Section]:
    sections: list[Section] = []
    for zalo in known.zalo:
        found = zalo_findings(settings, zalo, db, clock) if db is not None else []
        sections.append(_section("zalo", zalo.name, [*found, *_door(gateway, "zalo", zalo, clock)]))
    for page in known.facebook:
        found = facebook_findings(settings, page, db, clock) + _door(gateway, "facebook", page, clock)
        found += handshake_findings(gateway, page) if gateway else []
        sections.append(_section("facebook", page.name, found))
    for number, bot in enumerate(known.telegram):
        found = telegram_findings(settings, bot, clock)
        found += [] if settings.telegram_polling else _door(gateway, "telegram", bot, clock)
        works = any(each.key == "telegram_ok" for each in found)
        found += duty_findings(settings, bot) if works and number == 0 else []
        sections.append(_section("telegram", bot.name, found))
    return sections + [_off(settings, name) for name in SECRETS if not getattr(known, name)]


def _door(gateway: str, channel: str, account: Account, clock: Callable[[], float]) -> list[Finding]:
    return door_findings(gateway, channel, account, clock()) if gateway else []


def _section(channel: str, account: str, found: list[Finding]) -> Section:
    frame = texts().frame
    return frame["channel"].format(name=frame[channel], account=account), found


def _off(settings: Settings, channel: str) -> Section:
    missing = missing_secrets(settings, channel)
    facts = {"settings": ", ".join(missing)}
    return texts().frame[channel], [
        Finding("bad", "half_set", facts) if is_half_set(settings, channel) else Finding("note", "off", facts)
    ]


def _now(settings: Settings, db: Database) -> list[Finding]:
    """What the status page points out besides."""
    _, _, wrong = ChannelStatus(settings, db).read()
    shown = [each for each in wrong if each.key not in SAID_ALREADY]
    return [
        Finding(
            "bad" if each.level == "bad" else "warn",
            "now",
            {"text": f"{texts().frame[each.channel]}: {problem_told(each)}"},
        )
        for each in shown
    ]


def report(sections: Iterable[Section], now: datetime) -> tuple[str, int]:
    """What is printed, and the exit status: 1 when something must be done."""
    frame = texts().frame
    lines = [frame["title"].format(time=now.astimezone(VIETNAM).strftime("%H:%M %d/%m/%Y"))]
    levels = []
    for title, found in sections:
        lines += ["", title]
        for each in found:
            said, todo = told(each)
            levels.append(each.level)
            lines.append(f"  {SIGNS[each.level]} {said}")
            lines += [f"    {frame['todo'].format(todo=todo)}"] if todo else []
    bad, warned = levels.count("bad"), levels.count("warn")
    summary = [frame["wrong"].format(bad=bad)] if bad else []
    summary += [frame["warned"].format(warn=warned)] if warned else []
    lines += ["", " ".join(summary) or frame["good"]]
    return "\n".join(lines), int(bad > 0)


def main(settings: Settings) -> int:
    """The exit status."""
    db = _database(settings)
    try:
        shown, status = report(check(settings, db), datetime.now(UTC))
    except DatabaseAway:
        shown, status = report(check(settings, None), datetime.now(UTC))
    finally:
        if db is not None:
            db.close()
    print(shown)
    return status


def _database(settings: Settings) -> Database | None:
    """The running copy's database; None when it does not answer or was never set up."""
    url = settings.database_url
    if not url and (settings.var_dir / "postgres" / "PG_VERSION").exists():
        url = postgres.prepare(settings.var_dir).url
    if not url:
        return None
    try:
        with closing(psycopg.connect(url, connect_timeout=5)) as connection:
            connection.execute("SELECT 1 FROM conversations.account_life LIMIT 1")
    except psycopg.Error:
        return None
    return Database(url, pool_size=2)


if __name__ == "__main__":
    sys.exit(main(load()))
