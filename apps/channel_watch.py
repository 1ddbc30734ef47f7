"""Which troubles of the channels the staff on duty must hear of: each raised once, ended when it is over."""

from __future__ import annotations

from collections.abc import Sequence

from apps.channel_status import ChannelStatus
from care import Care
from care.duty.alerts import Trouble, end_troubles, open_troubles, raise_trouble
from channels.standing import AccountView, ChannelView, Problem, Watch, is_failing
from channels.standing_texts import told
from conversations import Database, paused_accounts

# A channel that stands still so long needs a person; shorter pauses are the platform's own pace.
FAILS_FROM_S = 120.0
KINDS = {"failing": "failing", "waiting": "waiting", "gone": "waiting", "token_dead": "token", "token_ending": "token"}


class ChannelWatch:
    """Looks at every account; safe to run in several processes."""

    def __init__(self, status: ChannelStatus, db: Database, care: Care) -> None:
        self._status, self._db, self._care = status, db, care

    def look(self) -> None:
        """Raise what is new, end what is over; raises DatabaseAway."""
        known = open_troubles(self._care)
        paused = self._paused()
        _, channels, problems = self._status.read()
        found = [trouble for trouble, since_s in paused if since_s > FAILS_FROM_S]
        found += [each for each in map(_trouble, problems) if each is not None]
        for each in found:
            if each.subject not in known:
                raise_trouble(self._care, each)
        still = {each.subject for each in found} | {trouble.subject for trouble, _ in paused}
        still |= _failing_still(channels, known, self._status.watch)
        if known - still:
            end_troubles(self._care, still)

    def _paused(self) -> list[tuple[Trouble, float]]:
        return [
            (Trouble("channel", each.channel, each.account, each.reason), each.left_s)
            for each in paused_accounts(self._db)
        ]


def _trouble(problem: Problem) -> Trouble | None:
    """None for what is told otherwise (a pause) or only pointed out on the page."""
    kind = KINDS.get(problem.key)
    return Trouble(kind, problem.channel, problem.account, told(problem)) if kind else None


def _failing_still(channels: Sequence[ChannelView], known: set[str], watch: Watch) -> set[str]:
    """What was raised ends at half of what raises it, so that it does not come and go."""
    views: list[AccountView] = [view for channel in channels for view in channel.accounts]
    subjects = {f"failing:{view.channel}/{view.account}": view for view in views}
    return {name for name, view in subjects.items() if name in known and is_failing(view, watch, already=True)}
