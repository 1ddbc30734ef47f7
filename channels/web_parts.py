"""Scripts, styles and pictures of the chat, held in memory, gzipped once, under a name that changes with any of them.

Browsers keep them for ever; and a page never mixes modules of two releases: they import each other by relative names.
"""

from __future__ import annotations

import gzip
import hashlib
import mimetypes
from dataclasses import dataclass
from pathlib import Path

from flask import Response, abort, request

OPENING = ("opening.js", "api.js", "session.js", "store.js", "keys.js", "tabs.js")
FOR_EVER = "public, max-age=31536000, immutable"


@dataclass(frozen=True)
class _Part:
    data: bytes
    gzipped: bytes
    mimetype: str


class Parts:
    """The files of one folder."""

    def __init__(self, folder: Path) -> None:
        self._parts = {path.name: _part(path) for path in sorted(folder.iterdir())}
        told = b"".join(name.encode() + part.data for name, part in self._parts.items())
        self.version = hashlib.sha256(told).hexdigest()[:12]

    @property
    def modules(self) -> list[str]:
        """The scripts' names, those first that the opening waits for."""
        return sorted((name for name in self._parts if name.endswith(".js")), key=lambda name: name not in OPENING)

    def answer(self, version: str, name: str) -> Response:
        """One file; asked for by the name of another release, it is the one of now and is not kept."""
        part = self._parts.get(name) or abort(404)
        takes_gzip = request.accept_encodings.quality("gzip") > 0
        head = {
            "Cache-Control": FOR_EVER if version == self.version else "no-cache",
            "X-Content-Type-Options": "nosniff",
            "Vary": "Accept-Encoding",
            **({"Content-Encoding": "gzip"} if takes_gzip else {}),
        }
        return Response(part.gzipped if takes_gzip else part.data, headers=head, mimetype=part.mimetype)


def _part(path: Path) -> _Part:
    data = path.read_bytes()
    mimetype = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
    return _Part(data, gzip.compress(data, mtime=0), mimetype)


def squeezed(answer: Response) -> Response:
    """A page made for one visitor, gzipped when the browser takes that."""
    answer.vary.add("Accept-Encoding")
    if request.accept_encodings.quality("gzip") > 0:
        answer.set_data(gzip.compress(answer.get_data(), compresslevel=5, mtime=0))
        answer.headers["Content-Encoding"] = "gzip"
    return answer
