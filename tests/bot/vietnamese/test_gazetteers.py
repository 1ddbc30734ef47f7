"""E-mail addresses, payment channels and tariff groups."""

import pytest

from bot.vietnamese import find_emails, find_payment_channels, find_tariff_groups


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("mail lan.vo_88@example.vn nha", [("lan.vo_88@example.vn", "lan.vo_88@example.vn")]),
        ("A.B@Example.COM.", [("A.B@Example.COM", "a.b@example.com")]),
        ("tho @ example.com", [("tho @ example.com", "tho@example.com")]),
        ("(x@y.vn),z@y.vn", [("x@y.vn", "x@y.vn"), ("z@y.vn", "z@y.vn")]),
        ("gửi về điện@mail.vn", []),
        ("@evn", []),
        ("a@b", []),
        ("a@@b.vn", []),
        ("", []),
    ],
)
def test_emails(typed, found):
    assert [(span.text, span.value) for span in find_emails(typed)] == found


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("quét MoMo", [("MoMo", "momo")]),
        ("zalo pay hay zalopay", [("zalo pay", "zalopay"), ("zalopay", "zalopay")]),
        ("ra buu dien dong", [("buu dien", "post_office")]),
        ("Điện Máy Xanh gần nhà", [("Điện Máy Xanh", "dien_may_xanh")]),
        ("trích nợ tự động", [("trích nợ tự động", "auto_debit")]),
        ("tới điểm thu", [("điểm thu", "collection_point")]),
        ("qua MB được không", [("MB", "mbbank")]),
        ("viettel money", [("viettel money", "viettel_money")]),
        ("viettelpay", [("viettelpay", "viettel_money")]),
        (
            "shopee pay, vnpay, techcombank",
            [("shopee pay", "shopeepay"), ("vnpay", "vnpay"), ("techcombank", "techcombank")],
        ),
        ("5 MB dung lượng", []),
        ("sim viettel", []),
        ("điện lực", []),
        ("búu điện", []),
    ],
)
def test_payment_channels(typed, found):
    assert [(span.text, span.value) for span in find_payment_channels(typed)] == found


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("giá sinh hoạt", ["residential"]),
        ("tu kinh doanh qua sinh hoat", ["business", "residential"]),
        ("SẢN XUẤT", ["production"]),
        ("hành chính sự nghiệp", ["administrative"]),
        ("người thuê trọ", ["tenants"]),
        ("phòng kinh doanh", []),
        ("giờ hành chính", []),
        ("sinh hoát", []),
        ("giá điện ngoài sinh hoạt", []),
        ("gia dien ko phai sinh hoat, kinh doanh a", ["business"]),
        ("phải sinh hoạt tiết kiệm", []),
    ],
)
def test_tariff_groups(typed, found):
    assert [span.value for span in find_tariff_groups(typed)] == found
