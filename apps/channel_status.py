"""Reading how every channel stands: for the page, the gauges and the alarms alike."""

from __future__ import annotations

from channels import accounts
from channels.standing import ChannelView, Problem, Watch, problems, views, watch_of
from conversations import Database, Standing, standing
from settings import Settings


class ChannelStatus:
    """Every channel as it stands now."""

    def __init__(self, settings: Settings, db: Database) -> None:
        self._settings, self._db = settings, db
        self.watch: Watch = watch_of(settings)

    def check(self) -> None:
        """Raises BadAccounts."""
        accounts(self._settings)

    def read(self) -> tuple[Standing, list[ChannelView], list[Problem]]:
        """All figures, the channels, and what is wrong; raises DatabaseAway."""
        found = standing(self._db, self.watch.lately.total_seconds())
        shown = views(self._settings, found)
        return found, shown, problems(shown, found.at, self.watch)
