"""A customer who owns a contract with bills and a phone, in front of the real actions."""

import json
from typing import Any

from tests.actions import fake_billing
from tests.actions.chat import Chat
from tests.actions.fake_care import FakeCare

PHONE = "0987654003"
KWH = [200, 180, 260, 300, 240, 190, 170, 160, 150, 155, 150, 165, 160]


def owns(care: FakeCare, code: str, *, phones: tuple[str, ...] = (PHONE,), **account: Any) -> None:
    """Give a contract a phone and an account."""
    care.customers.add(code)
    care.codes.phones[code] = list(phones)
    kwh = account.pop("kwh", KWH)
    care.accounts[code] = fake_billing.account(code, kwh, **account)


def prove(chat: Chat) -> str:
    """Type the code that was sent last."""
    return chat.say(chat.care.codes.last)  # type: ignore[attr-defined]  # the fake


def assert_private(chat: Chat, care: FakeCare) -> None:
    """No figure, name or phone of any account was said or shown in this conversation."""
    said = "\n".join(chat.heard) + json.dumps(chat.pictures)
    for account in care.accounts.values():
        for invoice in account["invoices"]:
            assert f"{invoice['total']:,}".replace(",", ".") not in said
        for reading in account["readings"]:
            assert f"{reading['kwh']} kWh" not in said
    for phones in care.codes.phones.values():
        for phone in phones:
            assert phone[:-3] not in said
            assert phone[-4:] not in said
