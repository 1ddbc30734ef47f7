"""Headers that every answer carries unless its page says otherwise: nothing is guessed, framed, referred or borrowed."""

from __future__ import annotations

from flask import Flask, Response

ALL = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(self), microphone=(), payment=(), usb=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
}
HTTPS_ONLY = "max-age=31536000"


def install(app: Flask, public_url: str) -> None:
    """Complete every answer; browsers are held to https only where the world reaches us by it."""
    is_https = public_url.startswith("https://")

    @app.after_request
    def complete(answer: Response) -> Response:
        carried = {name.lower() for name, _ in answer.headers}
        for name, value in ALL.items():
            if name.lower() not in carried:
                answer.headers.add(name, value)
        if is_https:
            answer.headers["Strict-Transport-Security"] = HTTPS_ONLY
        return answer
