"""A real PostgreSQL for every test that wants one, in either environment."""

import sys

if sys.version_info >= (3, 11):
    from tests.postgres_fixtures import database_url, postgres, sqlalchemy_url, template

    __all__ = ["database_url", "postgres", "sqlalchemy_url", "template"]
else:  # the engine's environment has neither the server nor the migrations: the app's serves it one
    from tests.engine_postgres_fixtures import database_url

    __all__ = ["database_url"]
