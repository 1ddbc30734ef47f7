"""News for customers: what is to be told, to whom, and what became of it."""

from alembic import op

revision = "0004"
down_revision = "0003"

NOTICE = """
CREATE TABLE care.notice (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    key text NOT NULL UNIQUE,              -- what it tells to whom: told once, however often it is queued
    about text NOT NULL,                   -- code of the ticket or outage
    text text NOT NULL,
    buttons jsonb NOT NULL,
    conversation_id text,
    email text,
    subject text,
    in_reply_to text,
    status text NOT NULL DEFAULT 'waiting'
        CHECK (status IN ('waiting', 'queued', 'outside the window', 'no way')),
    created_at timestamptz NOT NULL,
    handed_at timestamptz,
    CONSTRAINT notice_is_handed_when_it_does_not_wait CHECK ((status = 'waiting') = (handed_at IS NULL))
);
CREATE INDEX notice_waiting ON care.notice (id) WHERE status = 'waiting';
CREATE INDEX notice_about ON care.notice (about, id);
CREATE INDEX notice_to_call ON care.notice (id) WHERE status IN ('outside the window', 'no way')
"""


def upgrade() -> None:
    for statement in NOTICE.split(";\n"):
        op.execute(statement)


def downgrade() -> None:
    op.execute("DROP TABLE care.notice")
