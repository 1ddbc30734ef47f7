"""The real wards of today, by province as the catalogue spells it."""

import importlib.util
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from bot.vietnamese import province_of

PACKAGE = "vietnamadminunits"  # read as data: its code would bring a GPL library and a web geocoder


def wards_by_province() -> Mapping[str, list[str]]:
    """Official ward names, in the file's order."""
    spec = importlib.util.find_spec(PACKAGE)
    if spec is None or not spec.submodule_search_locations:
        raise ModuleNotFoundError(f"the package {PACKAGE} is not installed")
    file = Path(spec.submodule_search_locations[0]) / "data" / "parser_from_2025.json"
    data: dict[str, dict[str, Any]] = json.loads(file.read_text("utf8"))
    wards: dict[str, list[str]] = {}
    for key, units in data["DICT_PROVINCE_WARD_NO_ACCENTED"].items():
        province = province_of(data["DICT_PROVINCE"][key]["provinceShort"])
        if province is None:
            raise LookupError(f"{file.name}: unknown province {key}")
        wards[province] = [unit["ward"] for unit in units.values()]
    return wards
