"""Vietnam's wards and provinces, current and before 1 July 2025, as one compact look-up."""

import importlib.util
import json
import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from bot.vietnamese.unicode import fold, nfc

_PACKAGE = "vietnamadminunits"
_FULL_NAMES = {"Hồ Chí Minh": "Thành phố Hồ Chí Minh"}
_WARD_TYPES = ("thitran", "phuong", "dackhu", "ward", "xa", "p", "f")
_KINDS = ("phuong", "thitran", "dackhu", "xa")
_NUMBER = re.compile(r"(?:phuong|ward|p|f)?0*([0-9]{1,2})")


@dataclass(frozen=True, order=True)
class Ward:
    """A ward, commune or special zone of today; `province` spelled as the care centres spell it."""

    name: str
    short: str
    province: str


class WardName(NamedTuple):
    """One meaning of a ward's name: a ward of today (`district` None) or one before July 2025."""

    kind: str  # phuong, xa, thitran, dackhu
    marked: str  # short name, lower case, with accents, without blanks
    district: str | None  # key of District
    wards: tuple[Ward, ...]  # today's wards its land lies in, the main one first


class District(NamedTuple):
    """A district before July 2025. `province` is today's name."""

    key: str
    kind: str  # quan, huyen, thixa, thanhpho
    marked: str
    province: str


@dataclass
class Units:
    """Look-ups by folded name without blanks ("caikhe", "quan8" under "8")."""

    provinces: tuple[str, ...]
    province_names: dict[str, str]
    province_spellings: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    wards: dict[str, list[WardName]] = field(default_factory=lambda: defaultdict(list))
    districts: dict[str, list[District]] = field(default_factory=lambda: defaultdict(list))
    weak_provinces: dict[str, str] = field(default_factory=dict)
    district_wards: dict[str, set[Ward]] = field(default_factory=lambda: defaultdict(set))


def _read(name: str) -> dict[str, Any]:
    spec = importlib.util.find_spec(_PACKAGE)
    if spec is None or not spec.submodule_search_locations:
        raise RuntimeError(f"the package {_PACKAGE} (its data files) is not installed")
    path = Path(spec.submodule_search_locations[0]) / "data" / f"{name}.json"
    data: dict[str, Any] = json.loads(path.read_text("utf-8"))
    return data


def _keys(keywords: Iterable[str]) -> set[str]:
    """Look-up keys among the data's keywords: type words off, numbers without leading zeros."""
    # "Lâm Viên - Đà Lạt" is called Lâm Viên.
    given = {_squeezed(part) for word in keywords for part in {word, word.partition(" - ")[0]}}
    keys = set()
    for word in given:
        if number := _NUMBER.fullmatch(word):
            keys.add(number[1])
        elif not any(word.startswith(kind) and word[len(kind) :] in given for kind in _WARD_TYPES):
            keys.add(word)
    return keys


def _squeezed(name: str) -> str:
    return re.sub(r"[\W_]+", "", fold(name))


def _kind(ward: str) -> str:
    """The type word of a full name (the data's own type column has errors)."""
    squeezed = _squeezed(ward)
    return next((kind for kind in _KINDS if squeezed.startswith(kind)), "")


def _spelling(name: str) -> str:
    return re.sub(r"[\W_]+", "", nfc(name).lower())


def _file(built: Units, entry: WardName, keywords: Iterable[str]) -> None:
    for name in _keys(keywords):
        if entry not in built.wards[name]:
            built.wards[name].append(entry)


@cache
def units() -> Units:
    """The look-ups, built from the data files at first use (about half a second) and kept."""
    today = _read("parser_from_2025")
    before = _read("parser_legacy")
    change = _read("converter_2025")
    names = {
        key: _FULL_NAMES.get(province["provinceShort"], nfc(province["provinceShort"]))
        for key, province in today["DICT_PROVINCE"].items()
    }
    now_of = {old: names[new] for new, olds in change["DICT_PROVINCE"].items() for old in olds}
    own = json.loads(Path(__file__).with_name("places.json").read_text("utf-8"))
    built = Units(tuple(names.values()), _province_names(before, now_of, own))
    built.weak_provinces = {short: name for name, shorts in own["weak_provinces"].items() for short in shorts.split()}
    for row in before["DICT_PROVINCE"].values():
        short = nfc(row["provinceShort"]).lower()
        built.province_spellings[_squeezed(short)].add(short.replace(" ", ""))
    wards = _add_new(built, today, names)
    _add_districts(built, before, now_of)
    for key, shorts in own["districts"].items():
        built.districts.update(dict.fromkeys(shorts.split(), built.districts[key]))
    for old, now in own["former_districts"].items():
        built.districts[old].extend(home._replace(kind="quan", marked=old) for home in built.districts[now])
    _add_old(built, before, _successors(change, wards))
    return built


