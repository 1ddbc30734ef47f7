"""What incidents say in Vietnamese; the sentences are in texts.yml."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import cast

import yaml

from care.due import VIETNAM


@cache
def texts() -> Mapping[str, str]:
    """Each sentence by name."""
    return cast("Mapping[str, str]", yaml.safe_load((Path(__file__).parent / "texts.yml").read_text("utf8"))["texts"])


def moment(at: datetime, now: datetime) -> str:
    """ "15:30 hôm nay", "15:30 ngày mai", "15:30 ngày 25/11"."""
    local, today = at.astimezone(VIETNAM), now.astimezone(VIETNAM).date()
    days = (local.date() - today).days
    day = {0: "hôm nay", 1: "ngày mai", -1: "hôm qua"}.get(days, f"ngày {local.day}/{local.month}")
    return f"{local:%H:%M} {day}"
