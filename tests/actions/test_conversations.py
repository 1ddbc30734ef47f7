"""Conversations that once went wrong between two dialogues: lost facts, dead ends, answers beside the question."""

from dataclasses import replace
from datetime import timedelta

from tests.actions.chat import Chat
from tests.actions.conftest import BRIGHT
from tests.actions.owner import owns, prove
from tests.actions.test_outage import HERE, only, to_summary


def titles(chat: Chat) -> set[str]:
    return {button["title"] for button in chat.buttons}


def bill(chat: Chat, care) -> None:
    owns(care, BRIGHT)
    chat.say(f"tiền điện của {BRIGHT}", "ask_bill")
    prove(chat)


# --- short messages about what was told last ---------------------------------------------------------------------------


def test_so_much_after_a_bill_is_a_complaint_about_it(chat, care):
    bill(chat, care)
    assert "kỳ 10/2026" in chat.say("sao cao quá vậy", "out_of_scope", 0.85)
    assert chat.task["name"] == "high_bill"


def test_another_month_after_a_bill(chat, care):
    bill(chat, care)
    assert "kỳ 9/2026" in chat.say("còn tháng 9 thì sao", "out_of_scope", 0.9)


def test_the_cost_of_the_service_filed_last(chat):
    chat.say(f"gắn điện ở nhà mới {HERE}, 1 pha, tôi tên Lê Văn Tám, sđt 0912345678", "request_new_connection")
    chat.say("ok", "affirm")
    assert "Chi phí" in chat.say("phí bao nhiêu", "out_of_scope", 0.9)


def test_register_after_a_service_was_explained_and_something_asked_between(chat):
    chat.say("lắp điện mặt trời mái nhà", "request_rooftop_solar")
    chat.say("giá điện bao nhiêu", "ask_tariff")
    assert "họ tên" in chat.say("đăng ký", "request_rooftop_solar", 0.28, unsure=True)


def test_saving_for_another_appliance(chat):
    chat.say("cách nào xài máy lạnh đỡ tốn điện", "ask_energy_saving")
    assert "tủ" in chat.say("còn tủ lạnh", "out_of_scope", 0.68).lower()


def test_the_schedule_of_another_place(chat):
    chat.say("mai có cúp điện không, phường Cái Khế Cần Thơ", "ask_planned_outage")
    said = chat.say("nhà mẹ em ở phường Ninh Kiều Cần Thơ thì sao", "request_after_meter", 0.3, unsure=True)
    assert "Phường Ninh Kiều" in said
    assert "Cái Khế" not in said


def test_long_after_it_a_short_message_is_about_nothing(chat, care):
    bill(chat, care)
    chat.now += timedelta(hours=2)
    assert "kỳ" not in chat.say("sao cao quá vậy", "out_of_scope", 0.85)


# --- codes and phones --------------------------------------------------------------------------------------------------


def test_a_customer_code_with_a_character_missing_is_no_code(chat, care):
    owns(care, BRIGHT)
    chat.say("tiền điện bao nhiêu", "ask_bill")
    assert "chưa đủ ký tự" in chat.say(BRIGHT[:-1])
    assert "…003" in chat.say(BRIGHT)
    assert "chưa đủ ký tự" in chat.say(BRIGHT[:-1])


def test_a_lost_sim_is_no_wish_for_another_code(chat, care):
    owns(care, BRIGHT)
    chat.say("tiền điện bao nhiêu", "ask_bill")
    chat.say(BRIGHT)
    assert "đổi số" in chat.say("em mất sim cũ rồi không nhận được mã", "inform", 0.3, unsure=True)
    assert len(care.codes.sent) == 1


def test_who_changes_the_lost_number_is_not_sent_to_change_it_first(chat, care):
    owns(care, BRIGHT)
    chat.say("đổi số điện thoại nhận tin", "request_info_update")
    for words in (BRIGHT, "0977111222"):
        chat.say(words)
    chat.say("đúng", "affirm")
    chat.say("mất sim cũ rồi")
    assert titles(chat) == {"Gặp nhân viên", "Để khi khác"}


