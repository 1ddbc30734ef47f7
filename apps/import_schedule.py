"""`make import-schedule FILE=… CENTRE=… [PROVINCE=…]`: a schedule into the running copy's database."""

import argparse
import sys
from pathlib import Path

from apps.care_room import care_room
from apps.demo_data import database_address
from care.errors import CareError
from care.schedules.importing import import_schedule
from settings import Settings


def main() -> int:
    """The exit status: 0 when all rows were taken, 1 when some are bad, 2 when the file cannot be read."""
    parser = argparse.ArgumentParser()
    parser.add_argument("file", type=Path)
    parser.add_argument("--centre", required=True)
    parser.add_argument("--province", default="")
    asked = parser.parse_args()
    with database_address(Settings()) as url:
        care = care_room(Settings(database_url=url))
        try:
            with asked.file.open("rb") as file:
                given = import_schedule(care, file, asked.centre, asked.province)
        except (CareError, OSError) as error:
            print(error, file=sys.stderr)
            return 2
        finally:
            care.database.close()
    for bad in given.bad:
        print(f"line {bad.line}: {bad.reason}")
    print(
        f"{given.rows:,} rows: {given.new:,} new, {given.changed:,} changed, {given.same:,} known, {given.bad_count:,} bad"
    )
    return 1 if given.bad_count else 0


if __name__ == "__main__":
    sys.exit(main())
