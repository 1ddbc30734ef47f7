"""How far one message has come on its way to a platform, part by part. Pure; who keeps it is a function."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TypeVar

Part = TypeVar("Part")
Keep = Callable[[int, str | None], None]


class Progress:
    """`sent` parts have left for sure. `echoes`: what the platform showed of a part that may have left as well, its key with
    its id; None when there is no such part. `keep` stores a new `sent` and the part's id before the next part leaves."""

    def __init__(self, sent: int = 0, echoes: Mapping[str, str] | None = None, keep: Keep = lambda sent, came: None):
        self.sent = sent
        self.trying: str | None = None  # the key of the part that is on its way
        self._echoes = echoes
        self._keep = keep

    @property
    def in_doubt(self) -> bool:
        """Whether the next part may have left before."""
        return self._echoes is not None

    def send_rest(
        self,
        parts: Sequence[Part],
        send: Callable[[Part], str | None],
        key: Callable[[Part], str] | None = None,
    ) -> str | None:
        """`send` each part that has not left yet → what the last one came to.

        `key` is what the platform's echo of a part is known by; a part in doubt whose echo came is not sent again.
        Raises what `send` and `keep` raise.
        """
        came = None
        for number in range(self.sent, len(parts)):
            part = parts[number]
            self.trying = key(part) if key else None
            echoed = (self._echoes or {}).get(self.trying or "")
            came = echoed if echoed is not None else send(part)
            self._echoes = None
            self.sent = number + 1
            if self.sent < len(parts):  # the last one is stored with the message's end
                self._keep(self.sent, came)
        return came
