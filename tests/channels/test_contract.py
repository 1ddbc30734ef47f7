"""One list of cases for every channel: what we say shows within its limits, what customers do is understood or declined."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import pytest
from werkzeug.datastructures import Headers

from channels.accounts import FacebookAccount, ZaloAccount
from channels.base import SHARE_PHONE, SHARE_PLACE, SHARES, Capabilities, Channel, Webhook
from channels.facebook import Facebook
from channels.media import MediaStore
from channels.table import PAGE, with_table
from channels.telegram import SECRET_HEADER, Telegram, TelegramAccount
from channels.telegram_pace import Limits
from channels.web_messages import CAN as WEB
from channels.web_messages import posted, shown
from channels.wording import pieces, plain_name
from channels.zalo import Zalo
from channels.zalo_tokens import ZaloAddresses
from conversations import Attachment, Button, Card, Content, Database, Location, Message, Outbound, Sender
from conversations.choices import resolve
from tests.platforms import FacebookPlatform, Shown, TelegramPlatform, ZaloPlatform
from tests.platforms.simulate import FacebookPerson, Person, TelegramPerson, ZaloPerson

NAMES = ["web", "zalo", "facebook", "telegram"]
USER = "4611686018427"
NOW = datetime(2026, 11, 25, 10, 30, tzinfo=UTC)
KINDS = {"image", "gif", "audio", "video", "file", "sticker", "link", "unknown"}


@dataclass
class Probe:
    """One channel seen from both sides: what a reply looks like there, and what a person's deed becomes."""

    can: Capabilities
    show: Callable[[Content], list[Shown]]
    person: Person
    understood: Callable[[bytes], Content]


class WebPerson:
    """What the widget posts."""

    def says(self, text: str) -> bytes:
        return self._post(text=text)

    def taps(self, title: str, payload: str) -> bytes:
        return self._post(payload=payload)

    def attaches(self, kind: str) -> bytes:
        return self._post(attachments=["0" * 48 + ".png"])

    def shares_place(self, lat: str, lon: str) -> bytes:
        return self._post(location={"lat": float(lat), "lon": float(lon)})

    def opens_chat(self) -> bytes:
        return b""

    def _post(self, **what: Any) -> bytes:
        return json.dumps({"client_message_id": "1", **what}).encode()


def _web(store: MediaStore) -> Probe:
    def show(content: Content) -> list[Shown]:
        seen = shown(Message(1, "bot", content, NOW), store)
        if not (seen["text"] or seen["buttons"] or seen["attachments"] or seen["location"]):
            return []
        links = [a["url"] for a in seen["attachments"]] + ([str(seen["location"])] if seen["location"] else [])
        buttons = tuple((b["title"], b["payload"]) for b in seen["buttons"])
        return [Shown(USER, "\n".join([seen["text"], *links]).strip(), buttons)]

    return Probe(
        WEB,
        show,
        WebPerson(),
        lambda body: posted(json.loads(body), lambda ids: [Attachment("image", f"media:{each}") for each in ids])[1],
    )


def _platform(channel: Channel, sender: Sender, platform: Any, person: Person, head: Callable[[bytes], dict]) -> Probe:
    def show(content: Content) -> list[Shown]:
        before = len(platform.shown)
        sender.send(Outbound(1, 1, channel.name, "1", USER, content, None, 0))
        seen: list[Shown] = platform.shown[before:]
        return seen

    def understood(body: bytes) -> Content:
        webhook = Webhook(body, Headers(head(body)), NOW)
        (inbound,) = channel.parse(webhook, channel.verify(webhook))
        return inbound.content

    platform.last_action = {USER: platform.now()}
    return Probe(channel.can, show, person, understood)


