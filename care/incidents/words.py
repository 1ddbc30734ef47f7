"""What incidents say in Vietnamese; the sentences are in texts.yml."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import cast

from bot.vietnamese import written_hour
from care.due import VIETNAM
from care.words import words_in


def texts() -> Mapping[str, str]:
    """Each sentence by name."""
    return cast("Mapping[str, str]", words_in(Path(__file__).parent / "texts.yml")["texts"])


def moment(at: datetime, now: datetime) -> str:
    """ "15h30 hôm nay", "15h30 ngày mai", "15h30 ngày 25/11"."""
    local, today = at.astimezone(VIETNAM), now.astimezone(VIETNAM).date()
    days = (local.date() - today).days
    day = {0: "hôm nay", 1: "ngày mai", -1: "hôm qua"}.get(days, f"ngày {local.day}/{local.month}")
    return f"{written_hour(local)} {day}"
