"""Structured logs, one JSON object a line, with personal data masked."""

import logging
import re
from collections.abc import MutableMapping
from typing import Any

import structlog

_CODE = re.compile(r"\b(P[A-Z][0-9A-Z]{2})[0-9A-Z]{6}([0-9]{3})\b")
_PHONE = re.compile(r"(?<!\d)(?:\+?84|0)\d{5,6}(\d{3})(?!\d)")


def mask(text: str) -> str:
    """Customer codes and phones shortened to what support needs: PB04…345, …004."""
    return _PHONE.sub(r"…\1", _CODE.sub(r"\1…\2", text))


def _masked(_logger: Any, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    return {name: mask(value) if isinstance(value, str) else value for name, value in event.items()}


def configure(level: str) -> None:
    """Set up logging for this process; called once by each process's main module."""
    logging.basicConfig(level=level, format="%(levelname)s %(name)s %(message)s")
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            _masked,
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelName(level)),
    )
