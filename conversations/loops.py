"""Threads that work until told to stop: woken by NOTIFY, or by the clock when something becomes due."""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Callable
from typing import Protocol

import psycopg
import structlog

from conversations.errors import DatabaseAway

log = structlog.get_logger(__name__)

AFTER_FAILURE_S = 1.0
LONGEST_SLEEP_S = 5.0


class Work(Protocol):
    """Something that can be done piece by piece."""

    def work_once(self) -> bool:
        """Do one piece; False when there is none."""

    def next_in_s(self) -> float | None:
        """Seconds until a piece becomes due by itself; None when none waits."""


class WorkLoop:
    """`threads` threads on one `Work`, asleep while there is nothing to do.

    One more thread listens on `topic`; each signal wakes one sleeper, which wakes the next when it finds work. The same
    thread looks at the clock, so a turn to be retried or taken over starts when it is due.
    """

    def __init__(self, work: Work, url: str, topic: str, threads: int) -> None:
        self._work = work
        self._url = url.replace("+psycopg", "")
        self._topic = topic
        self._count = threads
        self._wake = threading.Semaphore(0)
        self._asleep = 0
        self._lock = threading.Lock()
        self._stopping = threading.Event()
        self._threads: list[threading.Thread] = []
        self.listening = threading.Event()

    def start(self) -> None:
        """Start the threads; returns at once."""
        targets: list[Callable[[], None]] = [self._listen, *[self._serve] * self._count]
        self._threads = [threading.Thread(target=target, name=self._topic, daemon=True) for target in targets]
        for thread in self._threads:
            thread.start()

    def stop(self, patience_s: float = 10.0) -> None:
        """Finish what is under way, at most `patience_s`; the rest is taken over when its lease ends."""
        self._stopping.set()
        for _ in self._threads:
            self._wake.release()
        with contextlib.suppress(psycopg.Error), psycopg.connect(self._url, autocommit=True) as connection:
            connection.execute(f"NOTIFY {self._topic}")  # the listener sleeps in the database
        give_up_at = time.monotonic() + patience_s
        for thread in self._threads:
            thread.join(max(0.0, give_up_at - time.monotonic()))

    def _wake_one(self) -> None:
        with self._lock:
            if not self._asleep:
                return
            self._asleep -= 1
        self._wake.release()

    def _serve(self) -> None:
        while not self._stopping.is_set():
            if self._once():
                continue
            with self._lock:
                self._asleep += 1
            # Look once more after saying "asleep": a signal between the last look and here would be lost.
            if self._once():
                with self._lock:
                    self._asleep = max(self._asleep - 1, 0)
                continue
            self._wake.acquire()

    def _once(self) -> bool:
        try:
            found = self._work.work_once()
        except DatabaseAway as error:
            log.warning("database away", loop=self._topic, error=str(error)[:200])
            self._stopping.wait(0.5)
            return False
        except Exception:  # the outermost loop: one poisoned piece must not end the thread; its lease ends by itself
            log.exception("work failed", loop=self._topic)
            self._stopping.wait(0.5)
            return False
        if found:
            self._wake_one()
        return found

    def _listen(self) -> None:
        while not self._stopping.is_set():
            try:
                with psycopg.connect(self._url, autocommit=True) as connection:
                    connection.execute(f"LISTEN {self._topic}")
                    self.listening.set()
                    while not self._stopping.is_set():
                        self._wake_one()
                        for _ in connection.notifies(timeout=self._sleep_s(), stop_after=1):
                            self._wake_one()
            except (psycopg.Error, DatabaseAway) as error:
                self.listening.clear()
                log.warning("listening interrupted", loop=self._topic, error=str(error)[:200])
                self._stopping.wait(0.5)

    def _sleep_s(self) -> float:
        try:
            seconds = self._work.next_in_s()
        except Exception:  # rooms have their own words for a database that is away; the listener must outlive them
            log.exception("no time for the next work", loop=self._topic)
            return AFTER_FAILURE_S
        # Work that is due already has woken a sleeper or waits for a busy thread: no reason to spin.
        return LONGEST_SLEEP_S if seconds is None else min(max(seconds, 0.05), LONGEST_SLEEP_S)
