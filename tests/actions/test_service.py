"""A service of the catalogue: only what is missing is asked, refusals are borne, corrections taken, nothing filed unasked."""

import pytest

from actions.phrases import phrases
from tests.actions.chat import Chat
from tests.actions.conftest import BRIGHT, DARK, NOW
from tests.actions.owner import owns, prove
from tests.actions.test_outage import HERE, only


@pytest.fixture(autouse=True)
def owned(care):
    owns(care, BRIGHT)


def transfer(chat: Chat) -> str:
    """As far as the summary of a contract's transfer."""
    chat.say("sang tên công tơ", "request_contract_transfer")
    for words in (BRIGHT, "nhà ở", "Trần Thị Hoa"):
        chat.say(words)
    return chat.say("0987000111")


# --- before a contract is changed -----------------------------------------------------------------------------------------


def test_a_contract_is_changed_only_after_the_one_time_code(chat, care):
    assert "Trần Thị Hoa" in transfer(chat)
    assert "…003" in chat.say("đúng rồi", "affirm")
    assert not care.bodies
    filed = prove(chat)
    assert only(care)["service"] == "TRANSFER_SUBJECT"
    assert only(care)["customer_code"] == BRIGHT
    assert next(iter(care.filed)) in filed
    assert "đừng gửi ảnh giấy tờ" in filed


def test_a_wrong_code_files_nothing(chat, care):
    transfer(chat)
    chat.say("đúng rồi", "affirm")
    chat.say("000000")
    assert not care.bodies


def test_once_proved_the_next_change_needs_no_second_code(chat, care):
    transfer(chat)
    chat.say("ok", "affirm")
    prove(chat)
    chat.say("gia hạn hợp đồng", "request_contract_renewal")
    chat.tap("Dùng số …111")
    chat.say("ok", "affirm")
    assert [body["service"] for body in care.bodies.values()] == ["TRANSFER_SUBJECT", "RENEW_CONTRACT"]


def test_a_request_about_ones_own_data_in_this_chat_needs_no_contract(chat, care):
    chat.say("cho tôi xem dữ liệu bên em đang giữ", "ask_privacy")
    chat.say("0987000111")
    chat.say("ok", "affirm")
    assert only(care)["service"] == "PRIVACY_REQUEST"
    assert only(care)["details"] == {"wish": "view"}


def test_data_of_a_contract_are_asked_for_only_with_its_code(chat, care):
    chat.say(f"cho tôi xem dữ liệu của hợp đồng {BRIGHT}", "ask_privacy")
    chat.say("0987000111")
    assert "…003" in chat.say("ok", "affirm")
    assert not care.bodies
    prove(chat)
    assert only(care)["details"] == {"wish": "view"}


# --- the first message ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "intent", "facts"),
    [
        ("xin nâng lên điện 3 pha 15 kW", "request_capacity_change", {"phases": "three", "capacity_kw": 15}),
        ("đăng ký định mức cho 8 sinh viên thuê trọ", "request_quota_change", {"quota": "tenants", "persons": 8}),
        ("chuyển từ giá kinh doanh sang sinh hoạt", "request_purpose_change", {"new_purpose": "residential"}),
        ("doi so dien thoai sang 0912345678", "request_info_update", {"what": "phone", "new_value": "0912345678"}),
        ("tạm cắt điện từ 1/12 đến 15/12", "request_suspension", {"days": {"from": "2026-12-01", "to": "2026-12-15"}}),
        ("cúp điện chết hết ao tôm ai đền", "request_compensation", {"description": "cúp điện chết hết ao tôm ai đền"}),
        ("cho xem dữ liệu bên em lưu của tôi", "ask_privacy", {"wish": "view"}),
    ],
)
def test_what_the_wish_already_says_is_not_asked(chat, words, intent, facts):
    chat.say(words, intent)
    assert {name: chat.task["facts"].get(name) for name in facts} == facts


@pytest.mark.parametrize("words", ["tôi muốn khiếu nại", "cho em phản ánh dịch vụ với ạ"])
def test_a_bare_wish_describes_nothing(chat, words):
    assert "kể giúp em" in chat.say(words, "complain_service")


