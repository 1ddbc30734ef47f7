"""Delivery remembers what may have left, part by part, and shares one pace between its processes."""

from alembic import op

revision = "0019"
down_revision = "0017"

COLUMNS = """
ALTER TABLE conversations.conversation
    ADD COLUMN parts_sent smallint NOT NULL DEFAULT 0,   -- of the first queued message
    ADD COLUMN in_flight smallint,                       -- the part that may have been taken; NULL: none
    ADD COLUMN echoes jsonb,                             -- what the platform showed since: {key: its message id}
    ADD COLUMN doubt_key text,                           -- the key that the doubtful part's echo would have
    ADD COLUMN lately_sent text[] NOT NULL DEFAULT '{}'  -- the platform's ids of the last parts
"""

PACE = """
CREATE TABLE conversations.pace (
    channel text NOT NULL,
    account text NOT NULL,
    next_at timestamptz NOT NULL,
    PRIMARY KEY (channel, account)
)
"""


INDEX = "CREATE INDEX {} ON conversations.conversation ({}) WHERE send_at IS NOT NULL"


def upgrade() -> None:
    op.execute(COLUMNS)
    op.execute(PACE)
    op.execute(INDEX.format("conversation_to_send_for", "channel, account, send_at"))
    op.execute("DROP INDEX conversations.conversation_to_send")


def downgrade() -> None:
    op.execute(INDEX.format("conversation_to_send", "send_at"))
    op.execute("DROP INDEX conversations.conversation_to_send_for")
    op.execute("DROP TABLE conversations.pace")
    for column in ("lately_sent", "doubt_key", "echoes", "in_flight", "parts_sent"):
        op.execute(f"ALTER TABLE conversations.conversation DROP COLUMN {column}")
