"""A real PostgreSQL for every test that wants one: migrated once into a template, copied per test."""

from __future__ import annotations

import itertools
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from apps.migrate import migrate
from apps.postgres import Cluster, running

_numbers = itertools.count()


@pytest.fixture(scope="session")
def postgres() -> Iterator[Cluster]:
    """A running server of this test run."""
    with tempfile.TemporaryDirectory(prefix="pg") as folder, running(Path(folder)) as cluster:
        yield cluster


@pytest.fixture(scope="session")
def template(postgres: Cluster) -> str:
    """The name of a migrated database that nobody connects to."""
    with psycopg.connect(postgres.url, autocommit=True) as connection:
        connection.execute("CREATE DATABASE template_migrated")
    migrate(postgres.url.replace("/customer_care", "/template_migrated"))
    return "template_migrated"


@pytest.fixture
def database_url(postgres: Cluster, template: str) -> Iterator[str]:
    """A fresh migrated database (libpq address)."""
    name = f"test_{next(_numbers)}"
    with psycopg.connect(postgres.url, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name} TEMPLATE {template}")
    yield postgres.url.replace("/customer_care", f"/{name}")
    with psycopg.connect(postgres.url, autocommit=True) as connection:
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def sqlalchemy_url(database_url: str) -> str:
    """The same database for SQLAlchemy."""
    return database_url.replace("postgresql://", "postgresql+psycopg://")
