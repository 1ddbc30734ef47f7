"""A neutral reply as `message` objects of Zalo's OA API v3, without the customer they go to. Pure.

Addresses of our own files (`media:…`) stand for their bytes, which are uploaded before the message leaves.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from channels.base import OWN_FILE, SHARE_PHONE, Capabilities
from channels.fitting import fit
from channels.wording import shortened
from channels.zalo_rules import WINDOW
from channels.zalo_texts import texts
from conversations import Attachment, Button, Content

CAN = Capabilities(
    text=2_000,
    buttons=5,
    title=100,
    payload=1_000,
    pictures="uploaded",
    shares=frozenset({SHARE_PHONE}),
    window=WINDOW,
)
UPLOAD = "upload"  # in place of a message: the file to upload for it


def messages(content: Content, picture: str = "") -> list[dict[str, Any]]:
    """What shows `content`: text in parts, buttons under the last, pictures and files after it, and the card that asks for
    the phone at the end. `picture` is the address of the picture on that card.

    Zalo has no list template: cards and long lists are text with buttons.
    """
    asking = next((button for button in content.buttons if button.payload == SHARE_PHONE), None)
    shown = fit(replace(content, buttons=tuple(b for b in content.buttons if b.payload != SHARE_PHONE)), CAN)
    parts: list[dict[str, Any]] = [{"text": each} for each in shown.texts]
    if shown.buttons:
        parts[-1]["attachment"] = {"type": "template", "payload": {"buttons": _buttons(shown.buttons)}}
    parts += [_picture(url) for url in shown.pictures]
    parts += [{UPLOAD: "file", "url": each.url, "name": _name(each)} for each in shown.files]
    return parts + ([_request(asking, picture)] if asking else [])


def by_attachment(attachment_id: str) -> dict[str, Any]:
    """The message that shows an uploaded picture."""
    return _media({"media_type": "image", "attachment_id": attachment_id})


def by_token(token: str) -> dict[str, Any]:
    """The message that hands an uploaded file over."""
    return {"attachment": {"type": "file", "payload": {"token": token}}}


def _buttons(buttons: Sequence[Button]) -> list[dict[str, Any]]:
    # A tap comes back as a text that is the payload; "hide" keeps it out of the customer's view.
    return [{"title": shortened(b.title, CAN.title), "type": "oa.query.hide", "payload": b.payload} for b in buttons]


def _picture(url: str) -> dict[str, Any]:
    if url.startswith(OWN_FILE):
        return {UPLOAD: "image", "url": url, "name": url.removeprefix(OWN_FILE)}
    return _media({"media_type": "image", "url": url})


def _media(element: dict[str, str]) -> dict[str, Any]:
    return {"attachment": {"type": "template", "payload": {"template_type": "media", "elements": [element]}}}


def _name(file: Attachment) -> str:
    """With the ending that Zalo goes by."""
    stored = file.url.removeprefix(OWN_FILE)
    ending = stored.rpartition(".")[2]
    return file.name if file.name.lower().endswith(f".{ending}") else f"{file.name or 'tep'}.{ending}"


def _request(button: Button, picture: str) -> dict[str, Any]:
    card = {"title": shortened(button.title, CAN.title), "subtitle": texts().request.subtitle, "image_url": picture}
    told = {name: value for name, value in card.items() if value}
    payload = {"template_type": "request_user_info", "elements": [told]}
    return {"attachment": {"type": "template", "payload": payload}}
