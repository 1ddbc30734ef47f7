"""By what callers from outside are counted where nothing better is known of them."""

from __future__ import annotations

import ipaddress


def caller_of(address: str | None) -> str:
    """The address; of IPv6 its network, since one home has a whole one."""
    try:
        known = ipaddress.ip_address(address or "")
    except ValueError:
        return "unknown"
    if known.version == 4:
        return str(known)
    return str(ipaddress.ip_network((int(known) >> 64 << 64, 64)))
