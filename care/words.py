"""Words that live in data: a YAML file read once a process."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any, cast

import yaml


@cache
def words_in(file: Path) -> Mapping[str, Any]:
    """The file's content; raises OSError and yaml.YAMLError."""
    return cast("Mapping[str, Any]", yaml.safe_load(file.read_text("utf8")))
