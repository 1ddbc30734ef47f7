"""Pictures and files that visitors attach, and pictures the bot drew: kept under VAR_DIR, shown through links that expire.

A file's id is random, and only the conversation it was uploaded in can send it on. Its links are signed with WEB_SECRET and carry
their time. The folder belongs to one machine; several gateways need it shared.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
import time
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import replace
from pathlib import Path

from flask import Blueprint, Response, abort, jsonify, request
from itsdangerous import BadSignature, URLSafeTimedSerializer

from channels.accounts import accounts
from channels.aside import aside
from channels.base import OWN_FILE
from channels.cors import allow_origins
from channels.problems import problem
from channels.sessions import Sessions
from channels.telegram_files import TelegramFiles
from channels.telegram_reading import FILE as TELEGRAM_FILE
from channels.throttle import Throttle
from channels.uploads import Unfit, file_name, fit, sniffed
from conversations import Attachment, Content, Database, Outbound, Sender, find_uploads, keep_upload
from settings import Settings

LARGEST_FILE = 5 * 1024 * 1024
FORM_OVERHEAD = 64 * 1024
LINK_LIVES_S = 15 * 60
UPLOADS_AT_ONCE, UPLOADS_PER_S = 10.0, 0.2
FILE_ID = re.compile(r"[0-9a-f]{48}\.(png|jpg|webp|pdf)")
TYPES = {"png": "image/png", "jpg": "image/jpeg", "webp": "image/webp", "pdf": "application/pdf"}


class MediaStore:
    """Files by id in one folder."""

    def __init__(
        self, folder: Path, secret: str, base_url: str, fetch: Callable[[str], bytes | None] = lambda _: None
    ) -> None:
        self._fetch = fetch
        self._folder = folder
        self._base_url = base_url
        self._secret = secret.encode()
        self._links = URLSafeTimedSerializer(secret, salt="media", signer_kwargs={"digest_method": hashlib.sha256})

    def keep(self, data: bytes, ending: str) -> str:
        """Store a file → its id."""
        file_id = f"{secrets.token_hex(24)}.{ending}"
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        (self._folder / file_id).write_bytes(data)
        return file_id

    def picture(self, data: bytes, key: str, name: str) -> Attachment:
        """A picture of the bot's own; the same `key` and bytes, as after a crash, are one file."""
        what = f"{key}:{hashlib.sha256(data).hexdigest()}".encode()
        file_id = f"{hmac.new(self._secret, what, hashlib.sha256).hexdigest()[:48]}.png"
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        half = self._folder / f"{file_id}.{secrets.token_hex(4)}"
        half.write_bytes(data)
        half.replace(self._folder / file_id)
        return Attachment("image", url=OWN_FILE + file_id, name=name)

    def linked(self, content: Content) -> Content:
        """The same content with addresses that a platform can fetch for a while."""
        return replace(
            content,
            attachments=tuple(Attachment(**self.shown(one)) for one in content.attachments),
            cards=tuple(replace(card, picture=self._followed(card.picture)) for card in content.cards),
        )

    def attachments(self, db: Database, conversation_id: int, file_ids: Sequence[str]) -> list[Attachment] | None:
        """The stored form of files uploaded in this conversation; None when one of them is not."""
        if not all(FILE_ID.fullmatch(file_id) and (self._folder / file_id).is_file() for file_id in file_ids):
            return None
        names = find_uploads(db, conversation_id, [OWN_FILE + file_id for file_id in file_ids])
        if not all(OWN_FILE + file_id in names for file_id in file_ids):
            return None
        return [Attachment(_kind(each), OWN_FILE + each, names[OWN_FILE + each]) for each in file_ids]

    def shown(self, attachment: Attachment) -> dict[str, str]:
        """An attachment with a link that a browser can follow for a while."""
        return {"kind": attachment.kind, "url": self._followed(attachment.url), "name": attachment.name}

    def read(self, url: str) -> bytes | None:
        """The bytes of a stored file by its `media:` address; None for any other."""
        file_id = url.removeprefix(OWN_FILE)
        known = url.startswith(OWN_FILE) and FILE_ID.fullmatch(file_id) and (self._folder / file_id).is_file()
        return (self._folder / file_id).read_bytes() if known else None

    def _followed(self, url: str) -> str:
        if not url.startswith((OWN_FILE, TELEGRAM_FILE)):
            return url
        return f"{self._base_url}/media/{self._links.dumps(url.removeprefix(OWN_FILE))}"

    def remove(self, url: str) -> None:
        """See `Files`."""
        file_id = url.removeprefix(OWN_FILE)
        if url.startswith(OWN_FILE) and FILE_ID.fullmatch(file_id):
            (self._folder / file_id).unlink(missing_ok=True)

    def open(self, link: str) -> tuple[bytes, str] | None:
        """The bytes and type behind a link; None when it is forged, expired, or its file gone."""
        try:
            file_id = self._links.loads(link, max_age=LINK_LIVES_S)
        except BadSignature:
            return None
        if str(file_id).startswith(TELEGRAM_FILE):
            return self._from_telegram(str(file_id))
        path = self._folder / str(file_id)
        if not FILE_ID.fullmatch(str(file_id)) or not path.is_file():
            return None
        return path.read_bytes(), TYPES[path.suffix[1:]]

    def _from_telegram(self, url: str) -> tuple[bytes, str] | None:
        """Fetched when it is asked for: a picture that belongs to no ticket is never kept."""
        data = self._fetch(url)
        return None if data is None else (data, TYPES.get(sniffed(data) or "", "application/octet-stream"))


