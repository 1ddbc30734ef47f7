"""Read a catalogue file into its model; a mistake is told by file, line and field."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import BaseModel, ConfigDict, ValidationError
from pydantic_core import PydanticCustomError

from care.errors import CatalogueError

M = TypeVar("M", bound=BaseModel)
Location = tuple[int | str, ...]


class Entry(BaseModel):
    """Base of everything in a catalogue file: unknown keys are mistakes, nothing changes after start."""

    model_config = ConfigDict(extra="forbid", frozen=True)


def mistake(reason: str, *at: int | str) -> PydanticCustomError:
    """For validators that look at more than one value: what is wrong, and where below their own entry."""
    return PydanticCustomError("catalogue", "{reason}", {"reason": reason, "at": list(at)})


def read(path: Path, model: type[M]) -> M:
    """The file as `model`; raises CatalogueError."""
    tree, content = _content(path)
    try:
        return model.model_validate(content)
    except ValidationError as error:
        first = error.errors()[0]
        location: Location = (*first["loc"], *first.get("ctx", {}).get("at", ()))
        field = ".".join(str(part) for part in location) or "file"
        raise CatalogueError(str(path), _line_of(tree, location), field, first["msg"]) from error


def _content(path: Path) -> tuple[yaml.Node | None, Any]:
    """The file as a tree that knows its lines, and as plain values. Raises CatalogueError."""
    try:
        data = path.read_bytes()
        text = data.decode("utf8")
        loader = _Loader(text)
        tree = loader.get_single_node()
        return tree, loader.construct_document(tree) if tree is not None else None
    except OSError as error:
        raise CatalogueError(str(path), 0, "file", error.strerror or "cannot be read") from error
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise CatalogueError(str(path), line, "file", "not UTF-8") from error
    except yaml.reader.ReaderError as error:
        line = text.count("\n", 0, error.position) + 1
        raise CatalogueError(str(path), line, "YAML", error.reason) from error
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 0
        raise CatalogueError(str(path), line, "YAML", error.problem or str(error)) from error


class _Loader(yaml.CSafeLoader):
    """YAML as it is, but a key that comes twice and a day that does not exist are mistakes with a line."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        """The mapping; raises ConstructorError at the second of two equal keys."""
        seen = set[str]()
        for key, _ in node.value:
            if key.tag == "tag:yaml.org,2002:merge" or not isinstance(key.value, str):
                continue
            if key.value in seen:
                raise yaml.constructor.ConstructorError(None, None, f"{key.value!r} is there twice", key.start_mark)
            seen.add(key.value)
        return super().construct_mapping(node, deep)

    def construct_yaml_timestamp(self, node: yaml.ScalarNode) -> Any:
        """The day; raises ConstructorError for the 31st of February."""
        try:
            return super().construct_yaml_timestamp(node)
        except ValueError as error:
            raise yaml.constructor.ConstructorError(None, None, str(error), node.start_mark) from error


_Loader.add_constructor("tag:yaml.org,2002:timestamp", _Loader.construct_yaml_timestamp)


def _line_of(node: yaml.Node | None, location: Sequence[int | str]) -> int:
    """The line of the innermost node on the way to `location` that the file has."""
    line = node.start_mark.line + 1 if node else 0
    for part in location:
        key: yaml.Node | None = None
        if isinstance(node, yaml.MappingNode):
            key, node = next(((k, v) for k, v in node.value if k.value == part), (None, None))
        elif isinstance(node, yaml.SequenceNode) and isinstance(part, int) and part < len(node.value):
            key = node = node.value[part]
        if key is None:
            break
        line = key.start_mark.line + 1
    return line
