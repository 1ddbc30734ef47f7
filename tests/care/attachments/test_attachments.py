"""Files of tickets: what they really are decides, bytes before rows, nothing that runs."""

from __future__ import annotations

import hashlib
import io
import threading
import zipfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, ClassVar

import pytest
from apiflask import APIFlask
from hypothesis import given
from hypothesis import strategies as st
from urllib3 import encode_multipart_formdata

from care.api import Outside, add_api
from care.attachments.keeping import LARGEST, safe_name
from care.attachments.sniffing import kind_of
from care.attachments.store import FolderStore, S3Store
from care.errors import StoreFailed
from care.wired import Care
from tests.care.conftest import KEY, Api

PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 64
PROGRAM = b"MZ\x90\x00" + b"\0" * 64


def document(*parts: tuple[str, bytes]) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as file:
        for name, content in parts:
            file.writestr(name, content)
    return made.getvalue()


WORD = document(("word/document.xml", b"<w/>"))


@pytest.fixture
def api(care: Care, tmp_path: Path) -> Api:
    app = APIFlask("care")
    add_api(app, care, KEY, outside=Outside(store=FolderStore(tmp_path)))
    return Api(app.test_client())


def send(api: Api, code: str, name: str, content: bytes) -> Any:
    body, kind = encode_multipart_formdata({"file": (name, content), "by": "customer"})
    path = f"/api/v1/tickets/{code}/attachments"
    return api.client.post(path, data=body, headers=api.headers, content_type=kind)


def test_kept_listed_and_read_back(api: Api):
    code = api.filed()["code"]
    sent = send(api, code, "công tơ.PNG", PNG)
    assert sent.status_code == 201, sent.text
    assert (sent.json["name"], sent.json["kind"], sent.json["size"]) == ("công tơ.png", "image/png", len(PNG))
    (listed,) = api.items(f"/tickets/{code}/attachments")
    assert listed == sent.json
    read = api.get(f"/tickets/{code}/attachments/{listed['id']}")
    assert read.data == PNG
    assert read.headers["Content-Disposition"].startswith("attachment;")
    assert read.headers["X-Content-Type-Options"] == "nosniff"
    assert api.get(f"/tickets/{code}").json["history"][-1]["event"] == "attached"


def test_the_same_file_again_is_one_file(api: Api):
    code = api.filed()["code"]
    with ThreadPoolExecutor(4) as pool:
        sent = list(pool.map(lambda _: send(api, code, "a.png", PNG).json["id"], range(8)))
    assert len(set(sent)) == 1
    assert len(api.items(f"/tickets/{code}/attachments")) == 1


@pytest.mark.parametrize(
    "content",
    [
        b"",
        PROGRAM,
        b"\x7fELF" + b"\0" * 64,
        b"<html><script>alert(1)</script>",
        b"<svg xmlns='http://www.w3.org/2000/svg' onload='x()'/>",
        document(("run.exe", PROGRAM)),
        document(("word/document.xml", b"<w/>"), ("word/vbaProject.bin", b"macro")),
        document(("word/document.xml", b"\0" * 50_000_000)),
        b"PK\x03\x04" + b"broken",
    ],
    ids=["empty", "exe", "elf", "html", "svg", "zip", "macros", "bomb", "broken zip"],
)
def test_named_jpg_but_none_of_it(api: Api, content: bytes):
    code = api.filed()["code"]
    refused = send(api, code, "ảnh.jpg", content)
    assert refused.status_code == 422
    assert api.items(f"/tickets/{code}/attachments") == []


def test_too_large_is_refused(api: Api):
    code = api.filed()["code"]
    assert send(api, code, "a.png", PNG + b"\0" * LARGEST).status_code in (413, 422)
    assert send(api, code, "a.png", PNG + b"\0" * (30 * 1024 * 1024)).status_code == 413


def test_other_tickets_files_are_not_found(api: Api):
    one, other = api.filed()["code"], api.filed(phone="0900000999")["code"]
    number = send(api, one, "a.png", PNG).json["id"]
    assert api.get(f"/tickets/{other}/attachments/{number}").status_code == 404
    assert send(api, "YC00000000", "a.png", PNG).status_code == 404


def test_office_documents_are_known_by_their_parts():
    assert kind_of(WORD).endswith("wordprocessingml.document")
    assert kind_of(b"%PDF-1.7 ...") == "application/pdf"
    assert kind_of(b"RIFF\0\0\0\0WEBPVP8 ") == "image/webp"
    assert kind_of(b"\0\0\0\x18ftypheic") == "image/heic"


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("../../etc/passwd", "etc_passwd.png"),
        ("a.exe", "a.png"),
        ("", "file.png"),
        ("...", "file.png"),
        ("x\r\nSet-Cookie: y.png", "xSet-Cookie_ y.png"),
        ("con\u202egnp.exe", "congnp.png"),
    ],
)
def test_names_are_made_safe(name: str, safe: str):
    assert safe_name(name, "image/png") == safe


@given(st.text(max_size=300))
def test_no_name_is_a_path(name: str):
    made = safe_name(name, "application/pdf")
    assert "/" not in made
    assert "\\" not in made
    assert made.endswith(".pdf")
    assert not made.startswith(".")


class Bucket(BaseHTTPRequestHandler):
    """Keeps objects; refuses what is not signed."""

    kept: ClassVar[dict[str, bytes]] = {}

    def do_PUT(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        signed = self.headers["Authorization"].startswith("AWS4-HMAC-SHA256 Credential=me/")
        right = self.headers["x-amz-content-sha256"] == hashlib.sha256(body).hexdigest()
        if signed and right:
            self.kept[self.path] = body
        self._answer(200 if signed and right else 403, b"")

    def do_GET(self) -> None:
        found = self.kept.get(self.path)
        self._answer(404 if found is None else 200, found or b"")

    def do_HEAD(self) -> None:
        self._answer(200 if self.path in self.kept else 404, b"")

    def do_DELETE(self) -> None:
        self._answer(204 if self.kept.pop(self.path, None) else 404, b"")

    def _answer(self, status: int, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def bucket() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Bucket)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/files"
    server.shutdown()
    server.server_close()


def test_in_a_bucket(bucket: str):
    store = S3Store(bucket, "me", "secret")
    digest = hashlib.sha256(PNG).hexdigest()
    assert store.get(digest) is None
    store.put(digest, PNG)
    assert store.get(digest) == PNG
    assert store.has(digest)
    for _ in range(2):
        store.drop(digest)
    assert not store.has(digest)
    with pytest.raises(StoreFailed):
        S3Store(bucket, "other", "secret").put(digest, PNG)
    with pytest.raises(StoreFailed):
        S3Store("http://127.0.0.1:9/files", "me", "secret").get(digest)


def test_a_store_that_fails_leaves_no_row(care: Care):
    app = APIFlask("care")
    add_api(app, care, KEY)
    api = Api(app.test_client())
    code = api.filed()["code"]
    assert send(api, code, "a.png", PNG).status_code == 502
    assert api.items(f"/tickets/{code}/attachments") == []
