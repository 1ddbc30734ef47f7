"""Meters, readings and payments; bills become invoices."""

from alembic import op

revision = "0014"
down_revision = "0013"

# Wide columns come first, so that no byte is lost to alignment in tables of ten million rows. VAT is not kept: it is
# total less ex_vat. What a bill of before does not know (number, ex_vat, issued_at) is NULL. Readings and payments have
# no foreign key: its check costs as much as storing the row, whole months come by COPY, and no customer is ever deleted.
BILLING = """
ALTER TABLE care.station ADD COLUMN reading_day smallint CHECK (reading_day BETWEEN 1 AND 31);
CREATE TABLE care.meter (
    number text PRIMARY KEY,
    customer_code text NOT NULL REFERENCES care.customer,
    kind text NOT NULL,
    phases smallint NOT NULL CHECK (phases IN (1, 3)),
    installed_at date NOT NULL
);
CREATE INDEX meter_by_customer ON care.meter (customer_code);
CREATE TABLE care.reading (
    from_day date NOT NULL,
    to_day date NOT NULL,
    read_at date NOT NULL,
    old integer NOT NULL CHECK (old >= 0),
    new integer NOT NULL CHECK (new >= 0),
    kwh integer NOT NULL CHECK (kwh >= 0),   -- not always new - old: a meter that passed its last number starts at 0
    customer_code text NOT NULL,
    period text NOT NULL CHECK (period ~ '^[0-9]{4}-(0[1-9]|1[0-2])$'),
    PRIMARY KEY (customer_code, period),
    CONSTRAINT reading_ends_after_it_begins CHECK (to_day >= from_day)
);
ALTER TABLE care.bill
    ADD COLUMN number text,
    ADD COLUMN ex_vat bigint CHECK (ex_vat BETWEEN 0 AND total),
    ADD COLUMN issued_at date;
CREATE TABLE care.payment (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    amount bigint NOT NULL CHECK (amount > 0),
    paid_at timestamptz NOT NULL,
    customer_code text NOT NULL,
    period text NOT NULL CHECK (period ~ '^[0-9]{4}-(0[1-9]|1[0-2])$'),
    channel text NOT NULL,
    reference text NOT NULL
);
CREATE INDEX payment_by_customer ON care.payment (customer_code)
"""


def upgrade() -> None:
    for statement in BILLING.split(";\n"):
        op.execute(statement)


def downgrade() -> None:
    for table in ("payment", "reading", "meter"):
        op.execute(f"DROP TABLE care.{table}")
    op.execute("ALTER TABLE care.bill DROP COLUMN number, DROP COLUMN ex_vat, DROP COLUMN issued_at")
    op.execute("ALTER TABLE care.station DROP COLUMN reading_day")
