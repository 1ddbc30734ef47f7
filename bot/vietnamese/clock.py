"""Hours as customers read and write them: 7h, 17h30."""

from __future__ import annotations

from datetime import datetime, time


def written_hour(at: datetime | time) -> str:
    """`7h` or `17h30`, of the hour as it stands: turn a moment to Vietnamese time first."""
    return f"{at.hour}h{at:%M}" if at.minute else f"{at.hour}h"
