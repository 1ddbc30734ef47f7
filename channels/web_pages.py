"""The pages around the web chat: `/`, the embedded `/chat`, the one-line embed `/widget.js` and their parts."""

from __future__ import annotations

import gzip
import json
import secrets
from collections.abc import Sequence

from flask import Blueprint, Response, render_template, request

from channels.web_texts import FOLDER, texts

# Scripts and styles run by the nonce of this one answer only; the nonce passes on to what a module imports.
POLICY = (
    "default-src 'none'; script-src 'nonce-{nonce}' 'strict-dynamic'; style-src 'nonce-{nonce}'; "
    "img-src 'self' https: data: blob:; connect-src 'self'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors {ancestors}; object-src 'none'; require-trusted-types-for 'script'"
)
PERMISSIONS = "geolocation=(self), camera=(), microphone=(), payment=(), usb=()"
STATIC = FOLDER / "static"
MODULES = sorted(path.name for path in STATIC.glob("*.js"))
COMPRESSED = ("text/html", "text/css", "text/javascript", "image/svg+xml")
SMALLEST_COMPRESSED = 512


def blueprint(base_url: str, origins: Sequence[str]) -> Blueprint:
    """The pages; only the sites in `origins` may embed the chat ("*": every site)."""
    doors = Blueprint(
        "pages", __name__, static_folder=str(STATIC), static_url_path="/static", template_folder=str(FOLDER)
    )
    ancestors = "*" if "*" in origins else " ".join(["'self'", *origins])
    doors.after_request(compressed)

    @doors.get("/")
    def home() -> Response:
        return _page(base_url, embedded=False, ancestors="'self'")

    @doors.get("/chat")
    def chat() -> Response:
        return _page(base_url, embedded=True, ancestors=ancestors)

    @doors.get("/widget.js")
    def widget() -> Response:
        head = {
            "Cache-Control": "public, max-age=300",
            "Cross-Origin-Resource-Policy": "cross-origin",
            "X-Content-Type-Options": "nosniff",
        }
        return Response(_widget(base_url), headers=head, mimetype="text/javascript")

    return doors


def _widget(base_url: str) -> str:
    names = ("open_chat", "close_chat", "chat_title", "unread")
    told = json.dumps({name: texts().widget[name] for name in names}, ensure_ascii=False)
    script = (FOLDER / "widget.js").read_text("utf8")
    return script.replace("__TEXTS__", told).replace("__BASE_URL__", json.dumps(base_url))


def _page(base_url: str, *, embedded: bool, ancestors: str) -> Response:
    told = texts()
    nonce = secrets.token_urlsafe(16)
    page = render_template(
        "page.html",
        page=told.page,
        widget=told.widget,
        embedded=embedded,
        nonce=nonce,
        modules=MODULES,
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
    return Response(page, headers=head, mimetype="text/html")


def compressed(answer: Response) -> Response:
    """The answer gzipped when the browser takes that and it is text worth it."""
    answer.vary.add("Accept-Encoding")
    if answer.status_code != 200 or answer.mimetype not in COMPRESSED or "gzip" not in request.accept_encodings:
        return answer
    answer.direct_passthrough = False
    body = answer.get_data()
    if len(body) >= SMALLEST_COMPRESSED:
        answer.set_data(gzip.compress(body, compresslevel=6, mtime=0))
        answer.headers["Content-Encoding"] = "gzip"
    return answer
