"""How fast an account may send: its platform's limit, kept by all delivery processes together.

Each request reserves its moment in the database; reserved moments are evenly spaced, so nothing is refused at steady state.
"""

from __future__ import annotations

import time
from collections.abc import Callable

from conversations import Database

# Requests reach the platform a few milliseconds early or late: at the limit itself some would fall into a neighbour's second.
SHARE_OF_LIMIT = 0.95


class SteadyPace:
    """At most `per_second` requests a second, less a little."""

    def __init__(
        self,
        db: Database,
        channel: str,
        account: str,
        per_second: float,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._db = db
        self._slot = {"channel": channel, "account": account, "every_s": 1 / (per_second * SHARE_OF_LIMIT)}
        self._sleep = sleep

    def wait(self) -> None:
        """Return when the next request may leave."""
        wait_s = self._db.execute("reserve_moment", self._slot)[0].wait_s
        if wait_s > 0:
            self._sleep(wait_s)
