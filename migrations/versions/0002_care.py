"""The care backend: network, customers and bills, outages, tickets with their history."""

from alembic import op

revision = "0002"
down_revision = "0001"

NETWORK = """
CREATE TABLE care.feeder (
    code text PRIMARY KEY,
    name text NOT NULL,
    province text NOT NULL,
    centre text NOT NULL,
    demo boolean NOT NULL DEFAULT false
);
CREATE TABLE care.station (
    code text PRIMARY KEY,
    name text NOT NULL,
    feeder text NOT NULL REFERENCES care.feeder,
    ward text NOT NULL,
    province text NOT NULL,
    centre text NOT NULL,
    demo boolean NOT NULL DEFAULT false
)
"""

CUSTOMER = """
CREATE TABLE care.customer (
    code text PRIMARY KEY,
    name text NOT NULL,
    phones text[] NOT NULL,
    address text NOT NULL,
    street text NOT NULL,
    ward text NOT NULL,
    province text NOT NULL,
    tariff_group text NOT NULL,
    households integer NOT NULL CHECK (households >= 0),
    station text NOT NULL REFERENCES care.station,
    feeder text NOT NULL REFERENCES care.feeder,
    centre text NOT NULL,
    demo boolean NOT NULL DEFAULT false
);
CREATE TABLE care.bill (
    customer_code text NOT NULL REFERENCES care.customer,
    period text NOT NULL CHECK (period ~ '^[0-9]{4}-(0[1-9]|1[0-2])$'),
    kwh integer NOT NULL CHECK (kwh >= 0),
    total bigint NOT NULL CHECK (total >= 0),
    paid boolean NOT NULL,
    due_at date NOT NULL,
    PRIMARY KEY (customer_code, period)
)
"""

OUTAGE = """
CREATE TABLE care.outage (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    code text NOT NULL UNIQUE,
    kind text NOT NULL CHECK (kind IN ('planned', 'incident')),
    status text NOT NULL
        CHECK (status IN ('approved', 'running', 'postponed', 'cancelled', 'done', 'overrun')),
    area text NOT NULL,
    area_key text NOT NULL,
    stations text[] NOT NULL,
    wards text[] NOT NULL,
    ward_keys text[] NOT NULL,
    province text NOT NULL,
    starts_at timestamptz NOT NULL,
    ends_at timestamptz,
    reason text NOT NULL,
    centre text NOT NULL,
    demo boolean NOT NULL DEFAULT false,
    created_at timestamptz NOT NULL,
    CONSTRAINT outage_ends_after_it_starts CHECK (ends_at > starts_at)
);
CREATE TABLE care.outage_event (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    outage_id bigint NOT NULL REFERENCES care.outage ON DELETE CASCADE,
    at timestamptz NOT NULL,
    by text NOT NULL,
    event text NOT NULL,
    note text
)
"""

TICKET = """
CREATE TABLE care.ticket (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    code text NOT NULL UNIQUE,
    service text NOT NULL,
    fault text,
    priority text NOT NULL CHECK (priority IN ('P0', 'P1', 'P2', 'P3')),
    status text NOT NULL CHECK (status IN
        ('new', 'accepted', 'in_progress', 'waiting_customer', 'done', 'rejected', 'cancelled')),
    channel text NOT NULL,
    conversation_id text,
    customer_code text,
    contact_name text,
    phone text,
    address jsonb NOT NULL,
    description text,
    details jsonb NOT NULL,
    centre text NOT NULL,
    routed_by text NOT NULL CHECK (routed_by IN ('customer', 'address', 'prefix', 'default')),
    incident text,
    created_at timestamptz NOT NULL,
    due_at timestamptz,
    ended_at timestamptz,
    CONSTRAINT ticket_has_an_end_when_it_ended
        CHECK ((status IN ('done', 'rejected', 'cancelled')) = (ended_at IS NOT NULL))
);
CREATE TABLE care.ticket_event (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    ticket_id bigint NOT NULL REFERENCES care.ticket,
    at timestamptz NOT NULL,
    by text NOT NULL,
    event text NOT NULL,
    note text,
    facts jsonb
);
CREATE TABLE care.idempotency (
    scope text NOT NULL,
    key text NOT NULL,
    body_hash bytea NOT NULL,
    status integer,
    answer text,
    created_at timestamptz NOT NULL,
    PRIMARY KEY (scope, key)
);
CREATE TABLE care.status_try (
    kind text NOT NULL CHECK (kind IN ('code', 'asker')),
    key text NOT NULL,
    wrong integer NOT NULL,
    last_at timestamptz NOT NULL,
    PRIMARY KEY (kind, key)
)
"""

# Each index answers one filter of the API in the order of its pages, so that a look-up costs the same
# at ten thousand and at a million rows.
INDEXES = """
CREATE INDEX customer_by_phone ON care.customer USING gin (phones);
CREATE INDEX customer_by_province ON care.customer (province, code);
CREATE INDEX customer_by_station ON care.customer (station);
CREATE INDEX outage_by_start ON care.outage (starts_at, id);
CREATE INDEX outage_by_end ON care.outage (ends_at);
CREATE INDEX outage_by_station ON care.outage USING gin (stations);
CREATE INDEX outage_by_ward ON care.outage USING gin (ward_keys);
CREATE INDEX outage_by_street ON care.outage USING gin (area_key gin_trgm_ops);
CREATE INDEX outage_by_province ON care.outage (province, starts_at, id);
CREATE INDEX outage_unfinished ON care.outage (starts_at) WHERE status IN ('approved', 'running');
CREATE INDEX outage_event_of_outage ON care.outage_event (outage_id, id);
CREATE INDEX ticket_by_phone ON care.ticket (phone, id) WHERE phone IS NOT NULL;
CREATE INDEX ticket_by_customer ON care.ticket (customer_code, id) WHERE customer_code IS NOT NULL;
CREATE INDEX ticket_by_conversation ON care.ticket (conversation_id, id) WHERE conversation_id IS NOT NULL;
CREATE INDEX ticket_by_service ON care.ticket (service, id);
CREATE INDEX ticket_by_status ON care.ticket (status, id);
CREATE INDEX ticket_by_centre ON care.ticket (centre, id);
CREATE INDEX ticket_by_creation ON care.ticket (created_at, id);
CREATE INDEX ticket_event_of_ticket ON care.ticket_event (ticket_id, id);
CREATE INDEX idempotency_by_age ON care.idempotency (created_at);
CREATE INDEX status_try_by_age ON care.status_try (last_at)
"""


def upgrade() -> None:
    op.execute("CREATE SCHEMA care")
    op.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm")
    for part in (NETWORK, CUSTOMER, OUTAGE, TICKET, INDEXES):
        for statement in part.split(";\n"):
            op.execute(statement)


def downgrade() -> None:
    op.execute("DROP SCHEMA care CASCADE")