def test_time_and_cost_are_told_first_but_only_certain_ones(chat):
    assert "3 ngày làm việc" in (said := chat.say("muốn gia hạn hợp đồng điện", "request_contract_renewal"))
    assert "Miễn phí" in said
    said = chat.say("nâng công suất điện", "request_capacity_change")
    assert "ngày" not in said
    assert "Chi phí" not in said


def test_the_time_a_choice_decides_is_told_as_a_span(chat):
    assert "2–3 ngày làm việc" in chat.say("sang tên công tơ", "request_contract_transfer")


@pytest.mark.parametrize(
    ("words", "service"),
    [("tư vấn thiết kế trạm biến áp", "MV_CONSULT"), ("kêu thợ sửa cb trong nhà", "AFTER_METER")],
)
def test_works_and_small_repairs_are_two_services(chat, words, service):
    chat.say(words, "request_after_meter")
    assert chat.task["notes"]["service"]["id"] == service


# --- answers --------------------------------------------------------------------------------------------------------------


def test_a_code_with_missing_characters_is_said_to_be_short(chat):
    chat.say("sang tên công tơ", "request_contract_transfer")
    said = chat.say("PB0401006789")
    assert "12 ký tự" in said
    assert "13 ký tự" in said
    assert "mục đích" in chat.say(BRIGHT)


def test_an_unknown_code_is_asked_for_again(chat):
    chat.say("sang tên công tơ", "request_contract_transfer")
    said = chat.say("PB04019999999")
    assert "không tìm thấy" in said
    assert "địa chỉ" not in said


def test_where_an_address_will_do_an_unknown_code_offers_it(chat):
    chat.say("điện yếu quá", "report_power_quality")
    assert "địa chỉ cũng được" in chat.say("PB04019999999")
    assert "số điện thoại" in chat.say(HERE)


@pytest.mark.parametrize(
    ("words", "purpose"),
    [("buôn bán nhỏ", "business"), ("2", "business"), ("xưởng mộc", "production"), ("de o thoi em", "residential")],
)
def test_choices_are_made_in_words_and_by_number(chat, words, purpose):
    chat.say("sang tên công tơ", "request_contract_transfer")
    chat.say(BRIGHT)
    chat.say(words)
    assert chat.task["facts"]["purpose"] == purpose


def test_both_options_in_one_answer_are_asked_about_again(chat):
    chat.say("sang tên công tơ", "request_contract_transfer")
    chat.say(BRIGHT)
    assert "chọn giúp em" in chat.say("vừa ở vừa kinh doanh")
    assert chat.buttons


def test_a_denied_option_is_not_chosen(chat):
    chat.say("lên 3 pha", "request_capacity_change")
    chat.say(BRIGHT)
    chat.say("0987000111")
    assert chat.task["facts"]["phases"] == "three"
    chat.say("10 kW")
    assert "1 pha" in chat.say("à nhầm, không phải 3 pha, 1 pha thôi")


def test_days_without_an_end_ask_for_it(chat):
    chat.say("tạm ngừng dùng điện", "request_suspension")
    chat.say(BRIGHT)
    chat.say("0987000111")
    assert "đến ngày nào" in chat.say("từ 1/12")
    assert "đến 28/2/2027" in chat.say("3 tháng")


def test_an_amount_nobody_can_read_is_kept_after_the_second_try(chat):
    chat.say("gắn điện cho quán cà phê", "request_new_connection")
    for words in ("Nguyễn Văn An", "0987000111", HERE):
        chat.say(words)
    assert "5 kW" in chat.say("hai cái máy lạnh")
    assert "hai cái máy lạnh với tủ đông" in chat.say("hai cái máy lạnh với tủ đông")


def test_which_symptom_is_asked_when_the_words_do_not_say(chat, care):
    chat.say("phản ánh chất lượng điện", "report_power_quality")
    assert "bị thế nào" in chat.say(BRIGHT)
    chat.tap("Chập chờn")
    chat.say("0987000111")
    chat.say("ok", "affirm")
    assert only(care)["description"].startswith("Điện chập chờn")


