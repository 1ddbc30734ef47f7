"""`make demo-data`: demonstration data into the database of this installation, running or not."""

import argparse
import contextlib
import sys
import time
from collections.abc import Iterator

import psycopg

from apps import postgres
from apps.migrate import migrate
from care.demo import MOST, ensure_demo
from settings import Settings


def main() -> int:
    """The exit status: 0, or 2 in production."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--customers", type=int, help=f"how many there shall be, up to {MOST:,}")
    asked = parser.parse_args()
    if asked.customers is not None and not 0 < asked.customers <= MOST:
        parser.error(f"from 1 to {MOST:,} customers")
    settings = Settings()
    if settings.app_env == "production":
        print("APP_ENV is production: no demonstration data.", file=sys.stderr)
        return 2
    began = time.monotonic()
    with database_address(settings) as url:
        ensure_demo(url, say, customers=asked.customers)
    print(f"Done in {time.monotonic() - began:.1f} s.")
    return 0


def say(line: str) -> None:
    """One line at once, also into a pipe."""
    print(line, flush=True)


@contextlib.contextmanager
def database_address(settings: Settings) -> Iterator[str]:
    """The database, migrated: the one that is set, the running copy's, or one of our own for as long as we need it."""
    with contextlib.ExitStack() as stack:
        url = settings.database_url
        if not url:
            cluster = postgres.prepare(settings.var_dir)
            try:
                psycopg.connect(cluster.url, connect_timeout=2).close()
            except psycopg.OperationalError:
                cluster = stack.enter_context(postgres.running(settings.var_dir))
            url = cluster.url
        migrate(url)
        yield url


if __name__ == "__main__":
    sys.exit(main())
