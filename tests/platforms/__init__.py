"""Honest stand-ins for Zalo and Facebook: HTTP servers with the platforms' own rules, and their signed webhooks."""

from tests.platforms.facebook import FacebookPlatform
from tests.platforms.server import Shown
from tests.platforms.zalo import ZaloPlatform

__all__ = ["FacebookPlatform", "Shown", "ZaloPlatform"]
