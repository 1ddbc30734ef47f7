"""Who saw whose private data, and whose data may not be used."""

from alembic import op

revision = "0012"
down_revision = "0011"

PRIVACY = """
CREATE TABLE care.access (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at timestamptz NOT NULL,
    who text NOT NULL,                   -- clerk or process, as the caller named itself
    door text NOT NULL,                  -- method and path
    whose text NOT NULL,                 -- customer code, ticket code or what was searched for
    why text
);
CREATE INDEX access_by_whose ON care.access (whose, id);
CREATE INDEX access_by_who ON care.access (who, id);
CREATE INDEX access_by_age ON care.access (at);
ALTER TABLE care.customer ADD COLUMN restricted_at timestamptz;
CREATE INDEX ticket_by_email ON care.ticket (email, id) WHERE email IS NOT NULL
"""


def upgrade() -> None:
    for statement in PRIVACY.split(";\n"):
        op.execute(statement)


def downgrade() -> None:
    op.execute("DROP INDEX care.ticket_by_email")
    op.execute("ALTER TABLE care.customer DROP COLUMN restricted_at")
    op.execute("DROP TABLE care.access")