def _kind(file_id: str) -> str:
    return "file" if file_id.endswith(".pdf") else "image"


class LinkedSender:
    """A sender whose platform fetches our own pictures by link."""

    def __init__(self, sender: Sender, store: MediaStore) -> None:
        self._sender, self._store = sender, store

    def send(self, out: Outbound) -> str | None:
        """See `Sender`."""
        return self._sender.send(replace(out, content=self._store.linked(out.content)))


def media_store(settings: Settings) -> MediaStore:
    """The files of this installation; raises ValueError without WEB_SECRET, which makes their names unguessable, BadAccounts."""
    if not settings.web_secret:
        raise ValueError("WEB_SECRET is not set")
    bots = [each.bot_token for each in accounts(settings).telegram]
    fetch = TelegramFiles(bots, settings.telegram_api_url).read
    return MediaStore(settings.var_dir / "media", settings.web_secret, settings.gateway_url, fetch)


def blueprint(store: MediaStore, sessions: Sessions, db: Database, origins: Sequence[str]) -> Blueprint:
    """`POST /web/attachments` and `GET /media/<link>`."""
    doors = Blueprint("media", __name__)
    throttle = Throttle(UPLOADS_AT_ONCE, UPLOADS_PER_S)
    allow_origins(doors, origins)

    @doors.post("/web/attachments")
    def attach() -> Response | tuple[Response, int]:
        request.max_content_length = LARGEST_FILE + FORM_OVERHEAD
        sent = request.files.get("file")  # read before any refusal, so that the client is there to hear it
        session = sessions.of(request)
        if session is None:
            return problem(401, "http_401")
        if sent is None:
            return problem(422, "no_file")
        with closing(sent):
            data = sent.stream.read(LARGEST_FILE + 1)
        if len(data) > LARGEST_FILE:
            return problem(413, "http_413")
        wait_s = throttle.wait_s(session.session_id, secrets.token_hex(8), time.monotonic())
        if wait_s:
            return problem(429, "too_fast", {"Retry-After": str(wait_s)})
        try:
            upload = aside(lambda: fit(data))
        except Unfit as error:
            return problem(422, error.key)
        file_id = store.keep(upload.data, upload.ending)
        # Without a row nobody can send the file on: dying in between leaves a file and no trace of whose it was.
        keep_upload(db, session.conversation_id, OWN_FILE + file_id, file_name(sent.filename or "", upload.ending))
        return jsonify(attachment_id=file_id), 201

    @doors.get("/media/<link>")
    def fetch(link: str) -> Response:
        found = store.open(link)
        if found is None:
            abort(404)
        data, kind = found
        head = {
            "X-Content-Type-Options": "nosniff",
            "Cache-Control": "private, max-age=600",
            "Content-Disposition": "inline" if kind.startswith("image/") else "attachment",
            "Content-Security-Policy": "default-src 'none'; sandbox",
        }
        return Response(data, headers=head, mimetype=kind)

    return doors
