"""Bringing a database to the newest schema."""

from alembic import command
from alembic.config import Config

from settings import ROOT


def migrate(url: str) -> None:
    """Run every migration that `url` (libpq form) has not seen yet."""
    config = Config()
    config.set_main_option("script_location", str(ROOT / "migrations"))
    config.attributes["sqlalchemy_url"] = url.replace("postgresql://", "postgresql+psycopg://")
    command.upgrade(config, "head")
