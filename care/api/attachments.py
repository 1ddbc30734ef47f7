"""/api/v1/tickets/{code}/attachments"""

from __future__ import annotations

from contextlib import closing

from apiflask import Schema
from apiflask.fields import File, String
from flask import Response, json, request

from care.api.calls import blueprint, seen_by_person, shown, store, wired
from care.attachments import keeping
from care.attachments.keeping import AttachmentGiven
from care.errors import Invalid
from care.shapes import Given

bp = blueprint("attachments")
LARGEST_FORM = keeping.LARGEST + 64 * 1024


class AttachmentList(Given):
    """The files of a ticket."""

    items: list[AttachmentGiven]


class Upload(Schema):
    """A file and who attaches it."""

    file = File(required=True)  # type: ignore[no-untyped-call]  # APIFlask leaves it untyped
    by = String()


@bp.before_request
def _larger_bodies() -> None:
    request.max_content_length = LARGEST_FORM


@bp.post("/tickets/<code>/attachments")
@bp.input(Upload, location="form_and_files")
@bp.output(AttachmentGiven, status_code=201)
@bp.doc(summary="Attach a file", responses=[404, 413, 502])
def attach(code: str, form_and_files_data: dict[str, object]) -> Response:
    """Pictures, PDF, Word and Excel without macros, by their content; the same file again changes nothing."""
    sent = request.files.get("file")
    if sent is None:
        raise Invalid("file", "is missing")
    by = request.form.get("by", "").strip()[:200] or "api"
    with closing(sent):
        content = sent.stream.read()
    given = keeping.attach(wired(), store(), code, sent.filename or "", content, by)
    return Response(given.model_dump_json(), 201, content_type="application/json")


@bp.get("/tickets/<code>/attachments")
@bp.output(AttachmentList)
@bp.doc(summary="The files of a ticket", responses=[404])
def list_attachments(code: str) -> Response:
    """Oldest first."""
    return shown(AttachmentList(items=keeping.attachments(wired(), code)))


@bp.get("/tickets/<code>/attachments/<int:number>")
@bp.doc(summary="One file", responses={200: "The file", 404: "No such file"})
def read_attachment(code: str, number: int) -> Response:
    """To be saved, never to be run or shown as a page."""
    given, content = keeping.read(wired(), store(), code, number)
    seen_by_person(code.upper())
    name = json.dumps(given.name.encode("ascii", "replace").decode())
    headers = {
        "Content-Disposition": f"attachment; filename={name}",
        "X-Content-Type-Options": "nosniff",
        "Content-Security-Policy": "sandbox; default-src 'none'",
    }
    return Response(content, content_type=given.kind, headers=headers)
