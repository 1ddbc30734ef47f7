"""Which of the five centres a ticket goes to. Pure.

The first that is known decides: the customer's contract (its province of today), the province of the
address, the prefix of a customer code we do not know, and last the catalogue's default centre, so that
no ticket is ever without one. What decided is kept, since better evidence may come later.
"""

from dataclasses import dataclass
from typing import Literal

from care.catalogue import Catalogue
from care.place import province_name

Evidence = Literal["customer", "address", "prefix", "default"]
STRENGTH: tuple[Evidence, ...] = ("default", "prefix", "address", "customer")


@dataclass(frozen=True)
class Route:
    """The centre, and what it was chosen by."""

    centre: str
    by: Evidence


def route(
    catalogue: Catalogue, contract_province: str | None, address_province: str | None, customer_code: str | None
) -> Route:
    """The centre for what is known of the place."""
    if contract_province and contract_province in catalogue.centre_of:
        return Route(catalogue.centre_of[contract_province], "customer")
    named = province_name(address_province) if address_province else None
    if named and named in catalogue.centre_of:
        return Route(catalogue.centre_of[named], "address")
    by_prefix = catalogue.province_of_code(customer_code) if customer_code else None
    if by_prefix:
        return Route(catalogue.centre_of[by_prefix], "prefix")
    return Route(catalogue.places.default_centre, "default")
