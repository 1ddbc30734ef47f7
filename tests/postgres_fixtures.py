"""A real PostgreSQL for every test that wants one: migrated once into a template, copied per test."""

from __future__ import annotations

import itertools
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psycopg
import pytest

from apps.migrate import migrate
from apps.postgres import Cluster, running


@pytest.fixture(scope="session")
def postgres() -> Iterator[Cluster]:
    """A running server of this test run."""
    with tempfile.TemporaryDirectory(prefix="pg") as folder, running(Path(folder)) as cluster:
        yield cluster


@pytest.fixture(scope="session")
def template(postgres: Cluster) -> str:
    """The name of a migrated database that nobody connects to."""
    with psycopg.connect(postgres.url, autocommit=True) as connection:
        connection.execute("ALTER SYSTEM SET fsync = off")  # nobody pulls the plug; every copy would wait for the disk
        connection.execute("SELECT pg_reload_conf()")
        connection.execute("CREATE DATABASE template_migrated")
    migrate(postgres.url.replace("/customer_care", "/template_migrated"))
    return "template_migrated"


class _Databases:
    """Copies of the template. The next one is made while a test runs, the last one dropped while the next test does:
    to wait for both was two thirds of a short test's time."""

    def __init__(self, cluster: Cluster, template: str) -> None:
        self._url, self._template, self._numbers = cluster.url, template, itertools.count()
        self._thread = ThreadPoolExecutor(1)
        self._next = self._thread.submit(self._make)

    def take(self) -> str:
        """The name of a fresh one."""
        name = self._next.result()
        self._next = self._thread.submit(self._make)
        return name

    def drop(self, name: str) -> None:
        """Whoever is still connected is cut off."""
        self._thread.submit(self._run, f"DROP DATABASE {name} WITH (FORCE)")

    def close(self) -> None:
        """What is left goes with its server."""
        self._thread.shutdown(cancel_futures=True)

    def _make(self) -> str:
        name = f"test_{next(self._numbers)}"
        self._run(f"CREATE DATABASE {name} TEMPLATE {self._template} STRATEGY FILE_COPY")
        return name

    def _run(self, statement: str) -> None:
        with psycopg.connect(self._url, autocommit=True) as connection:
            connection.execute(statement)


@pytest.fixture(scope="session")
def databases(postgres: Cluster, template: str) -> Iterator[_Databases]:
    """Where tests take their databases from."""
    copies = _Databases(postgres, template)
    yield copies
    copies.close()


@pytest.fixture
def database_url(postgres: Cluster, databases: _Databases) -> Iterator[str]:
    """A fresh migrated database (libpq address)."""
    name = databases.take()
    yield postgres.url.replace("/customer_care", f"/{name}")
    databases.drop(name)


@pytest.fixture
def sqlalchemy_url(database_url: str) -> str:
    """The same database for SQLAlchemy."""
    return database_url.replace("postgresql://", "postgresql+psycopg://")
