"""A stranger's look-up: stage and due time only, the same words for every wrong try, then a pause."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

from apiflask import APIFlask

from tests.care.conftest import Answer, Api, Clock


def ask(api: Api, code: str, last_three: str, asker: str = "7") -> Answer:
    return api.post("/tickets/status-check", {"code": code, "last_three": last_three, "asker": asker})


def test_code_and_digits_show_the_stage_and_nothing_else(api: Api) -> None:
    ticket = api.filed()
    answer = ask(api, ticket["code"].lower(), "111")
    assert answer.json == {
        "code": ticket["code"],
        "status": "new",
        "stage_vi": "đã tiếp nhận, đang chờ phân công",
        "service_name": "Báo mất điện / yêu cầu sửa chữa điện",
        "due_at": ticket["due_at"],
    }


def test_wrong_code_and_wrong_digits_sound_alike(api: Api) -> None:
    code = api.filed()["code"]
    without_phone = api.filed(phone=None)["code"]
    answers = [ask(api, *pair) for pair in ((code, "112"), ("YC00000000", "111"), ("nothing", ""), (without_phone, ""))]
    assert {(a.status_code, a.data) for a in answers} == {(404, answers[0].data)}


def test_five_wrong_tries_pause_the_asker_for_fifteen_minutes(api: Api, clock: Clock) -> None:
    code = api.filed()["code"]
    for _ in range(5):
        assert ask(api, "YC00000000", "000").status_code == 404
    paused = ask(api, code, "111")
    assert (paused.status_code, paused.headers["Retry-After"]) == (429, "901")
    assert ask(api, code, "111", asker="8").status_code == 200
    clock.passes(minutes=15)
    assert ask(api, code, "111").status_code == 200


def test_five_wrong_tries_pause_the_code_whoever_asks(api: Api, clock: Clock) -> None:
    code = api.filed()["code"]
    for asker in range(5):
        assert ask(api, code, "000", asker=str(asker)).status_code == 404
    assert ask(api, code, "111", asker="99").status_code == 429
    clock.passes(minutes=15)
    assert ask(api, code, "111", asker="99").status_code == 200


def test_guesses_at_once_are_all_counted(app: APIFlask) -> None:
    code = Api(app.test_client()).filed()["code"]
    with ThreadPoolExecutor(8) as guessers:
        statuses = list(
            guessers.map(lambda n: ask(Api(app.test_client()), code, f"{n:03}", str(n)).status_code, range(12))
        )
    assert sorted(statuses) == [404] * 5 + [429] * 7
