"""What a peer's trained model is kept under: it holds as long as what it was made of."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from pathlib import Path


def content_hash(paths: Iterable[Path], first: bytes = b"") -> str:
    """Twelve hexadecimal digits of `first` and the files' bytes, in this order."""
    digest = hashlib.sha256(first)
    for path in paths:
        digest.update(path.read_bytes())
    return digest.hexdigest()[:12]
