"""The web chat's API: sessions, messages and their live stream (contract: ARCHITECTURE, public doors)."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from flask import Blueprint, Response, jsonify, request

from channels.cors import allow_origins
from channels.limits import Limits, refused
from channels.media import MediaStore
from channels.problems import problem
from channels.sessions import ACCOUNT, CHANNEL, Session, Sessions, bearer, parse_key
from channels.web_bodies import body, parsed
from channels.web_events import stream
from channels.web_messages import Invalid, posted, shown
from conversations import (
    Attachment,
    Content,
    Database,
    Inbound,
    Intake,
    LiveEvents,
    conversation_state,
    messages_after,
)

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
        """POST /web/sessions; with `{"key": …}` its tokens are bound to the browser's key."""
        told = parsed(body() or b"{}")
        asked = told.get("key") if isinstance(told, dict) else None
        key = parse_key(asked)
        if asked is not None and key is None:
            return problem(422, "bad_key")
        if too_many := refused(self.limits.sessions):
            return too_many
        session_id, token = self.sessions.open()
        taken = self.intake.take([_inbound(session_id, "greeting", Content(), "greet")])[0]
        if key is not None:
            self.sessions.bind(taken.conversation_id, key)
        # The greeting comes along: a new visitor sees it a trip to the server earlier.
        return jsonify(session_id=session_id, token=token, **self._page(taken.conversation_id, 0)), 201

    def renew_session(self) -> Answer:
        """POST /web/sessions/renew"""
        told = parsed(body())
        proven = told.get("proof") if isinstance(told, dict) else None
        renewed = self.sessions.renewed(bearer(request), proven) if isinstance(proven, str) else None
        if renewed is None:
            return problem(401, "http_401")
        session_id, token = renewed
        return jsonify(session_id=session_id, token=token)

    def post_message(self) -> Answer:
        """POST /web/messages"""
        raw = body()
        session = self.sessions.of(request)
        if session is None:
            return problem(401, "http_401")
        try:
            client_id, content = posted(parsed(raw), lambda ids: self._uploads(session, ids))
        except Invalid as error:
            return problem(422, error.key)
        wait_s = self.limits.messages.wait_s(session.session_id, client_id, time.monotonic())
        if wait_s:
            return problem(429, "too_fast", {"Retry-After": str(wait_s)})
        taken = self.intake.take([_inbound(session.session_id, client_id, content, "message")])[0]
        return jsonify(message_id=str(taken.message_id)), 202 if taken.new else 200

    def list_messages(self) -> Answer:
        """GET /web/messages?after=ID"""
        conversation = self._conversation()
        if conversation is None:
            return problem(401, "http_401")
        after = _message_id(request.args.get("after", ""))
        if after is None:
            return problem(422, "bad_after")
        return jsonify(self._page(conversation, after))

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

    def _page(self, conversation: int, after: int) -> dict[str, Any]:
        listed = [shown(message, self.store) for message in messages_after(self.db, conversation, after)]
        return {"messages": listed, "state": conversation_state(self.db, conversation)}

    def _uploads(self, session: Session, ids: Sequence[str]) -> list[Attachment] | None:
        return self.store.attachments(self.db, session.conversation_id, ids)

    def _conversation(self) -> int | None:
        session = self.sessions.of(request)
        return session.conversation_id if session else None


def blueprint(chat: WebChat, origins: Sequence[str]) -> Blueprint:
    """`/web/…` but attachments."""
    doors = Blueprint("web", __name__)
    allow_origins(doors, origins)
    doors.post("/web/sessions")(chat.open_session)
    doors.post("/web/sessions/renew")(chat.renew_session)
    doors.post("/web/messages")(chat.post_message)
    doors.get("/web/messages")(chat.list_messages)
    doors.get("/web/events")(chat.events)
    return doors


def _inbound(session_id: str, client_id: str, content: Content, kind: str) -> Inbound:
    return Inbound(
        channel=CHANNEL,
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
