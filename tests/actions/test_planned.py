"""The outage schedule: by code or ward and day, nothing promised beyond what is announced."""

from tests.actions.conftest import BRIGHT, DARK, at, outage

WARD = {"ward": "Phường Cái Khế", "province": "Cần Thơ"}


def test_by_ward_and_day(chat, care):
    care.planned.append(
        (WARD, outage("đường Lý Tự Trọng", status="approved", starts_at=at(7, day=24), ends_at=at(12, day=24)))
    )
    said = chat.say("mai phường Cái Khế Cần Thơ có cúp điện không", "ask_planned_outage")
    assert "Lý Tự Trọng" in said
    assert "7h ngày mai" in said
    assert "12h ngày mai" in said


def test_none_announced_promises_nothing(chat):
    said = chat.say(f"mai có cúp điện không, mã {BRIGHT}", "ask_planned_outage")
    assert "chưa thấy lịch" in said
    assert "không dám hứa" in said
    assert "24/11" in said


def test_the_place_is_asked(chat):
    assert "phường/xã" in chat.say("mai có cúp điện không", "ask_planned_outage")
    assert "chưa thấy lịch" in chat.say("p cai khe can tho")
    assert chat.task is None


def test_without_a_day_a_week_is_looked_at(chat, care):
    care.planned.append(
        ({"customer_code": BRIGHT}, outage(status="approved", starts_at=at(7, day=27), ends_at=at(9, day=27)))
    )
    assert "7h ngày 27/11" in chat.say(f"lịch cắt điện {BRIGHT}", "ask_planned_outage")


def test_a_postponed_outage_is_said_to_be_postponed(chat, care):
    care.planned[0] = (
        {"customer_code": DARK},
        outage(status="postponed", starts_at=at(7, day=24), ends_at=at(9, day=24)),
    )
    assert "HOÃN" in chat.say(f"lịch cúp điện {DARK}", "ask_planned_outage")


def test_an_unknown_code_is_said(chat):
    assert "không tìm thấy mã" in chat.say("lịch cúp PB04019999999", "ask_planned_outage")
    assert "chưa thấy lịch" in chat.say(BRIGHT)


def test_care_down_is_honest(chat, care):
    care.down = True
    assert "trục trặc" in chat.say(f"lịch cúp {BRIGHT}", "ask_planned_outage")
    care.down = False
    assert "chưa thấy lịch" in chat.tap("Thử lại")


def test_the_place_of_a_report_just_made_is_reused(chat):
    chat.say(f"mất điện {DARK}", "report_outage")
    assert "Nguyễn Trãi" in chat.say("hôm nay còn cúp chỗ nào nữa không", "ask_planned_outage")
