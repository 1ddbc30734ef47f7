"""The care room as every process wires it."""

from datetime import timedelta

from care import Care, Database, IncidentRules
from settings import Settings


def care_room(settings: Settings) -> Care:
    """The catalogue, the database and the rules; raises CatalogueError for a broken catalogue file."""
    rules = IncidentRules(
        customers=settings.incident_customers,
        stations=settings.incident_stations,
        window=timedelta(minutes=settings.incident_window_min),
    )
    return Care(database=Database(settings.database_url), incident_rules=rules)
