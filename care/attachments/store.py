"""Where the bytes of attachments are kept: by their hash, so that the same file is kept once."""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
from datetime import UTC, datetime
from pathlib import Path
from typing import Protocol
from urllib.parse import quote, urlsplit

import requests

from care.errors import StoreFailed

TIMEOUT_S = (3.0, 30.0)


class Store(Protocol):
    """Keeps bytes under their SHA-256."""

    def put(self, sha256: str, content: bytes) -> None:
        """Keep them; the same again changes nothing. Raises StoreFailed."""

    def get(self, sha256: str) -> bytes | None:
        """The bytes, None when there are none. Raises StoreFailed."""

    def has(self, sha256: str) -> bool:
        """Whether they are kept. Raises StoreFailed."""

    def drop(self, sha256: str) -> None:
        """Keep them no longer; what is not kept stays so. Raises StoreFailed."""


class FolderStore:
    """Files under a folder; one appears whole or not at all."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def put(self, sha256: str, content: bytes) -> None:
        """See `Store`."""
        target = self._path(sha256)
        if target.exists():
            return
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
            part = target.with_suffix(f".{secrets.token_hex(4)}.part")
            with part.open("xb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            part.replace(target)
        except OSError as error:
            raise StoreFailed(error.strerror or "disk") from error

    def get(self, sha256: str) -> bytes | None:
        """See `Store`."""
        try:
            return self._path(sha256).read_bytes()
        except FileNotFoundError:
            return None
        except OSError as error:
            raise StoreFailed(error.strerror or "disk") from error

    def has(self, sha256: str) -> bool:
        """See `Store`."""
        return self._path(sha256).exists()

    def drop(self, sha256: str) -> None:
        """See `Store`."""
        try:
            self._path(sha256).unlink(missing_ok=True)
        except OSError as error:
            raise StoreFailed(error.strerror or "disk") from error

    def _path(self, sha256: str) -> Path:
        return self._folder / sha256[:2] / sha256


class NoStore:
    """Nothing is set up: no file can be kept."""

    def put(self, sha256: str, content: bytes) -> None:
        """See `Store`."""
        raise StoreFailed("no file store is set up")

    def get(self, sha256: str) -> bytes | None:
        """See `Store`."""
        raise StoreFailed("no file store is set up")

    def has(self, sha256: str) -> bool:
        """See `Store`."""
        return False

    def drop(self, sha256: str) -> None:
        """See `Store`."""


class S3Store:
    """A bucket behind the S3 protocol (AWS, MinIO, Ceph), requests signed with Signature Version 4."""

    def __init__(self, url: str, access_key: str, secret_key: str, region: str = "us-east-1") -> None:
        self._url, self._access, self._secret, self._region = url.rstrip("/"), access_key, secret_key, region

    def put(self, sha256: str, content: bytes) -> None:
        """See `Store`."""
        answer = self._call("PUT", sha256, content)
        if not answer.ok:
            raise StoreFailed(f"HTTP {answer.status_code}")

    def get(self, sha256: str) -> bytes | None:
        """See `Store`."""
        answer = self._call("GET", sha256, b"")
        if answer.status_code == 404:
            return None
        if not answer.ok:
            raise StoreFailed(f"HTTP {answer.status_code}")
        return answer.content

    def has(self, sha256: str) -> bool:
        """See `Store`."""
        return self._call("HEAD", sha256, b"").ok

    def drop(self, sha256: str) -> None:
        """See `Store`."""
        answer = self._call("DELETE", sha256, b"")
        if not answer.ok and answer.status_code != 404:
            raise StoreFailed(f"HTTP {answer.status_code}")

    def _call(self, method: str, name: str, content: bytes) -> requests.Response:
        url = f"{self._url}/{quote(name)}"
        try:
            return requests.request(
                method, url, data=content or None, headers=self._signed(method, url, content), timeout=TIMEOUT_S
            )
        except requests.RequestException as error:
            raise StoreFailed(type(error).__name__) from error

    def _signed(self, method: str, url: str, content: bytes) -> dict[str, str]:
        """Headers after AWS Signature Version 4."""
        parts = urlsplit(url)
        moment = datetime.now(UTC).strftime("%Y%m%dT%H%M%SZ")
        digest = hashlib.sha256(content).hexdigest()
        signed = {"host": parts.netloc, "x-amz-content-sha256": digest, "x-amz-date": moment}
        names = ";".join(signed)
        listed = "".join(f"{name}:{value}\n" for name, value in signed.items())
        asked = f"{method}\n{parts.path}\n\n{listed}\n{names}\n{digest}"
        scope = f"{moment[:8]}/{self._region}/s3/aws4_request"
        to_sign = f"AWS4-HMAC-SHA256\n{moment}\n{scope}\n{hashlib.sha256(asked.encode()).hexdigest()}"
        key = f"AWS4{self._secret}".encode()
        for part in (moment[:8], self._region, "s3", "aws4_request"):
            key = hmac.new(key, part.encode(), hashlib.sha256).digest()
        signature = hmac.new(key, to_sign.encode(), hashlib.sha256).hexdigest()
        credential = f"Credential={self._access}/{scope}, SignedHeaders={names}, Signature={signature}"
        del signed["host"]
        return signed | {"Authorization": f"AWS4-HMAC-SHA256 {credential}"}
