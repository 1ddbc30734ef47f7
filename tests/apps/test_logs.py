"""Logs: personal data masked."""

import pytest

from apps.logs import mask


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("mã PB04010012004 nhé", "mã PB04…004 nhé"),
        ("gọi 0987000111", "gọi …111"),
        ("+84987000111", "…111"),
        ("YC26481930", "YC26481930"),
        ("1558", "1558"),
    ],
)
def test_codes_and_phones_are_shortened(text, masked):
    assert mask(text) == masked
