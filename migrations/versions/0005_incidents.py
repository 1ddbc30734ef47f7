"""Incidents: reports of no power on the network, and what they became together."""

from alembic import op

revision = "0005"
down_revision = "0004"

INCIDENTS = """
CREATE TABLE care.report (
    ticket_id bigint PRIMARY KEY REFERENCES care.ticket,
    person text NOT NULL,                    -- who reported: customer code, phone or conversation
    station text NOT NULL,
    feeder text NOT NULL,
    at timestamptz NOT NULL,
    incident text REFERENCES care.outage (code) ON DELETE SET NULL
);
CREATE INDEX report_of_feeder ON care.report (feeder, at);
CREATE INDEX report_of_incident ON care.report (incident) WHERE incident IS NOT NULL;
CREATE TABLE care.incident (
    code text PRIMARY KEY REFERENCES care.outage (code) ON DELETE CASCADE,
    whole_feeder boolean NOT NULL,
    held boolean NOT NULL,
    merged_into text REFERENCES care.outage (code)
);
CREATE INDEX incident_merged ON care.incident (merged_into) WHERE merged_into IS NOT NULL;
CREATE TABLE care.served_street (
    ward_key text NOT NULL,
    street_key text NOT NULL,
    station text NOT NULL REFERENCES care.station ON DELETE CASCADE,
    street text NOT NULL,
    province text NOT NULL,
    feeder text NOT NULL,
    PRIMARY KEY (ward_key, street_key, station)
);
CREATE TABLE care.outage_follower (
    outage_id bigint NOT NULL REFERENCES care.outage ON DELETE CASCADE,
    conversation_id text NOT NULL,
    at timestamptz NOT NULL,
    PRIMARY KEY (outage_id, conversation_id)
);
CREATE INDEX served_street_of_station ON care.served_street (station);
CREATE INDEX outage_incident_open ON care.outage USING gin (stations)
    WHERE kind = 'incident' AND status IN ('running', 'overrun');
CREATE INDEX ticket_of_incident ON care.ticket (incident, id) WHERE incident IS NOT NULL;
CREATE INDEX station_of_feeder ON care.station (feeder)
"""


def upgrade() -> None:
    for statement in INCIDENTS.split(";\n"):
        op.execute(statement)


def downgrade() -> None:
    op.execute("DROP TABLE care.outage_follower")
    op.execute("DROP TABLE care.served_street")
    op.execute("DROP TABLE care.incident")
    op.execute("DROP TABLE care.report")
    op.execute("DROP INDEX care.outage_incident_open")
    op.execute("DROP INDEX care.ticket_of_incident")
    op.execute("DROP INDEX care.station_of_feeder")
