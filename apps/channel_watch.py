"""Which troubles of the channels the staff on duty must hear of: each raised once, ended when it is over."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from apps.channel_status import ChannelStatus
from care import Care
from care.duty.alerts import Trouble, end_troubles, open_troubles, raise_trouble
from channels.standing import AccountView, ChannelView, Problem, Watch, is_failing
from channels.standing_texts import told
from conversations import Standing

# A channel that stands still so long needs a person; shorter pauses are the platform's own pace.
FAILS_FROM = timedelta(minutes=2)
# One that is tried again and fails again stands still all the while.
AGAIN_WITHIN = timedelta(minutes=1)
KINDS = {"failing": "failing", "waiting": "waiting", "gone": "waiting", "token_dead": "token", "token_ending": "token"}


class ChannelWatch:
    """Looks at every account; safe to run in several processes."""

    def __init__(self, status: ChannelStatus, care: Care) -> None:
        self._status, self._care = status, care

    def look(self) -> None:
        """Raise what is new, end what is over; raises DatabaseAway."""
        known = open_troubles(self._care)
        standing, channels, problems = self._status.read()
        paused = _paused(standing)
        found = [trouble for trouble, left in paused if left > FAILS_FROM]
        found += [each for each in map(_trouble, problems) if each is not None]
        for each in found:
            if each.subject not in known:
                raise_trouble(self._care, each)
        still = {each.subject for each in found} | {trouble.subject for trouble, _ in paused}
        still |= _failing_still(channels, known, self._status.watch)
        if known - still:
            end_troubles(self._care, still)


def _paused(standing: Standing) -> list[tuple[Trouble, timedelta]]:
    """Accounts that stand still, or did until lately, with how long they will."""
    return [
        (Trouble("channel", each.channel, each.account, each.paused_reason), each.paused_until - standing.at)
        for each in standing.accounts
        if each.paused_until is not None and each.paused_until > standing.at - AGAIN_WITHIN
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
