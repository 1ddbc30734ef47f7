"""Customer codes as people type them: blanks, dashes, small letters, O for 0 and I for 1 in the tail, at every door."""

from __future__ import annotations

import pytest

from tests.care.conftest import Api
from tests.care.incidents.conftest import customer, network  # noqa: F401  the network's fixture

CODE = customer("T11", 1)


@pytest.mark.parametrize(
    "typed", [CODE.lower(), f"{CODE[:4]} {CODE[4:8]} {CODE[8:]}", "PC0100-11O.OOOI", "pc010011oooOi"]
)
def test_one_customer_however_the_code_is_typed(api: Api, network: str, typed: str):  # noqa: F811
    assert api.get(f"/customers/{typed}").json["code"] == CODE
    assert api.get(f"/customers/{typed}/account").json["code"] == CODE
    assert api.filed(customer_code=typed)["customer_code"] == CODE
    assert [one["customer_code"] for one in api.items("/tickets", customer_code=typed)] == [CODE]
    api.post("/outages", PLAN)
    assert [one["match"] for one in api.items("/outages", customer_code=typed)] == ["customer_code"]


PLAN = {
    "kind": "planned",
    "area": "Trạm Trần Phú",
    "stations": ["T11"],
    "province": "Cần Thơ",
    "starts_at": "2026-06-02T08:00:00+07:00",
    "ends_at": "2026-06-02T11:00:00+07:00",
    "reason": "bảo trì",
}


@pytest.mark.parametrize("typed", ["PC", "%00", "PC0100110000 1;--", "ＰＣ０１００１１０００１", "P" * 500])
def test_what_is_no_code_is_nobodys(api: Api, network: str, typed: str):  # noqa: F811
    assert api.get(f"/customers/{typed}").status_code == 404
    assert api.get(f"/customers/{typed}/account").status_code == 404
