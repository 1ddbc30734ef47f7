"""`make telegram-connect`: checks each bot's token, sets its webhook (or takes it off for polling) and its menu.

Safe to run again at any time; what waits at Telegram meanwhile is kept.
"""

from __future__ import annotations

import sys

import telegram

from channels import BadAccounts, TelegramAccount, accounts
from channels.telegram_client import TelegramClient
from channels.telegram_polling import UPDATES
from channels.telegram_texts import texts
from conversations import ChannelStopped, SendError
from settings import Settings, load

UNKNOWN_BOT = "Telegram does not know this token: copy it anew from @BotFather into TELEGRAM_BOT_TOKEN."


def connect(settings: Settings, account: TelegramAccount) -> list[str]:
    """Hook one bot up → what was done, a line each; raises a SendError, or ValueError for settings that can't work."""
    client = TelegramClient(account.bot_token, settings.telegram_api_url)
    me = client.run(client.bot.get_me())
    told = [f"@{me.username} (account {account.name}): the token works."]
    client.run(client.bot.set_my_commands([telegram.BotCommand(c.command, c.description) for c in texts().commands]))
    client.run(client.bot.set_my_description(texts().description))
    told.append("Menu and description are set.")
    if settings.telegram_polling:
        client.run(client.bot.delete_webhook())
        return [*told, "TELEGRAM_POLLING is on: no webhook, the jobs process asks for messages."]
    if not settings.gateway_url.startswith("https://"):
        raise ValueError("PUBLIC_URL must begin with https://, else Telegram can't call; or set TELEGRAM_POLLING=true.")
    if not account.webhook_secret:
        raise ValueError("TELEGRAM_WEBHOOK_SECRET is empty: draw one of A-Z a-z 0-9 _ -.")
    url = f"{settings.gateway_url}/webhooks/telegram"
    client.run(client.bot.set_webhook(url, secret_token=account.webhook_secret, allowed_updates=UPDATES))
    info = client.run(client.bot.get_webhook_info())
    told.append(f"Telegram calls {info.url}; {info.pending_update_count} messages wait there.")
    if info.last_error_message:
        told.append(f"Its last call failed: {info.last_error_message}")
    return told


def main(settings: Settings) -> int:
    """Every bot → the exit status."""
    try:
        bots = accounts(settings).telegram
    except BadAccounts as error:
        print(error)
        return 1
    if not bots:
        print("No bot: set TELEGRAM_BOT_TOKEN and TELEGRAM_WEBHOOK_SECRET (or TELEGRAM_POLLING=true).")
        return 1
    failed = 0
    for account in bots:
        try:
            print("\n".join(connect(settings, account)))
        except (SendError, ValueError) as error:
            failed = 1
            print(f"Account {account.name}: {UNKNOWN_BOT if isinstance(error, ChannelStopped) else error}")
    return failed


if __name__ == "__main__":
    sys.exit(main(load()))
