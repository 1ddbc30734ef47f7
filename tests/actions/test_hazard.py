"""Danger: safety words first, a P0 ticket at once, a person called in, then questions."""

import pytest

from tests.actions.test_outage import HERE, only


def test_safety_comes_first_and_the_ticket_stands_before_any_answer(chat, care):
    said = chat.say("dây điện đứt rớt xuống đường rồi em ơi", "report_hazard")
    assert said.index("10 m") < said.index("phiếu khẩn") < said.index("ở đâu")
    assert all(number in said for number in ("1558", "114", "115"))
    body = only(care)
    assert body["service"] == "REPORT_HAZARD"
    assert body["priority"] == "P0"
    assert "đứt" in body["description"]
    assert chat.handovers == [{"reason": "hazard", "phone": None}]


def test_place_and_phone_are_added_to_the_ticket(chat, care):
    chat.say("trụ điện xẹt lửa", "report_hazard")
    assert "số điện thoại" in chat.say(HERE)
    done = chat.say("0987000111")
    (code,) = care.filed
    assert code in done
    assert only(care)["phone"] == "0987000111"
    assert only(care)["address"]["ward"] == "Phường Cái Khế"
    assert chat.task is None
    assert len(chat.handovers) == 1


def test_everything_in_the_first_message_leaves_nothing_to_ask(chat, care):
    chat.say(f"cột điện nghiêng sắp đổ ở {HERE}, sđt 0987000111", "report_hazard")
    assert only(care)["phone"] == "0987000111"
    assert chat.task is None


@pytest.mark.parametrize(
    ("words", "intent"),
    [
        ("dây điện bị đứt trước nhà", "out_of_scope"),
        ("day dien dut roi", "inform"),
        ("tủ điện xẹt lửa quá trời", "report_outage"),
        ("có người bị điện giật", "talk_to_agent"),
        ("co nguoi bi dien giat", "inform"),
    ],
)
def test_words_of_danger_win_over_a_wrong_guess(chat, care, words, intent):
    assert "10 m" in chat.say(words, intent, 0.4)
    assert only(care)["priority"] == "P0"


def test_a_washing_machine_is_no_shock(chat, care):
    chat.say("máy giặt điện lạnh nhà em hư", "out_of_scope")
    chat.say("quạt chạy yếu", "out_of_scope")
    assert not care.bodies


def test_fire_and_injury_name_their_number_first(chat):
    assert chat.say("cháy trạm điện rồi", "report_hazard").index("114") < 60
    chat.say("thôi", "cancel")
    assert chat.say("có người bị điện giật bất tỉnh", "report_hazard").index("115") < 60


def test_danger_interrupts_a_report_and_carries_its_facts(chat, care):
    chat.say(f"mất điện từ 7h ở {HERE}, 0987000111", "report_outage")
    said = chat.say("trời ơi dây điện đang xẹt lửa", "report_hazard")
    assert said.index("10 m") < said.index("phiếu khẩn")
    assert only(care)["phone"] == "0987000111"
    assert only(care)["address"]["street"] == "12 Trần Phú"
    assert "báo mất điện" in said
    assert [b["title"] for b in chat.buttons] == ["Làm tiếp", "Thôi"]
    assert "hàng xóm" in chat.tap("Làm tiếp")


def test_yesterdays_address_is_not_taken_for_a_danger_now(chat, care):
    chat.say(f"mất điện từ 7h ở {HERE}, cả xóm, 0987000111", "report_outage")
    chat.say("đúng", "affirm")
    chat.say("dây điện đứt rồi", "report_hazard")
    hazard = list(care.bodies.values())[-1]
    assert "address" not in hazard
    assert hazard["phone"] == "0987000111"


def test_danger_as_the_second_wish_comes_first(chat, care):
    said = chat.say(
        "mất điện mà còn có tia lửa", "report_outage", wishes=[("report_outage", 0.8), ("report_hazard", 0.7)]
    )
    assert said.startswith("⚠️")
    assert only(care)["service"] == "REPORT_HAZARD"


def test_more_of_the_story_is_added_not_filed_again(chat, care):
    chat.say("dây điện đứt", "report_hazard")
    chat.say("nó đang phun lửa, cháy lá cây rồi", "report_hazard")
    assert len(care.filed) == 1
    assert "lá cây" in only(care)["description"]
    assert len(chat.handovers) == 1


def test_care_down_still_warns_and_files_with_the_next_message(chat, care):
    care.down = True
    said = chat.say("dây điện đứt rồi", "report_hazard")
    assert "10 m" in said
    assert "gọi ngay 1558" in said
    assert chat.handovers[0]["reason"] == "hazard"
    care.down = False
    assert "phiếu khẩn" in chat.say(HERE)
    assert only(care)["address"]["ward"] == "Phường Cái Khế"


def test_no_power_too_is_one_more_fact(chat, care):
    chat.say("trụ điện gãy", "report_hazard")
    chat.say("nhà em cũng mất điện luôn", "report_outage")
    assert len(care.filed) == 1
    assert "mất điện luôn" in only(care)["description"]


def test_stopping_leaves_the_ticket(chat, care):
    chat.say("trụ điện gãy", "report_hazard")
    (code,) = care.filed
    assert code in chat.say("thôi khỏi", "cancel")


def test_a_refused_phone_ends_the_questions(chat, care):
    chat.say(f"trụ điện gãy ở {HERE}", "report_hazard")
    assert "đội xử lý" in chat.say("không", "deny").lower()
    assert chat.task is None


def test_a_street_is_asked_for_once_only(chat, care):
    chat.say("trụ điện gãy ở phường Cái Khế Cần Thơ", "report_hazard")
    assert "số điện thoại" in chat.say("không biết tên đường", "deny", 0.7) or chat.task["asking"] == "phone"
    assert "đã ghi đủ" in chat.say("0987000111")


def test_a_place_that_cannot_be_read_is_taken_as_told_when_all_else_is_known(chat, care):
    chat.say("dây điện đứt kìa", "report_hazard")
    for words in ("0987000111", "gần chợ", "gần chợ", "hôm kia", "ừ", "gần chợ chứ đâu", "gần chợ"):
        chat.say(words)
    assert only(care)["phone"] == "0987000111"
    assert chat.task is None