@pytest.fixture(params=NAMES)
def probe(
    request: pytest.FixtureRequest, db: Database, tmp_path, zalo: ZaloPlatform, facebook: FacebookPlatform,
    telegram: TelegramPlatform,
) -> Probe:  # fmt: skip
    store = MediaStore(tmp_path, "a-secret", "https://chat.example")
    (tmp_path / ("0" * 48 + ".png")).write_bytes(b"\x89PNG\r\n\x1a\n")
    channel: Channel
    if request.param == "web":
        return _web(store)
    if request.param == "zalo":
        account = ZaloAccount(
            app_id=zalo.app_id, app_secret=zalo.app_secret, oa_secret_key=zalo.oa_secret_key,
            refresh_token=zalo.refresh_token,
        )  # fmt: skip
        channel = Zalo([account], ZaloAddresses(zalo.url, zalo.url))
        sender, person = channel.senders(db, store.read)[zalo.app_id], ZaloPerson(zalo, USER)
        return _platform(channel, sender, zalo, person, lambda body: {"X-ZEvent-Signature": zalo.signature(body)})
    if request.param == "facebook":
        page = FacebookAccount(app_secret=facebook.app_secret, page_token=facebook.page_token, verify_token="v")
        channel = Facebook([page], facebook.url)
        sender, person = channel.senders(db, store.read)["page"], FacebookPerson(facebook, USER)
        signed = facebook.signature
        return _platform(channel, sender, facebook, person, lambda body: {"X-Hub-Signature-256": signed(body)})
    bot = TelegramAccount(bot_token=telegram.token, webhook_secret=telegram.secret)
    channel = Telegram([bot], telegram.url, Limits(100_000, 0))
    telegram.per_second = 100_000
    telegram.started.add(USER)
    sender, person = channel.senders(db, store.read)[bot.name], TelegramPerson(telegram, USER)
    return _platform(channel, sender, telegram, person, lambda _: {SECRET_HEADER: telegram.secret})


def _buttons(count: int, title: str = "Việc số", payload: str = "wish") -> tuple[Button, ...]:
    return tuple(Button(f"{title} {n}", f"{payload}_{n}") for n in range(1, count + 1))


def _cards(count: int, each: int = 1) -> Content:
    buttons = _buttons(count * each)
    cards = tuple(
        Card(f"Phiếu {n}", "Đang xử lý", payloads=tuple(b.payload for b in buttons[n * each : (n + 1) * each]))
        for n in range(count)
    )
    return Content(text="Các phiếu của mình:", buttons=buttons, cards=cards)


SENTENCES = "Dạ điện lực đang khắc phục sự cố. Anh/chị chờ em chút ạ! " * 160
REPLIES = {
    "short": Content(text="Dạ em nghe ạ"),
    "long": Content(text=SENTENCES),
    "one endless word": Content(text="ươ" * 4_700),
    "letters under heaps of marks": Content(text="Dạ e" + "\u0301\u0323" * 4_000 + " ạ"),
    "decomposed": Content(text="Da\u0323 e\u0302\u0301n"),
    "hostile": Content(text="\u202eDạ\u200b <b>&amp;</b> *_[x](y)_* \U0001f1fb\U0001f1f3"),
    "buttons": Content(text="Chọn giúp em ạ", buttons=_buttons(5)),
    "many buttons": Content(text="Chọn giúp em ạ", buttons=_buttons(14)),
    "a hundred buttons and one": Content(text="Chọn giúp em ạ", buttons=_buttons(101)),
    "long text and buttons": Content(text=SENTENCES, buttons=_buttons(3)),
    "buttons with long titles": Content(text="Chọn", buttons=_buttons(3, title="Một tiêu đề rất dài " * 6)),
    "buttons that carry much": Content(text="Chọn", buttons=_buttons(2, payload="x" * 70)),
    "buttons that carry more": Content(text="Chọn", buttons=_buttons(2, payload="x" * 1_001)),
    "buttons alone": Content(buttons=_buttons(3)),
    "a picture": Content(attachments=(Attachment("image", "https://x.vn/a.png"),)),
    "a picture and buttons": Content(attachments=(Attachment("image", "https://x.vn/a.png"),), buttons=_buttons(2)),
    "a file": Content(text="Đơn đây ạ", attachments=(Attachment("file", "https://x.vn/d.pdf", "đơn.pdf"),)),
    "a place": Content(location=Location(10.7923, 106.782)),
    "cards": _cards(3),
    "more cards than any shows": _cards(11),
    "cards with many buttons": _cards(2, each=4),
    "bare cards": Content(text="Chọn", cards=(Card("Một"), Card("Hai", picture="https://x.vn/a.png"))),
    "asks for phone and place": Content(
        text="Nhà mình ở đâu ạ?", buttons=(Button("Gửi số", SHARE_PHONE), Button("Gửi vị trí", SHARE_PLACE))
    ),
    "nothing": Content(),
}


def _letters(text: str) -> str:
    return re.sub(r"\s", "", pieces(text, 10**9)[0]) if text.strip() else ""


