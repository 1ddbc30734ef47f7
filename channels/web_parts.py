"""Scripts, styles and pictures of the chat, held in memory, gzipped once, under a name that changes with any of them.

Browsers keep them for ever; and a page never mixes scripts of two releases: they import each other by relative names.
"""

from __future__ import annotations

import gzip
import hashlib
import mimetypes
from dataclasses import dataclass
from pathlib import Path

from flask import Response, abort, request

from channels.web_bundles import joined

SCRIPTS = ("opening.js", "chat.js")
FOR_EVER = "public, max-age=31536000, immutable"


@dataclass(frozen=True)
class _Part:
    data: bytes
    gzipped: bytes
    mimetype: str


class Parts:
    """The files of one folder."""

    def __init__(self, folder: Path) -> None:
        files = {path.name: path.read_bytes() for path in sorted(folder.iterdir())}
        modules = {name: files.pop(name).decode() for name in list(files) if name.endswith(".js")}
        files |= {name: script.encode() for name, script in joined(modules, SCRIPTS).items()}
        self._parts = {name: _part(name, data) for name, data in files.items()}
        told = b"".join(name.encode() + part.data for name, part in self._parts.items())
        self.version = hashlib.sha256(told).hexdigest()[:12]

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


def _part(name: str, data: bytes) -> _Part:
    mimetype = mimetypes.guess_type(name)[0] or "application/octet-stream"
    return _Part(data, gzip.compress(data, mtime=0), mimetype)


def squeezed(answer: Response) -> Response:
    """A page made for one visitor, gzipped when the browser takes that."""
    answer.vary.add("Accept-Encoding")
    if request.accept_encodings.quality("gzip") > 0:
        answer.set_data(gzip.compress(answer.get_data(), compresslevel=5, mtime=0))
        answer.headers["Content-Encoding"] = "gzip"
    return answer
