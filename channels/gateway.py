"""The public doors: platform webhooks, the web chat, its pages. `apps/gateway.py` mounts what is made here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta

import structlog
from flask import Blueprint, Response, abort, request
from prometheus_client import Counter
from werkzeug.datastructures import Headers

from channels import facebook_deletion, media, web, web_pages, web_talk
from channels.accounts import SECRETS, Accounts, accounts, missing_secrets
from channels.base import Channel, Webhook
from channels.courtesies import Courtesies
from channels.door import Door, Listener
from channels.errors import Forged, Malformed
from channels.facebook import Facebook
from channels.facebook_graph import Terms
from channels.sessions import Sessions
from channels.telegram import Telegram
from channels.telegram_pace import limits_of
from channels.zalo import Zalo
from channels.zalo_rules import rules_of
from channels.zalo_tokens import ZaloAddresses
from conversations import Database, LiveEvents, Sender
from settings import Settings

log = structlog.get_logger(__name__)

TURNED_AWAY = Counter("channel_webhooks_refused_total", "Webhooks not taken", ["channel", "why"])


def channels(settings: Settings) -> dict[str, Channel]:
    """The platforms that are switched on, by name; raises BadAccounts."""
    known: Accounts = accounts(settings)
    found: dict[str, Channel] = {}
    if known.zalo:
        addresses = ZaloAddresses(settings.zalo_api_url, settings.zalo_oauth_url)
        found["zalo"] = Zalo(known.zalo, addresses, settings.zalo_per_minute, rules_of(settings))
    if known.facebook:
        terms = Terms(
            settings.facebook_graph_version, settings.facebook_per_second, human_agent=settings.facebook_human_agent
        )
        found["facebook"] = Facebook(known.facebook, settings.facebook_graph_url, terms)
    if known.telegram:
        limits, group = limits_of(settings), settings.telegram_duty_chat
        found["telegram"] = Telegram(known.telegram, settings.telegram_api_url, limits, group)
    return found


def senders(settings: Settings, db: Database) -> dict[tuple[str, str], Sender]:
    """A sender for every (channel, account); the web chat needs none, its customers fetch their messages."""
    store = media.media_store(settings)
    return {
        (name, account): media.LinkedSender(sender, store) if channel.can.pictures == "by link" else sender
        for name, channel in channels(settings).items()
        for account, sender in channel.senders(db, store.read).items()
    }


def channel_status(settings: Settings) -> list[str]:
    """One line per platform for whoever starts the product: its webhook, or what it lacks."""
    on = channels(settings)
    return [_status(settings, name, name in on) for name in SECRETS]


def _status(settings: Settings, name: str, is_on: bool) -> str:
    title = f"{name.capitalize():<14} "
    if is_on and name == "telegram" and settings.telegram_polling:
        return f"{title}asks {settings.telegram_api_url} for messages"
    if is_on:
        return f"{title}{settings.gateway_url}/webhooks/{name}"
    return f"{title}off: set {', '.join(missing_secrets(settings, name))}"


def doors(settings: Settings, db: Database, listeners: Mapping[str, Sequence[Listener]]) -> dict[str, Door]:
    """The way in of every channel that is on, with who else listens to it; raises BadAccounts."""
    courtesies, hold = Courtesies(), timedelta(hours=settings.staff_hold_hours)
    return {
        name: Door(channel, db, courtesies, listeners.get(name, ()), hold)
        for name, channel in channels(settings).items()
    }


def blueprints(
    settings: Settings, db: Database, live: LiveEvents, listeners: Mapping[str, Sequence[Listener]]
) -> list[Blueprint]:
    """Everything the gateway serves but health and metrics; raises BadAccounts, ValueError without WEB_SECRET."""
    sessions = Sessions(settings.web_secret, db)
    store = media.media_store(settings)
    return [
        webhooks(doors(settings, db, listeners), settings.zalo_verifier),
        web.blueprint(web.WebChat(db, live, sessions, store), settings.web_allowed_origins),
        web_talk.blueprint(web_talk.Talk(db, sessions), settings.web_allowed_origins),
        media.blueprint(store, sessions, db, settings.web_allowed_origins),
        web_pages.blueprint(settings.gateway_url, settings.web_allowed_origins),
        facebook_deletion.blueprint(db, accounts(settings).facebook, settings.gateway_url),
    ]


def webhooks(on: Mapping[str, Door], zalo_verifier: str = "") -> Blueprint:
    """`/webhooks/<channel>`; a channel that is off does not exist (404)."""
    routes = Blueprint("webhooks", __name__)

    @routes.get("/webhooks/<name>")
    def greet(name: str) -> Response:
        try:
            body = on[name].channel.greet(request.args) if name in on else abort(404)
        except Forged:
            TURNED_AWAY.labels(name, "forged").inc()
            abort(403)
        return Response(body, mimetype="text/plain")

    @routes.post("/webhooks/<name>")
    def receive(name: str) -> Response:
        webhook = Webhook(request.get_data(), Headers(request.headers), datetime.now(UTC))
        if name not in on:
            abort(404)
        try:
            # Answered only after the commit inside: what the platform believes delivered, we have.
            on[name].receive(webhook)
        except Forged as error:
            TURNED_AWAY.labels(name, "forged").inc()
            on[name].turned_away(webhook)
            log.warning("webhook refused", channel=name, why=str(error))
            abort(403)
        except Malformed as error:
            TURNED_AWAY.labels(name, "malformed").inc()
            log.warning("webhook unreadable", channel=name, why=str(error))
            abort(400)
        return Response("ok", mimetype="text/plain")

    @routes.get("/zalo_verifier<code>.html")
    def verifier(code: str) -> Response:
        if not zalo_verifier or code != zalo_verifier.removeprefix("zalo_verifier").removesuffix(".html"):
            abort(404)
        page = f'<meta name="zalo-platform-site-verification" content="{zalo_verifier}">'
        return Response(page, mimetype="text/html")

    return routes
