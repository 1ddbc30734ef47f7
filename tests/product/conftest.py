"""A running copy for all tests of this folder."""

from collections.abc import Callable, Iterator

import pytest

from tests.product.copy import Copy, Visitor


@pytest.fixture(scope="session")
def product(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Copy]:
    with Copy(tmp_path_factory.mktemp("product")) as copy:
        yield copy


@pytest.fixture
def visitor(product: Copy) -> Callable[[], Visitor]:
    """A new customer on the web page."""
    return lambda: Visitor(product)
