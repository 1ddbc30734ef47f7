"""The care room as every process wires it."""

from datetime import timedelta

from care import Billing, Care, Database, HttpBilling, IncidentRules
from care.attachments.store import FolderStore, S3Store, Store
from care.identity.sms import ConsoleSms, HttpSms, NoSms, Sms
from settings import Settings


def care_room(settings: Settings) -> Care:
    """The catalogue, the database and the rules; raises CatalogueError for a broken catalogue file."""
    rules = IncidentRules(
        customers=settings.incident_customers,
        stations=settings.incident_stations,
        window=timedelta(minutes=settings.incident_window_min),
    )
    return Care(database=Database(settings.database_url), incident_rules=rules)


def sms(settings: Settings) -> Sms:
    """The gateway when there is one; else, in demonstration only, the console of `make run`."""
    if settings.sms_url:
        return HttpSms(settings.sms_url, settings.sms_key)
    return NoSms() if settings.app_env == "production" else ConsoleSms(settings.console)


def billing(settings: Settings) -> Billing | None:
    """The billing system when there is one; None means our own tables."""
    if settings.billing_url:
        return HttpBilling(settings.billing_url, settings.billing_token, settings.billing_timeout_s)
    return None


def file_store(settings: Settings) -> Store:
    """An S3-compatible bucket when there is one, else a folder."""
    if settings.s3_url:
        return S3Store(settings.s3_url, settings.s3_access_key, settings.s3_secret_key, settings.s3_region)
    return FolderStore(settings.var_dir / "attachments")
