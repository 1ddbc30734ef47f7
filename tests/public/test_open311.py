"""Open311 GeoReport v2 in XML and JSON: what the specification says, and nothing private."""

from __future__ import annotations

from xml.etree import ElementTree

import pytest

from tests.care.conftest import Api, Clock
from tests.public.conftest import OPEN311_KEY

V2 = "/open311/v2"
REPORT = {
    "api_key": OPEN311_KEY,
    "service_code": "REPORT_HAZARD",
    "address_string": "trước số 5 Trần Phú, Ba Đình, Hà Nội",
    "first_name": "An",
    "last_name": "Nguyễn",
    "phone": "0900000111",
    "description": "cột điện nghiêng",
}


def xml(pages, path: str, **query: str) -> ElementTree.Element:
    answer = pages.get(f"{V2}{path}", query_string=query)
    assert answer.content_type == "text/xml; charset=utf-8"
    return ElementTree.fromstring(answer.data)


def test_discovery(pages):
    told = pages.get(f"{V2}/discovery.json").json
    assert told["endpoints"][0]["url"].endswith("/open311/v2")
    root = xml(pages, "/discovery.xml")
    assert root.findtext("endpoints/endpoint/specification") == "http://wiki.open311.org/GeoReport_v2"
    assert len(root.findall("endpoints/endpoint/formats/format")) == 2


def test_services(pages):
    codes = [one["service_code"] for one in pages.get(f"{V2}/services.json").json]
    assert codes == ["REPORT_OUTAGE", "REPORT_HAZARD", "VOLTAGE_COMPLAINT", "POLE_MOVE"]
    root = xml(pages, "/services.xml")
    assert (root.tag, root[0].tag, root.findtext("service/metadata")) == ("services", "service", "false")
    assert xml(pages, "/services/POLE_MOVE.xml").findtext("service_code") == "POLE_MOVE"
    assert pages.get(f"{V2}/services/BILL_COMPLAINT.json").status_code == 404


def test_a_report_becomes_a_ticket_and_is_found(pages, api: Api):
    filed = pages.post(f"{V2}/requests.json", data=REPORT)
    assert filed.status_code == 201
    number = filed.json[0]["service_request_id"]
    ticket = api.get(f"/tickets/{number}").json
    assert (ticket["channel"], ticket["phone"], ticket["description"]) == ("portal", "0900000111", "cột điện nghiêng")
    (shown,) = pages.get(f"{V2}/requests/{number}.json").json
    assert (shown["status"], shown["agency_responsible"]) == ("open", ticket["centre"])
    api.post(f"/tickets/{number}/transitions", {"to": "cancelled"})
    assert xml(pages, f"/requests/{number}.xml").findtext("request/status") == "closed"


def test_the_words_of_an_address_choose_the_centre_and_show_the_ward_alone(pages, api: Api):
    report = REPORT | {"address_string": "5 Trần Phú, phường Ba Đình, Hà Nội"}
    number = pages.post(f"{V2}/requests.json", data=report).json[0]["service_request_id"]
    (shown,) = pages.get(f"{V2}/requests/{number}.json").json
    assert (shown["agency_responsible"], shown["address"]) == ("EVNHANOI", "Phường Ba Đình, Hà Nội")


def test_nothing_private_is_shown(pages, api: Api):
    api.filed(description="bí mật", address={"street": "5 Trần Phú", "ward": "Ba Đình", "province": "Hà Nội"})
    api.filed(service="BILL_COMPLAINT", phone="0900000999")
    api.filed(service="REPORT_THEFT", phone="0900000998")
    answer = pages.get(f"{V2}/requests.json")
    (only,) = answer.json
    assert only["address"] == "Ba Đình, Hà Nội"
    assert (only["lat"], only["long"], only["description"]) == (None, None, None)
    for secret in ("bí mật", "Trần Phú", "0900000111", "Nguyễn"):
        assert secret not in answer.get_data(as_text=True)


def test_other_services_cannot_be_asked_for_by_number(pages, api: Api):
    code = api.filed(service="BILL_COMPLAINT")["code"]
    assert pages.get(f"{V2}/requests/{code}.json").status_code == 404
    assert pages.get(f"{V2}/requests.json", query_string={"service_request_id": code}).json == []


def test_filters(pages, api: Api, clock: Clock):
    old = api.filed()["code"]
    api.post(f"/tickets/{old}/transitions", {"to": "cancelled"})
    clock.passes(days=100)
    new = api.filed(service="REPORT_HAZARD")["code"]

    def found(**query: str) -> list[str]:
        return [one["service_request_id"] for one in pages.get(f"{V2}/requests.json", query_string=query).json]

    assert found() == [new]
    assert found(service_request_id=f"{old},{new}") == [new, old]
    assert found(start_date="2026-05-30T00:00:00Z") == [old]
    assert found(status="closed", start_date="2026-05-30T00:00:00Z") == [old]
    assert found(status="closed") == []
    assert found(service_code="REPORT_OUTAGE") == []
    assert found(page="2", page_size="1", service_request_id=f"{old},{new}") == [old]


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"api_key": ""}, 403),
        ({"api_key": "wrong"}, 403),
        ({"service_code": ""}, 400),
        ({"service_code": "NEW_LV_RES"}, 404),
        ({"address_string": ""}, 400),
        ({"lat": "abc", "long": "1"}, 400),
        ({"phone": "12"}, 400),
        ({"email": "nobody"}, 400),
    ],
    ids=str,
)
def test_errors_in_both_formats(pages, api: Api, change: dict[str, str], status: int):
    as_json = pages.post(f"{V2}/requests.json", data=REPORT | change)
    assert (as_json.status_code, as_json.json[0]["code"]) == (status, status)
    as_xml = pages.post(f"{V2}/requests.xml", data=REPORT | change)
    root = ElementTree.fromstring(as_xml.data)
    assert (as_xml.status_code, root.tag, root.findtext("error/code")) == (status, "errors", str(status))
    assert api.items("/tickets") == []


@pytest.mark.parametrize(
    "query",
    [
        {"start_date": "yesterday"},
        {"status": "half"},
        {"page": "0"},
        {"page_size": "x"},
        {"page": "9" * 30},
        {"end_date": "0001-01-01T00:00:00Z"},
        {"start_date": "9999-12-31T23:00:00Z"},
    ],
    ids=str,
)
def test_strange_filters(pages, query: dict[str, str]):
    assert pages.get(f"{V2}/requests.json", query_string=query).status_code == 400


def test_control_characters_do_not_break_the_xml(pages):
    assert xml(pages, "/requests.xml", service_request_id="\x00,YC1").tag == "service_requests"
