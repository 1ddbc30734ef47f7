"""/api/v1/notices"""

from __future__ import annotations

from flask import Response

from care.api.calls import blueprint, shown, wired
from care.notices.reading import notice_page
from care.notices.shapes import NoticePage, NoticeQuery

bp = blueprint("notices")


@bp.get("/notices")
@bp.input(NoticeQuery, location="query")
@bp.output(NoticePage)
@bp.doc(summary="News for customers, newest first")
def list_notices(query_data: NoticeQuery) -> Response:
    """With `call_instead=true`: whom no channel may reach now, so that a person calls."""
    return shown(notice_page(wired(), query_data))
