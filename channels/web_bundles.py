"""The chat's modules, joined into the few scripts that a page loads.

Twenty small files cost a browser on a busy machine a fifth of the time until the first message. The modules keep to what makes joining
them a matter of order: named imports of neighbours, one form of them, and no name twice at the top. What doesn't is refused.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

_IMPORT = re.compile(r'^import \{ (\w+(?:, \w+)*) \} from "\./([\w-]+\.js)";\n', re.MULTILINE)
_ANY_IMPORT = re.compile(r"^(?:import|export (?:default|\*|\{)).*|^.*\bimport\(.*", re.MULTILINE)
_AT_THE_TOP = re.compile(r"^(?:export )?(?:const|let|var|class|function|async function) +(\W|\w+)", re.MULTILINE)


def joined(modules: Mapping[str, str], entries: Sequence[str]) -> dict[str, str]:
    """One script for each of `entries`, with all it needs that no earlier one holds; from those it imports.

    `modules`: source by file name. Raises ValueError for what can't be joined: another form of import, a name twice, a module that
    no entry needs.
    """
    homes: dict[str, str] = {}  # module → the entry that holds it
    scripts = {}
    for entry in entries:
        inside = _needed(modules, entry, set(homes))
        homes |= dict.fromkeys(inside, entry)
        scripts[entry] = _script(modules, inside, homes)
    if left := modules.keys() - homes.keys():
        raise ValueError(f"no script needs {', '.join(sorted(left))}")
    return scripts


def _needed(modules: Mapping[str, str], name: str, seen: set[str]) -> list[str]:
    """What `name` imports, first, and itself; nothing that was seen."""
    if name in seen:
        return []
    if name not in modules:
        raise ValueError(f"there is no {name}")
    seen.add(name)
    before = [one for _, neighbour in _IMPORT.findall(modules[name]) for one in _needed(modules, neighbour, seen)]
    return [*before, name]


def _script(modules: Mapping[str, str], inside: list[str], homes: Mapping[str, str]) -> str:
    outside: dict[str, set[str]] = {}
    top: dict[str, str] = {}
    bodies = []
    for module in inside:
        source = modules[module]
        for names, neighbour in _IMPORT.findall(source):
            if neighbour not in inside:
                outside.setdefault(homes[neighbour], set()).update(names.split(", "))
        body = _IMPORT.sub("", source)
        if odd := _ANY_IMPORT.search(body):
            raise ValueError(f"{module}: not a named import or export on one line: {odd.group()}")
        for name in _AT_THE_TOP.findall(body):
            if not name.isidentifier():
                raise ValueError(f"{module}: a pattern instead of a name at the top: {name}")
            if top.setdefault(name, module) != module:
                raise ValueError(f"{module}: {name} at the top, and in {top[name]}")
        bodies.append(f"// {module}\n{body}")
    if twice := top.keys() & set().union(*outside.values()):
        raise ValueError(f"{inside[-1]}: {', '.join(sorted(twice))} at the top, and imported")
    imports = [f'import {{ {", ".join(sorted(names))} }} from "./{home}";\n' for home, names in sorted(outside.items())]
    return "".join(imports) + "\n".join(bodies)
