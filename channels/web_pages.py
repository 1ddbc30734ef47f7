"""The pages around the web chat: `/`, the embedded `/chat`, the one-line embed `/widget.js` and their parts."""

from __future__ import annotations

import json
from collections.abc import Sequence

from flask import Blueprint, Response, render_template

from channels.web_texts import FOLDER, texts

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' https: data:; connect-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors {ancestors}"
)


def blueprint(base_url: str, origins: Sequence[str]) -> Blueprint:
    """The pages; only the sites in `origins` may embed the chat ("*": every site)."""
    doors = Blueprint(
        "pages", __name__, static_folder=str(FOLDER / "static"), static_url_path="/static", template_folder=str(FOLDER)
    )
    ancestors = "*" if "*" in origins else " ".join(["'self'", *origins])

    @doors.get("/")
    def home() -> Response:
        return _page(embedded=False, ancestors="'self'")

    @doors.get("/chat")
    def chat() -> Response:
        return _page(embedded=True, ancestors=ancestors)

    @doors.get("/widget.js")
    def widget() -> Response:
        script = (FOLDER / "widget.js").read_text("utf8")
        names = ("open_chat", "close_chat", "chat_title")
        told = json.dumps({name: texts().widget[name] for name in names}, ensure_ascii=False)
        head = {"Cache-Control": "public, max-age=300", "Cross-Origin-Resource-Policy": "cross-origin"}
        script = script.replace("__TEXTS__", told).replace("__BASE_URL__", json.dumps(base_url))
        return Response(script, headers=head, mimetype="text/javascript")

    return doors


def _page(*, embedded: bool, ancestors: str) -> Response:
    told = texts()
    page = render_template("page.html", page=told.page, widget=told.widget, embedded=embedded)
    head = {
        "Content-Security-Policy": POLICY.format(ancestors=ancestors),
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "no-referrer",
        "Cache-Control": "no-cache",
    }
    return Response(page, headers=head, mimetype="text/html")
