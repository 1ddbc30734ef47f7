"""Old and new names, abbreviations and no accents; several meanings are candidates, never a guess."""

import pytest

from bot.vietnamese import find_names, find_place, fold, province_of, provinces, same_street, wards_named

HCM = "Thành phố Hồ Chí Minh"


@pytest.mark.parametrize(
    ("typed", "street", "ward", "province"),
    [
        ("45 Lý Thường Kiệt phường Cái Khế Cần Thơ", "45 Lý Thường Kiệt", "Phường Cái Khế", "Cần Thơ"),
        ("mat dien, 48 doi can p ba dinh ha noi", "48 doi can", "Phường Ba Đình", "Hà Nội"),
        ("3 ngay roi p ba dinh ha noi van mat dien", None, "Phường Ba Đình", "Hà Nội"),
        ("2 nha o p ba dinh ha noi mat dien", None, "Phường Ba Đình", "Hà Nội"),
        ("so 15 tran phu p cai khe can tho", "so 15 tran phu", "Phường Cái Khế", "Cần Thơ"),
        ("nhà em ở 45 Trần Phú, Cái Khế, Cần Thơ bị mất điện", "45 Trần Phú", "Phường Cái Khế", "Cần Thơ"),
        ("phường Bến Thành", None, "Phường Bến Thành", HCM),
        ("cai khe can tho", None, "Phường Cái Khế", "Cần Thơ"),
        ("em ở xã Phù Đổng, Gia Lâm, Hà Nội", None, "Xã Phù Đổng", "Hà Nội"),
        ("đường Điện Biên Phủ phường Bến Thành tphcm", "đường Điện Biên Phủ", "Phường Bến Thành", HCM),
        (
            "Số 12 ngõ 5 phố Huế, phường Hai Bà Trưng, Hà Nội",
            "Số 12 ngõ 5 phố Huế",
            "Phường Hai Bà Trưng",
            "Hà Nội",
        ),
        ("thị trấn Cờ Đỏ, Cần Thơ", None, "Xã Cờ Đỏ", "Cần Thơ"),
        ("kp 3 phường Bình Dương tphcm", "kp 3", "Phường Bình Dương", HCM),
        ("hẻm 212 đường Nguyễn Văn Cừ nối dài", "hẻm 212 đường Nguyễn Văn Cừ nối dài", None, None),
        ("tổ 4 khu phố 2", "tổ 4 khu phố 2", None, None),
        ("đường Cần Thơ", "đường Cần Thơ", None, None),
        ("xa lộ Hà Nội", "xa lộ Hà Nội", None, None),
        ("à nhầm, số 15", "số 15", None, None),
        ("ngách 6 ngõ 92 phố Vọng", "ngách 6 ngõ 92 phố Vọng", None, None),
        ("kiệt 12 Lê Duẩn, Huế", "kiệt 12 Lê Duẩn", None, "Huế"),
        ("K82/15 Ngô Quyền Đà Nẵng", "K82/15 Ngô Quyền", None, "Đà Nẵng"),
        ("so 9 hem 30 ly tu trong p cai khe", "so 9 hem 30 ly tu trong", "Phường Cái Khế", "Cần Thơ"),
        ("mat dien o 27 le hong phong", "27 le hong phong", None, None),
        ("27 Lê Hồng Phong Nha Trang", "27 Lê Hồng Phong", None, "Khánh Hòa"),
        ("tòa S1.08 Vinhomes Grand Park", "tòa S1.08 Vinhomes Grand Park", None, None),
        ("tòa CT3", "tòa CT3", None, None),
        ("khu em mất điện", None, None, None),
        ("chung cư 18 tầng", None, None, None),
        ("KCN Sóng Thần 2 Bình Dương", "KCN Sóng Thần 2", None, HCM),
        ("buôn Ea Sút xã Cư Suê", "buôn Ea Sút", "Xã Quảng Phú", "Đắk Lắk"),
        ("xóm 4 xã Nghi Phú tp Vinh", "xóm 4", "Phường Vinh Phú", "Nghệ An"),
        ("khóm 3 phường 5 tp Sóc Trăng", "khóm 3", "Phường Sóc Trăng", "Cần Thơ"),
        ("tổ dân phố số 3 phường Dương Nội", "tổ dân phố số 3", "Phường Dương Nội", "Hà Nội"),
        ("khu Hòa Xuân Đà Nẵng", None, "Phường Hòa Xuân", "Đà Nẵng"),
        ("P.5, TX. Gò Công", None, "Phường Gò Công", "Đồng Tháp"),
        ("F.12 Q.Gò Vấp", None, "Phường An Hội Tây", HCM),
        ("p.Bến Nghé Q.1 TP.HCM", None, "Phường Sài Gòn", HCM),
        ("p 14 q bình thạnh sài gòn", None, "Phường Bình Thạnh", HCM),
        ("ap 3 xa dong thanh hoc mon", "ap 3", "Xã Đông Thạnh", HCM),
        ("45 hùng vương tx bến cát bd", "45 hùng vương", None, HCM),
        ("phường Thủ Thiêm quận 2", None, "Phường An Khánh", HCM),
        ("thị xã Kỳ Anh", None, None, "Hà Tĩnh"),
        ("TX Sơn Tây HN", None, None, "Hà Nội"),
        ("tên app là gì", None, None, None),
        ("ten app la gi", None, None, None),
        ("q.1", None, None, HCM),
        ("huyen cu chi", None, None, HCM),
        ("TP Thủ Đức", None, None, HCM),
        ("hem 402 le van khuong", "hem 402 le van khuong", None, None),
        ("nhà B12 khu đô thị Dương Nội", "B12 khu đô thị Dương Nội", None, None),
        ("đoạn lê đức thọ tắt hết", "lê đức thọ", None, None),
        ("đường Lý Thái Tổ Thanh Khê", "đường Lý Thái Tổ", None, "Đà Nẵng"),
        ("thành phố Thanh Hóa", None, None, "Thanh Hóa"),
        ("p hung loi ninh kieu ct", None, "Phường Tân An", "Cần Thơ"),
        ("hàng xóm nói cúp điện", None, None, None),
        ("khỏi cần thợ", None, None, None),
        ("hợp tác xã Quyết Tiến", None, None, None),
        ("bão số 12", None, None, None),
        ("tháng 10/2026", None, None, None),
        ("đường dây điện bị đứt", None, None, None),
        ("mất điện 2 tiếng rồi", None, None, None),
        ("đồng ý", None, None, None),
        ("", None, None, None),
    ],
)
def test_reads_an_address(typed, street, ward, province):
    place = find_place(typed)
    assert (place.street, place.ward and place.ward.name, place.province) == (street, ward, province)


