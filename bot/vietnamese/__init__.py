"""Vietnamese as people type it: one spelling, normal words, and typed values with their exact place. Pure.

Every `find_…` returns spans in the order written (`Span.value`, what else it can mean in `Span.others`).
"""

from bot.vietnamese.amounts import Power, find_kw, find_kwh, find_money
from bot.vietnamese.bills import speaks_of_bills
from bot.vietnamese.clock import written_hour
from bot.vietnamese.codes import damm_digit, find_customer_codes, find_ticket_codes, ticket_code_ok
from bot.vietnamese.dates import find_dates
from bot.vietnamese.emails import find_emails
from bot.vietnamese.gazetteer import find_payment_channels, find_tariff_groups
from bot.vietnamese.meter_readings import MeterReading, find_meter_readings
from bot.vietnamese.names import find_names
from bot.vietnamese.periods import Period, find_periods
from bot.vietnamese.phones import find_phones, parse_last_three
from bot.vietnamese.places import Place, find_place, province_of, wards_named
from bot.vietnamese.since import find_since
from bot.vietnamese.spans import DateRange, Span, TimeRange
from bot.vietnamese.streets import same_street
from bot.vietnamese.times import find_times
from bot.vietnamese.unicode import fold, nfc, strip_accents
from bot.vietnamese.units import Ward, provinces
from bot.vietnamese.words import Normalized, Word, normalize

__all__ = [
    "DateRange",
    "MeterReading",
    "Normalized",
    "Period",
    "Place",
    "Power",
    "Span",
    "TimeRange",
    "Ward",
    "Word",
    "damm_digit",
    "find_customer_codes",
    "find_dates",
    "find_emails",
    "find_kw",
    "find_kwh",
    "find_meter_readings",
    "find_money",
    "find_names",
    "find_payment_channels",
    "find_periods",
    "find_phones",
    "find_place",
    "find_since",
    "find_tariff_groups",
    "find_ticket_codes",
    "find_times",
    "fold",
    "nfc",
    "normalize",
    "parse_last_three",
    "province_of",
    "provinces",
    "same_street",
    "speaks_of_bills",
    "strip_accents",
    "ticket_code_ok",
    "wards_named",
    "written_hour",
]
