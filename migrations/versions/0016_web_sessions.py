"""What the web chat keeps beside its conversations: which tokens open one, how its customer rated it, what was uploaded;
and what it takes to forget one whole."""

from alembic import op

revision = "0016"
down_revision = "0021"

ACCESS = """
CREATE TABLE conversations.access (
    conversation_id bigint PRIMARY KEY REFERENCES conversations.conversation ON DELETE CASCADE,
    generation integer NOT NULL DEFAULT 0,
    key bytea,
    renewed_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    revoked_at timestamptz
)
"""

RATING = """
CREATE TABLE conversations.rating (
    conversation_id bigint NOT NULL REFERENCES conversations.conversation ON DELETE CASCADE,
    after_message bigint NOT NULL,
    stars integer NOT NULL CHECK (stars BETWEEN 1 AND 5),
    comment text,
    created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (conversation_id, after_message)
)
"""

UPLOAD = """
CREATE TABLE conversations.upload (
    url text PRIMARY KEY,
    conversation_id bigint NOT NULL REFERENCES conversations.conversation ON DELETE CASCADE,
    name text NOT NULL,                  -- as its customer's machine had it, made plain
    created_at timestamptz NOT NULL DEFAULT clock_timestamp()
);
CREATE INDEX upload_of_conversation ON conversations.upload (conversation_id);
CREATE INDEX upload_by_age ON conversations.upload (created_at);
CREATE TABLE conversations.file_to_drop (
    url text PRIMARY KEY,                -- nothing mentions it any more
    next_try_at timestamptz NOT NULL DEFAULT clock_timestamp()
);
CREATE INDEX file_to_drop_next ON conversations.file_to_drop (next_try_at)
"""

# The engine's own way to forget, for the spine to call within its commit. The row stays, empty and of a new version: a turn
# that is at work can't bring back what it read before.
FORGET_DIALOGUE = """
CREATE FUNCTION engine.forget(conversation bigint) RETURNS void LANGUAGE sql AS $$
    INSERT INTO engine.tracker AS kept (conversation_id, version, data) VALUES (conversation::text, 1, '[]')
    ON CONFLICT (conversation_id) DO UPDATE SET version = kept.version + 1, data = '[]', updated_at = now()
$$
"""


def upgrade() -> None:
    for statement in (ACCESS, RATING, *UPLOAD.split(";\n"), FORGET_DIALOGUE):
        op.execute(statement)


def downgrade() -> None:
    op.execute("DROP FUNCTION engine.forget")
    op.execute("DROP TABLE conversations.file_to_drop")
    op.execute("DROP TABLE conversations.upload")
    op.execute("DROP TABLE conversations.rating")
    op.execute("DROP TABLE conversations.access")
