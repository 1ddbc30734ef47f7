"""What is asked for by words."""

import pytest

from care.ticket_words import readings_of


@pytest.mark.parametrize(
    ("typed", "readings"),
    [
        ("", []),
        ("!?", []),
        ("Nguyễn", ["nguyen:*"]),
        ("a", ["a"]),
        ("Trần Phú", ["tran & phu", "tran & phu:*"]),
        ("trần p", ["tran & p"]),
        ("Hùng 0901", ["hung & 0901:*"]),
    ],
)
def test_as_typed_first_then_as_a_beginning(typed: str, readings: list[str]):
    assert readings_of(typed) == readings