def test_the_contracts_phone_answers_the_question_for_one(chat, care):
    chat.say(f"đóng điện lại cho {BRIGHT}", "request_reconnection")
    assert "số trên hợp đồng" in chat.say("số trên hợp đồng luôn", "inform", 0.36, unsure=True)
    assert "qua số trên hợp đồng" in chat.say("ok", "affirm")
    body = only(care)
    assert "phone" not in body
    assert body["details"]["call"] == "contract"


def test_the_contracts_phone_is_no_number_for_the_next_report(chat, care):
    owns(care, BRIGHT)
    chat.say("đóng tiền rồi vẫn báo nợ", "report_payment_problem")
    chat.say(BRIGHT)
    prove(chat)
    chat.press("report_payment_problem;problem=other")
    for words in ("không nhớ", "không nhớ", "không nhớ", "số trên hợp đồng"):
        chat.say(words)
    chat.say("đúng", "affirm")
    chat.press("report_outage;other=yes")
    chat.say(f"{HERE}, từ 7h, cả xóm")
    assert chat.task["asking"] == "phone"


def test_a_code_proved_just_now_is_taken_for_the_next_service(chat, care):
    bill(chat, care)
    assert "số điện thoại" in chat.say("gia hạn hợp đồng", "request_contract_renewal")
    assert chat.task["facts"]["customer_code"] == BRIGHT


def test_the_phone_told_in_danger_is_not_asked_again(chat):
    chat.say(f"gắn điện để ở {HERE}, tôi tên Lê Thị Hồng", "request_new_connection")
    chat.say("dây điện đứt trước nhà", "report_hazard")
    chat.say(HERE)
    chat.say("0909888777")
    assert "1 pha hay 3 pha" in chat.say("làm tiếp", "affirm")


def test_one_question_is_not_asked_for_ever(chat):
    chat.say(f"đóng điện lại cho {BRIGHT}", "request_reconnection")
    for _ in range(6):
        said = chat.say("hôm kia", "inform", 0.9)
    assert "Để khi khác" in titles(chat)
    assert "Ví dụ" not in said


# --- stories -----------------------------------------------------------------------------------------------------------


def test_more_of_a_complaint_is_added_to_it(chat, care):
    chat.say("điện cúp hoài tuần nào cũng cúp", "complain_frequent_outage")
    chat.say(HERE)
    said = chat.say("tuần này cúp 3 lần rồi, hư hết đồ trong nhà", "complain_frequent_outage")
    assert "ghi thêm" in said
    assert "Tuần này cúp 3 lần" in said
    chat.say("đúng", "affirm")
    assert "tuần nào cũng cúp. Tuần này" in only(care)["description"]


def test_a_story_told_at_another_question_is_kept(chat):
    chat.say("điện nhà em yếu xìu máy lạnh không chạy nổi", "report_power_quality")
    chat.say(HERE)
    said = chat.say("tối nào cũng vậy từ 6h tới 10h đèn mờ", "inform", 0.7)
    assert "ghi thêm" in said
    assert "số điện thoại" in said


def test_the_cause_of_a_damage_is_no_new_complaint(chat):
    chat.say("hư tủ lạnh rồi có đền không", "request_compensation")
    chat.say(BRIGHT)
    chat.say("tủ lạnh bị cháy do điện chập chờn đêm hôm", "report_power_quality", 0.68)
    assert chat.task["notes"]["service"]["id"] == "COMPENSATION"
    assert "chập chờn" in chat.task["facts"]["description"]


def test_send_it_after_asking_for_a_change_shows_it_once_more(chat, care):
    to_summary(chat)
    chat.say("không", "deny")
    said = chat.say("gửi đi", "affirm")
    assert "chưa hiểu" not in said
    assert "Em gửi đi nhé" in said
    assert "Mã phiếu" in chat.say("gửi đi", "affirm")


def test_a_theft_report_shows_no_name_and_answers_whether_it_stays_hidden(chat, care):
    chat.say(f"có người câu trộm điện ở {HERE}", "report_theft")
    said = chat.say("nó câu thẳng từ trụ không qua công tơ, tui tên Tám sđt 0909123123", "report_theft")
    assert "Tám" not in said
    answer = chat.say("có giữ kín tên tui không", "ask_privacy")
    assert "giữ kín" in answer
    assert "Em gửi đi nhé" in answer
    assert "mã phiếu" in chat.say("gửi", "affirm")
    assert "Tám" not in str(care.bodies)


