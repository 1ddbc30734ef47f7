"""Files that customers and clerks attach to tickets; their bytes are kept outside the database."""

from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    op.execute(
        """
        CREATE TABLE care.attachment (
            id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
            ticket_id bigint NOT NULL REFERENCES care.ticket,
            name text NOT NULL,
            kind text NOT NULL,
            size integer NOT NULL CHECK (size > 0),
            sha256 text NOT NULL,
            by text NOT NULL,
            at timestamptz NOT NULL,
            UNIQUE (ticket_id, sha256)
        )
        """
    )
    op.execute("CREATE INDEX attachment_by_content ON care.attachment (sha256)")


def downgrade() -> None:
    op.execute("DROP TABLE care.attachment")
