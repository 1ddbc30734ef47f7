"""What the web chat keeps beside its conversations: which tokens open one, and how its customer rated it."""

from alembic import op

revision = "0016"
down_revision = "0015"

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


def upgrade() -> None:
    op.execute(ACCESS)
    op.execute(RATING)


def downgrade() -> None:
    op.execute("DROP TABLE conversations.rating")
    op.execute("DROP TABLE conversations.access")
