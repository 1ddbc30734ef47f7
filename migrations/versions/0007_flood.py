"""How often somebody knocked at a public door lately."""

from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    op.execute(
        """
        CREATE TABLE care.knock (
            door text NOT NULL,
            who text NOT NULL,
            since timestamptz NOT NULL,
            times integer NOT NULL,
            PRIMARY KEY (door, who)
        )
        """
    )
    op.execute("CREATE INDEX knock_by_age ON care.knock (since)")


def downgrade() -> None:
    op.execute("DROP TABLE care.knock")
