"""The door a worker uses: one request is one turn, and the same message again gets the same replies."""

from __future__ import annotations

import asyncio
import hmac
import logging
import re
from collections.abc import Awaitable, Callable
from typing import Any

from rasa.core.agent import Agent
from rasa.core.channels.channel import CollectingOutputChannel, InputChannel, UserMessage
from sanic import Blueprint, response
from sanic.exceptions import InvalidUsage
from sanic.request import Request
from sanic.response import HTTPResponse

from bot.errors import EngineError
from bot.processor import TurnProcessor
from bot.turns import BadTurn, Turn, answer, parsed, read_payload, read_turn

logger = logging.getLogger(__name__)
# Rasa's own way to write an intent. It is never obeyed; reading its words ("affirm", "yes") would come close to it.
_COMMAND = re.compile(r"\s*/[a-z_]+\s*\{")


class MissingToken(Exception):
    """The channel was configured without a token; it would be open to everyone."""


class ConversationChannel(InputChannel):  # type: ignore[misc]
    """Rasa input channel `conversation`: `POST /webhooks/conversation/turn?token=…`."""

    def __init__(self, token: str) -> None:
        """`token` must come with every request."""
        if not token:
            raise MissingToken("the channel `conversation` needs a token (ENGINE_TOKEN)")
        self._token = token

    @classmethod
    def name(cls) -> str:
        """The channel's place below /webhooks/."""
        return "conversation"

    @classmethod
    def from_credentials(cls, credentials: dict[str, Any] | None) -> ConversationChannel:
        """Rasa's constructor; credentials.yml holds the token."""
        return cls((credentials or {}).get("token", ""))

    def blueprint(self, on_new_message: Callable[[UserMessage], Awaitable[Any]]) -> Blueprint:
        """The channel's one route. `on_new_message` is not used: it hides failures and stored replies."""
        door = Blueprint("conversation_turns")

        @door.post("/turn")
        async def turn(request: Request) -> HTTPResponse:
            given = request.args.get("token", "")
            if not hmac.compare_digest(given.encode(), self._token.encode()):
                return _problem(401, "the token is missing or wrong")
            try:
                asked = read_turn(request.json)
            except InvalidUsage:
                return _problem(400, "the body is not JSON")
            except BadTurn as exc:
                return _problem(422, str(exc))
            agent: Agent = request.app.ctx.agent
            if agent is None or not agent.is_ready():
                return _problem(503, "no model is loaded")
            try:
                return response.json(await take_turn(agent, asked), ensure_ascii=False, escape_forward_slashes=False)
            except EngineError as exc:
                logger.error("Turn %s/%s not taken: %s", asked.conversation_id, asked.message_id, exc)
                return _problem(503, f"{type(exc).__name__}: {exc}")

        return door


async def take_turn(agent: Agent, turn: Turn) -> dict[str, Any]:
    """The answer to `turn`, taken now or stored earlier; raises EngineError when nothing was stored."""
    processor: TurnProcessor = agent.processor
    async with agent.lock_store.lock(turn.conversation_id):
        events = await processor.take_turn(_as_user_message(turn, frozenset(processor.domain.intents)))
    # Drawing takes some hundredths of a second, in which other turns go on.
    return await asyncio.to_thread(answer, events)


def _as_user_message(turn: Turn, intents: frozenset[str]) -> UserMessage:
    return UserMessage(
        text=turn.payload or turn.text,
        output_channel=CollectingOutputChannel(),
        sender_id=turn.conversation_id,
        parse_data=_parse_data(turn, intents),
        input_channel=turn.channel,
        message_id=turn.message_id,
        metadata=turn.metadata,
    )


def _parse_data(turn: Turn, intents: frozenset[str]) -> dict[str, Any] | None:
    """What needs no reading; None for words, which the language components read.

    A payload whose intent this model does not know (an old button) is read like words.
    """
    if turn.payload:
        intent, entities = read_payload(turn.payload)
        return parsed(intent, entities, turn.payload) if intent in intents else None
    if turn.bare:
        return parsed("inform", [], "")
    if not turn.text.strip() or _COMMAND.match(turn.text):
        return parsed("out_of_scope", [], turn.text, confidence=0.0)
    return None


def _problem(status: int, detail: str) -> HTTPResponse:
    return response.json({"status": status, "detail": detail}, status=status)
