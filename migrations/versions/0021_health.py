"""Signs of life of each account: when it was last heard and last delivered for, and how its deliveries went."""

from alembic import op

revision = "0021"
down_revision = "0018"

HEALTH = """
CREATE TABLE conversations.account_life (
    channel text NOT NULL,
    account text NOT NULL,               -- '': of the channel as a whole (webhooks that were refused name nobody)
    heard_at timestamptz,
    refused_at timestamptz,
    sent_at timestamptz,
    PRIMARY KEY (channel, account)
) WITH (fillfactor = 50);
CREATE TABLE conversations.account_tally (
    minute timestamptz NOT NULL,
    channel text NOT NULL,
    account text NOT NULL,
    outcome text NOT NULL,
    reason text NOT NULL,
    tries integer NOT NULL,
    PRIMARY KEY (minute, channel, account, outcome, reason)
) WITH (fillfactor = 70);
ALTER TABLE care.duty_alert DROP CONSTRAINT duty_alert_kind_check;
ALTER TABLE care.duty_alert ADD CONSTRAINT duty_alert_kind_check
    CHECK (kind IN ('ticket', 'incident', 'channel', 'failing', 'waiting', 'token'))
"""


def upgrade() -> None:
    for statement in HEALTH.split(";\n"):
        op.execute(statement)


def downgrade() -> None:
    op.execute("DELETE FROM care.duty_alert WHERE kind IN ('failing', 'waiting', 'token')")
    op.execute("ALTER TABLE care.duty_alert DROP CONSTRAINT duty_alert_kind_check")
    op.execute(
        "ALTER TABLE care.duty_alert ADD CONSTRAINT duty_alert_kind_check"
        " CHECK (kind IN ('ticket', 'incident', 'channel'))"
    )
    op.execute("DROP TABLE conversations.account_tally")
    op.execute("DROP TABLE conversations.account_life")