def _province_names(before: dict[str, Any], now_of: dict[str, str], own: dict[str, Any]) -> dict[str, str]:
    names = {}
    for key, row in before["DICT_PROVINCE"].items():
        words = {word.removeprefix("tinh").removeprefix("thanhpho") for word in row["provinceKeywords"]}
        names.update(dict.fromkeys(words - set(own["not_provinces"]), now_of[key]))
    names.update({short: name for name, shorts in own["provinces"].items() for short in shorts.split()})
    return names


def _add_new(built: Units, today: dict[str, Any], names: dict[str, str]) -> dict[tuple[str, str], Ward]:
    wards: dict[tuple[str, str], Ward] = {}
    for part in ("DICT_PROVINCE_WARD_NO_ACCENTED", "DICT_PROVINCE_WARD_ACCENTED"):
        for province, rows in today[part].items():
            for key, row in rows.items():
                ward = Ward(nfc(row["ward"]), nfc(row["wardShort"]), names[province])
                wards[province, key] = ward
                entry = WardName(_kind(row["ward"]), _spelling(row["wardShort"]), None, (ward,))
                _file(built, entry, [row["wardShort"], *row["wardKeywords"]])
    return wards


def _successors(change: dict[str, Any], wards: dict[tuple[str, str], Ward]) -> dict[str, tuple[Ward, ...]]:
    """Old `province_district_ward` key -> today's wards, the main one first."""
    found: dict[str, list[Ward]] = defaultdict(list)
    for province, rows in change["DICT_PROVINCE_WARD_NO_DIVIDED"].items():
        for ward_key, olds in rows.items():
            for old in olds:
                found[old].append(wards[province, ward_key])
    for province, splits in change["DICT_PROVINCE_WARD_DIVIDED"].items():
        for old, parts in splits.items():
            ordered = sorted(parts, key=lambda part: not part["isDefaultNewWard"])
            found[old].extend(wards[province, part["newWardKey"]] for part in ordered)
    return {old: tuple(dict.fromkeys(parts)) for old, parts in found.items()}


def _add_districts(built: Units, before: dict[str, Any], now_of: dict[str, str]) -> None:
    for province, rows in before["DICT_PROVINCE_DISTRICT"].items():
        for key, row in rows.items():
            short = nfc(row["districtShort"]).lower()
            kind = _squeezed(row["districtType"])
            # "Kỳ Anh (thị xã)" beside a district of the same name.
            short = re.sub(r"\s*\(.*\)", "", short.removeprefix("thị xã "))
            entry = District(f"{province}_{key}", kind, _spelling(short), now_of[province])
            number = re.search(r"[0-9]+", short)
            name = _squeezed(short)
            built.districts[number[0] if number else name.removeprefix(kind)].append(entry)


def _add_old(built: Units, before: dict[str, Any], successors: dict[str, tuple[Ward, ...]]) -> None:
    for part in ("DICT_PROVINCE_DISTRICT_WARD_NO_ACCENTED", "DICT_PROVINCE_DISTRICT_WARD_ACCENTED"):
        for province, districts in before[part].items():
            for district, rows in districts.items():
                for key, row in rows.items():
                    _add_old_ward(built, f"{province}_{district}", key, row, successors)


def _add_old_ward(
    built: Units, district: str, key: str, row: dict[str, Any], successors: dict[str, tuple[Ward, ...]]
) -> None:
    if key == "NaN":  # five island districts had no wards
        built.district_wards[district].update(successors.get(f"{district}_", ()))
        return
    wards = successors.get(f"{district}_{key}", ())
    built.district_wards[district].update(wards)
    entry = WardName(_kind(row["ward"]), _spelling(row["wardShort"]), district, wards)
    _file(built, entry, [row["wardShort"], *row["wardKeywords"]])


def provinces() -> tuple[str, ...]:
    """The 34 provinces and cities of today."""
    return units().provinces
