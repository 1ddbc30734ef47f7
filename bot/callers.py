"""Which blanks the code of the dialogue fills in which sentence, read from its source without running it."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Set
from dataclasses import dataclass
from pathlib import Path

_SAYING = frozenset({"say", "lead", "add", "term"})
_VARIANT = re.compile(r"\.v\d+$")


@dataclass(frozen=True)
class Callers:
    """`given`: by sentence, what each call that names it gives; `anywhere`: a pattern for each name the code holds."""

    given: dict[str, tuple[frozenset[str], ...]]
    anywhere: re.Pattern[str]

    def unfilled(self, key: str, blanks: Set[str]) -> set[str]:
        """The blanks that stay open: a call that names the sentence leaves them out, or nothing anywhere knows them."""
        left = {name for name in blanks if not self.anywhere.fullmatch(name)}
        for names in self.given.get(_VARIANT.sub("", key), ()):
            left |= blanks - names
        return left


def read_callers(folder: Path) -> Callers:
    """Of every module in `folder`. A call with `**facts` or a key that is put together proves nothing by itself."""
    given: dict[str, list[frozenset[str]]] = {}
    anywhere: set[str] = set()
    for path in sorted(folder.glob("*.py")):
        tree = ast.parse(path.read_text("utf-8"))
        anywhere |= _names(tree)
        for call in _sayings(tree):
            names = frozenset(keyword.arg for keyword in call.keywords if keyword.arg)
            if all(keyword.arg for keyword in call.keywords):
                for key in _keys(call.args[0]):
                    given.setdefault(key, []).append(names)
    return Callers(
        {key: tuple(calls) for key, calls in given.items()}, re.compile("|".join(sorted(anywhere)) or "(?!)")
    )


def _names(tree: ast.AST) -> set[str]:
    nodes = list(ast.walk(tree))
    named = {node.arg for node in nodes if isinstance(node, ast.keyword) and node.arg}
    named |= {node.value for node in nodes if isinstance(node, ast.Constant) and isinstance(node.value, str)}
    built = {_built(node) for node in nodes if isinstance(node, ast.JoinedStr)}
    return {re.escape(name) for name in named if name.isidentifier()} | built - {""}


def _built(text: ast.JoinedStr) -> str:
    """`f"want_{number}"` as `want_\\w+`; nothing where it does not begin with a word of its own."""
    parts = [re.escape(str(one.value)) if isinstance(one, ast.Constant) else r"\w+" for one in text.values]
    return "".join(parts) if re.match(r"[a-z]{3}", parts[0]) else ""


def _sayings(tree: ast.AST) -> Iterable[ast.Call]:
    return (
        node
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in _SAYING
        and node.args
    )


def _keys(argument: ast.expr) -> list[str]:
    """The sentences an argument can name: `"a"`, or both sides of `"a" if … else "b"`."""
    if isinstance(argument, ast.IfExp):
        return _keys(argument.body) + _keys(argument.orelse)
    return [argument.value] if isinstance(argument, ast.Constant) and isinstance(argument.value, str) else []