# --- leaving, coming back, asking again --------------------------------------------------------------------------------


def test_a_half_heard_question_leaves_the_report(chat):
    chat.say("mất điện", "report_outage")
    assert "mã khách hàng" in chat.say("à không nhầm, tôi muốn hỏi tiền điện", "ask_bill", 0.38, unsure=True)
    assert chat.task["name"] == "bill"


def test_cancel_the_ticket_means_the_report_not_sent_yet(chat):
    chat.say(f"mất điện ở {HERE}", "report_outage")
    assert "không gửi gì" in chat.say("hủy phiếu đi em có điện rồi", "cancel_ticket")
    assert chat.task is None


def test_a_greeting_after_a_day_is_no_answer(chat):
    chat.say(f"gắn điện để ở {HERE}", "request_new_connection")
    chat.now += timedelta(days=1)
    chat.say("alo em ơi", "greet")
    assert "họ tên" in chat.say("ừ làm tiếp", "affirm")
    assert "contact_name" not in chat.task["facts"]


def test_nobody_called_yet_is_told_to_wait(chat):
    chat.state = "waiting"
    assert "nhân viên đã nhận" in chat.say("sao chưa ai gọi", "ask_ticket_status", 0.6)
    assert "nhân viên đã nhận" in chat.say("đợi hoài không thấy ai", "ask_ticket_status", 0.2, unsure=True)
    assert chat.task is None


def test_an_unread_mail_address_is_asked_for_again(chat, care):
    owns(care, BRIGHT)
    chat.press("ask_einvoice;own=yes")
    chat.say(BRIGHT)
    prove(chat)
    assert "chưa đọc được email" in chat.say("abc@gmail", "out_of_scope", 1.0)


def test_the_apology_is_said_once(chat):
    assert "xin lỗi" in chat.say("mất điện rồi", "report_outage")
    assert "xin lỗi" not in chat.send(attachments=[{"kind": "image"}])
    said = chat.say("cả khu luôn, từ 7h", "inform")
    assert "xin lỗi" not in said
    assert "ghi rồi" in said


def test_pictures_and_other_answers_are_no_failed_tries(chat):
    chat.say("mất điện rồi", "report_outage")
    for _ in range(3):
        chat.send(attachments=[{"kind": "image"}])
    chat.say("cả khu luôn")
    chat.say("12 Trần Phú")
    assert "phường/xã" in chat.say("0912345678")


# --- places, days, numbers ---------------------------------------------------------------------------------------------


def test_both_streets_of_a_corner_are_kept(chat):
    chat.say("dây điện đứt", "report_hazard")
    chat.say("ngã tư Trần Phú với Lê Lợi phường Cái Khế Cần Thơ")
    assert "ngã tư Trần Phú với Lê Lợi, Phường Cái Khế" in chat.say("0909888777")


def test_an_old_ward_is_shown_beside_todays(chat):
    chat.say("gắn điện để ở", "request_new_connection")
    for words in ("Nguyễn Văn Bảy", "0918222333", "45/3 Nguyễn Văn Cừ, phường An Khánh, Cần Thơ"):
        chat.say(words)
    assert "Phường Tân An (phường An Khánh)" in chat.say("1 pha")


def test_a_contract_is_no_village(chat):
    assert "Quảng Bị" not in chat.say("số trên hợp đồng", "inform", 0.6)


def test_the_end_of_the_month_is_its_last_day(chat):
    chat.say(f"chấm dứt hợp đồng {BRIGHT}", "request_termination")
    chat.say("0912345678")
    assert "30/11/2026" in chat.say("cuối tháng này")


def test_is_this_number_yours_is_answered_however_unsure(chat):
    said = chat.say("0909111222 gọi đòi tiền có phải điện lực không", "ask_scam", 0.4, unsure=True)
    assert "0909111222" in said
    assert "phiếu báo" in said


def test_english_gets_english(chat):
    assert "Vietnamese" in chat.say("hello can you help me with electricity bill", "help", 0.62)


