"""An address in one piece is read into its parts, so that every door's tickets are routed and compared alike. Pure."""

from __future__ import annotations

from bot.vietnamese import find_place
from care.shapes import Address


def read_address(given: Address) -> Address:
    """The address with street, ward and province that its text names, where the caller named none.

    A ward that may be one of several stays as typed; what was given in parts is taken as it is.
    """
    if given.text is None or given.street or given.ward:
        return given
    place = find_place(given.text, given.province)
    ward = place.ward.name if place.ward else place.ward_text
    read = {"street": place.street, "ward": ward, "province": given.province or place.province}
    return given.model_copy(update={name: value for name, value in read.items() if value})
