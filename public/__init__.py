"""What anyone may see without signing in: look-ups, outage pages and feeds, figures, the request form, Open311."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Mapping

    from flask import Blueprint

    from care import Care

T = TypeVar("T")

__all__ = ["blueprints", "public"]


def blueprints(
    care: Care, public_url: str, secret: str, open311_keys: Mapping[str, str], portal_secret: str = ""
) -> list[Blueprint]:
    """All doors of the room; see `public.doors`."""
    from public import doors

    return doors.blueprints(care, public_url, secret, open311_keys, portal_secret)


def public(thing: T) -> T:
    """Nothing to us: aiosmtpd marks its names with a decorator from a package that is called as this room is.

    docs/decisions/007-public-and-atpublic.md
    """
    return thing
