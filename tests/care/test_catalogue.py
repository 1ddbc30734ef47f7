"""The catalogue: whole, and a broken file is told by file, line and field."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from care.catalogue import FOLDER, load
from care.errors import CatalogueError
from tests.care.conftest import Api

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
        ("services.yaml", "sources: [EVN_LV, SPC_CATALOG, CPC_CATALOG", "sources: [NOBODY", "services.0.sources"),
        ("centres.yaml", 'opens: "07:30", closes: "21:00"', 'opens: "22:30", closes: "21:00"', "hours.desk"),
        ("centres.yaml", "- {name: Cao Bằng", "- {name: Cao Bang", "file"),
        ("services.yaml", "{field: households}", "{field: nothing}", "services.1.fields.3.field"),
        ("services.yaml", "unless: [customer_code]", "unless: [nobody]", "services.20.fields.1.unless"),
        ("services.yaml", "fits: {works: [needed]}", "fits: {works: [maybe]}", "services.0.sla.1.fits.works"),
        ("faq.yaml", "id: F002", "id: F001", "facts.1.id"),
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


def test_every_service_asks_what_it_needs_politely() -> None:
    for service in CATALOGUE.services.values():
        assert service.fields, service.id
        for field in service.fields:
            assert field.asked_of == "staff" or field.question_vi.endswith("ạ?"), (service.id, field.id)
        assert not service.otp or service.fields[0].id == "customer_code" or service.id == "PRIVACY_REQUEST"


def test_the_code_is_needed_where_the_contract_is_touched() -> None:
    assert CATALOGUE.services["TERMINATE_CONTRACT"].needs_code({})
    assert not CATALOGUE.services["REPORT_OUTAGE"].needs_code({})


def test_facts_are_served_with_their_confidence(api: Api) -> None:
    facts = {fact["id"]: fact for fact in api.get("/faq").json["facts"]}
    assert facts["F001"]["confidence"] == "confirmed"
    assert facts["F021"]["confidence"] == "unconfirmed"
    fields = api.get("/services/REPORT_OUTAGE").json["fields"]
    assert [field["id"] for field in fields][:2] == ["customer_code", "address"]


def test_the_time_limit_follows_centre_and_works(api: Api) -> None:
    def due(province: str, **details: str) -> str:
        ticket = api.filed(service="NEW_LV_RES", address={"province": province}, details=details)
        return str(ticket["due_at"])[:10]

    assert due("Hà Nội") == "2026-06-08"
    assert due("Hà Nội", works="needed") == "2026-06-10"
    assert due("Đà Nẵng", area_kind="urban") == "2026-06-04"