def test_what_the_landlord_takes_is_held_against_the_tenants_bill(chat):
    said = chat.say("tụi em 4 đứa ở xài 180 số chủ thu 720k", "estimate_bill")
    assert "720.000 đ" in said
    assert "hơn 296.532 đ" in said


# --- as typed ----------------------------------------------------------------------------------------------------------


def test_a_buttons_title_may_be_typed(chat, care):
    bill(chat, care)
    assert "kWh, chỉ số" in chat.say("xem dien da dung", "help", 0.36, unsure=True)


def test_hours_are_told_back_only_as_exactly_as_they_were_told(chat):
    chat.say(f"mất điện ở {HERE}, cả xóm, sđt 0912345678", "report_outage")
    assert "tối hôm qua (22/11)" in chat.say("từ tối qua")
    assert "20h" in chat.say("à nhầm, từ 8h tối qua")


def test_still_dark_after_the_ticket_was_done_opens_it_again(chat, care):
    to_summary(chat)
    chat.say("đúng", "affirm")
    (code,) = care.filed
    care.filed[code] = replace(care.filed[code], status="done")
    assert f"mở lại phiếu {code}" in chat.say("vẫn chưa có điện", "report_outage")


def test_a_bare_code_offers_the_bill(chat):
    chat.say(BRIGHT)
    assert "Tiền điện của tôi" in titles(chat)


def test_what_is_right_may_stand_in_the_correction(chat):
    chat.say(f"sang tên cho {BRIGHT}, sinh hoạt", "request_contract_transfer")
    chat.say("Nguyễn Văn Mới")
    chat.say("0911111111")
    assert "Nguyễn Văn Mười" in chat.say(
        "sửa tên thành Nguyễn Văn Mười", "request_contract_transfer", 0.42, unsure=True
    )
    said = chat.say("mục đích kinh doanh", "request_purpose_change", 0.97)
    assert "Kinh doanh" in said
    assert chat.task["notes"]["service"]["id"] == "TRANSFER_SUBJECT"


def test_no_call_wanted_at_the_summary_is_no_correction(chat, care):
    chat.say("nhân viên ghi điện thái độ quá tệ với mẹ tôi", "complain_service")
    assert "Em gửi đi nhé" in chat.say("không cần gọi lại", "deny")
    assert "Mã phiếu" in chat.say("ok", "affirm")
    assert "phone" not in only(care)


def test_a_doubtful_yes_takes_up_what_was_offered(chat):
    chat.say("có người gọi dọa cắt điện đòi chuyển tiền", "ask_scam")
    chat.say("ừ báo giúp chị", "affirm", 0.58)
    assert chat.task["name"] == "scam"


def test_the_time_a_service_takes_is_of_the_one_filed_last(chat):
    chat.say(f"gắn điện ở nhà mới {HERE}, 1 pha, tôi tên Lê Văn Tám, sđt 0912345678", "request_new_connection")
    chat.say("ok", "affirm")
    assert "ngày làm việc" in chat.say("mất bao lâu", "ask_service_info", 0.91)


def test_why_a_fact_is_needed_is_told_and_it_is_asked_again(chat):
    chat.say(f"kiểm tra công tơ {BRIGHT} chạy nhanh quá", "request_meter_check")
    said = chat.say("sao phải cho số điện thoại", "help", 0.4, unsure=True)
    assert "gọi hẹn" in said
    assert "số điện thoại để liên hệ" in said


def test_when_will_it_be_done_before_it_was_sent(chat):
    chat.say(f"kiểm tra công tơ {BRIGHT} chạy nhanh quá, sđt 0912345678", "request_meter_check")
    said = chat.say("bao giờ có kết quả", "ask_ticket_status", 0.98)
    assert "chưa gửi" in said
    assert "Em gửi đi nhé" in said


def test_a_bare_send_is_a_yes(chat):
    to_summary(chat)
    assert "Mã phiếu" in chat.say("gửi", "deny", 0.51)


def test_a_code_answers_the_offer_to_look(chat, care):
    owns(care, BRIGHT)
    chat.say("bao giờ tới hạn đóng tiền", "ask_payment_due")
    assert "…003" in chat.say(BRIGHT)
    assert "không còn nợ" in prove(chat)


