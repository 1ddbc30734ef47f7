"""What Zalo's error numbers ask us to do. Pure. Errors come as HTTP 200 with a number below zero."""

from __future__ import annotations

import requests

from channels.calls import Reply, reason
from conversations import ChannelStopped, RateLimited, Refused, Retry, SendError, Undeliverable

RATE_LIMITED = -32
EXPIRED_UPLOAD = -100
QUOTA = -211
TOKEN_REJECTED = frozenset({-216, -220})
# Outside the window, not a follower, blocked, banned or idle, more than this person may get.
UNREACHABLE = frozenset({-213, -217, -218, -227, -230, -232, -244})
OUR_FAULT = frozenset({-100, -201, -210, -233, -240, -248})
# Quota, verification, package, wallet, app or account switched off; a token rejected although it was renewed.
STOPPED = frozenset({-204, -205, -209, -211, -212, -216, -219, -220, -221, -223, -224, -320, -321})


def error_of(code: int, message: str, now_s: float) -> SendError:
    """A number that we do not know is worth another try."""
    told = reason(code, message)
    if code == RATE_LIMITED:
        return RateLimited(told, 60.0 - now_s % 60.0)  # counted per minute of the clock
    if code in UNREACHABLE:
        return Undeliverable(told)
    if code in OUR_FAULT:
        return Refused(told)
    if code in STOPPED:
        return ChannelStopped(told)
    return Retry(told)


def code_of(reply: Reply) -> int:
    """The number in an answer, 0 for success; other HTTP statuses get the number of their kind."""
    code = reply.body.get("error")
    if isinstance(code, int) and code != 0:
        return code
    if reply.status == requests.codes.unauthorized:
        return -216
    if reply.status >= requests.codes.bad_request:
        return -201
    return 0 if code == 0 else -200
