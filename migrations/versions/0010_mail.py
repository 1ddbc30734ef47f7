"""Mail: letters received, who may write about a ticket, letters to be sent."""

from alembic import op

revision = "0010"
down_revision = "0009"

MAIL = """
CREATE TABLE care.mail_in (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    key text NOT NULL UNIQUE,              -- Message-ID and sender, else a fingerprint: stored and handled once
    message_id text,
    sender text NOT NULL,                  -- the address in From, lower case; '' when it has none
    envelope_from text,                    -- NULL when unknown (IMAP), '' for a bounce
    size integer NOT NULL,
    raw bytea,                             -- NULL once forgotten
    status text NOT NULL DEFAULT 'waiting'
        CHECK (status IN ('waiting', 'filed', 'noted', 'folded', 'ignored', 'failed')),
    reason text,
    ticket_id bigint REFERENCES care.ticket,
    attempts integer NOT NULL DEFAULT 0,
    received_at timestamptz NOT NULL,
    due_at timestamptz NOT NULL,
    handled_at timestamptz,
    CONSTRAINT mail_is_handled_when_it_does_not_wait CHECK ((status = 'waiting') = (handled_at IS NULL)),
    CONSTRAINT mail_that_waits_has_its_text CHECK (status <> 'waiting' OR raw IS NOT NULL)
);
CREATE INDEX mail_in_waiting ON care.mail_in (due_at, id) WHERE status = 'waiting';
CREATE INDEX mail_in_sender ON care.mail_in (sender, received_at);
CREATE INDEX mail_in_message_id ON care.mail_in (message_id) WHERE message_id IS NOT NULL;
CREATE INDEX mail_in_to_forget ON care.mail_in (handled_at) WHERE raw IS NOT NULL;
CREATE TABLE care.mail_thread (
    ticket_id bigint NOT NULL REFERENCES care.ticket,
    address text NOT NULL,                 -- who may add to this ticket by mail
    subject text NOT NULL,
    last_message_id text,
    PRIMARY KEY (ticket_id, address)
);
CREATE TABLE care.mail_out (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    key text NOT NULL UNIQUE,              -- what it tells to whom: queued once
    message_id text NOT NULL UNIQUE,       -- made from the key, so that a second sending can be recognised
    recipient text NOT NULL,
    subject text NOT NULL,
    text text NOT NULL,
    in_reply_to text,
    ticket_id bigint REFERENCES care.ticket,
    status text NOT NULL DEFAULT 'waiting' CHECK (status IN ('waiting', 'sent', 'failed')),
    attempts integer NOT NULL DEFAULT 0,
    reason text,
    created_at timestamptz NOT NULL,
    due_at timestamptz NOT NULL,
    sent_at timestamptz,
    CONSTRAINT mail_has_a_time_when_it_is_sent CHECK ((status = 'sent') = (sent_at IS NOT NULL))
);
CREATE INDEX mail_out_waiting ON care.mail_out (due_at, id) WHERE status = 'waiting';
CREATE INDEX mail_out_recipient ON care.mail_out (recipient, created_at)
"""


def upgrade() -> None:
    for statement in MAIL.split(";\n"):
        op.execute(statement)


def downgrade() -> None:
    for table in ("mail_out", "mail_thread", "mail_in"):
        op.execute(f"DROP TABLE care.{table}")
