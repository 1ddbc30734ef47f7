"""Asking each platform what it thinks of an account: its token, its webhook, its quota."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from typing import Any

import requests

from channels.accounts import FIRST_PAGE, FacebookAccount, TelegramAccount, ZaloAccount
from channels.base import part, words
from channels.checking import Finding, Told, ask, clock_finding
from channels.facebook_graph import Graph
from channels.standing import quota_of
from channels.standing_texts import quota as named
from channels.zalo_errors import TOKEN_REJECTED
from channels.zalo_tokens import ZaloAddresses, ZaloTokens
from conversations import ChannelStopped, Database, SendError, account_data
from settings import Settings

Clock = Callable[[], float]
LATE_ERROR_S = 900.0
MANY_PENDING = 100
FACEBOOK_TOKEN_DEAD = 190
LONGEST_WORDS = 120


def zalo_findings(settings: Settings, account: ZaloAccount, db: Database, clock: Clock = time.time) -> list[Finding]:
    """The token (renewed when it is old), the official account behind it, the quota; raises DatabaseAway."""
    addresses = ZaloAddresses(settings.zalo_api_url, settings.zalo_oauth_url)
    tokens = ZaloTokens(account, addresses, db, requests.Session(), clock)
    url = settings.zalo_api_url.rstrip("/") + "/v2.0/oa/getoa"
    try:
        token = tokens.current()
        answer = ask("GET", url, headers={"access_token": token})
        if answer.body.get("error") in TOKEN_REJECTED:
            answer = ask("GET", url, headers={"access_token": tokens.replacing(token)})
    except ChannelStopped as error:
        return [Finding("bad", "zalo_token", {"reason": error.reason})]
    except SendError as error:
        return [Finding("bad", "platform_away", {"platform": "Zalo", "reason": error.reason})]
    found = _away("Zalo", answer) or [_official_account(answer)]
    return [*found, *clock_finding(answer, clock), *_quota(account_data(db, "zalo", account.name))]


def _official_account(answer: Told) -> Finding:
    code = answer.body.get("error")
    if code == 0:
        return Finding("ok", "zalo_ok", {"name": words(part(answer.body, "data"), "name")[:LONGEST_WORDS] or "?"})
    key = "zalo_token" if code in TOKEN_REJECTED else "zalo_refuses"
    return Finding("bad", key, {"reason": f"{code}: {words(answer.body, 'message')[:LONGEST_WORDS]}"})


def _quota(data: Mapping[str, Any]) -> list[Finding]:
    quota = quota_of(data)
    if not quota:
        return []
    used_up = quota.get("remain") == "0"
    told = ", ".join(f"{name}: {value}" for name, value in named(quota).items())
    return [Finding("warn" if used_up else "ok", "quota_used_up" if used_up else "quota", {"quota": told})]


def facebook_findings(
    settings: Settings, account: FacebookAccount, db: Database | None, clock: Clock = time.time
) -> list[Finding]:
    """The page token, that it belongs to our app (its proof) and to the page that is named."""
    answer = _graph(settings, account, "me", fields="id,name")
    found = _away("Facebook", answer)
    if found:
        return found
    found = [_page(answer, account)]
    if found[0].level == "ok":
        app = _graph(settings, account, "app", fields="id,name")
        if app.status == requests.codes.ok:
            found.append(Finding("ok", "facebook_app", {"name": words(app.body, "name")[:LONGEST_WORDS] or "?"}))
    return [*found, *clock_finding(answer, clock), *_quota(account_data(db, "facebook", account.name) if db else {})]


def _graph(settings: Settings, account: FacebookAccount, path: str, **asked: str) -> Told:
    graph = Graph(account, settings.facebook_graph_url, settings.facebook_graph_version)
    return ask("GET", graph.address(path), params=asked)


def _page(answer: Told, account: FacebookAccount) -> Finding:
    error = part(answer.body, "error")
    if error:
        told = words(error, "message").replace(account.page_token, "…")[:LONGEST_WORDS]
        facts = {"reason": f"{words(error, 'code')}: {told}"}
        if error.get("code") == FACEBOOK_TOKEN_DEAD:
            return Finding("bad", "facebook_token", facts)
        return Finding("bad", "facebook_secret" if "appsecret_proof" in told else "facebook_refuses", facts)
    page, name = words(answer.body, "id"), words(answer.body, "name")[:LONGEST_WORDS] or "?"
    if account.page_id not in (FIRST_PAGE, page):
        return Finding("bad", "facebook_other_page", {"page": page, "wanted": account.page_id, "name": name})
    return Finding("ok", "facebook_ok", {"page": page, "name": name})


def telegram_findings(settings: Settings, account: TelegramAccount, clock: Clock = time.time) -> list[Finding]:
    """The token, where Telegram calls, what it says of its last calls, and whether the staff's group can be told."""
    answer = _bot(settings, account, "getMe")
    found = _away("Telegram", answer)
    if found:
        return found
    if answer.status in (requests.codes.unauthorized, requests.codes.not_found):
        return [Finding("bad", "telegram_token")]
    if answer.status != requests.codes.ok:
        return [Finding("bad", "telegram_refuses", {"reason": _description(answer, account)})]
    found = [Finding("ok", "telegram_ok", {"name": words(part(answer.body, "result"), "username") or "?"})]
    info = part(_bot(settings, account, "getWebhookInfo").body, "result")
    return [*found, *_hook(settings, info, clock()), *clock_finding(answer, clock)]


