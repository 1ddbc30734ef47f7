"""`make run`: prepares everything, starts every process, and says where to go."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path

from sqlalchemy import create_engine

from apps import postgres
from apps.migrate import migrate
from apps.secret_keys import SecretsMissing, complete
from apps.supervisor import Program, ProgramFailed, Supervisor
from care.demo import ensure_demo, sample_codes
from channels import channel_status
from settings import ROOT, Settings

APP_PYTHON = sys.executable
ENGINE_PYTHON = str(ROOT / "bot" / ".venv" / "bin" / "python")
CONSOLE_EVERY_S = 0.3
PORTS = ("gateway", "care", "engine", "actions", "worker", "delivery", "jobs", "staff", "mail")


def say(line: str) -> None:
    """One line to whoever started us, at once."""
    print(line, flush=True)


def main() -> int:
    """The exit status: 0 after Ctrl-C, 1 when the start failed."""
    settings = Settings()
    var_dir = settings.var_dir.resolve()
    (var_dir / "logs").mkdir(parents=True, exist_ok=True)
    production = settings.app_env == "production"
    try:
        drawn = complete(_given(settings), var_dir, production=production)
    except SecretsMissing as error:
        say(str(error))
        return 1
    busy = _busy_ports(settings)
    if busy:
        say("Another program holds " + ", ".join(busy) + ". Choose other ports (.env.example) or stop it.")
        return 1
    env = {**os.environ, **drawn, "VAR_DIR": str(var_dir), "PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1"}
    env["TQDM_DISABLE"] = "1"  # Rasa draws a bar per rule when it trains
    os.environ.update(drawn)
    supervisor = Supervisor(env, var_dir / "logs", say)
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: supervisor.stop_asked.set())
    try:
        return _serve(Settings(), env, supervisor)
    except (ProgramFailed, subprocess.CalledProcessError) as error:
        say(str(error))
        return 1
    finally:
        say("Stopping …")
        supervisor.stop()


def _given(settings: Settings) -> dict[str, str]:
    values = settings.model_dump()
    return {name.upper(): str(value) for name, value in values.items() if isinstance(value, str)}


def _busy_ports(settings: Settings) -> list[str]:
    busy = []
    for name in PORTS:
        port = getattr(settings, f"{name}_port")
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                busy.append(f"port {port} ({name.upper()}_PORT)")
    return busy


def _serve(settings: Settings, env: dict[str, str], supervisor: Supervisor) -> int:
    began = time.monotonic()
    url = _database(settings, supervisor)
    env.update(_addresses(settings, url))
    os.environ.update(_addresses(settings, url))
    say("Migrating the database …")
    migrate(url)
    if settings.app_env != "production":
        say("Looking after the demonstration data …")
        ensure_demo(url, say)
    say("Training the model if its data changed …")
    _run_to_end([ENGINE_PYTHON, "-m", "bot.train"], env, supervisor)
    if supervisor.stop_asked.is_set():
        return 0
    say("Starting …")
    *inner, gateway = _programs(Settings())
    # The public door opens last: whoever sees it open finds everything behind it working.
    for group in (inner, [gateway]):
        for program in group:
            supervisor.start(program)
        if not supervisor.wait_ready():
            return 0
    supervisor.forgive()
    _welcome(Settings(), url, time.monotonic() - began)
    _show_console(settings.console, supervisor)
    return 0


def _show_console(console: Path, supervisor: Supervisor) -> None:
    """What the processes say to whoever tries the product, until it is stopped."""
    console.write_text("")
    with console.open(encoding="utf8") as lines:
        while not supervisor.stop_asked.wait(CONSOLE_EVERY_S):
            for line in lines:
                say(line.rstrip())


def _run_to_end(command: list[str], env: Mapping[str, str], supervisor: Supervisor) -> None:
    """Run a preparing step in sight of the user; Ctrl-C ends it."""
    with subprocess.Popen(command, cwd=ROOT, env=dict(env), start_new_session=True) as process:
        while process.poll() is None:
            if supervisor.stop_asked.wait(0.2):
                process.terminate()
    if process.returncode and not supervisor.stop_asked.is_set():
        raise subprocess.CalledProcessError(process.returncode, command)


def _database(settings: Settings, supervisor: Supervisor) -> str:
    if settings.database_url:
        return settings.database_url
    say("Starting the embedded PostgreSQL …")
    cluster = postgres.prepare(settings.var_dir)
    command = cluster.command()
    # SIGINT is PostgreSQL's fast stop: clients are cut off, data is safe.
    supervisor.start(Program("postgres", command, stop_signal=signal.SIGINT, identity=cluster.identity()))
    postgres.wait_until_ready(cluster)
    return cluster.url


def _addresses(settings: Settings, url: str) -> dict[str, str]:
    return {
        "DATABASE_URL": url,
        "ENGINE_DATABASE_URL": url,
        "CARE_URL": f"http://127.0.0.1:{settings.care_port}",
        "ACTIONS_URL": f"http://127.0.0.1:{settings.actions_port}/webhook",
        "ENGINE_PORT": str(settings.engine_port),
        "ACTIONS_PORT": str(settings.actions_port),
        "PUBLIC_URL": settings.gateway_url,
    }


def _gunicorn(app: str, host: str, port: int, *options: str) -> list[str]:
    program = [APP_PYTHON, "-m", "gunicorn", app, "--bind", f"{host}:{port}", "--graceful-timeout", "5"]
    return [*program, "--no-control-socket", "--log-level", "warning", *options]


def _joined_metrics(settings: Settings, name: str) -> list[str]:
    """Where the processes of one program count together, for prometheus_client; counts begin anew with each start."""
    folder = settings.var_dir / "metrics" / name
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    return ["--env", f"PROMETHEUS_MULTIPROC_DIR={folder}"]


def _programs(settings: Settings) -> list[Program]:
    local = settings.bind_host
    ready = {name: f"http://127.0.0.1:{getattr(settings, f'{name}_port')}/readyz" for name in PORTS if name != "mail"}
    threads = ["-k", "gthread", "--threads", "16"]
    of_care = [*threads, "--workers", str(settings.care_processes), *_joined_metrics(settings, "care")]
    care = _gunicorn("apps.care:create_app()", local, settings.care_port, *of_care)
    streams = ["-k", "gevent", "--worker-connections", "4000"]
    gateway = _gunicorn("apps.gateway:create_app()", settings.gateway_host, settings.gateway_port, *streams)
    staff = _gunicorn("apps.staff:create_app()", local, settings.staff_port, "-k", "gthread", "--threads", "8")
    return [
        Program("care", care, ready["care"]),
        Program("actions", [ENGINE_PYTHON, "-m", "actions.server"], ready["actions"]),
        Program("engine", [ENGINE_PYTHON, "-m", "bot.server"], ready["engine"]),
        Program("worker", [APP_PYTHON, "-m", "apps.worker"], ready["worker"]),
        Program("delivery", [APP_PYTHON, "-m", "apps.delivery"], ready["delivery"]),
        Program("jobs", [APP_PYTHON, "-m", "apps.jobs"], ready["jobs"]),
        Program("staff", staff, ready["staff"]),
        Program("gateway", gateway, ready["gateway"]),
    ]


def _welcome(settings: Settings, url: str, seconds: float) -> None:
    say(f"\nReady after {seconds:.0f} s.\n")
    say(f"  Chat page      {settings.gateway_url}/")
    say(f"  Care API       http://127.0.0.1:{settings.care_port}/docs   (key: CARE_API_KEY in VAR_DIR/secrets.env)")
    say(f"  Channels       http://127.0.0.1:{settings.staff_port}/status")
    say(f"  Engine         http://127.0.0.1:{settings.engine_port}/status")
    for line in channel_status(settings):
        say(f"  {line}")
    say("\n  Try: “nhà tôi mất điện từ 7h sáng, cả xóm luôn, 12 Lê Lợi phường Bến Thành TP.HCM”")
    if settings.app_env != "production":
        engine = create_engine(url.replace("postgresql://", "postgresql+psycopg://"))
        # After a great storm there may be no such customer left; the product serves all the same.
        with contextlib.suppress(LookupError), engine.connect() as connection:
            dark, bright = sample_codes(connection)
            say(f"  Demonstration customers: {dark} (under an outage now), {bright} (power is on)")
        engine.dispose()
    say(f"  Logs: {Path(settings.var_dir) / 'logs'}.  Ctrl-C stops everything.\n")


if __name__ == "__main__":
    sys.exit(main())
