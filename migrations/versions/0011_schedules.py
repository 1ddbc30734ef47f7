"""What an imported outage is known by, so that a schedule can be imported again."""

from alembic import op

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    op.execute("ALTER TABLE care.outage ADD COLUMN import_key text")
    op.execute("CREATE UNIQUE INDEX outage_by_import_key ON care.outage (import_key) WHERE import_key IS NOT NULL")


def downgrade() -> None:
    op.execute("ALTER TABLE care.outage DROP COLUMN import_key")
