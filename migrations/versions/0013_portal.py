"""Requests of the public-service portal, by its own file numbers."""

from alembic import op

revision = "0013"
down_revision = "0012"

PORTAL = """
CREATE TABLE care.portal_file (
    number text PRIMARY KEY,
    ticket_id bigint NOT NULL REFERENCES care.ticket,
    told_event bigint NOT NULL DEFAULT 0,    -- the last event that the portal has accepted
    attempts integer NOT NULL DEFAULT 0,
    due_at timestamptz NOT NULL,
    withdrawn_at timestamptz
);
CREATE INDEX portal_file_of_ticket ON care.portal_file (ticket_id);
CREATE INDEX portal_file_due ON care.portal_file (due_at);
CREATE TABLE care.portal_nonce (
    nonce text PRIMARY KEY,
    at timestamptz NOT NULL
);
CREATE INDEX portal_nonce_by_age ON care.portal_nonce (at)
"""


def upgrade() -> None:
    for statement in PORTAL.split(";\n"):
        op.execute(statement)


def downgrade() -> None:
    op.execute("DROP TABLE care.portal_nonce")
    op.execute("DROP TABLE care.portal_file")
