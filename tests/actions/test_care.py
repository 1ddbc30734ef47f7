"""The port's promises, held by the fake and by the real client over HTTP alike."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import date, timedelta

import pytest

from actions.care import Care, Fact
from actions.care_client import HttpCare
from actions.errors import (
    BillingDown,
    CareDown,
    CareError,
    CareRefused,
    NotAllowed,
    NotFound,
    NotVerified,
    SmsDown,
    TooManyTries,
)
from tests.actions import fake_billing
from tests.actions.care_stand_in import KEY, serving
from tests.actions.conftest import BRIGHT, DARK, NOW
from tests.actions.fake_care import FakeCare

REPORT = {
    "service": "REPORT_OUTAGE",
    "channel": "web",
    "conversation_id": "c1",
    "phone": "0987000111",
    "address": {"text": "12 Trần Phú", "street": "12 Trần Phú"},
}


@pytest.fixture(params=["fake", "http"])
def port(request: pytest.FixtureRequest, care: FakeCare) -> Iterator[Care]:
    with ExitStack() as stack:
        yield care if request.param == "fake" else HttpCare(stack.enter_context(serving(care)), KEY)


def test_customers_are_known_or_not(port):
    assert port.customer_exists(DARK)
    assert not port.customer_exists("PB04019999999")


def test_an_outage_is_found_by_code_at_a_moment(port):
    (found,) = port.outages({"customer_code": DARK}, NOW, None)
    assert found.match == "customer_code"
    assert found.ends_at == NOW.replace(hour=11)
    assert not port.outages({"customer_code": BRIGHT}, NOW, None)
    assert not port.outages({"customer_code": DARK}, NOW + timedelta(days=1), None)


def test_outages_of_days_ahead(port):
    assert port.outages({"customer_code": DARK}, NOW - timedelta(days=1), NOW + timedelta(days=1))
    assert not port.outages({"customer_code": DARK}, NOW + timedelta(days=1), NOW + timedelta(days=2))


def test_a_ticket_is_filed_once_per_key_and_met_again_by_the_same_fault(port):
    first = port.file_ticket(REPORT, "1:affirm")
    assert first.new
    assert first.due_at == NOW + timedelta(hours=2)
    assert port.file_ticket(REPORT, "1:affirm") == first
    again = port.file_ticket(REPORT, "2:affirm")
    assert again.code == first.code
    assert not again.new


def test_facts_are_added_and_read_back(port):
    code = port.file_ticket({**REPORT, "phone": None}, "1:a").code
    port.add_facts(code, {"phone": "0912345678"})
    assert port.ticket(code).phone == "0912345678"
    assert [t.code for t in port.tickets("c1")] == [code]
    assert not port.tickets("c1", "CALLBACK")
    assert not port.tickets("c2")


def test_an_unknown_ticket_is_not_found(port):
    with pytest.raises(NotFound):
        port.ticket("YC00000000")
    with pytest.raises(NotFound):
        port.add_facts("YC00000000", {})


def test_a_stage_needs_the_right_digits_and_too_many_wrong_ones_pause(port):
    code = port.file_ticket(REPORT, "1:a").code
    assert port.stage(code, "111", "c9").code == code
    for _ in range(5):
        with pytest.raises(NotFound):
            port.stage(code, "000", "c9")
    with pytest.raises(TooManyTries):
        port.stage(code, "111", "c9")


def test_an_outage_is_followed_and_read_by_its_code(port, care):
    assert port.follow_outage("PL1", "c1") == "PL1"
    assert care.followers == [("PL1", "c1")]
    assert port.outage("PL1").ends_at == NOW.replace(hour=11, minute=30)
    with pytest.raises(NotFound):
        port.outage("PL9")


def test_erasing_tells_what_is_kept(port, care):
    code = port.file_ticket(REPORT, "k1").code
    assert port.erase("c1", None) == (f"phiếu đang xử lý: {code}",)
    assert port.erase("c2", BRIGHT) == ()
    assert care.erased == [("c1", None), ("c2", BRIGHT)]


def test_services_and_centres(port):
    assert port.service("NEW_LV_RES").documents[0].startswith("Giấy tờ tùy thân")
    assert port.service("NEW_LV_RES").working_days == 5
    with pytest.raises(NotFound):
        port.service("NOPE")
    assert any("Cần Thơ" in centre.provinces for centre in port.centres())


def test_a_ticket_is_cancelled_once_and_an_ended_one_is_not(port):
    code = port.file_ticket(REPORT, "1:a").code
    assert port.cancel_ticket(code, "2:cancel").status == "cancelled"
    assert port.cancel_ticket(code, "2:cancel").status == "cancelled"
    with pytest.raises(NotAllowed):
        port.cancel_ticket(code, "3:cancel")
    with pytest.raises(NotFound):
        port.cancel_ticket("YC00000000", "4:cancel")


def test_a_note_is_added_once_per_key(port, care):
    code = port.file_ticket(REPORT, "1:a").code
    for _ in range(2):
        port.add_note(code, "nhà sau chợ", "2:note")
    assert care.notes == [(code, "nhà sau chợ")]


def test_numbers_hours_and_facts(port, care):
    care.facts = (Fact("F070", "Điều hòa để bao nhiêu độ?", ("26–28 °C + quạt",), True),)
    assert "1558" in port.directory().numbers
    assert port.directory().desk_hours == "7h30–21h"
    assert port.faq() == care.facts


def test_knowledge_once_read_outlives_care(care):
    care.facts = (Fact("F070", "Điều hòa để bao nhiêu độ?", ("26–28 °C + quạt",), True),)
    with serving(care) as url:
        client = HttpCare(url, KEY)
        assert client.faq() == care.facts
        care.down = True
        assert client.faq() == care.facts


def test_a_code_opens_a_contract_to_one_conversation(port, care):
    care.codes.phones[DARK] = ["0987000003", "0912000456"]
    care.accounts[DARK] = fake_billing.account(DARK, [200, 180], unpaid=1)
    assert not port.verified("c1", DARK)
    with pytest.raises(NotVerified):
        port.account("c1", DARK)
    sent = port.send_code("c1", DARK)
    assert (sent.ending, sent.endings) == ("003", ("003", "456"))
    assert port.verify_code("c1", DARK, "000000").tries_left == 2
    assert port.verify_code("c1", DARK, care.codes.last).result == "verified"
    assert port.verified("c1", DARK)
    account = port.account("c1", DARK)
    assert [one.period for one in account.invoices] == ["2026-10", "2026-09"]
    assert account.debt == account.unpaid[0].total == 540_000
    assert account.invoices[1].paid_on == date(2026, 10, 5)
    assert account.reading("2026-10").days == 31
    with pytest.raises(NotVerified):
        port.account("c2", DARK)


def test_a_code_that_cannot_be_sent(port, care):
    for code in (BRIGHT, "PB04010000000"):
        with pytest.raises(NotFound):
            port.send_code("c1", code)
    care.codes.phones[DARK] = ["0987000003"]
    care.codes.sms_down = True
    with pytest.raises(SmsDown):
        port.send_code("c1", DARK)
    care.codes.sms_down = False
    for _ in range(5):
        port.send_code("c1", DARK)
    with pytest.raises(TooManyTries):
        port.send_code("c1", DARK)


def test_billing_may_be_down_alone(port, care):
    care.codes.phones[DARK] = ["0987000003"]
    port.send_code("c1", DARK)
    port.verify_code("c1", DARK, care.codes.last)
    care.billing_down = True
    with pytest.raises(BillingDown):
        port.account("c1", DARK)
    assert port.verified("c1", DARK)


def test_prices_and_estimates(port):
    prices = port.prices(NOW.date())
    assert prices.tiers[:2] == (1984, 2050)
    assert prices.groups["business"] == (3152, 1918, 5422)
    assert not any(name.startswith("wholesale") for name in prices.groups)
    assert prices.vat_percent == 8
    assert prices.undeclared == 2380
    assert port.prices(date(2027, 3, 1)).vat_percent is None
    assert port.estimate({"kwh": 200}).total == 474_876
    with pytest.raises(CareRefused):
        port.estimate({"kwh": -1})


@pytest.mark.parametrize(
    "call",
    [
        lambda c: c.directory(),
        lambda c: c.faq(),
        lambda c: c.cancel_ticket("YC1", "k"),
        lambda c: c.add_note("YC1", "x", "k"),
        lambda c: c.customer_exists(DARK),
        lambda c: c.outages({"customer_code": DARK}, NOW, None),
        lambda c: c.file_ticket(REPORT, "k"),
        lambda c: c.add_facts("YC1", {}),
        lambda c: c.ticket("YC1"),
        lambda c: c.tickets("c1"),
        lambda c: c.stage("YC1", "111", "c1"),
        lambda c: c.service("NEW_LV_RES"),
        lambda c: c.centres(),
        lambda c: c.verified("c1", DARK),
        lambda c: c.send_code("c1", DARK),
        lambda c: c.verify_code("c1", DARK, "123456"),
        lambda c: c.account("c1", DARK),
        lambda c: c.estimate({"kwh": 1}),
        lambda c: c.prices(NOW.date()),
    ],
)
def test_a_backend_that_fails_is_down_for_every_call(port, care, call: Callable[[Care], object]):
    care.down = True
    with pytest.raises(CareDown):
        call(port)


def test_nobody_listening_is_down():
    with pytest.raises(CareDown):
        HttpCare("http://127.0.0.1:1", KEY).centres()
    assert not HttpCare("http://127.0.0.1:1", KEY).alive()


def test_a_wrong_key_is_refused(care):
    with serving(care) as url, pytest.raises(CareRefused):
        HttpCare(url, "other").centres()


def test_a_connection_lost_between_calls_is_opened_again(care):
    with serving(care, hang_up=True) as url:
        client = HttpCare(url, KEY)
        assert client.alive()
        for _ in range(3):
            assert client.centres()


def test_the_error_tree_forks_at_retry_or_not():
    assert issubclass(CareDown, CareError)
    assert issubclass(CareRefused, CareError)
    assert not issubclass(CareDown, CareRefused)
    refused = {kind.__name__ for kind in CareRefused.__subclasses__()}
    assert refused == {"NotAllowed", "NotFound", "NotVerified", "TooManyTries"}
    assert {kind.__name__ for kind in CareDown.__subclasses__()} == {"BillingDown", "SmsDown"}
