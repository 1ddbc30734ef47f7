"""`python -m care.demo`: demonstration data into the database at DATABASE_URL."""

import sys
import time

from care.demo import ensure_demo
from settings import Settings


def main() -> int:
    """The exit status: 0, or 2 when there is nothing to fill or it must not be filled."""
    settings = Settings()
    if settings.app_env == "production":
        print("APP_ENV is production: no demonstration data.", file=sys.stderr)
        return 2
    if not settings.database_url:
        print("DATABASE_URL is not set.", file=sys.stderr)
        return 2
    began = time.monotonic()
    ensure_demo(settings.database_url, print)
    print(f"Done in {time.monotonic() - began:.1f} s.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
