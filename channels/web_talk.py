"""What a visitor decides about the talk: to end it, to rate it, to have it deleted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flask import Blueprint, Response, jsonify, request
from prometheus_client import Counter

from channels.cors import allow_origins
from channels.problems import problem
from channels.sessions import Sessions
from channels.web_bodies import body, parsed
from channels.wording import clean, says_something
from conversations import Database, end_conversation, forget_conversation, rate_conversation

LONGEST_COMMENT = 1_000
RATINGS = Counter("web_ratings_total", "Talks rated by their visitors", ["stars"])

Answer = Response | tuple[Response, int] | tuple[str, int]


@dataclass(frozen=True)
class Talk:
    """What these routes work with."""

    db: Database
    sessions: Sessions

    def end(self) -> Answer:
        """POST /web/end"""
        body()
        session = self.sessions.of(request)
        if session is None:
            return problem(401, "http_401")
        end_conversation(self.db, session.conversation_id)
        return jsonify(state="closed")

    def rate(self) -> Answer:
        """POST /web/rating"""
        told = parsed(body())
        session = self.sessions.of(request)
        if session is None:
            return problem(401, "http_401")
        stars, comment = (told.get("stars"), told.get("comment")) if isinstance(told, dict) else (None, None)
        if isinstance(stars, bool) or not isinstance(stars, int) or not 1 <= stars <= 5:
            return problem(422, "bad_rating")
        if not (comment is None or (isinstance(comment, str) and len(comment) <= LONGEST_COMMENT)):
            return problem(422, "bad_rating")
        said = clean(comment) if comment and says_something(comment) else None
        rate_conversation(self.db, session.conversation_id, stars, said)
        RATINGS.labels(stars).inc()
        return jsonify(stars=stars), 201

    def delete(self) -> Answer:
        """DELETE /web/conversation: what was said, its files, and the way back to it."""
        session = self.sessions.of(request)
        if session is None:
            return problem(401, "http_401")
        forget_conversation(self.db, session.conversation_id)
        return "", 204


def blueprint(talk: Talk, origins: Sequence[str]) -> Blueprint:
    """`/web/end`, `/web/rating`, `/web/conversation`."""
    doors = Blueprint("web_talk", __name__)
    allow_origins(doors, origins)
    doors.post("/web/end")(talk.end)
    doors.post("/web/rating")(talk.rate)
    doors.delete("/web/conversation")(talk.delete)
    return doors
