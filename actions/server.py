"""The action server: Rasa's webhook on loopback, each action on a thread of a pool, health and readiness.

Started as `python -m actions.server`; reads ACTIONS_PORT, CARE_URL, CARE_API_KEY, and ACTIONS_TOKEN when one is set.
"""

import asyncio
import hmac
import json
import logging
import os
import sys
import zlib
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.executor import CollectingDispatcher
from sanic import Sanic
from sanic.request import Request
from sanic.response import HTTPResponse
from sanic.response import json as json_answer

from actions.care_client import HttpCare
from actions.tasks import forms
from actions.wishes import all_actions, care_over_http
from actions.words import words

# Each waits for the care API most of its time; more than the turns that run at once are never needed.
THREADS = 32
HOST = "127.0.0.1"
log = logging.getLogger("actions")


def answer(actions: dict[str, Action], call: dict[str, Any]) -> dict[str, Any]:
    """Run the action a call names; raises KeyError for one that is not there."""
    action = actions[call["next_action"]]
    dispatcher = CollectingDispatcher()
    tracker = Tracker.from_dict(call["tracker"])
    events = action.run(dispatcher, tracker, call.get("domain") or {})
    return {"events": events, "responses": dispatcher.messages}


class Door:
    """What the web application answers; `token` empty means that the port is trusted."""

    def __init__(self, actions: Iterable[Action], care: HttpCare, token: str = "", threads: int = THREADS) -> None:
        self._actions = {action.name(): action for action in actions}
        self._care = care
        self._token = token.encode()
        self._pool = ThreadPoolExecutor(threads, "action")

    async def webhook(self, request: Request) -> HTTPResponse:
        """One action call, as rasa's engine posts it."""
        given = str(request.args.get("token", "")).encode()
        if self._token and not hmac.compare_digest(given, self._token):
            return json_answer({"error": "wrong token"}, status=401)
        try:
            call = _call(request)
        except (ValueError, zlib.error):
            return json_answer({"error": "not an action call"}, status=400)
        if call["next_action"] not in self._actions:
            return json_answer({"error": "no such action", "action_name": call["next_action"]}, status=404)
        loop = asyncio.get_running_loop()
        return json_answer(await loop.run_in_executor(self._pool, answer, self._actions, call))

    async def alive(self, _: Request) -> HTTPResponse:
        """The process lives."""
        return json_answer({"status": "ok"})

    async def ready(self, _: Request) -> HTTPResponse:
        """Whether the care API answers too."""
        ready = await asyncio.get_running_loop().run_in_executor(None, self._care.alive)
        return json_answer({"status": "ok" if ready else "care does not answer"}, status=200 if ready else 503)

    async def failed(self, request: Request, exception: Exception) -> HTTPResponse:
        """The outermost border: the engine gets a 500 and the turn is tried again."""
        status = getattr(exception, "status_code", 500)
        if status >= 500:
            log.error("action failed: %s", request.path, exc_info=exception)
        return json_answer({"error": type(exception).__name__}, status=status)

    async def close(self, *_: Any) -> None:
        """Running actions end first."""
        self._pool.shutdown(wait=True)


def make_app(door: Door) -> Sanic:
    """The web application of `door`."""
    app = Sanic("actions", configure_logging=False)
    app.add_route(door.webhook, "/webhook", methods=["POST"])
    for path in ("/health", "/healthz"):
        app.add_route(door.alive, path, name=path.strip("/"))
    app.add_route(door.ready, "/readyz")
    app.error_handler.add(Exception, door.failed)
    app.register_listener(door.close, "after_server_stop")
    return app


def _call(request: Request) -> dict[str, Any]:
    body = request.body
    if request.headers.get("Content-Encoding") == "deflate":
        body = zlib.decompress(body)
    call = json.loads(body)
    if not isinstance(call, dict) or not isinstance(call.get("next_action"), str) or "tracker" not in call:
        raise ValueError("next_action and tracker are needed")
    return call


def main() -> None:
    """Serve until SIGTERM or SIGINT; a missing setting or a bad sentence file stops the start."""
    logging.basicConfig(level=os.environ.get("LOG_LEVEL", "INFO"), stream=sys.stderr, format="%(message)s")
    missing = [key for key in ("ACTIONS_PORT", "CARE_URL", "CARE_API_KEY") if not os.environ.get(key)]
    if missing:
        sys.exit(f"actions: not set: {', '.join(missing)}")
    words()
    forms()
    door = Door(all_actions(), care_over_http(), os.environ.get("ACTIONS_TOKEN", ""))
    log.info("actions on %s:%s", HOST, os.environ["ACTIONS_PORT"])
    make_app(door).run(HOST, int(os.environ["ACTIONS_PORT"]), access_log=False, motd=False)


if __name__ == "__main__":
    main()
