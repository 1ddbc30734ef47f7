"""Keeps processes alive: starts them, restarts what crashes with growing pauses, stops them all together."""

from __future__ import annotations

import contextlib
import ctypes
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import requests

FAILURES_TO_GIVE_UP = 5
WINDOW_S = 60.0
LONGEST_PAUSE_S = 30.0
PATIENCE_S = 15.0


@dataclass(frozen=True)
class Program:
    """One process of the product; `ready_url` answers 200 when it can serve (None: it says nothing by itself)."""

    name: str
    command: Sequence[str]
    ready_url: str | None = None
    stop_signal: signal.Signals = signal.SIGTERM
    identity: Mapping[str, object] = field(default_factory=dict)


class ProgramFailed(Exception):
    """A process ended again and again; the message holds its last lines."""


def pause_s(failures: int) -> float:
    """How long to wait before restart number `failures` in a minute: 0.5, 1, 2, 4 … 30 s."""
    return float(min(0.5 * 2 ** max(failures - 1, 0), LONGEST_PAUSE_S))


def last_lines(path: Path, count: int = 15) -> str:
    """The end of a log."""
    if not path.exists():
        return ""
    with path.open("rb") as log:
        log.seek(max(0, path.stat().st_size - 16_384))
        return "\n".join(log.read().decode("utf8", "replace").splitlines()[-count:])


def _die_with_parent() -> None:
    """Linux: a child whose supervisor was killed must not live on and hold its port."""
    ctypes.CDLL(None).prctl(1, signal.SIGTERM)  # PR_SET_PDEATHSIG


class Supervised:
    """One program, kept running by a thread of its own."""

    def __init__(self, program: Program, env: Mapping[str, str], logs: Path, say: Callable[[str], None]) -> None:
        self.program = program
        self.log = logs / f"{program.name}.log"
        self.failed = threading.Event()
        self._env = dict(env)
        self._say = say
        self._stopping = threading.Event()
        self._started = threading.Event()
        self._failures: list[float] = []
        self._process: subprocess.Popen[bytes] | None = None
        self._thread = threading.Thread(target=self._keep, name=program.name, daemon=True)

    @property
    def pid(self) -> int | None:
        """The process's id while it runs."""
        return self._process.pid if self._process and self._process.poll() is None else None

    def start(self) -> None:
        """Start it and keep it running; returns when the first process exists."""
        self._thread.start()
        self._started.wait()

    def _keep(self) -> None:
        while not self._stopping.is_set():
            process = self._spawn()
            status = process.wait()
            if self._stopping.is_set():
                return
            now = time.monotonic()
            self._failures = [at for at in self._failures if now - at < WINDOW_S] + [now]
            if len(self._failures) >= FAILURES_TO_GIVE_UP:
                self.failed.set()
            wait_s = pause_s(len(self._failures))
            self._say(f"{self.program.name} ended (status {status}); starting it again in {wait_s:g} s")
            self._stopping.wait(wait_s)

    def _spawn(self) -> subprocess.Popen[bytes]:
        with self.log.open("ab") as log:
            # A session of its own: Ctrl-C reaches the supervisor alone, which stops all in order.
            self._process = subprocess.Popen(
                list(self.program.command),
                env=self._env,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                preexec_fn=_die_with_parent,
                **self.program.identity,  # type: ignore[call-overload]  # user, group, extra_groups
            )
        self.log.with_suffix(".pid").write_text(f"{self._process.pid}\n")
        self._started.set()
        return self._process

    def ask_to_stop(self) -> None:
        """Send the stop signal; no restart after it."""
        self._stopping.set()
        if self._process and self._process.poll() is None:
            with contextlib.suppress(ProcessLookupError):
                self._process.send_signal(self.program.stop_signal)

    def wait_stopped(self, give_up_at: float) -> None:
        """Wait for its end; killed when it takes longer."""
        if self._process is None:
            return
        try:
            self._process.wait(max(0.1, give_up_at - time.monotonic()))
        except subprocess.TimeoutExpired:
            self._say(f"{self.program.name} does not stop; killed")
            self._process.kill()
            self._process.wait()

    def ready(self) -> bool:
        """Whether it answers at its ready address (a program without one: whether it runs)."""
        if self.program.ready_url is None:
            return self.pid is not None
        try:
            return requests.get(self.program.ready_url, timeout=2).status_code == 200
        except requests.RequestException:
            return False


class Supervisor:
    """All programs of one copy of the product."""

    def __init__(
        self, env: Mapping[str, str], logs: Path, say: Callable[[str], None], patience_s: float = PATIENCE_S
    ) -> None:
        self._env = env
        self._logs = logs
        self._say = say
        self._patience_s = patience_s
        self._all: list[Supervised] = []
        self._ready: list[Supervised] = []
        self.stop_asked = threading.Event()

    def start(self, program: Program) -> Supervised:
        """Start one more program."""
        supervised = Supervised(program, self._env, self._logs, self._say)
        supervised.start()
        self._all.append(supervised)
        return supervised

    def wait_ready(self) -> bool:
        """Wait until everything is ready, naming each as it comes; False when a stop was asked meanwhile.

        Raises ProgramFailed when one of them keeps ending.
        """
        waiting = [each for each in self._all if each not in self._ready]
        began = time.monotonic()
        while waiting and not self.stop_asked.is_set():
            self.raise_failed()
            for supervised in [each for each in waiting if each.ready()]:
                waiting.remove(supervised)
                self._ready.append(supervised)
                self._say(f"  {supervised.program.name} ready after {time.monotonic() - began:.1f} s")
            self.stop_asked.wait(0.1)
        return not waiting

    def raise_failed(self) -> None:
        """Raises ProgramFailed for a program that ended five times in a minute."""
        for supervised in self._all:
            if supervised.failed.is_set():
                lines = last_lines(supervised.log)
                raise ProgramFailed(
                    f"{supervised.program.name} ended {FAILURES_TO_GIVE_UP} times in a minute:\n{lines}"
                )

    def forgive(self) -> None:
        """After a good start a crashing program is only restarted with longer pauses; the others go on serving."""
        for supervised in self._all:
            supervised.failed.clear()

    def stop(self) -> None:
        """Stop everything, last started first; the first started (the database) after all others."""
        others, first = self._all[1:], self._all[:1]
        for group in (others[::-1], first):
            for supervised in group:
                supervised.ask_to_stop()
            give_up_at = time.monotonic() + self._patience_s
            for supervised in group:
                supervised.wait_stopped(give_up_at)