def test_a_question_about_something_else_is_no_answer(chat):
    chat.say("sang tên công tơ", "request_contract_transfer")
    chat.say(BRIGHT)
    chat.say("nhà ở")
    chat.say("giá điện bao nhiêu", "ask_tariff")
    assert "new_owner" not in chat.task["facts"]


def test_a_story_with_another_wish_in_it_is_one_answer(chat, care):
    chat.say("khiếu nại dịch vụ", "complain_service")
    story = "hôm qua mất điện cả đêm mà gọi tổng đài năm lần không ai nghe"
    assert story in chat.say(story, "report_outage", 0.95)
    assert chat.task["name"] == "service"


# --- refusals -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "intent"), [("không cho số được", "inform"), ("không", "deny"), ("ko tiện", "inform")]
)
def test_a_phone_may_be_refused(chat, care, words, intent):
    chat.say("gắn điện cho nhà mới xây, tên là Lê Thị Hoa", "request_new_connection")
    assert "nhắn mình ngay tại đây" in chat.say(words, intent)
    chat.say(HERE)
    chat.tap("1 pha")
    chat.say("ok", "affirm")
    assert "phone" not in only(care)


def test_another_fact_is_asked_once_more_with_the_reason_then_a_person_is_offered(chat):
    chat.say("muốn cắt hợp đồng điện", "request_termination")
    assert "đúng công tơ" in chat.say("không nhớ mã")
    assert "Nhân viên" in chat.say("không cho đâu", "deny")
    assert {"title": "Gặp nhân viên", "payload": "talk_to_agent"} in chat.buttons
    assert "ngày nào" in (chat.say(BRIGHT), chat.say("0987000111"))[1]


def test_what_the_customer_does_not_know_is_filed_as_unknown(chat, care):
    chat.say("gắn điện cho quán cà phê", "request_new_connection")
    for words in ("Nguyễn Văn An", "0987000111", HERE, "chưa rõ nữa em"):
        said = chat.say(words)
    assert "Công suất: chưa rõ" in said


def test_a_reporter_of_theft_stays_unknown(chat, care):
    chat.say(f"tôi là Lê Văn Tám 0987000111, nhà số {HERE} câu điện qua công tơ ban đêm", "report_theft")
    said = chat.say("ok", "affirm")
    assert "giữ kín" in said
    body = only(care)
    assert "contact_name" not in body
    assert "câu điện qua công tơ" in body["description"]
    assert "Tám" not in body["description"]
    assert "0987000111" not in body["description"]
    chat.say("gắn điện cho nhà mới xây", "request_new_connection")
    assert not {"phone", "contact_name"} & set(chat.task["facts"])


def test_a_theft_needs_no_phone(chat, care):
    assert "giữ kín" in chat.say("báo câu trộm điện", "report_theft")
    chat.say(HERE)
    assert "số điện thoại" not in chat.say("họ câu dây trước công tơ vào ban đêm")
    chat.say("gửi đi", "affirm")
    assert "phone" not in only(care)


# --- coming and going -----------------------------------------------------------------------------------------------------


def test_a_power_cut_in_between_and_back(chat):
    chat.say("sang tên công tơ", "request_contract_transfer")
    chat.say(BRIGHT)
    chat.say("nhà tôi mất điện rồi", "report_outage")
    assert "sang tên hợp đồng" in chat.say(DARK)
    assert "mục đích" in chat.tap("Làm tiếp")
    assert chat.task["facts"]["customer_code"] == BRIGHT


def test_danger_comes_first_and_the_request_is_offered_again(chat, care):
    chat.say("sang tên công tơ", "request_contract_transfer")
    assert "10 m" in chat.say("dây điện đứt rớt xuống đường rồi", "report_hazard")
    assert only(care)["priority"] == "P0"
    chat.say(HERE)
    assert "sang tên hợp đồng" in chat.say("0987000111")


