"""The outage conversation through signed webhooks, and a delivery process killed amid its answers."""

from __future__ import annotations

import time
from collections.abc import Callable

from tests.platforms.facebook import FacebookPlatform
from tests.platforms.telegram import TelegramPlatform
from tests.platforms.zalo import ZaloPlatform
from tests.product.copy import Copy

REPORT = "nha toi o 8 Hang Bai phuong Cua Nam Ha Noi mat dien 2 tieng roi, ca khu luon, so dt {phone}"


def until(condition: Callable[[], object], patience_s: float = 60.0) -> None:
    give_up_at = time.monotonic() + patience_s
    while not condition():
        assert time.monotonic() < give_up_at
        time.sleep(0.05)


def test_zalo_carries_a_report_to_a_ticket_by_a_tap(product: Copy, zalo: ZaloPlatform) -> None:
    phone = "0987000201"
    assert zalo.deliver(product.gateway, zalo.event("za1", text=REPORT.format(phone=phone))) == 200
    summary = zalo.wait_for("za1", 2, 30)[-1]
    assert phone[-3:] in summary.text
    yes = next(payload for _, payload in summary.buttons if payload.startswith("affirm"))

    zalo.deliver(product.gateway, zalo.event("za1", text=yes))  # Zalo sends a tap as its payload

    until(lambda: product.tickets(phone=phone, service="REPORT_OUTAGE"))
    ticket = product.tickets(phone=phone)[0]
    assert (ticket["channel"], ticket["centre"]) == ("zalo", "EVNHANOI")
    assert ticket["code"] in zalo.wait_for("za1", 3, 30)[-1].text


def test_facebook_answers_a_customer_under_an_outage(product: Copy, facebook: FacebookPlatform) -> None:
    dark, _ = product.demo_codes()
    body = facebook.batch(facebook.message("fb1", f"mất điện rồi, mã {dark}"))
    assert facebook.deliver(product.gateway, body) == 200
    # Planned or not, by what the hour of the day has: both answers tell the expected end.
    assert "dự kiến có" in facebook.wait_for("fb1", 2, 30)[-1].text.lower()
    assert not product.tickets(customer_code=dark)


def test_a_batch_and_its_replay_are_answered_once(product: Copy, facebook: FacebookPlatform) -> None:
    body = facebook.batch(*[facebook.message(f"fbx{n}", "số tổng đài bao nhiêu") for n in range(5) for _ in range(4)])
    for _ in range(3):
        assert facebook.deliver(product.gateway, body) == 200
    for n in range(5):
        assert len(facebook.wait_for(f"fbx{n}", 5, 60)) == 5
    until(lambda: len([s for s in facebook.shown if s.user.startswith("fbx")]) == 25)


def test_delivery_killed_amid_answers_loses_and_doubles_none(product: Copy, zalo: ZaloPlatform) -> None:
    for n in range(12):
        zalo.deliver(product.gateway, zalo.event(f"zk{n}", text="tong dai dien luc so may"))
        if n == 4:
            product.kill("delivery")
    for n in range(12):
        until(lambda user=f"zk{n}": len({each.text for each in zalo.to(user)}) == 2)
    for n in range(12):
        assert len(zalo.to(f"zk{n}")) == 2  # what was on its way at the kill is known by its echo


def test_telegram_carries_danger_to_a_ticket_and_to_the_staff(product: Copy, telegram: TelegramPlatform) -> None:
    user, phone = "1001", "0987000301"
    assert telegram.deliver(product.gateway, telegram.message(user, "/start")) == 200
    assert telegram.wait_for(user, 1, 30)[0].buttons
    report = f"dây điện đứt rơi xuống đường ở 8 Hàng Bài phường Cửa Nam Hà Nội, số tôi {phone}"
    telegram.deliver(product.gateway, telegram.message(user, report))
    until(lambda: product.tickets(phone=phone, service="REPORT_HAZARD"))  # beside it stands a call-back
    (ticket,) = product.tickets(phone=phone, service="REPORT_HAZARD")
    assert (ticket["channel"], ticket["priority"]) == ("telegram", "P0")

    until(lambda: any(ticket["code"] in each.text for each in telegram.to("-1009")))  # the call-back is alerted too
    alert = next(each for each in telegram.to("-1009") if ticket["code"] in each.text)
    ((_, data),) = alert.buttons
    staff = {"id": -1009, "type": "supergroup"}
    telegram.deliver(product.gateway, telegram.tap("77", "Đã nhận", data, chat=staff))
    history = product.api("GET", f"/tickets/{ticket['code']}").json()["history"]
    assert history[-1]["event"] == "acknowledged"


def test_jobs_killed_amid_alerts_loses_none(product: Copy, telegram: TelegramPlatform) -> None:
    before = len(telegram.to("-1009"))
    codes = []
    for n in range(4):
        place = {"street": f"{n} Tràng Tiền", "ward": "Cửa Nam", "province": "Hà Nội"}
        body = {"service": "REPORT_HAZARD", "channel": "phone", "phone": f"098700040{n}", "address": place}
        codes.append(product.api("POST", "/tickets", json=body).json()["code"])
    telegram.wait_for("-1009", before + 1, 30)
    product.kill("jobs")
    until(lambda: all(any(code in each.text for each in telegram.to("-1009")) for code in codes), 120)
    # Only the one that was on its way at the kill may come twice.
    assert len(telegram.to("-1009")) <= before + len(codes) + 1