@pytest.mark.parametrize("typed", ["p5 q8", "P. 5, Q. 8", "phường 5 quận 8 sài gòn", "phuong 05 quan 08"])
def test_an_old_ward_that_was_split_is_a_question(typed):
    place = find_place(typed)
    assert place.ward is None
    assert {ward.name for ward in place.candidates} == {"Phường Chánh Hưng", "Phường Bình Đông"}
    assert place.province == HCM


def test_one_name_in_several_provinces_is_a_question():
    place = find_place("ấp 3 xã Tân Thành")
    assert place.ward is None
    assert len({ward.province for ward in place.candidates}) > 3
    assert place.province is None


@pytest.mark.parametrize(
    ("typed", "provinces"),
    [
        ("nhà ở Hà Nội nhưng quê Nghệ An", ("Hà Nội", "Nghệ An")),
        ("tu da nang vo can tho", ("Đà Nẵng", "Cần Thơ")),
    ],
)
def test_two_provinces_are_a_question(typed, provinces):
    place = find_place(typed)
    assert (place.province, place.provinces) == (None, provinces)


@pytest.mark.parametrize(
    ("typed", "province"),
    [
        ("phường Cái Khế Cần Thơ, không phải Hà Nội", "Cần Thơ"),
        ("quận Hai Bà Trưng, Hà Nội, quê Nghệ An", "Hà Nội"),
        ("Bình Dương, tphcm", HCM),
        ("Long An giờ là Tây Ninh", "Tây Ninh"),
    ],
)
def test_of_two_provinces_the_ward_or_district_decides(typed, province):
    place = find_place(typed)
    assert (place.province, place.provinces) == (province, ())


