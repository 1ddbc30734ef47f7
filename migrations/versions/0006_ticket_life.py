"""The life of a ticket: versions, pauses, warnings, search by words, confidential reporters."""

from alembic import op

revision = "0006"
down_revision = "0005"

LIFE = """
ALTER TABLE care.ticket
    ADD COLUMN version integer NOT NULL DEFAULT 1,
    ADD COLUMN email text,
    ADD COLUMN paused_at timestamptz,          -- since when the customer is waited for; the clock stands still
    ADD COLUMN warn_at timestamptz,            -- when four fifths of the time are gone
    ADD COLUMN warned integer NOT NULL DEFAULT 0 CHECK (warned BETWEEN 0 AND 2),
    ADD COLUMN confidential boolean NOT NULL DEFAULT false,
    ADD COLUMN search_key text NOT NULL DEFAULT '',
    ADD COLUMN search tsvector GENERATED ALWAYS AS (to_tsvector('simple', search_key)) STORED;
CREATE INDEX ticket_by_words ON care.ticket USING gin (search);
CREATE INDEX ticket_to_warn ON care.ticket (warn_at)
    WHERE warned = 0 AND status IN ('new', 'accepted', 'in_progress');
CREATE INDEX ticket_to_escalate ON care.ticket (due_at)
    WHERE warned < 2 AND status IN ('new', 'accepted', 'in_progress')
"""


def upgrade() -> None:
    for statement in LIFE.split(";\n"):
        op.execute(statement)


def downgrade() -> None:
    for index in ("ticket_to_escalate", "ticket_to_warn", "ticket_by_words"):
        op.execute(f"DROP INDEX care.{index}")
    op.execute(
        "ALTER TABLE care.ticket DROP COLUMN search, DROP COLUMN search_key, DROP COLUMN confidential,"
        " DROP COLUMN warned, DROP COLUMN warn_at, DROP COLUMN paused_at, DROP COLUMN email, DROP COLUMN version"
    )
