"""Duty alerts: each danger, incident and broken channel once, whoever takes it in hand recorded, a kill loses none."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import psycopg
import pytest

from care.duty.alerts import TROUBLES, Trouble, acknowledge, end_troubles, open_troubles, raise_news, raise_trouble
from care.duty.telling import DutyOutbox, Notice, NotTold
from care.wired import Care
from tests.care.conftest import Api, Clock

HAZARD = {"service": "REPORT_HAZARD", "description": "dây điện đứt", "phone": "0900000222"}
BY = "Nguyễn Minh (Telegram 77)"


class Group:
    """The staff's group: what stands in it, and what it refuses."""

    def __init__(self) -> None:
        self.messages: dict[str, Notice] = {}
        self.told = 0
        self.refusals: list[NotTold] = []
        self.dies = False

    def tell(self, notice: Notice) -> str:
        if self.refusals:
            raise self.refusals.pop(0)
        self.told += 1
        self.messages[str(self.told)] = notice
        if self.dies:
            raise SystemExit
        return str(self.told)

    def change(self, message_id: str, notice: Notice) -> None:
        if self.refusals:
            raise self.refusals.pop(0)
        self.messages[message_id] = notice

    def texts(self) -> list[str]:
        return [notice.text for notice in self.messages.values()]


@pytest.fixture
def group() -> Group:
    return Group()


@pytest.fixture
def outbox(care: Care, group: Group) -> DutyOutbox:
    return DutyOutbox(care, group)


def _all(outbox: DutyOutbox) -> None:
    while outbox.work_once():
        pass


def _incident(url: str, starts_at: object, *, demo: bool = False) -> None:
    with psycopg.connect(url.replace("postgresql+psycopg://", "postgresql://")) as connection:
        connection.execute(
            "INSERT INTO care.outage (code, kind, status, area, area_key, stations, wards, ward_keys, province,"
            " starts_at, reason, centre, demo, created_at) VALUES (%s, 'incident', 'running', 'Phố Huế', 'pho hue',"
            " '{T1}', '{}', '{}', 'Hà Nội', %s, 'sự cố', 'EVNHANOI', %s, %s)",
            [f"SC{'9' if demo else '1'}", starts_at, demo, starts_at],
        )


def test_danger_is_told_once_and_says_nothing_private(api: Api, care: Care, outbox: DutyOutbox, group: Group):
    ticket = api.filed(**HAZARD)
    api.filed()  # no power: no danger
    assert (raise_news(care), raise_news(care)) == (1, 0)
    _all(outbox)
    (text,) = group.texts()
    assert ticket["code"] in text
    assert "Ba Đình, Hà Nội" in text
    assert not any(private in text for private in ("Nguyễn Văn A", "222", "Trần Phú"))


def test_an_incident_is_told_and_a_demonstration_is_not(care: Care, clock: Clock, outbox, group: Group, database_url):
    _incident(database_url, clock() - timedelta(minutes=3))
    _incident(database_url, clock() - timedelta(minutes=3), demo=True)
    assert raise_news(care) == 1
    _all(outbox)
    assert "SC1" in group.texts()[0]
    assert acknowledge(care, group.messages["1"].alert_id, BY)


def test_what_is_long_past_is_no_news(api: Api, care: Care, clock: Clock):
    api.filed(**HAZARD)
    clock.passes(hours=2)
    assert raise_news(care) == 0


def test_many_processes_raise_each_once(api: Api, care: Care):
    for number in range(5):
        api.filed(
            **HAZARD | {"phone": f"090000033{number}"},
            address={"street": f"{number} Lê Lợi", "ward": "Ba Đình", "province": "Hà Nội"},
        )
    with ThreadPoolExecutor(4) as threads:
        assert sum(threads.map(lambda _: raise_news(care), range(8))) == 5


def test_who_takes_it_in_hand_stands_in_the_tickets_history_and_in_the_group(api: Api, care, outbox, group: Group):
    ticket = api.filed(**HAZARD)
    raise_news(care)
    _all(outbox)
    alert = group.messages["1"].alert_id
    assert group.messages["1"].button == "Đã nhận"

    assert acknowledge(care, alert, BY)
    assert not acknowledge(care, alert, "Somebody else")
    assert not acknowledge(care, 999, BY)
    _all(outbox)

    history = api.get(f"/tickets/{ticket['code']}").json["history"]
    assert [(each["event"], each["by"]) for each in history][-1] == ("acknowledged", BY)
    assert [each["event"] for each in history].count("acknowledged") == 1
    assert "✅ Nguyễn Minh đã nhận" in group.texts()[0]
    assert (group.messages["1"].button, group.told) == (None, 1)


def test_taken_in_hand_while_it_was_being_told(api: Api, care: Care, outbox: DutyOutbox, group: Group):
    api.filed(**HAZARD)
    raise_news(care)
    claimed = outbox._claim()
    assert claimed is not None
    message = outbox._tell(claimed)
    acknowledge(care, claimed.id, BY)
    outbox._finish(claimed, message, None)
    _all(outbox)
    assert "✅" in group.texts()[0]


def test_killed_after_telling_it_tells_again_rather_than_never(api: Api, care, clock: Clock, outbox, group: Group):
    api.filed(**HAZARD)
    raise_news(care)
    group.dies = True
    with pytest.raises(SystemExit):
        outbox.work_once()
    group.dies = False
    assert not outbox.work_once()  # its lease still runs
    clock.passes(seconds=61)
    _all(outbox)
    clock.passes(hours=1)
    _all(outbox)
    assert group.told == 2


def test_a_group_that_cannot_be_told_is_tried_again(api: Api, care: Care, clock: Clock, outbox, group: Group):
    api.filed(**HAZARD)
    raise_news(care)
    group.refusals = [NotTold("429", 30.0), NotTold("502")]
    assert outbox.work_once()
    assert not outbox.work_once()
    assert outbox.next_in_s() == 30.0
    clock.passes(seconds=31)
    assert outbox.work_once()
    clock.passes(seconds=5)
    _all(outbox)
    assert group.told == 1


TOKEN = Trouble("channel", "zalo", "123", "-216: token")


def test_a_channel_that_fails_is_told_until_it_ends_and_anew_when_it_fails_again(care: Care, outbox, group: Group):
    assert raise_trouble(care, TOKEN)
    assert not raise_trouble(care, TOKEN)
    assert end_troubles(care, {TOKEN.subject}) == 0
    _all(outbox)
    assert "📵" in group.texts()[0]
    assert end_troubles(care, set()) == 1
    _all(outbox)
    assert "🟢" in group.texts()[0]
    assert raise_trouble(care, TOKEN)
    _all(outbox)
    assert group.told == 2


def test_every_kind_of_trouble_has_its_sentence_and_its_own_end(care: Care, outbox, group: Group):
    found = [Trouble(kind, "zalo", "123", "vì sao") for kind in TROUBLES]
    assert [raise_trouble(care, each) for each in found] == [True] * len(found)
    _all(outbox)
    assert len({text.splitlines()[0] for text in group.texts()}) == len(TROUBLES)
    assert all("vì sao" in text for text in group.texts())
    assert end_troubles(care, {found[0].subject}) == len(TROUBLES) - 1
    assert open_troubles(care) == {found[0].subject}


def test_ending_troubles_leaves_danger_alone(api: Api, care: Care, outbox: DutyOutbox, group: Group):
    api.filed(**HAZARD)
    raise_news(care)
    assert end_troubles(care, set()) == 0
    _all(outbox)
    assert "🟢" not in group.texts()[0]
