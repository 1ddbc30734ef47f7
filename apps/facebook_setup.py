"""`make facebook-setup`: checks each page's token and app, its webhook and events, and sets what the page shows.

Safe to run again at any time: only what differs is changed.
"""

from __future__ import annotations

import sys
from collections.abc import Generator, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from pydantic import BaseModel, ConfigDict

from channels import BadAccounts, FacebookAccount, accounts
from channels.accounts import FIRST_PAGE
from channels.base import part, words
from channels.facebook_deletion import PATH
from channels.facebook_graph import Graph, app_graph
from channels.facebook_profile import FIELDS, SCOPES, differing, profile
from conversations import ChannelStopped, RateLimited, Refused, Retry, SendError
from settings import Settings, load

CALLBACK_FAILED = 2200


class Words(BaseModel):
    """The shape of `facebook_setup.yml`."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    version: int
    lines: dict[str, str]
    names: dict[str, str]
    wrong: dict[str, str]


@cache
def said() -> Words:
    """What the command says; raises pydantic's ValidationError naming the field."""
    return Words.model_validate(yaml.safe_load(Path(__file__).with_suffix(".yml").read_text("utf8")))


class Wrong(Exception):
    """The set-up can't go on; the message is for the operator."""

    def __init__(self, name: str, /, **blanks: str) -> None:
        super().__init__(said().wrong[name].format(**blanks))


class PageSetup:
    """One page being set up; each step yields the lines that tell what it found or did, and raises Wrong or a SendError."""

    def __init__(self, settings: Settings, account: FacebookAccount) -> None:
        self._settings, self._account = settings, account
        self._graph = Graph(account, settings.facebook_graph_url, settings.facebook_graph_version)

    def run(self) -> Iterator[str]:
        """All steps, in the order in which they need one another."""
        page = yield from self._page()
        app = yield from self._app()
        yield from self._token(app)
        yield from self._webhook(app)
        yield from self._events(page)
        yield from self._profile()
        yield _line("deletion", url=self._settings.gateway_url + PATH)

    def _page(self) -> Generator[str, None, str]:
        me = self._graph.get("me", fields="id,name")
        page = words(me, "id")
        if self._account.page_id not in (FIRST_PAGE, page):
            raise Wrong("other_page", page=page, named=self._account.page_id)
        yield _line("page", name=words(me, "name"), page=page)
        return page

    def _app(self) -> Generator[str, None, FacebookAccount]:
        told = self._graph.get("app", fields="id,name")
        app = words(told, "id")
        yield _line("app", name=words(told, "name"), app=app)
        if not self._account.app_id:
            yield _line("app_id_missing", app=app)
        elif self._account.app_id != app:
            raise Wrong("other_app", app=app, named=self._account.app_id)
        return self._account.model_copy(update={"app_id": app})

    def _token(self, account: FacebookAccount) -> Iterator[str]:
        told = part(self._as_app(account).get("debug_token", input_token=account.page_token), "data")
        if not told.get("is_valid"):
            raise Wrong("token", told=words(part(told, "error"), "message") or "190")
        scopes = told.get("scopes")
        missing = [each for each in SCOPES if isinstance(scopes, list) and each not in scopes]
        if missing:
            raise Wrong("scopes", scopes=", ".join(missing))
        expires = told.get("expires_at")
        if isinstance(expires, int) and expires > 0:
            yield _line("expires", at=datetime.fromtimestamp(expires, UTC).isoformat(" ", "minutes"))

    def _webhook(self, account: FacebookAccount) -> Iterator[str]:
        if not self._settings.gateway_url.startswith("https://"):
            raise Wrong("public_url")
        url = f"{self._settings.gateway_url}/webhooks/facebook"
        as_app = self._as_app(account)
        if _hooked(_listed(as_app.get(f"{account.app_id}/subscriptions")), url):
            yield _line("webhook_kept", url=url)
            return
        wanted = {
            "object": "page",
            "callback_url": url,
            "verify_token": account.verify_token,
            "fields": ",".join(FIELDS),
            "include_values": True,
        }
        try:
            as_app.post(f"{account.app_id}/subscriptions", wanted)
        except (Refused, Retry) as error:
            if error.reason.startswith(f"{CALLBACK_FAILED}:"):
                raise Wrong("callback", url=url) from error
            raise
        yield _line("webhook_set", url=url)

    def _events(self, page: str) -> Iterator[str]:
        apps = _listed(self._graph.get(f"{page}/subscribed_apps", fields="id,subscribed_fields"))
        known = [each for app in apps for each in app.get("subscribed_fields") or []]
        if set(FIELDS) <= set(known):
            yield _line("fields_kept")
            return
        self._graph.post(f"{page}/subscribed_apps", {"subscribed_fields": ",".join(FIELDS)})
        yield _line("fields_set", fields=", ".join(FIELDS))

    def _profile(self) -> Iterator[str]:
        wanted = profile()
        there = _listed(self._graph.get("me/messenger_profile", fields=",".join(wanted)))
        changes = differing(wanted, there[0] if there else {})
        if not changes:
            yield _line("profile_kept")
            return
        self._graph.post("me/messenger_profile", changes)
        yield _line("profile_set", names=", ".join(said().names[name] for name in changes))

    def _as_app(self, account: FacebookAccount) -> Graph:
        return app_graph(account, self._settings.facebook_graph_url, self._settings.facebook_graph_version)


def _line(name: str, /, **blanks: str) -> str:
    return said().lines[name].format(**blanks)


def _listed(answer: Mapping[str, Any]) -> list[dict[str, Any]]:
    listed = answer.get("data")
    return [each for each in listed if isinstance(each, dict)] if isinstance(listed, list) else []


def _hooked(webhooks: Sequence[Mapping[str, Any]], url: str) -> bool:
    """Whether Facebook already calls `url` with all that we want to hear."""
    for each in webhooks:
        told = each.get("fields")
        fields = (
            {words(field, "name") for field in told if isinstance(field, dict)} if isinstance(told, list) else set()
        )
        if words(each, "object") == "page" and words(each, "callback_url") == url and each.get("active"):
            return set(FIELDS) <= fields
    return False


def plain(error: SendError) -> str:
    """A refusal in words that an operator understands."""
    code = error.reason.partition(":")[0].partition("/")[0]
    match error:
        case ChannelStopped() if code == "190":
            return str(Wrong("token", told=error.reason))
        case ChannelStopped():
            return str(Wrong("permission", told=error.reason))
        case Refused() if "appsecret_proof" in error.reason:
            return str(Wrong("secret"))
        case Retry() | RateLimited():
            return str(Wrong("busy", told=error.reason))
        case _:
            return str(Wrong("other", told=error.reason))


def set_up(settings: Settings, account: FacebookAccount) -> bool:
    """One page, told on the console as it goes → whether all is well."""
    try:
        for line in PageSetup(settings, account).run():
            print(line if line.startswith("!") else f"✓ {line}")
    except Wrong as error:
        print(f"✗ {error}")
        return False
    except SendError as error:
        print(f"✗ {plain(error)}")
        return False
    return True


def main(settings: Settings) -> int:
    """Every page → the exit status."""
    try:
        pages = accounts(settings).facebook
    except BadAccounts as error:
        print(error)
        return 1
    if not pages:
        print(said().lines["none"])
        return 1
    failed = [account.name for account in pages if not set_up(settings, account)]
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(load()))
