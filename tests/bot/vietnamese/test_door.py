"""One door: what it offers is documented, and the document's examples are true."""

import doctest
from pathlib import Path

import bot.vietnamese as vietnamese

PAGE = Path(__file__).parents[3] / "docs" / "vietnamese.md"


def test_every_public_name_is_documented():
    page = PAGE.read_text("utf-8")
    assert [name for name in vietnamese.__all__ if f"`{name}`" not in page] == []
    assert sorted(vietnamese.__all__) == list(vietnamese.__all__)


def test_every_public_name_has_a_docstring():
    assert [name for name in vietnamese.__all__ if not getattr(vietnamese, name).__doc__] == []


def test_the_examples_of_the_page_are_true():
    assert doctest.testfile(str(PAGE), module_relative=False, encoding="utf-8").failed == 0
