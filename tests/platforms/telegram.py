"""Telegram's stand-in: the Bot API with its limits and errors, form and multipart bodies; updates by webhook or asking."""

from __future__ import annotations

import hmac
import itertools
import json
import re
from dataclasses import dataclass, field
from email import message_from_bytes
from typing import Any

from tests.platforms.server import Answer, Asked, Shown, StandIn, deliver

TEXT, CAPTION, CALLBACK_BYTES, ROW, BUTTONS, PHOTO = 4096, 1024, 64, 8, 100, 10 * 1024 * 1024
GROUP_PER_MINUTE = 20
DOWNLOAD = 20 * 1024 * 1024


@dataclass
class TelegramPlatform(StandIn):
    """One bot. People must write first; who `blocked_by` names has blocked it."""

    token: str = "7000000001:AAtest-token_of-the-stand-in"
    secret: str = "telegram-secret"
    per_second: int = 30
    chat_every_s: float = 1.0
    started: set[str] = field(default_factory=set)
    blocked_by: set[str] = field(default_factory=set)
    calls: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    webhook: dict[str, Any] = field(default_factory=dict)
    waiting: list[dict[str, Any]] = field(default_factory=list)
    files: dict[str, bytes] = field(default_factory=dict)
    member_of: set[str] = field(default_factory=lambda: {"-1009"})
    last_error: dict[str, Any] = field(default_factory=dict)
    texts: dict[tuple[str, int], tuple[str, Any]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        super().__post_init__()
        self._numbers = itertools.count(1)
        self._updates = itertools.count(880_000)
        self._sent: list[tuple[float, str]] = []

    # --- what the product asks -------------------------------------------------------------------------
    def answer(self, asked: Asked) -> Answer:
        if asked.path.startswith("/file/bot"):
            return self._file(asked.path)
        found = re.fullmatch(r"/bot([^/]+)/(\w+)", asked.path)
        if found is None or not hmac.compare_digest(found[1].encode(), self.token.encode()):
            return _error(401 if found else 404, "Unauthorized" if found else "Not Found")
        method, params = found[2], _params(asked)
        self.calls.append((method, params))
        if method in ("sendMessage", "sendPhoto", "sendDocument"):
            return self._show(method, params)
        known = {
            "getMe": self._me,
            "getUpdates": self._tell,
            "setWebhook": self._set_webhook,
            "deleteWebhook": self._delete_webhook,
            "getWebhookInfo": lambda _: _ok(self._info()),
            "editMessageText": self._edit,
            "getChat": self._chat,
            "getFile": self._found,
        }
        if method in known:
            return known[method](params)
        if method in (
            "answerCallbackQuery",
            "sendChatAction",
            "setMyCommands",
            "setMyShortDescription",
            "setMyDescription",
        ):
            return _ok(True)
        return _error(404, "Not Found")

    def made(self, method: str) -> list[dict[str, Any]]:
        """The calls of one method so far."""
        with self._lock:
            return [params for name, params in self.calls if name == method]

    def _me(self, _: dict[str, Any]) -> Answer:
        number = int(self.token.partition(":")[0])
        return _ok({"id": number, "is_bot": True, "first_name": "Điện lực", "username": "dienluc_bot"})

    def _found(self, params: dict[str, Any]) -> Answer:
        data = self.files.get(str(params.get("file_id", "")))
        if data is None:
            return _error(400, "Bad Request: wrong file_id or the file is temporarily unavailable")
        if len(data) > DOWNLOAD:
            return _error(400, "Bad Request: file is too big")
        path = f"photos/{params['file_id']}"
        return _ok({"file_id": params["file_id"], "file_unique_id": "u", "file_size": len(data), "file_path": path})

    def _file(self, path: str) -> Any:
        data = self.files.get(path.rpartition("/")[2])
        if data is None or path != f"/file/bot{self.token}/photos/{path.rpartition('/')[2]}":
            return _error(404, "Not Found")
        return 200, data

    def _chat(self, params: dict[str, Any]) -> Answer:
        chat = str(params.get("chat_id", ""))
        if chat not in self.member_of:
            return _error(400, "Bad Request: chat not found")
        return _ok({"id": int(chat), "type": "supergroup", "title": "Trực điện lực"})

    def _show(self, method: str, params: dict[str, Any]) -> Answer:
        chat = str(params.get("chat_id", ""))
        refusal = self._too_fast(chat) or self._refusal(chat, method, params)
        if refusal:
            return refusal
        number, markup = next(self._numbers), params.get("reply_markup") or {}
        text = str(params.get("text", params.get("caption", "")))
        self.texts[chat, number] = (text, markup)
        picture = str(params.get("photo", params.get("document", "")))
        self.show(Shown(chat, text, tuple(_keys(markup)), picture))
        return _ok(self._message(chat, number, text))

    def _too_fast(self, chat: str) -> Answer | None:
        now = self.now()
        self._sent = [(at, to) for at, to in self._sent if at > now - 60]
        lately = [to for at, to in self._sent if at > now - 1]
        own = [at for at, to in self._sent if to == chat]
        group_full = chat.startswith("-") and len(own) >= GROUP_PER_MINUTE
        too_soon = bool(own) and not chat.startswith("-") and now - own[-1] < self.chat_every_s * 0.9
        if len(lately) >= self.per_second or group_full or too_soon:
            self.too_fast += 1
            return _error(429, "Too Many Requests: retry after 1", {"retry_after": 1})
        self._sent.append((now, chat))
        return None

    def _refusal(self, chat: str, method: str, params: dict[str, Any]) -> Answer | None:
        if chat in self.blocked_by:
            return _error(403, "Forbidden: bot was blocked by the user")
        if not chat.startswith("-") and chat not in self.started:
            return _error(400, "Bad Request: chat not found")
        text, caption = str(params.get("text", "")), str(params.get("caption", ""))
        if method == "sendMessage" and not text.strip():
            return _error(400, "Bad Request: message text is empty")
        if len(text) > TEXT or len(caption) > CAPTION:
            return _error(400, "Bad Request: message is too long")
        return _bad_markup(params.get("reply_markup") or {})

    def _edit(self, params: dict[str, Any]) -> Answer:
        at = str(params.get("chat_id")), int(params.get("message_id", 0))
        new = str(params.get("text", "")), params.get("reply_markup") or {}
        if at not in self.texts:
            return _error(400, "Bad Request: message to edit not found")
        if self.texts[at] == new:
            return _error(400, "Bad Request: message is not modified")
        self.texts[at] = new
        self.more.notify_all()
        return _ok(self._message(at[0], at[1], new[0]))

    def _message(self, chat: str, number: int, text: str) -> dict[str, Any]:
        kind = "supergroup" if chat.startswith("-") else "private"
        return {"message_id": number, "date": int(self.now()), "chat": {"id": int(chat), "type": kind}, "text": text}

    def _tell(self, params: dict[str, Any]) -> Answer:
        if self.webhook.get("url"):
            return _error(409, "Conflict: can't use getUpdates method while webhook is active")
        offset = int(params.get("offset") or 0)
        self.waiting = [each for each in self.waiting if each["update_id"] >= offset]
        return _ok(self.waiting[:100])

    def _set_webhook(self, params: dict[str, Any]) -> Answer:
        secret = str(params.get("secret_token", ""))
        if not str(params.get("url", "")).startswith("https://"):
            return _error(400, "Bad Request: bad webhook: An HTTPS URL must be provided for webhook")
        if not re.fullmatch(r"[A-Za-z0-9_-]{1,256}", secret):
            return _error(400, "Bad Request: secret token contains unallowed characters")
        self.webhook = params
        return _ok(True)

    def _delete_webhook(self, _: dict[str, Any]) -> Answer:
        self.webhook = {}
        return _ok(True)

    def _info(self) -> dict[str, Any]:
        url = self.webhook.get("url", "")
        return {
            "url": url,
            "has_custom_certificate": False,
            "pending_update_count": len(self.waiting),
            **self.last_error,
        }

    # --- what people do ----------------------------------------------------------------------------------
    def update(self, **what: Any) -> bytes:
        """The body of one update; its id grows."""
        return json.dumps({"update_id": next(self._updates), **what}, ensure_ascii=False).encode()

    def message(self, user: str, text: str | None = None, *, start: bool = True, **more: Any) -> bytes:
        """A message in a private chat."""
        return self.update(message=self._written(user, text, start=start, **more))

    def edited(self, user: str, text: str, message_id: int = 5) -> bytes:
        said = self._written(user, text, message_id=message_id)
        return self.update(edited_message={**said, "edit_date": int(self.now())})

    def tap(self, user: str, title: str, data: str, chat: dict[str, Any] | None = None, message_id: int = 9) -> bytes:
        """A press on an inline button."""
        markup = {"inline_keyboard": [[{"text": title, "callback_data": data}]]}
        self.started.add(user)
        place = chat or {"id": int(user), "type": "private"}
        below = {"message_id": message_id, "date": int(self.now()), "chat": place, "reply_markup": markup}
        query = {"id": f"4382{next(self._numbers)}", "from": self._person(user), "message": below, "data": data}
        return self.update(callback_query={**query, "chat_instance": "1"})

    def in_group(self, group: str, user: str, text: str) -> bytes:
        said = self._written(user, text)
        return self.update(message={**said, "chat": {"id": int(group), "type": "supergroup", "title": "Tổ 5"}})

    def membership(self, user: str, old: str, new: str, chat_type: str = "private") -> bytes:
        bot = {"id": 7000000001, "is_bot": True, "first_name": "Điện lực"}
        states = {"old_chat_member": {"user": bot, "status": old}, "new_chat_member": {"user": bot, "status": new}}
        change = {"chat": {"id": int(user), "type": chat_type}, "from": self._person("1"), "date": int(self.now())}
        return self.update(my_chat_member={**change, **states})

    def _written(self, user: str, text: str | None, *, start: bool = True, **more: Any) -> dict[str, Any]:
        if start:
            self.started.add(user)
        head = {
            "message_id": next(self._numbers),
            "date": int(self.now()),
            "chat": {"id": int(user), "type": "private"},
        }
        return {**head, "from": self._person(user), **({} if text is None else {"text": text}), **more}

    def _person(self, user: str) -> dict[str, Any]:
        return {"id": abs(int(user)), "is_bot": False, "first_name": "Lan", "language_code": "vi"}

    def deliver(self, gateway: str, body: bytes, retry: int = 0) -> int:
        """One delivery of `body` (a redelivery looks the same) → the HTTP status."""
        return deliver(gateway, "telegram", body, {"X-Telegram-Bot-Api-Secret-Token": self.secret})

    def keep(self, body: bytes) -> None:
        """Instead of a webhook: told to whoever asks."""
        with self._lock:
            self.waiting.append(json.loads(body))


def _params(asked: Asked) -> dict[str, Any]:
    """JSON, form or multipart, nested values as JSON text in the latter two."""
    head = {name.lower(): value for name, value in asked.headers.items()}
    kind = head.get("content-type", "")
    if kind.startswith("application/json"):
        return asked.json()
    if not kind.startswith("multipart/form-data"):
        return {name: _read(value) for name, value in {**asked.query, **asked.form()}.items()}
    parts = message_from_bytes(b"Content-Type: " + kind.encode() + b"\r\n\r\n" + asked.body).get_payload()
    found: dict[str, Any] = {}
    for part in parts if isinstance(parts, list) else []:
        name = str(part.get_param("name", header="content-disposition"))
        data = part.get_payload(decode=True)
        assert isinstance(data, bytes)
        found[name] = f"upload of {len(data)} bytes" if part.get_filename() else _read(data.decode())
    # The file itself comes as a part of its own that the parameter names.
    return {name: found.get(str(value).removeprefix("attach://"), value) for name, value in found.items()}


def _read(value: str) -> Any:
    return json.loads(value) if value[:1] in "{[" else value


def _keys(markup: dict[str, Any]) -> list[tuple[str, str]]:
    inline = [(key["text"], key["callback_data"]) for row in markup.get("inline_keyboard", []) for key in row]
    asking = {"request_contact": "<phone>", "request_location": "<place>"}
    return inline + [
        (key["text"], next((told for name, told in asking.items() if key.get(name)), key["text"]))
        for row in markup.get("keyboard", [])
        for key in row
    ]


def _bad_markup(markup: dict[str, Any]) -> Answer | None:
    rows = markup.get("inline_keyboard", [])
    keys = [key for row in rows for key in row]
    if len(keys) > BUTTONS or any(len(row) > ROW for row in rows):
        return _error(400, "Bad Request: too many inline keyboard buttons")
    if any(not 1 <= len(key["callback_data"].encode()) <= CALLBACK_BYTES for key in keys):
        return _error(400, "Bad Request: BUTTON_DATA_INVALID")
    if any(not key["text"] for key in keys):
        return _error(400, "Bad Request: text buttons are unallowed in the inline keyboard")
    return None


def _ok(result: Any) -> Answer:
    return 200, {"ok": True, "result": result}


def _error(code: int, description: str, parameters: dict[str, Any] | None = None) -> Answer:
    told: dict[str, Any] = {"ok": False, "error_code": code, "description": description}
    return code, told if parameters is None else {**told, "parameters": parameters}
