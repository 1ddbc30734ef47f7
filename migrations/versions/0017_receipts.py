"""What platforms tell of our messages and of who reads them: receipts, people who left, staff who answer elsewhere."""

from alembic import op

revision = "0017"
down_revision = "0015"

RECEIPTS = """
ALTER TABLE conversations.message
    ADD COLUMN delivered_at timestamptz,     -- it reached the customer's phone
    ADD COLUMN seen_at timestamptz,
    ADD CONSTRAINT seen_was_delivered CHECK (seen_at IS NULL OR delivered_at IS NOT NULL);
ALTER TABLE conversations.conversation
    ADD COLUMN deed_at timestamptz,          -- the customer's last deed, by the platform's clock
    ADD COLUMN left_at timestamptz,          -- since then they let us write no more, unless deed_at is later
    ADD COLUMN left_reason text,
    ADD COLUMN held_until timestamptz;       -- staff answer in the platform's own tool; NULL: or at our desk
ALTER TABLE care.notice
    ADD COLUMN message_id bigint;            -- its message while that is not known to have arrived
CREATE INDEX notice_on_its_way ON care.notice (id) WHERE message_id IS NOT NULL;
CREATE INDEX message_unseen ON conversations.message (conversation_id)
    WHERE direction = 'out' AND seen_at IS NULL AND platform_message_id IS NOT NULL
"""


def upgrade() -> None:
    for statement in RECEIPTS.split(";\n"):
        op.execute(statement)


def downgrade() -> None:
    op.execute("DROP INDEX conversations.message_unseen")
    op.execute("ALTER TABLE care.notice DROP COLUMN message_id")
    op.execute(
        "ALTER TABLE conversations.conversation DROP COLUMN deed_at, DROP COLUMN left_at, DROP COLUMN left_reason,"
        " DROP COLUMN held_until"
    )
    op.execute("ALTER TABLE conversations.message DROP COLUMN delivered_at, DROP COLUMN seen_at")
