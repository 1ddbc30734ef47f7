"""The customer-care backend: catalogue, customers, outages and tickets behind a REST API."""

from care.api import Outside, add_api
from care.billing.remote import HttpBilling
from care.billing.source import Billing
from care.database import Database
from care.escalation import escalate
from care.identity.codes import forget as forget_codes
from care.incidents.rules import Rules as IncidentRules
from care.notices import NOTICES, NoticeArrivals, NoticeOutbox
from care.outages import advance_outages
from care.wired import Care

__all__ = [
    "NOTICES",
    "Billing",
    "Care",
    "Database",
    "HttpBilling",
    "IncidentRules",
    "NoticeArrivals",
    "NoticeOutbox",
    "Outside",
    "add_api",
    "advance_outages",
    "escalate",
    "forget_codes",
]
