"""Read a catalogue file into its model; a mistake is told by file, line and field."""

from pathlib import Path
from typing import TypeVar

import yaml
from pydantic import BaseModel, ConfigDict, ValidationError

from care.errors import CatalogueError

M = TypeVar("M", bound=BaseModel)


class Entry(BaseModel):
    """Base of everything in a catalogue file: unknown keys are mistakes, nothing changes after start."""

    model_config = ConfigDict(extra="forbid", frozen=True)


def read(path: Path, model: type[M]) -> M:
    """The file as `model`; raises CatalogueError."""
    try:
        text = path.read_text("utf8")
        tree = yaml.compose(text, Loader=yaml.SafeLoader)
        return model.model_validate(yaml.safe_load(text))
    except OSError as error:
        raise CatalogueError(str(path), 0, "file", error.strerror or "cannot be read") from error
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = mark.line + 1 if mark else 0
        raise CatalogueError(str(path), line, "YAML", getattr(error, "problem", None) or str(error)) from error
    except ValidationError as error:
        first = error.errors()[0]
        field = ".".join(str(part) for part in first["loc"]) or "file"
        raise CatalogueError(str(path), _line_of(tree, first["loc"]), field, first["msg"]) from error


def _line_of(node: yaml.Node | None, location: tuple[int | str, ...]) -> int:
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
