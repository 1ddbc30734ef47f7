"""The spine's Engine port, filled by our Rasa engine over HTTP."""

from __future__ import annotations

import threading
from typing import Any, Protocol

import requests
import structlog
from pydantic import Base64Bytes, BaseModel, ValidationError

from conversations import Answer, Attachment, Button, Content, EngineFailed, Handover, Turn

log = structlog.get_logger(__name__)


class _Button(BaseModel):
    title: str
    payload: str


class _Picture(BaseModel):
    name: str
    png: Base64Bytes


class _Reply(BaseModel):
    text: str
    buttons: list[_Button] = []
    picture: _Picture | None = None


class _Handover(BaseModel):
    reason: str
    phone: str | None = None


class _Answer(BaseModel):
    replies: list[_Reply]
    handover: _Handover | None = None
    erase: bool = False


class KeepPicture(Protocol):
    """Stores a picture that the engine drew; the same key and bytes give the same attachment."""

    def __call__(self, data: bytes, key: str, name: str) -> Attachment:
        """The attachment that shows it."""


class ShowFile(Protocol):
    """Gives an attachment an address at which the actions can fetch it for a while."""

    def __call__(self, attachment: Attachment) -> dict[str, str]:
        """Its kind, url and name."""


class RasaEngine:
    """One kept-alive HTTP session per thread to the engine at `url`."""

    def __init__(self, url: str, token: str, timeout_s: float, keep: KeepPicture, show: ShowFile) -> None:
        self._keep, self._show = keep, show
        self._url = f"{url}/webhooks/conversation/turn"
        self._token = token
        self._timeout_s = timeout_s
        self._local = threading.local()

    def reply(self, turn: Turn) -> Answer:
        """Ask the engine; every way in which it can fail becomes EngineFailed, since a turn may be asked again."""
        try:
            response = self._session().post(
                self._url, params={"token": self._token}, json=_body(turn, self._show), timeout=(2, self._timeout_s)
            )
            response.raise_for_status()
            answer = _Answer.model_validate_json(response.content)
        except (requests.RequestException, ValidationError) as error:
            raise EngineFailed(_without_token(error)) from error
        wish = Handover(answer.handover.reason, answer.handover.phone) if answer.handover else None
        replies = (self._content(turn, number, reply) for number, reply in enumerate(answer.replies))
        return Answer(tuple(reply for reply in replies if reply is not None), wish, answer.erase)

    def _content(self, turn: Turn, number: int, reply: _Reply) -> Content | None:
        """None for a picture that cannot be kept: the words beside it say the same."""
        buttons = tuple(Button(b.title, b.payload) for b in reply.buttons)
        if reply.picture is None:
            return Content(text=reply.text, buttons=buttons)
        try:
            shown = self._keep(reply.picture.png, f"{turn.message_id}:{number}", reply.picture.name)
        except OSError as error:
            log.warning("picture not kept", conversation=turn.conversation_id, error=str(error))
            return None
        return Content(attachments=(shown,))

    def _session(self) -> requests.Session:
        if not hasattr(self._local, "session"):
            self._local.session = requests.Session()
            self._local.session.trust_env = False  # loopback: no proxy, no look at the environment each time
        session: requests.Session = self._local.session
        return session


def _without_token(error: Exception) -> str:
    """What went wrong, without the address: it holds the token."""
    if isinstance(error, requests.HTTPError) and error.response is not None:
        return f"engine answered {error.response.status_code}"
    return type(error).__name__


def _body(turn: Turn, show: ShowFile) -> dict[str, Any]:
    content = turn.content
    return {
        "conversation_id": str(turn.conversation_id),
        "message_id": str(turn.message_id),
        "channel": turn.channel,
        "text": content.text,
        "payload": content.payload,
        "location": {"lat": content.location.lat, "lon": content.location.lon} if content.location else None,
        "attachments": [show(a) for a in content.attachments],
        "album": content.album,
        "state": turn.state,
        "sent_at": turn.sent_at.isoformat(),
        "tries": turn.tries,
    }
