"""A real PostgreSQL for every test that wants one, in either environment; and the whole product, started once."""

import sys

if sys.version_info >= (3, 11):
    from tests.postgres_fixtures import database_url, databases, postgres, sqlalchemy_url, template
    from tests.product_fixtures import facebook, product, telegram, visitor, zalo

    __all__ = [
        "database_url",
        "databases",
        "facebook",
        "postgres",
        "product",
        "sqlalchemy_url",
        "telegram",
        "template",
        "visitor",
        "zalo",
    ]
else:  # the engine's environment has neither the server nor the migrations: the app's serves it one
    from tests.engine_postgres_fixtures import database_url

    __all__ = ["database_url"]
