"""Any process may be killed between two lines: nothing lost, nothing answered twice, no ticket filed twice."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.product.copy import Copy, Visitor

STREET = "25 Nguyễn Thái Học, phường Ba Đình, Hà Nội"


def up_to_the_summary(visitor: Visitor, phone: str) -> str:
    """Report an outage of a whole street with everything known, so that only the yes is missing."""
    said = visitor.say(f"nhà tôi ở {STREET} mất điện 2 tiếng rồi, cả khu phố luôn, gọi tôi số {phone}")
    for _ in range(4):
        if any(b["payload"] == "affirm" for b in visitor.buttons) and phone[-3:] in said:
            return said
        said = visitor.say("cả khu" if "cả khu" in said.lower() else phone)
    raise AssertionError(f"no summary: {said}")


def wait_for_ticket(visitor: Visitor) -> None:
    """The code comes by itself; or the bot says honestly that it can't now, and "try again" brings it."""
    said = visitor.read(wait_s=90)
    for _ in range(20):
        if "mã phiếu" in said.lower():
            return
        if any(b["title"] == "Thử lại" for b in visitor.buttons):
            said = visitor.tap("Thử lại")
        elif any(b["payload"] == "affirm" for b in visitor.buttons):
            said = visitor.say("đúng rồi gửi đi")
        else:
            said = visitor.read(wait_s=10)
    raise AssertionError("no ticket: " + "\n".join(f"{m['author']}: {m['text']}" for m in visitor.messages()))


@pytest.mark.parametrize("name", ["worker", "engine", "actions", "care", "postgres", "gateway"])
def test_killed_as_the_customer_says_yes_one_ticket_is_filed(
    product: Copy, visitor: Callable[[], Visitor], name: str
) -> None:
    phone = f"09870001{['worker', 'engine', 'actions', 'care', 'postgres', 'gateway'].index(name):02d}"
    customer = visitor()
    up_to_the_summary(customer, phone)

    customer.post(text="đúng rồi gửi đi")
    product.kill(name)

    wait_for_ticket(customer)
    tickets = product.tickets(phone=phone, service="REPORT_OUTAGE")
    assert len(tickets) == 1


@pytest.mark.parametrize("name", ["worker", "engine", "postgres"])
def test_killed_amid_many_messages_each_is_answered_once_in_order(
    product: Copy, visitor: Callable[[], Visitor], name: str
) -> None:
    customers = [visitor() for _ in range(4)]
    for round_ in range(4):
        for customer in customers:
            customer.post(text="số tổng đài điện lực bao nhiêu")
        if round_ == 1:
            product.kill(name)
    for customer in customers:
        customer.read(wait_s=120, count=4)
        authors = [m["author"] for m in customer.messages() if m["author"] in ("customer", "bot")]
        assert authors.count("customer") == 4
        assert authors.count("bot") == 5  # the greeting and one answer each
