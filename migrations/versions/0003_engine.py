"""The engine's conversations: one row each."""

from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the schema `engine` and its one table."""
    op.execute("CREATE SCHEMA engine")
    op.execute(
        """
        CREATE TABLE engine.tracker (
            conversation_id text PRIMARY KEY,
            version bigint NOT NULL CHECK (version > 0),  -- grows by one a turn: a stale turn cannot overwrite
            data bytea NOT NULL,                          -- JSON in UTF-8; not jsonb, which refuses \\u0000
            updated_at timestamptz NOT NULL DEFAULT now()
        ) WITH (fillfactor = 70)                          -- room on the page for the next turn's row
        """
    )


def downgrade() -> None:
    """Remove the engine's conversations."""
    op.execute("DROP SCHEMA engine CASCADE")
