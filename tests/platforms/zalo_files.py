"""What Zalo's stand-in takes as uploads, and for how long a message may show them."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from email import message_from_bytes
from typing import Any

from tests.platforms.server import Asked

LIVES_S = 7 * 24 * 3600
MEGABYTE = 1024 * 1024
# The name of the id in the answer, the endings taken, the most bytes.
RULES = {
    "image": ("attachment_id", ("png", "jpg", "jpeg"), MEGABYTE),
    "file": ("token", ("pdf", "doc", "docx", "csv"), 5 * MEGABYTE),
}


@dataclass
class ZaloFiles:
    """`known` holds until when each id or token lives; `left` is what the month still allows."""

    known: dict[str, float] = field(default_factory=dict)
    left: int = 5_000

    def upload(self, asked: Asked, now: float) -> dict[str, Any]:
        field_name, endings, largest = RULES[asked.path.rpartition("/")[2]]
        name, data = _file(asked)
        if not data or name.rpartition(".")[2].lower() not in endings or len(data) > largest:
            return {"error": -201, "message": "file is invalid!"}
        if self.left <= 0:
            return {"error": -211, "message": "Out of quota"}
        self.left -= 1
        uploaded = uuid.uuid4().hex
        self.known[uploaded] = now + LIVES_S
        return {"error": 0, "message": "Success", "data": {field_name: uploaded}}

    def refusal(self, message: dict[str, Any], now: float) -> dict[str, Any] | None:
        """Why a message can't show what it names; None when it can."""
        attachment = message.get("attachment", {})
        payload = attachment.get("payload", {})
        elements = payload.get("elements", [])
        kind = payload.get("template_type")
        if kind == "request_user_info" and not (len(elements) == 1 and elements[0].get("title")):
            return {"error": -201, "message": "elements is invalid!"}
        if kind == "media" and not (elements and (elements[0].get("url", "").startswith("http") or _id(elements))):
            return {"error": -201, "message": "elements is invalid!"}
        named = payload.get("token") if attachment.get("type") == "file" else _id(elements) if kind == "media" else None
        expired = {"error": -100, "message": "attachment has expired"}
        return expired if named is not None and self.known.get(named, 0.0) <= now else None


def _id(elements: list[dict[str, Any]]) -> str | None:
    return elements[0].get("attachment_id") if elements else None


def _file(asked: Asked) -> tuple[str, bytes]:
    head = {name.lower(): value for name, value in asked.headers.items()}
    parts = message_from_bytes(b"Content-Type: " + head.get("content-type", "").encode() + b"\r\n\r\n" + asked.body)
    for part in parts.walk():
        data = part.get_payload(decode=True)
        if part.get_param("name", header="content-disposition") == "file" and isinstance(data, bytes):
            return part.get_filename() or "", data
    return "", b""