def duty_findings(settings: Settings, account: TelegramAccount) -> list[Finding]:
    """Whether the first bot may write into the staff's group."""
    if not settings.telegram_duty_chat:
        return [Finding("warn", "no_duty_chat")]
    answer = _bot(settings, account, "getChat", chat_id=settings.telegram_duty_chat)
    if answer.status == requests.codes.ok:
        return [
            Finding("ok", "duty_chat", {"name": words(part(answer.body, "result"), "title")[:LONGEST_WORDS] or "?"})
        ]
    return [Finding("bad", "duty_chat_wrong", {"reason": _description(answer, account)})]


def _bot(settings: Settings, account: TelegramAccount, method: str, **asked: str) -> Told:
    return ask("POST", f"{settings.telegram_api_url.rstrip('/')}/bot{account.bot_token}/{method}", json=asked)


def _description(answer: Told, account: TelegramAccount) -> str:
    said = words(answer.body, "description") or answer.failure
    return f"{answer.status}: {said.replace(account.bot_token, '…')[:LONGEST_WORDS]}"


def _hook(settings: Settings, info: Mapping[str, Any], now: float) -> list[Finding]:
    url, pending, at = words(info, "url"), info.get("pending_update_count"), info.get("last_error_date")
    if settings.telegram_polling:
        return [Finding("bad", "telegram_still_hooked") if url else Finding("ok", "telegram_polls")]
    wanted = f"{settings.gateway_url}/webhooks/telegram"
    if url != wanted:
        return [Finding("bad", "telegram_hook", {"url": url or "—", "wanted": wanted})]
    found = [Finding("ok", "telegram_hook_ok", {"url": url})]
    if isinstance(at, int) and now - at < LATE_ERROR_S:
        found.append(
            Finding("bad", "telegram_cannot_call", {"reason": words(info, "last_error_message")[:LONGEST_WORDS]})
        )
    if isinstance(pending, int) and pending > MANY_PENDING:
        found.append(Finding("warn", "telegram_pending", {"number": str(pending)}))
    return found


def _away(platform: str, answer: Told) -> list[Finding]:
    if answer.status and answer.status < requests.codes.internal_server_error:
        return []
    return [
        Finding("bad", "platform_away", {"platform": platform, "reason": answer.failure or f"HTTP {answer.status}"})
    ]
