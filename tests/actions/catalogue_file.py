"""The real catalogue file as the care API writes it out, read without the care room's libraries."""

from functools import cache
from pathlib import Path
from typing import Any

import yaml

FILE = Path(__file__).resolve().parents[2] / "care" / "catalogue" / "services.yaml"


@cache
def items() -> tuple[dict[str, Any], ...]:
    """All services with their common fields and documents written out."""
    content = yaml.safe_load(FILE.read_text("utf-8"))
    return tuple(_written_out(content, service) for service in content["services"])


def _written_out(content: dict[str, Any], service: dict[str, Any]) -> dict[str, Any]:
    fields = [
        {"id": use.get("field"), **content["fields"].get(use.get("field"), {}), **use} for use in service["fields"]
    ]
    papers = [{**content["documents"].get(one.get("document"), {}), **one} for one in service.get("documents") or ()]
    return {**service, "fields": fields, "documents": papers}
