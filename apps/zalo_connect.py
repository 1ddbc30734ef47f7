"""`make zalo-connect`: walks an operator through the consent for an official account, keeps the tokens, checks the way.

Safe to run again at any time: an account whose tokens work is only checked (AGAIN=1 asks for a new consent all the same).
LISTEN=port takes the browser's way back itself instead of having its address pasted.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import requests
import yaml

from apps.demo_data import database_address
from channels import BadAccounts, ZaloAccount, accounts
from channels.base import words
from channels.checking import knock, signed_nothing
from channels.zalo_client import ZaloClient
from channels.zalo_consent import Consent, NoCode
from channels.zalo_reading import NAME
from channels.zalo_tokens import TokenRefused, ZaloAddresses, first_pair
from conversations import ChannelStopped, Database, DatabaseAway, SendError, account_data, resume_account
from settings import Settings, load

CALL_S = 10.0


@cache
def says() -> dict[str, str]:
    """The sentences by name."""
    told: dict[str, str] = yaml.safe_load(Path(__file__).with_suffix(".yml").read_text("utf8"))["says"]
    return told


class Failed(Exception):
    """The operator must do something first; the message says what."""


@dataclass(frozen=True)
class Operator:
    """Whoever runs the command: `tell` shows a line, `answer` waits for what the browser came back with, asked at the address
    and with the words given."""

    tell: Callable[[str], None]
    answer: Callable[[str, str], str]
    back_to: str
    pasting: bool = True

    def say(self, sentence: str, /, **facts: object) -> None:
        """One sentence of the file."""
        self.tell(says()[sentence].format(**facts))


def connect(settings: Settings, account: ZaloAccount, db: Database, operator: Operator, *, again: bool = False) -> bool:
    """Tokens, quota and webhook of one account → whether all is well. Raises DatabaseAway."""
    operator.say("account", app_id=account.app_id)
    client = ZaloClient(account, ZaloAddresses(settings.zalo_api_url, settings.zalo_oauth_url), db)
    try:
        reason = "AGAIN=1" if again else _missing(client)
        if reason:
            operator.say("why", reason=reason)
            _consent(settings, account, client, operator)
        _show_account(client, operator)
    except Failed as failure:
        operator.tell(str(failure))
        return False
    return _webhook_works(settings, account, operator)


def _missing(client: ZaloClient) -> str:
    """Why a consent is needed; empty when the tokens work. Raises Failed when Zalo can't be asked."""
    try:
        client.get("/v2.0/oa/getoa")
    except ChannelStopped as error:
        return error.reason
    except SendError as error:
        raise Failed(says()["away"].format(reason=error.reason)) from error
    return ""


def _consent(settings: Settings, account: ZaloAccount, client: ZaloClient, operator: Operator) -> None:
    consent = Consent()
    operator.say("open", link=consent.link(settings.zalo_oauth_url, account.app_id, operator.back_to))
    operator.say("paste" if operator.pasting else "waits", back_to=operator.back_to)
    try:
        code = consent.code(operator.answer(operator.back_to, says()["prompt"]))
        addresses = ZaloAddresses(settings.zalo_api_url, settings.zalo_oauth_url)
        with requests.Session() as session:
            pair = first_pair(session, addresses, account, code, consent.verifier)
    except NoCode as error:
        raise Failed(says()[str(error)]) from error
    except TokenRefused as error:
        raise Failed(says()["refused"].format(reason=error, back_to=operator.back_to)) from error
    except SendError as error:
        raise Failed(says()["away"].format(reason=error.reason)) from error
    client.tokens.keep(pair)
    resume_account(client.db, NAME, account.name)


def _show_account(client: ZaloClient, operator: Operator) -> None:
    try:
        about = client.get("/v2.0/oa/getoa")
    except SendError as error:
        raise Failed(says()["token_bad"].format(reason=error.reason)) from error
    verified = "" if about.get("is_verified", True) else says()["not_verified"]
    operator.say("works", name=words(about, "name") or words(about, "oa_id"), verified=verified)
    quota = account_data(client.db, NAME, client.account).get("quota", {})
    if "limit" in quota:
        operator.say("quota", remain=quota.get("remain", "?"), limit=quota["limit"])
    else:
        operator.say("no_quota")


def _webhook_works(settings: Settings, account: ZaloAccount, operator: Operator) -> bool:
    """A signed event in which nothing happened, sent the way that Zalo sends."""
    url = f"{settings.gateway_url}/webhooks/zalo"
    if not settings.gateway_url.startswith("https://"):
        operator.say("hook_https", url=url)
    answer = knock(url, signed_nothing(account, time.time()))
    heard = {200: "hook_works", 403: "hook_403", 404: "hook_404", 0: "hook_away"}.get(answer.status, "hook_other")
    operator.say(heard, url=url, status=answer.status, reason=answer.failure)
    return heard == "hook_works" and _domain_proved(settings, operator)


def _domain_proved(settings: Settings, operator: Operator) -> bool:
    if not settings.zalo_verifier:
        return True
    code = settings.zalo_verifier.removeprefix("zalo_verifier").removesuffix(".html")
    url = f"{settings.gateway_url}/zalo_verifier{code}.html"
    try:
        works: bool = requests.get(url, timeout=CALL_S).status_code == requests.codes.ok
    except requests.RequestException:
        works = False
    operator.say("verifier_works" if works else "verifier_bad", url=url)
    return works


def wait_for_browser(port: int) -> str:
    """The address that a browser comes to on this port of the machine."""
    came: list[str] = []

    class Back(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            """Keep the address and let the browser go."""
            came.append(self.path)
            self.send_response(200)
            self.end_headers()
            self.wfile.write(b"OK")

        def log_message(self, format: str, *args: object) -> None:
            """Quiet: the address holds the code."""

    with HTTPServer(("127.0.0.1", port), Back) as server:
        while not any("code=" in path for path in came):
            server.handle_request()
    return came[-1]


def pasted(prompt: str) -> str:
    """One line of the terminal; empty when its end came instead."""
    try:
        return input(prompt)
    except EOFError:
        return ""


def main(settings: Settings) -> int:
    """Every account → the exit status."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--again", action="store_true", help="ask for a new consent although the tokens work")
    parser.add_argument("--listen", type=int, metavar="PORT", help="take the browser's way back on this port")
    parser.add_argument("--back-to", default="", help="the app's callback address; without it the webhook's")
    asked = parser.parse_args()
    try:
        known = accounts(settings).zalo
    except BadAccounts as error:
        print(error)
        return 1
    if not known:
        print(says()["no_account"])
        return 1
    listened = f"http://127.0.0.1:{asked.listen}/" if asked.listen else f"{settings.gateway_url}/webhooks/zalo"
    operator = Operator(
        tell=print,
        answer=lambda _, prompt: wait_for_browser(asked.listen) if asked.listen else pasted(prompt),
        back_to=asked.back_to or listened,
        pasting=not asked.listen,
    )
    with database_address(settings) as url:
        db = Database(url, pool_size=2)
        try:
            well = [connect(settings, account, db, operator, again=asked.again) for account in known]
        except DatabaseAway:
            print(says()["no_database"])
            return 1
        finally:
            db.close()
    print(says()["next"])
    return 0 if all(well) else 1


if __name__ == "__main__":
    sys.exit(main(load()))
