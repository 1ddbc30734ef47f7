"""Wishes to be forgotten that come from a platform itself."""

from alembic import op

revision = "0018"
down_revision = "0019"

DELETION = """
CREATE TABLE conversations.deletion (
    code text PRIMARY KEY,                   -- shown to whoever asks how far it is
    request text NOT NULL,                   -- a digest of what the platform sent
    channel text NOT NULL,
    accounts text[] NOT NULL,                -- the person is one of these accounts' customers
    person text,                             -- by the platform's id; NULL once it is done
    asked_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    next_try_at timestamptz DEFAULT clock_timestamp(),
    attempts integer NOT NULL DEFAULT 0,
    done_at timestamptz,
    found jsonb NOT NULL DEFAULT '{}',       -- how much of what was deleted
    CONSTRAINT one_deletion_per_request UNIQUE (request),
    CONSTRAINT done_forgets_the_person CHECK ((done_at IS NULL) = (person IS NOT NULL))
);
CREATE INDEX deletion_to_do ON conversations.deletion (next_try_at) WHERE done_at IS NULL
"""


def upgrade() -> None:
    for statement in DELETION.split(";\n"):
        op.execute(statement)


def downgrade() -> None:
    op.execute("DROP TABLE conversations.deletion")
