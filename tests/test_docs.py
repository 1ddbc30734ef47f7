"""The documentation names what there is: make targets, wishes, sentence and training files, and no file that is gone."""

import re
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).resolve().parent.parent
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
TEXT = {page: page.read_text("utf-8") for page in PAGES}
TARGETS = set(re.findall(r"^([a-z-]+):.*## ", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))
ROOMS = (
    "actions",
    "apps",
    "bench",
    "bot",
    "care",
    "channels",
    "conversations",
    "data",
    "docs",
    "migrations",
    "public",
    "tests",
)
# Decisions tell what was so on their day.
LASTING = [page for page in PAGES if page.parent.name != "decisions"]


def test_every_make_target_is_in_the_documentation():
    named = {target for text in TEXT.values() for target in re.findall(r"\bmake ([a-z-]+)", text)}
    assert TARGETS - named == set()


@pytest.mark.parametrize("page", LASTING, ids=lambda page: page.name)
def test_every_command_in_the_documentation_is_a_target(page):
    told = re.findall(r"(?:`|^)make ([a-z-]+)", TEXT[page], re.MULTILINE)
    assert set(told) - TARGETS == set()


def test_every_wish_is_in_the_documentation():
    intents = yaml.safe_load((ROOT / "domain.yml").read_text("utf-8"))["intents"]
    names = {one if isinstance(one, str) else next(iter(one)) for one in intents}
    page = (ROOT / "docs" / "wishes.md").read_text("utf-8")
    assert set(re.findall(r"^\| `([a-z_]+)` \|", page, re.MULTILINE)) == names


@pytest.mark.parametrize("page", LASTING, ids=lambda page: page.name)
def test_every_file_named_in_the_documentation_is_there(page):
    paths = re.findall(rf"`((?:{'|'.join(ROOMS)})/[\w/.-]+)`", TEXT[page])
    links = [one for one in re.findall(r"\]\(([^)#:]+)\)", TEXT[page]) if not one.startswith("[")]
    gone = [one for one in paths if not (ROOT / one).exists()]
    gone += [one for one in links if re.search(r"\.(?:md|png)$", one) and not (page.parent / one).exists()]
    assert gone == []
