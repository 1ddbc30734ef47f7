"""Vietnamese as people type it: one spelling, normal words, codes, phones, dates, times and places. Pure."""

from bot.vietnamese.codes import damm_digit, find_customer_codes, find_ticket_codes, ticket_code_ok
from bot.vietnamese.dates import find_dates
from bot.vietnamese.names import find_names
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
    "Normalized",
    "Place",
    "Span",
    "TimeRange",
    "Ward",
    "Word",
    "damm_digit",
    "find_customer_codes",
    "find_dates",
    "find_names",
    "find_phones",
    "find_place",
    "find_since",
    "find_ticket_codes",
    "find_times",
    "fold",
    "nfc",
    "normalize",
    "parse_last_three",
    "province_of",
    "provinces",
    "same_street",
    "strip_accents",
    "ticket_code_ok",
    "wards_named",
]
