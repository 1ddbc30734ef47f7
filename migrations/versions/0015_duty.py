"""Alerts for the staff on duty."""

from alembic import op

revision = "0015"
down_revision = "0014"

DUTY = """
CREATE TABLE care.duty_alert (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    subject text NOT NULL,               -- ticket:YC…, incident:SC…, channel:zalo/123
    kind text NOT NULL CHECK (kind IN ('ticket', 'incident', 'channel')),
    facts jsonb NOT NULL,                -- the blanks of its sentence
    raised_at timestamptz NOT NULL,
    acknowledged_at timestamptz,
    acknowledged_by text,
    ended_at timestamptz,                -- the channel works again
    message_id text,                     -- in the staff's group, once it was told
    attempts integer NOT NULL DEFAULT 0,
    tell_at timestamptz,                 -- when what the group reads must be brought up to date; NULL: it is
    CHECK ((acknowledged_at IS NULL) = (acknowledged_by IS NULL))
);
CREATE UNIQUE INDEX duty_alert_once ON care.duty_alert (subject) WHERE ended_at IS NULL;
CREATE INDEX duty_alert_to_tell ON care.duty_alert (tell_at) WHERE tell_at IS NOT NULL;
CREATE INDEX ticket_of_danger ON care.ticket (created_at) WHERE priority = 'P0'
"""


def upgrade() -> None:
    for statement in DUTY.split(";\n"):
        op.execute(statement)


def downgrade() -> None:
    op.execute("DROP INDEX care.ticket_of_danger")
    op.execute("DROP TABLE care.duty_alert")