def test_a_code_takes_up_the_second_wish(chat):
    also = [("ask_payment_due", 0.97), ("request_reconnection", 0.99)]
    chat.say("bị cắt điện vì trễ tiền, đóng rồi mở lại giúp em", "ask_payment_due", 0.97, wishes=also)
    assert "số điện thoại" in chat.say(BRIGHT)
    assert chat.task["facts"]["customer_code"] == BRIGHT


def test_dark_again_is_added_to_the_report(chat, care):
    to_summary(chat)
    chat.say("đúng", "affirm")
    chat.say("có điện lại rồi", "report_power_restored")
    said = chat.say("lại mất nữa rồi", "report_outage")
    assert "mất điện lại" in said
    assert len(care.notes) == 1


def test_a_question_when_it_comes_back_is_no_good_news(chat):
    assert "tốt quá" not in chat.say("bao lâu có điện lại", "report_power_restored", 0.77)
    assert chat.task["name"] == "outage"


def test_a_code_that_was_told_is_taken_however_it_is_asked_for(chat):
    said = chat.say("mã khách hàng pê bê không bốn không một không không sáu bảy tám chín không", "ask_customer_code")
    assert BRIGHT in said


def test_two_readings_are_reckoned_up(chat):
    said = chat.say("chỉ số cũ 1200 chỉ số mới 1350", "ask_usage", 0.53)
    assert "150 kWh" in said


def test_what_helps_to_find_the_door_stays_with_the_street(chat):
    chat.say("phòng trọ em mất điện, cả dãy, từ 7h, sđt 0912345678", "report_outage")
    said = chat.say("phòng 5 dãy trọ cô Ba đường 3/2 phường Ninh Kiều Cần Thơ")
    assert "phòng 5 dãy trọ cô Ba đường 3/2, Phường Ninh Kiều" in said


def test_the_latest_months_are_those_billed(chat, care):
    owns(care, BRIGHT, newest="2026-11")
    chat.say(f"tiền điện 3 tháng gần đây của {BRIGHT}", "ask_bill")
    said = prove(chat)
    assert "11/2026" in said
    assert "8/2026" not in said


# --- found by random customers (tests/dialogues/fuzz.py) ----------------------------------------------------------------


def test_a_swindlers_number_is_not_the_customers(chat, care):
    chat.say("có người gọi dọa cắt điện đòi chuyển khoản", "ask_scam")
    chat.tap("Gửi phiếu báo")
    assert "số điện thoại" in chat.say("số 0899000111 gọi, đòi 2 triệu qua tài khoản cá nhân")
    chat.say("0987000111")
    assert only(care)["phone"] == "0987000111"
    assert "0899000111" in only(care)["description"]


def test_a_question_in_the_same_words_is_not_said_a_third_time_alone(chat):
    chat.say("mất điện", "report_outage")
    said = [chat.say(words) for words in ("màu xanh lá?", "xyz?", "abc?", "mno?", "pqr?")]
    assert all(len(set(three)) > 1 for three in zip(said, said[1:], said[2:], strict=False))


def test_how_long_it_lasts_answers_since_when(chat):
    chat.say(f"mất điện ở {HERE}", "report_outage")
    assert "hàng xóm" in chat.say("1 tiếng")


def test_another_phone_is_a_correction_at_the_summary(chat):
    to_summary(chat)
    assert "0912 000 999" in chat.say("à đổi số điện thoại thành 0912000999", "request_info_update", 0.99)
    assert chat.task["name"] == "outage"


def test_who_has_not_that_phone_is_told_the_ways_out(chat, care):
    owns(care, BRIGHT)
    chat.say(f"tiền điện của {BRIGHT}", "ask_bill")
    assert "đổi số" in chat.say("em không có điện thoại đó, đọc luôn đi", "report_outage", 0.93)


def test_whose_contract_it_is_stays_private(chat, care):
    owns(care, BRIGHT)
    assert "thông tin riêng" in chat.say(f"mã {BRIGHT} là của nhà ai vậy", "ask_customer_code")
