"""The documentation names every setting and every make target."""

import re
from pathlib import Path

from settings import Settings

ROOT = Path(__file__).resolve().parent.parent


def test_every_setting_is_in_the_example_file_and_no_other():
    documented = set(re.findall(r"^([A-Z][A-Z0-9_]+)=", (ROOT / ".env.example").read_text("utf8"), re.MULTILINE))
    assert documented == {name.upper() for name in Settings.model_fields}


def test_the_example_file_can_be_used_as_it_is():
    Settings(_env_file=ROOT / ".env.example")


def test_every_make_target_has_one_line_of_help():
    makefile = (ROOT / "Makefile").read_text("utf8")
    phony = re.search(r"^\.PHONY: (.*)$", makefile, re.MULTILINE).group(1).split()
    helped = re.findall(r"^([a-z-]+):.*## ", makefile, re.MULTILINE)
    assert sorted(phony) == sorted(helped)
