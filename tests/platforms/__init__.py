"""Honest stand-ins for Zalo, Facebook and Telegram: HTTP servers with the platforms' own rules, and their signed webhooks."""

from tests.platforms.facebook import FacebookPlatform
from tests.platforms.mischief import Mischief
from tests.platforms.server import Shown
from tests.platforms.telegram import TelegramPlatform
from tests.platforms.zalo import ZaloPlatform

__all__ = ["FacebookPlatform", "Mischief", "Shown", "TelegramPlatform", "ZaloPlatform"]
