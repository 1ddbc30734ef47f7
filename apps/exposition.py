"""What `/metrics` answers: the figures of this process, or of all that PROMETHEUS_MULTIPROC_DIR joins."""

from __future__ import annotations

import os

from prometheus_client import CollectorRegistry, generate_latest, multiprocess


def figures() -> bytes:
    """Prometheus's text format."""
    if not os.environ.get("PROMETHEUS_MULTIPROC_DIR"):
        return generate_latest()
    registry = CollectorRegistry()
    multiprocess.MultiProcessCollector(registry)  # type: ignore[no-untyped-call]  # untyped there
    return generate_latest(registry)
