"""A short random walk over the product; `make fuzz-dialogues` is the long one."""

from __future__ import annotations

import pytest

from tests.dialogues import fuzz
from tests.product.copy import Copy


@pytest.mark.slow
def test_random_customers_meet_no_harm(product: Copy) -> None:
    assert not fuzz.run(product, count=60).harm
