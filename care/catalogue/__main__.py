"""`make catalogue-check`: whether every file can be loaded, and what in it is not certain."""

import sys
from collections import Counter

from care.catalogue import load
from care.errors import CatalogueError


def main() -> int:
    """The exit status: 1 for a broken file, named with its line and field."""
    try:
        catalogue = load()
    except CatalogueError as error:
        print(error, file=sys.stderr)
        return 1
    services, facts = catalogue.services.values(), catalogue.faq.facts
    print(f"{len(services)} services, {len(catalogue.places.centres)} centres, {len(facts)} facts: all files load.")
    for name, entries in (("services", services), ("facts", facts)):
        counted = Counter(entry.confidence for entry in entries)
        print(f"  {name}: " + ", ".join(f"{count} {confidence}" for confidence, count in sorted(counted.items())))
    print(f"  prices: no newer decision found until {catalogue.tariffs.checked_until}; look again before quoting")
    return 0


if __name__ == "__main__":
    sys.exit(main())