def test_one_service_gives_way_to_another_and_comes_back(chat):
    chat.say("sang tên công tơ", "request_contract_transfer")
    chat.say(BRIGHT)
    chat.say("à dời công tơ ra ngoài cổng trước", "request_meter_relocation")
    assert chat.task["notes"]["service"]["id"] == "MOVE_METER"
    chat.say("thôi khỏi", "cancel")
    chat.say("ok", "affirm")


def test_the_same_wish_again_goes_on_where_it_stood(chat):
    chat.say("sang tên công tơ", "request_contract_transfer")
    chat.say(BRIGHT)
    assert "mục đích" in chat.say("tôi muốn sang tên mà", "request_contract_transfer")


def test_goodbye_says_that_nothing_was_sent(chat):
    transfer(chat)
    assert "chưa được gửi" in chat.say("thôi chào em", "goodbye")


def test_a_code_told_before_is_offered_and_may_be_another(chat, care):
    owns(care, DARK)
    chat.say(f"mai {DARK} có cúp điện không", "ask_planned_outage")
    assert "…345" in chat.say("sang tên công tơ", "request_contract_transfer")
    chat.tap("Mã khác")
    assert "mục đích" in chat.say(BRIGHT)
    assert chat.task["facts"]["customer_code"] == BRIGHT


def test_a_complaint_about_cuts_names_those_on_record_first(chat, care):
    said = (chat.say("tháng này cúp điện 5 lần rồi đó", "complain_frequent_outage"), chat.say(DARK))[1]
    assert "1 lần mất điện" in said
    assert "bảo trì lưới điện" in said
    chat.say("ok", "affirm")
    assert only(care)["description"] == "tháng này cúp điện 5 lần rồi đó"


def test_care_that_is_away_is_said_and_the_request_kept(chat, care):
    transfer(chat)
    care.down = True
    said = chat.say("đúng rồi", "affirm")
    assert chat.handovers
    assert chat.task is not None
    assert said
    care.down = False
    chat.say("thử lại", "affirm")
    chat.say("đúng", "affirm")
    assert care.codes.sent


def test_a_turn_played_again_files_once(chat, care):
    chat.say("kêu thợ sửa cb trong nhà hay nhảy", "request_after_meter")
    chat.say(HERE)
    chat.say("0987000111")
    before = dict(chat.slots)
    chat.say("ok", "affirm")
    chat.slots = before
    chat.replay(chat.last)
    assert len(care.bodies) == 1


def test_a_location_is_the_address(chat):
    chat.say("kêu thợ sửa cb trong nhà hay nhảy", "request_after_meter")
    chat.send(location={"lat": 10.03, "lon": 105.78})
    assert chat.task["facts"]["address"]["lat"] == 10.03


def test_a_service_that_is_no_more_asks_which_one(chat):
    chat.press("ask_service_info;register=GONE_FOREVER")
    assert chat.buttons


def test_the_words_of_facts_name_real_fields(care):
    from actions.free_words import FILE

    fields = {one["name"] for service in care.services() for one in service.fields}
    assert set(phrases(FILE)["fact"]) <= fields


def test_nothing_is_remembered_longer_than_half_a_day(care):
    chat = Chat(care, NOW)
    transfer(chat)
    chat.say("thôi", "cancel")
    chat.now = NOW.replace(day=24)
    assert "…890" not in chat.say("gia hạn hợp đồng", "request_contract_renewal")


def test_days_that_passed_are_asked_for_again(chat):
    chat.say(f"tạm cắt điện cho {BRIGHT}", "request_suspension")
    chat.say("0987000111")
    assert "qua rồi" in chat.say("từ hôm kia đến hôm qua")
    assert "Em gửi đi nhé" in chat.say("từ mai đến 15/12")


def test_a_demand_for_compensation_goes_before_its_cause(chat):
    wishes = [("complain_frequent_outage", 0.9), ("request_compensation", 0.9)]
    chat.say("cúp điện đột ngột cháy tủ lạnh, đền cho tôi", "complain_frequent_outage", wishes=wishes)
    assert chat.task["notes"]["service"]["id"] == "COMPENSATION"
    assert "complain_frequent_outage" not in chat.slots["task"]["later"]
