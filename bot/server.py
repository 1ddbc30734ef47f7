"""The engine process: `python -m bot.server` loads the newest model and serves turns on loopback until it is stopped."""

from __future__ import annotations

import os
import warnings

os.environ.setdefault("RASA_TELEMETRY_ENABLED", "false")  # before rasa is imported: nothing leaves this machine
warnings.simplefilter("ignore", DeprecationWarning)  # Rasa's libraries are of 2022 and say so
os.environ.setdefault("SQLALCHEMY_SILENCE_UBER_WARNING", "1")

from bot.light import without_tensorflow

without_tensorflow()

# ruff: noqa: E402
import asyncio
import logging
import sys
import time
from pathlib import Path
from typing import Any

import aiohttp
import rasa.core.agent
import rasa.core.run
import rasa.shared.core.training_data.story_reader.yaml_story_reader as story_reader
from rasa.core.lock_store import LockStore
from rasa.core.tracker_store import TrackerStore
from rasa.core.utils import AvailableEndpoints
from rasa.model import get_latest_model
from rasa.utils.log_utils import configure_structlog
from sanic import Sanic, response
from sanic.request import Request
from sanic.response import HTTPResponse

from bot import environment, speed
from bot.environment import Environment, MissingSetting
from bot.errors import StoreFailed
from bot.processor import TurnProcessor
from bot.tracker_store import OneRowTrackerStore

logger = logging.getLogger("bot.server")
TURN_LIMIT_S = 120


class NoModel(Exception):
    """There is no trained model to serve."""


def build(env: Environment) -> Sanic:
    """Rasa's own server with our channel, store, locks and processor in it; nothing is opened yet."""
    words_are_words()
    rasa.core.agent.MessageProcessor = TurnProcessor
    endpoints = AvailableEndpoints.read_endpoints(str(env.project / "endpoints.yml"))
    # Made once and handed on as they are: a model that is loaded later keeps pool, locks and connections.
    store = TrackerStore.create(endpoints.tracker_store)
    if not isinstance(store, OneRowTrackerStore):
        raise MissingSetting("endpoints.yml: tracker_store is not bot.tracker_store.OneRowTrackerStore")
    endpoints.tracker_store = store
    endpoints.lock_store = LockStore.create(endpoints.lock_store)
    channels = rasa.core.run.create_http_input_channels(None, str(env.project / "credentials.yml"))
    app = rasa.core.run.configure_app(
        channels,
        auth_token=env.token,
        response_timeout=TURN_LIMIT_S,
        port=env.port,
        endpoints=endpoints,
        keep_alive_timeout=75,
    )
    model = newest_model(env)

    async def load(app: Sanic, loop: asyncio.AbstractEventLoop) -> None:
        agent = await rasa.core.agent.load_agent(str(model), endpoints=endpoints, loop=loop)
        if not agent.is_ready():
            raise NoModel(f"{model} could not be loaded (see above)")
        app.ctx.agent = agent
        logger.info("Engine ready on %s:%d with %s", env.host, env.port, model.name)

    async def close(app: Sanic, loop: asyncio.AbstractEventLoop) -> None:
        await store.close()
        await speed.close_sessions()

    app.register_listener(load, "before_server_start")
    app.register_listener(close, "after_server_stop")
    _add_health(app, store, endpoints.action.url)
    return app


def words_are_words() -> None:
    """Switch off Rasa's `/intent{…}` syntax in messages: what a customer types is never read as a command."""
    story_reader.YAMLStoryReader.unpack_regex_message = staticmethod(_as_it_is)


def _as_it_is(message: Any, *arguments: Any, **options: Any) -> Any:
    return message


def newest_model(env: Environment) -> Path:
    """MODEL_PATH, or the newest model below VAR_DIR; raises NoModel."""
    if env.model is not None and env.model.is_file():
        return env.model
    latest = get_latest_model(str(env.model or env.models))
    if latest is None:
        raise NoModel(f"no trained model in {env.model or env.models}: run `python -m bot.train`")
    return Path(latest)


def _add_health(app: Sanic, store: OneRowTrackerStore, actions_url: str) -> None:
    health_url = actions_url.rsplit("/", 1)[0] + "/health"

    @app.get("/healthz")
    async def healthz(request: Request) -> HTTPResponse:
        return response.json({"status": "ok"})

    @app.get("/readyz")
    async def readyz(request: Request) -> HTTPResponse:
        agent = request.app.ctx.agent
        checks = {
            "model": agent is not None and agent.is_ready(),
            "database": await _database_answers(store),
            "actions": await _answers(health_url),
        }
        return response.json(
            {"status": "ready" if all(checks.values()) else "not ready", "checks": checks},
            status=200 if all(checks.values()) else 503,
        )


async def _database_answers(store: OneRowTrackerStore) -> bool:
    try:
        await asyncio.wait_for(store.ping(), 3)
    except (StoreFailed, asyncio.TimeoutError):
        return False
    return True


async def _answers(url: str) -> bool:
    try:
        async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=3)) as session, session.get(url) as found:
            return bool(found.status == 200)
    except (aiohttp.ClientError, asyncio.TimeoutError):
        return False


def _configure_logs(level: str) -> None:
    """One format for all; Rasa's and sanic's everyday talk and their libraries' warnings of old age are left out."""
    logging.basicConfig(level=level, format="%(asctime)s %(levelname)-7s %(name)s %(message)s")
    logging.captureWarnings(capture=True)
    logging.getLogger("py.warnings").setLevel(logging.ERROR)
    for name in ("rasa", "sanic.root", "sanic.error", "sanic.access"):
        logging.getLogger(name).setLevel(logging.WARNING)
        logging.getLogger(name).handlers.clear()
        logging.getLogger(name).propagate = True
    configure_structlog(logging.WARNING)


def main() -> int:
    """Serve until SIGTERM or SIGINT; 2 when the engine cannot start."""
    begun = time.monotonic()
    try:
        env = environment.read()
        speed.install(speed.chosen(env.speedups))
        os.environ["ENGINE_TOKEN"] = env.token
        app = build(env)
        _configure_logs(env.log_level)  # after build: sanic brings handlers of its own
        logger.info("Loaded in %.1f s", time.monotonic() - begun)
        app.run(host=env.host, port=env.port, workers=1, access_log=False, debug=False, backlog=256)
    except (MissingSetting, NoModel, speed.UnknownSpeedup) as exc:
        sys.stderr.write(f"engine: {exc}\n")
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
