"""Reading how every channel stands: for the page, the gauges and the alarms alike."""

from __future__ import annotations

from datetime import datetime

from channels import accounts
from channels.standing import ChannelView, Problem, Watch, problems, views, watch_of
from conversations import Database, standing
from settings import Settings


class ChannelStatus:
    """Every channel as it stands now."""

    def __init__(self, settings: Settings, db: Database) -> None:
        self._settings, self._db = settings, db
        self.watch: Watch = watch_of(settings)

    def check(self) -> None:
        """Raises BadAccounts."""
        accounts(self._settings)

    def read(self) -> tuple[datetime, list[ChannelView], list[Problem]]:
        """The database's time, the channels, and what is wrong; raises DatabaseAway."""
        found = standing(self._db, self.watch.lately.total_seconds())
        shown = views(self._settings, found)
        return found.at, shown, problems(shown, found.at, self.watch)
