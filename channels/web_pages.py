"""The pages around the web chat: `/`, the embedded `/chat`, the one-line embed `/widget.js` and their parts."""

from __future__ import annotations

import json
import secrets
from collections.abc import Sequence

from flask import Blueprint, Response, render_template

from channels.web_parts import Parts, squeezed
from channels.web_texts import FOLDER, texts

# Scripts and styles run by the nonce of this one answer only; the nonce passes on to what a module imports.
POLICY = (
    "default-src 'none'; script-src 'nonce-{nonce}' 'strict-dynamic'; style-src 'nonce-{nonce}'; "
    "img-src 'self' https: data: blob:; connect-src 'self'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors {ancestors}; object-src 'none'; require-trusted-types-for 'script'"
)
PERMISSIONS = "geolocation=(self), camera=(), microphone=(), payment=(), usb=()"


def blueprint(base_url: str, origins: Sequence[str]) -> Blueprint:
    """The pages; only the sites in `origins` may embed the chat ("*": every site)."""
    doors = Blueprint("pages", __name__, template_folder=str(FOLDER))
    parts = Parts(FOLDER / "static")
    ancestors = "*" if "*" in origins else " ".join(["'self'", *origins])

    @doors.get("/static/<version>/<name>")
    def part(version: str, name: str) -> Response:
        return parts.answer(version, name)

    @doors.get("/")
    def home() -> Response:
        return _page(base_url, parts, embedded=False, ancestors="'self'")

    @doors.get("/chat")
    def chat() -> Response:
        return _page(base_url, parts, embedded=True, ancestors=ancestors)

    @doors.get("/widget.js")
    def widget() -> Response:
        head = {
            "Cache-Control": "public, max-age=300",
            "Cross-Origin-Resource-Policy": "cross-origin",
            "X-Content-Type-Options": "nosniff",
        }
        return squeezed(Response(_widget(base_url), headers=head, mimetype="text/javascript"))

    return doors


def _widget(base_url: str) -> str:
    names = ("open_chat", "close_chat", "chat_title", "unread")
    told = json.dumps({name: texts().widget[name] for name in names}, ensure_ascii=False)
    script = (FOLDER / "widget.js").read_text("utf8")
    return script.replace("__TEXTS__", told).replace("__BASE_URL__", json.dumps(base_url))


def _page(base_url: str, parts: Parts, *, embedded: bool, ancestors: str) -> Response:
    told = texts()
    nonce = secrets.token_urlsafe(16)
    page = render_template(
        "page.html",
        page=told.page,
        widget=told.widget,
        embedded=embedded,
        nonce=nonce,
        version=parts.version,
        media=f"{base_url}/media/",
    )
    head = {
        "Content-Security-Policy": POLICY.format(nonce=nonce, ancestors=ancestors),
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "no-referrer",
        "Permissions-Policy": PERMISSIONS,
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cache-Control": "no-cache",
    }
    return squeezed(Response(page, headers=head, mimetype="text/html"))