@pytest.mark.parametrize("name", REPLIES)
def test_every_reply_shows_within_the_limits(probe: Probe, name: str):
    content = REPLIES[name]

    seen = probe.show(content)  # a stand-in refuses what its platform would

    assert bool(seen) == (name != "nothing")
    told = _letters("\n".join(each.text for each in seen))
    assert _letters(content.text or "") in told
    for each in seen:
        assert len(each.text) <= probe.can.text
        assert len(each.buttons) <= probe.can.buttons
    offered = {payload for each in seen for _, payload in each.buttons}
    for number, button in enumerate(content.buttons, 1):
        if button.payload not in SHARES:
            assert button.payload in offered or _letters(f"{number}. {button.title}") in told


def test_cards_lose_nothing_as_text(probe: Probe):
    seen = probe.show(_cards(3))
    told = "\n".join([each.text for each in seen] + [each.cards for each in seen if each.cards])
    assert all(f"Phiếu {n}" in told for n in range(3))
    assert "Đang xử lý" in told


def test_only_who_can_asks_for_phone_and_place(probe: Probe):
    seen = probe.show(REPLIES["asks for phone and place"])
    titles = [title for each in seen for title, _ in each.buttons]
    asked = {SHARE_PHONE: "Gửi số", SHARE_PLACE: "Gửi vị trí"}
    assert titles == [title for share, title in asked.items() if share in probe.can.shares]
    assert probe.can.shares <= SHARES


def test_a_number_or_the_words_pick_a_choice_beyond_the_limit(probe: Probe):
    buttons = _buttons(probe.can.buttons + 1)
    for typed in ("2", "2.", "Việc số 2", "viec so 2"):
        said = probe.understood(probe.person.says(typed))
        assert resolve(said, [buttons]).payload == "wish_2"
    assert resolve(probe.understood(probe.person.says("999")), [buttons]).payload is None


def test_a_tap_is_the_choice_it_showed(probe: Probe):
    ((title, sent),) = probe.show(Content(text="Chọn", buttons=_buttons(1)))[0].buttons
    said = probe.understood(probe.person.taps(title, sent))
    assert resolve(said, [_buttons(1)]).payload == "wish_1"
    assert resolve(said, []).payload is None  # never shown to this person


@pytest.mark.parametrize("text", ["mất điện", "a" * 20_000, "e\u0301" * 50, "\u202e\u200bx", "/start{}", "<script>"])
def test_every_text_is_taken_whole_or_refused_as_too_long(probe: Probe, text: str):
    if isinstance(probe.person, WebPerson) and len(text) > 10_000:
        return  # the page's own contract: 422
    assert probe.understood(probe.person.says(text)).text == "".join(pieces(text, 10**9))


@pytest.mark.parametrize("kind", ["image", "sticker", "hologram"])
def test_everything_attached_has_a_kind_to_answer(probe: Probe, kind: str):
    content = probe.understood(probe.person.attaches(kind))
    assert {each.kind for each in content.attachments} <= KINDS
    assert content.attachments


def test_a_place_is_a_place(probe: Probe):
    assert probe.understood(probe.person.shares_place("10.7923", "106.782")).location == Location(10.7923, 106.782)


# --- words ---------------------------------------------------------------------------------------------------


def test_long_text_is_cut_where_a_sentence_ends():
    parts = pieces(SENTENCES, 2_000)
    assert all(part.endswith(("cố.", "ạ!")) for part in parts)
    assert " ".join(parts) == SENTENCES.strip()


def test_numbered_lines_are_not_cut_after_their_number():
    parts = pieces("Mở đầu. " + "x" * 40 + " 1. Báo mất điện hôm nay", 60)
    assert not parts[0].endswith("1.")


def test_a_letter_keeps_its_marks_where_that_can_be():
    first, second = pieces("q\u0323" * 30, 41)
    assert (len(first), second[0]) == (40, "q")


@pytest.mark.parametrize(
    ("name", "plain"),
    [("Lan", "Lan"), ("\u202eLan\u200b", "Lan"), ("L" + "\u0301" * 10_000, "\u0139\u0301\u0301"), ("a\n b", "a b"), ("", "")],
)  # fmt: skip
def test_names_that_strangers_chose_hide_nothing(name, plain):
    assert plain_name(name) == plain


# --- the page ------------------------------------------------------------------------------------------------


def test_the_capability_table_is_up_to_date():
    page = PAGE.read_text("utf8")
    assert with_table(page) == page, "run: make docs"
