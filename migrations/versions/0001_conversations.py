"""The spine: conversations, their messages, platform accounts and wished call-backs."""

from alembic import op

revision = "0001"
down_revision = None

CONVERSATION = """
CREATE TABLE conversations.conversation (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    channel text NOT NULL,
    account text NOT NULL,
    user_id text NOT NULL,
    pulled boolean NOT NULL DEFAULT false,
    state text NOT NULL DEFAULT 'bot'
        CONSTRAINT state_is_known CHECK (state IN ('bot', 'waiting', 'agent', 'closed')),
    reply_until timestamptz,
    pending integer NOT NULL DEFAULT 0,
    ready_at timestamptz,
    lease uuid,
    attempts integer NOT NULL DEFAULT 0,
    queued integer NOT NULL DEFAULT 0,
    send_at timestamptz,
    send_lease uuid,
    send_attempts integer NOT NULL DEFAULT 0,
    created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    updated_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    CONSTRAINT one_conversation_per_person UNIQUE (channel, account, user_id)
)
"""

MESSAGE = """
CREATE TABLE conversations.message (
    id bigint PRIMARY KEY,
    conversation_id bigint NOT NULL REFERENCES conversations.conversation,
    direction text NOT NULL CHECK (direction IN ('in', 'out')),
    author text NOT NULL CHECK (author IN ('customer', 'bot', 'agent', 'system')),
    channel text NOT NULL,
    account text NOT NULL,
    platform_message_id text,
    answers bigint,
    content jsonb NOT NULL,
    status text NOT NULL
        CHECK (status IN ('pending', 'done', 'failed', 'queued', 'sent', 'undeliverable', 'refused')),
    reason text,
    sent_at timestamptz,
    created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    done_at timestamptz
)
"""

CALLBACK = """
CREATE TABLE conversations.callback (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    conversation_id bigint NOT NULL REFERENCES conversations.conversation,
    reason text NOT NULL,
    phone text,
    status text NOT NULL DEFAULT 'wished' CHECK (status IN ('wished', 'filed', 'ended')),
    code text,
    told boolean NOT NULL DEFAULT false,
    attempts integer NOT NULL DEFAULT 0,
    next_try_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    created_at timestamptz NOT NULL DEFAULT clock_timestamp()
)
"""

ACCOUNT = """
CREATE TABLE conversations.account (
    channel text NOT NULL,
    account text NOT NULL,
    data jsonb NOT NULL DEFAULT '{}',
    paused_until timestamptz,
    paused_reason text,
    PRIMARY KEY (channel, account)
)
"""

INDEXES = """
CREATE INDEX conversation_ready ON conversations.conversation (ready_at) WHERE ready_at IS NOT NULL;
CREATE INDEX conversation_to_send ON conversations.conversation (send_at) WHERE send_at IS NOT NULL;
CREATE UNIQUE INDEX message_once ON conversations.message (channel, account, platform_message_id)
    WHERE direction = 'in';
CREATE INDEX message_of_conversation ON conversations.message (conversation_id, id);
CREATE INDEX message_pending ON conversations.message (conversation_id, id) WHERE status = 'pending';
CREATE INDEX message_queued ON conversations.message (conversation_id, id) WHERE status = 'queued';
CREATE INDEX message_with_buttons ON conversations.message (conversation_id, id)
    WHERE direction = 'out' AND content ? 'buttons';
CREATE UNIQUE INDEX one_open_callback_per_reason ON conversations.callback (conversation_id, reason)
    WHERE status <> 'ended';
CREATE INDEX callback_to_file ON conversations.callback (next_try_at) WHERE NOT told AND status <> 'ended';
"""


def upgrade() -> None:
    op.execute("CREATE SCHEMA conversations")
    op.execute("CREATE SEQUENCE conversations.message_id")
    for statement in (CONVERSATION, MESSAGE, CALLBACK, ACCOUNT, *INDEXES.strip().split(";\n")):
        op.execute(statement)


def downgrade() -> None:
    op.execute("DROP SCHEMA conversations CASCADE")
