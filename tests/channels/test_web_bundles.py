"""Joining the chat's modules: order, what is imported from an earlier script, and what can't be joined."""

from __future__ import annotations

import re

import pytest

from channels.web_bundles import joined
from channels.web_parts import SCRIPTS
from channels.web_texts import FOLDER

LEAF = "export const one = 1;\n"
MIDDLE = 'import { one } from "./leaf.js";\n\nexport const two = one + one;\n'
MODULES = {
    "leaf.js": LEAF,
    "middle.js": MIDDLE,
    "first.js": 'import { one } from "./leaf.js";\nconsole.log(one);\n',
    "second.js": 'import { one } from "./leaf.js";\nimport { two } from "./middle.js";\nconsole.log(one, two);\n',
}


def test_each_module_is_in_one_script_after_what_it_needs() -> None:
    scripts = joined(MODULES, ("first.js", "second.js"))
    assert scripts["first.js"] == "// leaf.js\nexport const one = 1;\n\n// first.js\nconsole.log(one);\n"
    assert scripts["second.js"] == (
        'import { one } from "./first.js";\n'
        "// middle.js\n\nexport const two = one + one;\n\n// second.js\nconsole.log(one, two);\n"
    )


def test_modules_that_need_each_other_are_joined_once() -> None:
    modules = {
        "a.js": 'import { b } from "./b.js";\nexport const a = () => b;\n',
        "b.js": 'import { a } from "./a.js";\nexport const b = () => a;\n',
    }
    assert joined(modules, ("a.js",))["a.js"].count("export const a =") == 1


@pytest.mark.parametrize(
    ("odd", "told"),
    [
        ('import * as leaf from "./leaf.js";', "not a named import"),
        ('import { one as uno } from "./leaf.js";', "not a named import"),
        ("import {\n  one,\n} from './leaf.js';", "not a named import"),
        ('import "https://elsewhere.example/x.js";', "not a named import"),
        ("export default 1;", "not a named import"),
        ("export { two };", "not a named import"),
        ('const late = () => import("./leaf.js");', "not a named import"),
        ("const two = 2;\nconst one = 1;", "one at the top"),
        ("async function one() {}", "one at the top"),
        ("const { a } = window;", "at the top"),
    ],
)
def test_what_cannot_be_joined_is_refused(odd: str, told: str) -> None:
    modules = {"leaf.js": LEAF, "first.js": f'import {{ one }} from "./leaf.js";\n{odd}\n'}
    with pytest.raises(ValueError, match=told):
        joined(modules, ("first.js",))


def test_a_name_that_is_also_imported_is_refused() -> None:
    with pytest.raises(ValueError, match="one at the top, and imported"):
        joined(MODULES | {"middle.js": MIDDLE + "const one = 2;\n"}, ("first.js", "second.js"))


def test_a_module_that_is_not_there_is_refused() -> None:
    with pytest.raises(ValueError, match=r"there is no leaf\.js"):
        joined({"first.js": MODULES["first.js"]}, ("first.js",))


def test_a_module_that_nobody_needs_is_refused() -> None:
    with pytest.raises(ValueError, match=r"middle\.js, second\.js"):
        joined(MODULES, ("first.js",))


def test_the_chats_own_modules_are_all_in_its_two_scripts() -> None:
    modules = {path.name: path.read_text("utf8") for path in (FOLDER / "static").glob("*.js")}
    scripts = joined(modules, SCRIPTS)
    held = [name for script in scripts.values() for name in re.findall(r"^// ([\w-]+\.js)$", script, re.MULTILINE)]
    assert sorted(held) == sorted(modules)
    assert "import" not in scripts["opening.js"].split()
