"""Phone numbers as stored: national digits for Vietnam (0987000111), +… for the world. Pure."""

import phonenumbers


def stored_phone(text: str) -> str | None:
    """The number as stored, or None when this is no phone number."""
    try:
        number = phonenumbers.parse(text, "VN")
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_possible_number(number):
        return None
    if number.country_code == 84:
        return f"0{number.national_number}"
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def masked_phone(phone: str) -> str:
    """All but the last three digits hidden: what a log may show."""
    return "…" + phone[-3:]
