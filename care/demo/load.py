"""Demonstration data: into an empty database once, more customers when more are wanted, outages renewed later."""

from __future__ import annotations

from datetime import datetime

import psycopg
from sqlalchemy import Connection, text

from care.catalogue import load
from care.demo.cuts import refresh_cuts
from care.demo.filling import TABLES, Say, Source, fill
from care.demo.network import Network
from care.demo.people import MOST
from care.demo.wards import wards_by_province
from care.due import VIETNAM
from care.wired import utc_now

CUSTOMERS = 20_000
LOCK = 20_181_221  # any number that nothing else locks


def ensure_demo(url: str, say: Say, now: datetime | None = None, customers: int | None = None) -> None:
    """Fill an empty database with demonstration data, add customers to one that has fewer, renew its outages.

    `customers` None: as many as there are, else the usual number. A database with customers of its own gets none. One
    commit; two starts at once load once. Raises ValueError for more than there are phones for.
    """
    now = now or utc_now()
    if customers is not None and not 0 < customers <= MOST:
        raise ValueError(f"from 1 to {MOST:,} customers")
    with psycopg.connect(url.replace("postgresql+psycopg://", "postgresql://")) as connection:
        connection.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
        kept, own = _counted(connection)
        if own and not kept:
            say("This database has customers of its own: no demonstration data.")
            return
        if kept and not own and _is_of_an_older_make(connection):
            say("The demonstration data is of an older make and is made anew.")
            _clear(connection)
            customers, kept = max(customers or 0, kept), 0
        wanted = customers or kept or CUSTOMERS
        if wanted > kept and own:
            say("This database has customers of its own too: no more demonstration data.")
        elif wanted > kept:
            load_demo(connection, now, range(kept, wanted), say)
        elif wanted < kept:
            say(
                f"There are {kept:,} demonstration customers already; for fewer start with an empty VAR_DIR or database."
            )
        new = refresh_cuts(connection, now)
        connection.commit()
    say(f"Demonstration outages: {new} new." if new else "Demonstration outages are up to date.")


def load_demo(connection: psycopg.Connection, now: datetime, numbers: range, say: Say) -> None:
    """The customers of those numbers with all that belongs to them, from one seed; does not commit."""
    catalogue = load()
    say(f"Inventing {len(numbers):,} customers with a year of readings, invoices and payments …")
    network = Network(catalogue, wards_by_province())
    fill(connection, Source(catalogue, network, numbers, now.astimezone(VIETNAM).date()), numbers, say)


def _counted(connection: psycopg.Connection) -> tuple[int, int]:
    """How many customers are invented and how many are not."""
    row = connection.execute(
        "SELECT count(*) FILTER (WHERE demo), count(*) FILTER (WHERE NOT demo) FROM care.customer"
    ).fetchone()
    return row or (0, 0)


def _is_of_an_older_make(connection: psycopg.Connection) -> bool:
    """Customers without meters were invented before there were any."""
    return connection.execute("SELECT FROM care.meter LIMIT 1").fetchone() is None


def _clear(connection: psycopg.Connection) -> None:
    """Take out all invented customers and their network; there are no others."""
    connection.execute("DELETE FROM care.outage WHERE demo")
    for table in reversed(TABLES):
        connection.execute(f"DELETE FROM care.{table}")  # noqa: S608  our own names


def sample_codes(connection: Connection) -> tuple[str, str]:
    """Two demonstration customers: one under an outage now (for longest), one whose power is on.

    Raises LookupError without demonstration data.
    """
    dark = connection.scalar(
        text(
            "SELECT c.code FROM care.outage o JOIN care.customer c ON c.station = ANY (o.stations)"
            " WHERE o.demo AND c.demo AND o.status = 'running' AND now() BETWEEN o.starts_at AND o.ends_at"
            " ORDER BY o.kind DESC, o.ends_at DESC, c.code LIMIT 1"
        )
    )
    bright = connection.scalar(
        text(
            "WITH felt AS (SELECT stations, wards FROM care.outage WHERE status IN ('approved', 'running', 'overrun'))"
            " SELECT c.code FROM care.customer c WHERE c.demo AND c.tariff_group = 'residential'"
            " AND c.station NOT IN (SELECT unnest(stations) FROM felt) AND c.ward NOT IN (SELECT unnest(wards) FROM felt)"
            " ORDER BY c.code LIMIT 1"
        )
    )
    if dark is None or bright is None:
        raise LookupError("no demonstration customers, or none under an outage now")
    return dark, bright
