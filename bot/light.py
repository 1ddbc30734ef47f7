"""Keeping TensorFlow out of processes that never use it: Rasa imports it for policies this bot does not have.

It would cost some 300 MB and ten seconds at every start. The names Rasa mentions at import time (base
classes, decorators, annotations) are answered by a class that stands for "absent"; calling into it
for real fails loudly.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from types import ModuleType
from typing import Any

ABSENT_PACKAGES = frozenset({"keras", "tensorflow", "tensorflow_addons", "tensorflow_hub", "tensorflow_text"})


class _AbsentType(type):
    def __getattr__(cls, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return Absent

    def __getitem__(cls, key: object) -> Any:
        return cls

    def __or__(cls, other: object) -> Any:
        return cls

    __ror__ = __or__


class Absent(metaclass=_AbsentType):
    """Stands for any TensorFlow name; a decorator made of it gives back what it decorates."""

    def __new__(cls, *arguments: Any, **options: Any) -> Any:
        if cls is Absent and len(arguments) == 1 and not options and callable(arguments[0]):
            return arguments[0]
        return super().__new__(cls)

    def __init__(self, *arguments: Any, **options: Any) -> None:
        pass

    def __call__(self, *arguments: Any, **options: Any) -> Any:
        if len(arguments) == 1 and not options and callable(arguments[0]):
            return arguments[0]
        raise RuntimeError("this process runs without TensorFlow (bot/light.py)")


class _AbsentModule(ModuleType):
    __path__: list[str] = []
    __version__ = "2.12.0"

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return Absent


class _AbsentFinder(MetaPathFinder, Loader):
    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if fullname.partition(".")[0] in ABSENT_PACKAGES:
            return ModuleSpec(fullname, self, is_package=True)
        return None

    def create_module(self, spec: ModuleSpec) -> ModuleType:
        return _AbsentModule(spec.name)

    def exec_module(self, module: ModuleType) -> None:
        pass


def without_tensorflow() -> None:
    """Answer TensorFlow's imports with stand-ins from now on; call before the first import of rasa."""
    if any(isinstance(finder, _AbsentFinder) for finder in sys.meta_path):
        return
    if "tensorflow" in sys.modules:
        raise RuntimeError("TensorFlow is already loaded; call without_tensorflow() first")
    sys.meta_path.insert(0, _AbsentFinder())
