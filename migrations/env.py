"""Alembic's entry: migrates the database at the `sqlalchemy_url` that `apps.migrate` passes in."""

from alembic import context
from sqlalchemy import create_engine, pool

engine = create_engine(context.config.attributes["sqlalchemy_url"], poolclass=pool.NullPool)
with engine.connect() as connection:
    context.configure(connection=connection)
    with context.begin_transaction():
        context.run_migrations()
