"""The supervisor: restarts what crashes, gives up with its last lines, stops everything."""

from __future__ import annotations

import os
import signal
import sys
import time

import pytest

from apps.supervisor import Program, ProgramFailed, Supervisor, last_lines, pause_s


@pytest.fixture
def said():
    return []


@pytest.fixture
def supervisor(tmp_path, said):
    supervisor = Supervisor(os.environ, tmp_path, said.append, patience_s=1.0)
    yield supervisor
    supervisor.stop()


def program(name, code):
    return Program(name, [sys.executable, "-c", code])


def until(condition, patience_s=10.0):
    give_up_at = time.monotonic() + patience_s
    while not condition():
        assert time.monotonic() < give_up_at
        os.sched_yield()


def test_a_killed_process_is_started_again(supervisor):
    supervised = supervisor.start(program("sleeper", "import time; time.sleep(60)"))
    first = supervised.pid
    os.kill(first, signal.SIGKILL)
    until(lambda: supervised.pid not in (None, first))


def test_what_keeps_failing_stops_the_start_with_its_last_lines(supervisor, said):
    supervisor.start(program("broken", "print('no such table: tariff'); raise SystemExit(3)"))
    supervisor.start(Program("never", [sys.executable, "-c", "import time; time.sleep(60)"], "http://127.0.0.1:1/"))
    with pytest.raises(ProgramFailed, match=r"broken ended 5 times(.|\n)*no such table: tariff"):
        supervisor.wait_ready()
    assert any("starting it again in" in line for line in said)


def test_stop_ends_everything(supervisor):
    running = [supervisor.start(program(f"p{n}", "import time; time.sleep(60)")) for n in range(3)]
    supervisor.stop()
    assert [each.pid for each in running] == [None, None, None]


def test_one_that_ignores_the_signal_is_killed(supervisor, said):
    code = "import signal,time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('up', flush=True); time.sleep(60)"
    supervised = supervisor.start(program("deaf", code))
    until(lambda: "up" in last_lines(supervised.log))
    supervisor.stop()
    assert supervised.pid is None
    assert any("killed" in line for line in said)


def test_pauses_grow_to_a_limit():
    assert [pause_s(n) for n in (1, 2, 3, 4, 20)] == [0.5, 1, 2, 4, 30]