def test_what_is_known_already_decides():
    assert [ward.name for ward in wards_named("xã Tân Thành", province="Cà Mau")] != []
    assert find_place("Cái Khế", province="Cần Thơ").ward == find_place("phường Cái Khế").ward


def test_spans_lead_back_to_the_text():
    typed = "Dạ 45 Trần Phú, phường Cái Khế, quận Ninh Kiều, Cần Thơ 😭"
    spans = {entity: typed[start:end] for entity, start, end in find_place(typed).spans}
    assert spans == {
        "street_address": "45 Trần Phú",
        "ward": "phường Cái Khế",
        "district": "quận Ninh Kiều",
        "province": "Cần Thơ",
    }


@pytest.mark.parametrize(
    ("typed", "province"),
    [
        ("tphcm", HCM),
        ("sg", HCM),
        ("Bình Dương", HCM),
        ("brvt", HCM),
        ("vũng tàu", HCM),
        ("hn", "Hà Nội"),
        ("đn", "Đà Nẵng"),
        ("tt huế", "Huế"),
        ("q8", HCM),
        ("kien giang", "An Giang"),
        ("abc", None),
        ("", None),
    ],
)
def test_provinces_by_any_name(typed, province):
    assert province_of(typed) == province


def test_there_are_34_provinces():
    assert len(provinces()) == 34
    assert {HCM, "Hà Nội", "Huế", "Thanh Hóa", "Khánh Hòa"} <= set(provinces())


def test_every_ward_of_today_is_found_by_its_official_name():
    from bot.vietnamese.units import units

    wards = {ward for names in units().wards.values() for name in names if not name.district for ward in name.wards}
    lost = [
        ward
        for ward in wards
        if ward not in ((place := find_place(f"{ward.name}, {ward.province}")).ward, *place.candidates)
    ]
    assert len(wards) == 3321
    assert lost == []


@pytest.mark.parametrize(
    ("a", "b", "same"),
    [
        ("đ. Trần Phú", "duong tran phu", True),
        ("45 Lý Thường Kiệt", "Ly thuong kiet", True),
        ("số 15 hẻm 3 Trần Phú", "Trần Phú", True),
        ("Trần Phú", "Trần Quang Khải", False),
        ("", "Trần Phú", False),
    ],
)
def test_same_street(a, b, same):
    assert same_street(a, b) is same


@pytest.mark.parametrize(
    ("typed", "names"),
    [
        ("em tên Nguyễn Văn An", ["Nguyễn Văn An"]),
        ("tôi là Trần Thị Bé", ["Trần Thị Bé"]),
        ("ten nguyen van an sdt 0987", ["Nguyen Van An"]),
        ("gặp anh Minh Tuấn nhé", ["Minh Tuấn"]),
        ("Nguyễn Văn Lượm", ["Nguyễn Văn Lượm"]),
        ("tran thi kim phung", ["Tran Thi Kim Phung"]),
        ("kiệt 14 Bà Triệu Huế", []),
        ("tôi là khách hàng", []),
        ("em là sinh viên", []),
        ("chị ơi mất điện", []),
    ],
)
def test_names_after_a_cue(typed, names):
    assert [span.value for span in find_names(typed)] == names


@pytest.mark.parametrize("text", ["8 Hàng Bài", "số 8 hàng bông", "o 8 hang dao"])
def test_streets_of_the_old_quarter(text):
    street = find_place(f"{text}, phường Hoàn Kiếm, Hà Nội").street
    assert street is not None
    assert fold(street).endswith(fold(text)[-8:])


def test_neighbours_are_no_street():
    assert find_place("nhà tôi với 8 hàng xóm mất điện hết").street is None
