"""What the operator reads about a channel, from `standing.yml`."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path

import yaml
from pydantic import BaseModel, ConfigDict

from channels.standing import Problem

OTHER = "other"


class StandingTexts(BaseModel):
    """The file's shape; a broken file stops the start."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    version: int
    problems: dict[str, str]
    advice: dict[str, dict[str, str]]
    outcomes: dict[str, str]
    quota: dict[str, str]


@cache
def texts() -> StandingTexts:
    """The sentences, checked; raises pydantic's ValidationError naming the field."""
    path = Path(__file__).parent / "standing.yml"
    return StandingTexts.model_validate(yaml.safe_load(path.read_text("utf8")))


def advice(channel: str, reason: str) -> str:
    """What to do about a platform's refusal, by its number or its name; the longest beginning of `reason` counts."""
    head = reason.partition(":")[0].strip()
    own, common = texts().advice.get(channel, {}), texts().advice["any"]
    if head in own:
        return own[head]
    starts = sorted((name for name in {**common, **own} if name != OTHER and reason.startswith(name)), key=len)
    if starts:
        return {**common, **own}[starts[-1]]
    return own.get(OTHER) or common[OTHER]


def quota(told: Mapping[str, str]) -> dict[str, str]:
    """A platform's quota with names that the operator understands; an unknown one keeps its own."""
    return {texts().quota.get(name, name): value for name, value in told.items()}


def told(problem: Problem) -> str:
    """One problem as the operator reads it."""
    facts = dict(problem.facts)
    reason = facts.get("reason", "")
    return (
        texts().problems[problem.key].format(account=problem.account, advice=advice(problem.channel, reason), **facts)
    )
