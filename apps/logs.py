"""Structured logs, one JSON object a line, with personal data masked; what libraries log goes the same way.

Names, addresses and what a customer says have no shape that a mask could know: they are never logged at all.
"""

import logging
import re
from collections.abc import MutableMapping, Sequence
from typing import Any

import structlog
from structlog.typing import Processor

_CODE = re.compile(r"\b(P[A-Z][0-9A-Z]{2})[0-9A-Z]{6}([0-9]{3})\b")
_PHONE = re.compile(r"(?<![\w.])(?:\+?84|0)(?:[ .-]?\d){5,6}[ .-]?(\d)[ .-]?(\d)[ .-]?(\d)(?!\w)")
_EMAIL = re.compile(r"[\w.+-]+@([\w-]+(?:\.[\w-]+)+)")
# Whoever reads a link of ours, a query or a header in a log must not be able to use it.
_BEARER = re.compile(r"\b(Bearer|Basic|mac=|sha256=)\s*[\w.~+/=-]+", re.IGNORECASE)
_QUERY = re.compile(r"\?[^\s\"'<>]*=[^\s\"'<>]*")
_BOT_PATH = re.compile(r"/bot\d+:[\w-]+")
_SECRET = re.compile(r"(?<![\w-])[\w-]{32,}(?:\.[\w-]+)*|[0-9a-f]{32,}")
_MASKS = ((_BEARER, r"\1 …"), (_BOT_PATH, "/bot…"), (_QUERY, "?…"), (_EMAIL, r"…@\1"), (_CODE, r"\1…\2"))


def mask(text: str) -> str:
    """Customer codes and phones shortened to what support needs (PB04…345, …004); tokens, queries, mailboxes gone."""
    for pattern, shown in _MASKS:
        text = pattern.sub(shown, text)
    return _SECRET.sub("…", _PHONE.sub(r"…\1\2\3", text))


def _masked_value(value: Any) -> Any:
    if isinstance(value, str):
        return mask(value)
    if isinstance(value, dict):
        return {name: _masked_value(part) for name, part in value.items()}
    if isinstance(value, list | tuple):
        return [_masked_value(part) for part in value]
    return value


# Ours, made by machines: no person is named by them, and they must be found again.
_KEPT = frozenset({"request_id", "timestamp", "level", "route", "exception"})


def _masked(_logger: Any, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    masked = {name: value if name in _KEPT else _masked_value(value) for name, value in event.items()}
    if "exception" in masked:
        masked["exception"] = "\n".join(_masked_frame(line) for line in str(masked["exception"]).split("\n"))
    return masked


def _masked_frame(line: str) -> str:
    """A line of a traceback: where it happened stays readable, what was said is masked."""
    return line if line.startswith('  File "') else mask(line)


def _before() -> Sequence[Processor]:
    return [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
        _masked,
    ]


def configure(level: str) -> None:
    """Set up logging for this process; called once by each process's main module, and by gunicorn's once it runs."""
    written = structlog.processors.JSONRenderer(ensure_ascii=False)
    structlog.configure(
        processors=[*_before(), written],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelName(level)),
    )
    kept: list[Processor] = [structlog.stdlib.ProcessorFormatter.remove_processors_meta, written]
    formatter = structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=[structlog.stdlib.add_logger_name, *_before()], processors=kept
    )
    logging.basicConfig(level=level)
    for name in ("", "gunicorn.error"):  # gunicorn's does not pass its lines on
        for handler in logging.getLogger(name).handlers:
            handler.setFormatter(formatter)
