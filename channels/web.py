"""The web chat's API: sessions, messages and their live stream (contract: ARCHITECTURE, public doors)."""

from __future__ import annotations

import json
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from flask import Blueprint, Response, abort, jsonify, request

from channels.cors import allow_origins
from channels.limits import Limits, refused
from channels.media import MediaStore
from channels.problems import problem
from channels.sessions import Sessions
from channels.web_events import PAGE, stream
from channels.web_messages import Invalid, posted, shown
from conversations import (
    Content,
    Database,
    Inbound,
    Intake,
    LiveEvents,
    conversation_state,
    find_conversation,
    messages_after,
)

NAME = ACCOUNT = "web"
LARGEST_BODY = 256 * 1024
LONGEST_ID = 18  # digits that surely fit the database's integers

Answer = Response | tuple[Response, int]


@dataclass(frozen=True)
class WebChat:
    """What the web chat's routes work with."""

    db: Database
    intake: Intake
    live: LiveEvents
    sessions: Sessions
    store: MediaStore
    limits: Limits
    most_streams: int

    def open_session(self) -> Answer:
        """POST /web/sessions"""
        _body()
        if too_many := refused(self.limits.sessions):
            return too_many
        session_id, token = self.sessions.open()
        self.intake.take([_inbound(session_id, "greeting", Content(), "greet")])
        return jsonify(session_id=session_id, token=token), 201

    def post_message(self) -> Answer:
        """POST /web/messages"""
        raw = _body()
        session_id = self.sessions.of(request)
        if session_id is None:
            return problem(401, "http_401")
        try:
            client_id, content = posted(_parsed(raw), self.store)
        except Invalid as error:
            return problem(422, error.key)
        wait_s = self.limits.messages.wait_s(session_id, client_id, time.monotonic())
        if wait_s:
            return problem(429, "too_fast", {"Retry-After": str(wait_s)})
        taken = self.intake.take([_inbound(session_id, client_id, content, "message")])[0]
        return jsonify(message_id=str(taken.message_id)), 202 if taken.new else 200

    def list_messages(self) -> Answer:
        """GET /web/messages?after=ID"""
        conversation = self._conversation()
        if conversation is None:
            return problem(401, "http_401")
        after = _message_id(request.args.get("after", ""))
        if after is None:
            return problem(422, "bad_after")
        listed = [shown(message, self.store) for message in messages_after(self.db, conversation, after, PAGE)]
        return jsonify(messages=listed, state=conversation_state(self.db, conversation))

    def events(self) -> Answer:
        """GET /web/events; EventSource-like clients resume by Last-Event-ID, the first time by `?after=ID`."""
        conversation = self._conversation()
        if conversation is None:
            return problem(401, "http_401")
        told = request.headers.get("Last-Event-ID", "") or request.args.get("after", "")
        after = _message_id(told)
        if after is None:
            return problem(422, "bad_after")
        if self.live.watching >= self.most_streams:
            return problem(503, "http_503", {"Retry-After": "10"})
        lines = stream(self.db, self.live, self.store, conversation, after if told else None)
        head = {"Cache-Control": "no-cache, no-store", "X-Accel-Buffering": "no"}
        return Response(lines, headers=head, mimetype="text/event-stream")

    def _conversation(self) -> int | None:
        """The caller's conversation. Looked up each time: a token may outlive the database it was made for."""
        session_id = self.sessions.of(request)
        return find_conversation(self.db, NAME, ACCOUNT, session_id) if session_id else None


def blueprint(chat: WebChat, origins: Sequence[str]) -> Blueprint:
    """`/web/…` but attachments."""
    doors = Blueprint("web", __name__)
    allow_origins(doors, origins)
    doors.post("/web/sessions")(chat.open_session)
    doors.post("/web/messages")(chat.post_message)
    doors.get("/web/messages")(chat.list_messages)
    doors.get("/web/events")(chat.events)
    return doors


def _body() -> bytes:
    """The request's body, read before any refusal: closing on a client that still sends would break its connection."""
    request.max_content_length = LARGEST_BODY
    return request.get_data()


def _parsed(raw: bytes) -> object:
    try:
        return json.loads(raw)
    except (ValueError, RecursionError):
        abort(400)


def _inbound(session_id: str, client_id: str, content: Content, kind: str) -> Inbound:
    return Inbound(
        channel=NAME,
        account=ACCOUNT,
        user_id=session_id,
        platform_message_id=f"{session_id}:{client_id}",  # two visitors may draw the same client id
        content=content,
        sent_at=datetime.now(UTC),
        kind=kind,  # type: ignore[arg-type]  # "greet" or "message"
        pulled=True,
    )


def _message_id(told: str) -> int | None:
    if not told:
        return 0
    return int(told) if told.isascii() and told.isdigit() and len(told) <= LONGEST_ID else None
