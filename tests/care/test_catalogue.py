"""The catalogue: whole, and a broken file is told by file, line and field."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from care.catalogue import FOLDER, load
from care.errors import CatalogueError

CATALOGUE = load()


def test_holds_the_official_services_and_our_own() -> None:
    ours = [one for one in CATALOGUE.services.values() if one.confidence == "ours"]
    assert len(CATALOGUE.services) - len(ours) == 38
    assert {one.id for one in ours} >= {"CALLBACK", "PAYMENT_PROBLEM", "PRIVACY_REQUEST"}


@pytest.mark.parametrize(
    ("file", "old", "new", "field"),
    [
        ("services.yaml", "value: 5, unit: working_days", "value: five, unit: working_days", "services.0.sla.0.value"),
        ("services.yaml", "priority: P0", "priority: P9", "priority"),
        ("services.yaml", "cost:", "kost:", "kost"),
        ("services.yaml", "\nservices:", "\nservices: [", "YAML"),
        ("services.yaml", "sources: [EVN_LV, SPC_CATALOG, CPC_CATALOG", "sources: [NOBODY", "file"),
        ("centres.yaml", 'opens: "07:30", closes: "21:00"', 'opens: "22:30", closes: "21:00"', "hours.desk"),
        ("centres.yaml", "- {name: Cao Bằng", "- {name: Cao Bang", "file"),
        ("tariffs.yaml", "price: 2909", "price: -1", "lists.0.groups.1.price"),
        ("tariffs.yaml", "percent: 8", "percent: 800", "vat.0.percent"),
    ],
)
def test_a_broken_file_is_told_by_line_and_field(tmp_path: Path, file: str, old: str, new: str, field: str) -> None:
    folder = tmp_path / "catalogue"
    shutil.copytree(FOLDER, folder)
    text = (folder / file).read_text("utf8")
    assert old in text
    (folder / file).write_text(text.replace(old, new, 1), "utf8")

    with pytest.raises(CatalogueError) as told:
        load(folder)

    assert told.value.file.endswith(file)
    assert field in told.value.field
    broken = 1 + text[: text.index(old)].count("\n") + old.startswith("\n")
    assert told.value.line in (broken, broken + 1) or told.value.field == "file"


def test_a_missing_file_is_told(tmp_path: Path) -> None:
    with pytest.raises(CatalogueError, match=r"services\.yaml"):
        load(tmp_path)
