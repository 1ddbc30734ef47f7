"""`/tra-cuu`: how far a request is, by its code and the last three digits of its phone."""

from __future__ import annotations

from flask import Blueprint, Response, request

from care import Care
from care.due import written
from care.errors import NotFound, TooManyTries
from care.shapes import StatusQuestion
from care.ticket_views import status_for_stranger
from public.pages import asker, page

LONGEST = 40


def blueprint(care: Care) -> Blueprint:
    """The page; the question is posted, so that codes and digits stand in no log and no history."""
    doors = Blueprint("lookup", __name__)

    @doors.get("/tra-cuu")
    def ask() -> Response:
        return page("lookup", code=request.args.get("code", "")[:LONGEST])

    @doors.post("/tra-cuu")
    def answer() -> Response:
        code = request.form.get("code", "").strip()[:LONGEST]
        digits = request.form.get("digits", "").strip()
        if not code or not (len(digits) == 3 and digits.isdigit() and digits.isascii()):
            return page("lookup", 422, code=code, wrong="incomplete")
        try:
            given = status_for_stranger(care, StatusQuestion(code=code, last_three=digits, asker=asker()))
        except NotFound:
            return page("lookup", 404, code=code, wrong="unknown")
        except TooManyTries as pause:
            answer = page("lookup", 429, code=code, wrong="paused", minutes=max(1, round(pause.seconds / 60)))
            answer.headers["Retry-After"] = str(pause.seconds)
            return answer
        return page("lookup", code=code, found=given, due=written(given.due_at))

    return doors
