"""One-time codes and the sessions that they open."""

from alembic import op

revision = "0008"
down_revision = "0007"

IDENTITY = """
CREATE TABLE care.one_time_code (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    customer_code text NOT NULL,
    conversation_id text NOT NULL,
    phone text NOT NULL,
    salt bytea NOT NULL,
    hash bytea NOT NULL,
    created_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    tries integer NOT NULL DEFAULT 0,
    over_at timestamptz                  -- used, replaced by another or tried too often: never valid again
);
CREATE INDEX code_of_conversation ON care.one_time_code (conversation_id, id);
CREATE INDEX code_of_phone ON care.one_time_code (phone, created_at);
CREATE INDEX code_by_age ON care.one_time_code (created_at);
CREATE TABLE care.verified (
    conversation_id text NOT NULL,
    customer_code text NOT NULL,
    until timestamptz NOT NULL,
    PRIMARY KEY (conversation_id, customer_code)
);
CREATE INDEX verified_by_end ON care.verified (until)
"""


def upgrade() -> None:
    for statement in IDENTITY.split(";\n"):
        op.execute(statement)


def downgrade() -> None:
    op.execute("DROP TABLE care.verified")
    op.execute("DROP TABLE care.one_time_code")
