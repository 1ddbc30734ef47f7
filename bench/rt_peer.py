"""`python -m bench.rt_peer`: tickets filed per second over HTTP by this backend and by Request Tracker 5, in one run.

Request Tracker is Debian's `request-tracker5` with its REST 2 API under Starman, on the same embedded PostgreSQL.
Its packages are installed when they are not there and the session is root's.
"""

from __future__ import annotations

import base64
import contextlib
import http.client
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psycopg

from apps.postgres import running
from bench.care import CLIENTS, filing
from bench.machine import describe
from tests.product.copy import free_ports

SERVER = Path("/usr/share/request-tracker5/libexec/rt-server")
SETUP = "/usr/sbin/rt-setup-database-5"
PACKAGES = ("request-tracker5", "rt5-db-postgresql", "starman")
LOGIN = ("root", "password")  # as its initial data has it
FILED, WARM = 240, 24
WORKERS = 2
TARGET = 20.0
ROUNDS = 2
CONFIG = """
Set($rtname, 'bench'); Set($Organization, 'bench'); Set($WebDomain, '127.0.0.1'); Set($WebPort, {port}); Set($WebPath, '');
Set($DatabaseType, 'Pg'); Set($DatabaseHost, '{socket}'); Set($DatabaseName, 'rt5'); Set($DatabaseUser, 'postgres');
Set($DatabasePassword, ''); Set($DatabaseRequireSSL, 0); Set($DatabaseAdmin, 'postgres');
Set($WebSessionClass, 'Apache::Session::File'); Set($MasonSessionDir, '{folder}/sessions'); Set($MasonDataDir, '{folder}/mason');
Set($LogToSyslog, undef); Set($LogToSTDERR, 'error'); Set($MailCommand, 'testfile'); Set(%GnuPG, Enable => 0); Set(%SMIME, Enable => 0);
Set($NotifyActor, 0); Set($RestrictReferrer, 0); Set($DevelMode, 0); Set($WebFlushDbCacheEveryRequest, 0);
1;
"""


def install() -> None:
    """Request Tracker by Debian's packages; its own database set-up is left to `request_tracker`."""
    if SERVER.exists() and shutil.which("starman"):
        return
    answers = "request-tracker5 request-tracker5/dbconfig-install boolean false\n"
    subprocess.run(["debconf-set-selections"], input=answers, text=True, check=True)
    quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    subprocess.run(["apt-get", "update", "-q"], check=True, stdout=subprocess.DEVNULL)
    command = ["apt-get", "install", "-y", "-q", "--no-install-recommends", *PACKAGES]
    subprocess.run(command, check=True, env=quiet, stdout=subprocess.DEVNULL, stdin=subprocess.DEVNULL)


@contextlib.contextmanager
def request_tracker() -> Iterator[int]:
    """A fresh Request Tracker for the length of a block; gives its port."""
    with tempfile.TemporaryDirectory(prefix="rt") as name, running(Path(name)) as cluster:
        folder, (port,) = Path(name), free_ports(1)
        for part in ("sessions", "mason", "site.d"):
            (folder / part).mkdir()
        site = folder / "RT_SiteConfig.pm"
        site.write_text(CONFIG.format(port=port, socket=cluster.socket, folder=folder), "utf8")
        env = {
            **os.environ,
            "RT_SITE_CONFIG": str(site),
            "RT_SITE_CONFIG_DIR": str(folder / "site.d"),
            "PGUSER": "postgres",
        }
        with psycopg.connect(cluster.url, autocommit=True) as connection:
            connection.execute("CREATE DATABASE rt5")
        for action in (
            ["schema"],
            ["coredata"],
            ["insert", "--datafile", "/usr/share/request-tracker5/etc/initialdata"],
        ):
            command = [
                SETUP,
                "--dba",
                "postgres",
                "--dba-password",
                "",
                "--skip-create",
                "--force",
                "--action",
                *action,
            ]
            subprocess.run(
                command, env=env, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd=folder
            )
        with (folder / "server.log").open("w") as log:
            command = [
                str(SERVER),
                "--server",
                "Starman",
                "--host",
                "127.0.0.1",
                "--port",
                str(port),
                "--workers",
                str(WORKERS),
            ]
            child = subprocess.Popen(command, env=env, cwd=folder, stdout=log, stderr=subprocess.STDOUT)
        try:
            yield port
        finally:
            child.terminate()
            child.wait(30)


def wait(port: int) -> None:
    """Until it files a first ticket."""
    for _ in range(120):
        with contextlib.suppress(OSError, http.client.HTTPException):
            file(port, 1, "first")
            return
        time.sleep(0.5)
    raise TimeoutError("Request Tracker was not ready in time")


def file(port: int, count: int, prefix: str) -> None:
    """`count` tickets by `CLIENTS` callers that keep their connections."""
    head = {
        "Authorization": "Basic " + base64.b64encode(":".join(LOGIN).encode()).decode(),
        "Content-Type": "application/json",
    }

    def some(client: int) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=180)
        for number in range(client, count, CLIENTS):
            body = {
                "Queue": "General",
                "Subject": f"Mất điện {prefix}{number}",
                "Content": "Nhà tôi mất điện từ 7 giờ sáng",
                "Requestor": f"khach{number % 50}@example.vn",
            }
            connection.request("POST", "/REST/2.0/ticket", json.dumps(body), head)
            answer = connection.getresponse()
            said = answer.read()
            if answer.status != 201:
                raise http.client.HTTPException(f"{answer.status} {said[:200]!r}")

    with ThreadPoolExecutor(CLIENTS) as callers:
        list(callers.map(some, range(CLIENTS)))


def peer_filing() -> float:
    """Tickets a second."""
    with request_tracker() as port:
        wait(port)
        file(port, WARM, "warm")
        began = time.perf_counter()
        file(port, FILED, "timed")
        return FILED / (time.perf_counter() - began)


def main() -> None:
    install()
    print(describe(), flush=True)
    print("tickets filed over HTTP, two processes each (python -m bench.rt_peer)", flush=True)
    ours, theirs = [], []
    for _ in range(ROUNDS):
        theirs.append(peer_filing())
        print(f"  Request Tracker 5 (REST 2): {theirs[-1]:.1f}/s", flush=True)
        ours.append(filing(WORKERS))
        print(f"  care backend: {ours[-1]:.0f}/s", flush=True)
    ratio = statistics.median(ours) / statistics.median(theirs)
    print(f"  ratio {ratio:.1f} (target at least {TARGET:.0f})", flush=True)


if __name__ == "__main__":
    sys.exit(main())
