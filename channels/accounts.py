"""Which accounts each platform has: the first one from settings, more from the CHANNEL_ACCOUNTS file (YAML).

    version: 1
    zalo:
      - {app_id: "…", app_secret: "…", oa_secret_key: "…", refresh_token: "…"}
    facebook:
      - {page_id: "…", app_id: "…", app_secret: "…", page_token: "…", verify_token: "…"}
    telegram:
      - {bot_token: "…", webhook_secret: "…"}

An account's name in the database is the Zalo app's id (one official account per app), the Facebook page's id or the
Telegram bot's id, which its token begins with; the page from settings names no id, is called "page" and takes the events
of every page that the file does not name.
"""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from channels.errors import BadAccounts
from settings import Settings

FIRST_PAGE = "page"


class ZaloAccount(BaseModel):
    """One official account and the app that speaks for it."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    app_id: str = Field(min_length=1)
    app_secret: str = Field(min_length=1)
    oa_secret_key: str = Field(min_length=1)
    refresh_token: str = ""  # the first one, where `make zalo-connect` did not store a pair

    @property
    def name(self) -> str:
        """Its name in the database."""
        return self.app_id


class FacebookAccount(BaseModel):
    """One page; `page_id` "page" stands for every page that no other account names."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    page_id: str = Field(default=FIRST_PAGE, min_length=1)
    app_id: str = Field(default="", pattern=r"^\d*$")  # empty: our own messages are known by the names we give them
    app_secret: str = Field(min_length=1)
    page_token: str = Field(min_length=1)
    verify_token: str = Field(min_length=1)

    @property
    def name(self) -> str:
        """Its name in the database."""
        return self.page_id


class TelegramAccount(BaseModel):
    """One bot. Bots share the webhook's address, so each has a secret of its own; without one it can only be polled."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    bot_token: str = Field(pattern=r"^\d{1,20}:[\w-]+$")
    webhook_secret: str = Field(default="", pattern=r"^[A-Za-z0-9_-]{0,256}$")

    @property
    def name(self) -> str:
        """Its name in the database: stays when the token is changed."""
        return self.bot_token.partition(":")[0]


class Accounts(BaseModel):
    """Every account of every platform; an empty list means that the channel is off."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    version: Literal[1] = 1
    zalo: tuple[ZaloAccount, ...] = ()
    facebook: tuple[FacebookAccount, ...] = ()
    telegram: tuple[TelegramAccount, ...] = ()


SECRETS: dict[str, tuple[str, ...]] = {
    "zalo": ("zalo_app_id", "zalo_app_secret", "zalo_oa_secret_key", "zalo_refresh_token"),
    "facebook": ("facebook_app_secret", "facebook_page_token", "facebook_verify_token"),
    "telegram": ("telegram_bot_token", "telegram_webhook_secret"),
}


def missing_secrets(settings: Settings, channel: str) -> list[str]:
    """The settings that `channel`'s first account still needs, as they are written in `.env`."""
    # Nobody posts to a machine that asks for itself.
    needless = {"telegram_webhook_secret"} if settings.telegram_polling else set[str]()
    needless |= {"zalo_refresh_token"}  # `make zalo-connect` stores a pair
    return [name.upper() for name in SECRETS[channel] if name not in needless and not getattr(settings, name)]


def accounts(settings: Settings) -> Accounts:
    """Every account; raises BadAccounts. A first account that is only half set up does not exist."""
    filed = _from_file(settings.channel_accounts) if settings.channel_accounts else Accounts()
    zalo, facebook, telegram = list(filed.zalo), list(filed.facebook), list(filed.telegram)
    if not missing_secrets(settings, "zalo"):
        zalo.insert(0, _first_zalo(settings))
    if not missing_secrets(settings, "facebook"):
        facebook.insert(0, _first_facebook(settings))
    if not missing_secrets(settings, "telegram"):
        telegram.insert(0, _first_telegram(settings))
    every: dict[str, list[str]] = {
        "zalo": [each.name for each in zalo],
        "facebook": [each.name for each in facebook],
        "telegram": [each.name for each in telegram],
    }
    for channel, names in every.items():
        if len(set(names)) < len(names):
            raise BadAccounts(f"{channel}: an account is named twice in settings and CHANNEL_ACCOUNTS")
    return Accounts(zalo=tuple(zalo), facebook=tuple(facebook), telegram=tuple(telegram))


def _first_zalo(settings: Settings) -> ZaloAccount:
    return ZaloAccount(
        app_id=settings.zalo_app_id,
        app_secret=settings.zalo_app_secret,
        oa_secret_key=settings.zalo_oa_secret_key,
        refresh_token=settings.zalo_refresh_token,
    )


def _first_facebook(settings: Settings) -> FacebookAccount:
    return FacebookAccount(
        app_id=settings.facebook_app_id,
        app_secret=settings.facebook_app_secret,
        page_token=settings.facebook_page_token,
        verify_token=settings.facebook_verify_token,
    )


def _first_telegram(settings: Settings) -> TelegramAccount:
    try:
        return TelegramAccount(bot_token=settings.telegram_bot_token, webhook_secret=settings.telegram_webhook_secret)
    except ValidationError as error:
        places = ", ".join(f"TELEGRAM_{each['loc'][0]}".upper() for each in error.errors())
        raise BadAccounts(f"{places}: not as Telegram writes it") from None


def _from_file(path: Path) -> Accounts:
    try:
        return Accounts.model_validate(yaml.safe_load(path.read_text("utf8")) or {})
    except (OSError, yaml.YAMLError) as error:
        raise BadAccounts(f"CHANNEL_ACCOUNTS {path}: {type(error).__name__}") from error
    except ValidationError as error:
        # Only where it is wrong: the values are secrets.
        places = ", ".join(".".join(map(str, each["loc"])) + ": " + each["msg"] for each in error.errors())
        raise BadAccounts(f"CHANNEL_ACCOUNTS {path}: {places}") from None
