"""Doubt: a part that may have left is not sent again while its echo can tell; what has left for sure never is."""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest

from conversations import Delivery, Echo, NotYet, Retry, Unclear, Undeliverable, hear_echoes

WAIT_S = 10.0


class Killed(BaseException):
    """Nothing after it runs, as after SIGKILL."""


@dataclass
class Pieces:
    """A platform that takes a message word by word; `troubles` come instead of or after taking a word."""

    taken: list[str] = field(default_factory=list)
    before: dict[int, BaseException] = field(default_factory=dict)
    after: dict[int, BaseException] = field(default_factory=dict)
    calls: int = 0

    def send(self, out):
        return out.progress.send_rest((out.content.text or "").split(), self._take, lambda word: word)

    def _take(self, word):
        self.calls += 1
        if self.calls in self.before:
            raise self.before[self.calls]
        self.taken.append(word)
        if self.calls in self.after:
            raise self.after[self.calls]
        return f"p{self.calls}"


@pytest.fixture
def platform():
    return Pieces()


@pytest.fixture
def made(db, platform):
    """made() → a delivery process of its own; its leases last a minute."""
    started = []

    def make(**more):
        more.setdefault("echo_wait_s", {"zalo": WAIT_S})
        started.append(Delivery(db, {("zalo", "oa"): platform}, **more))
        return started[-1]

    yield make
    for each in started:
        each.close()


@pytest.fixture
def waiting(db, say, drain, made, platform):
    """waiting("a b c") leaves these answers to send to An; the greeting is gone."""

    def put(*texts):
        say("an", "x")
        drain()
        delivery = made()
        while delivery.work_once():
            pass
        platform.taken, platform.calls = [], 0
        with db.transaction() as connection:
            connection.exec_driver_sql("UPDATE conversations.message SET status = 'done'")
            for text in texts:
                connection.exec_driver_sql(
                    "INSERT INTO conversations.message (id, conversation_id, direction, author, channel, account,"
                    " content, status) SELECT nextval('conversations.message_id'), id, 'out', 'bot', 'zalo', 'oa',"
                    " jsonb_build_object('text', %(t)s::text), 'queued' FROM conversations.conversation",
                    {"t": text},
                )
            connection.exec_driver_sql(
                "UPDATE conversations.conversation SET queued = %(n)s, send_at = now()", {"n": len(texts)}
            )

    return put


def send_all(delivery):
    while delivery.work_once():
        pass


def echo(word, platform_id="e1", user="an"):
    return Echo("zalo", "oa", user, platform_id, word)


def due_after(seconds, delivery):
    return seconds - 2 < delivery.next_in_s() <= seconds  # what is left of it by now


def test_a_message_goes_on_with_its_first_unsent_part_after_a_crash(waiting, made, platform, let_time_pass):
    waiting("một hai ba")
    platform.before[3] = Killed()
    with pytest.raises(Killed):
        made().work_once()
    let_time_pass()
    send_all(made())
    assert platform.taken == ["một", "hai", "ba"]


def test_what_a_dead_process_sent_is_not_sent_again_when_its_echo_came(db, waiting, made, platform, let_time_pass):
    waiting("một hai ba", "bốn")
    platform.after[2] = Killed()
    with pytest.raises(Killed):
        made().work_once()
    hear_echoes(db, [echo("hai")])
    let_time_pass()
    send_all(made())
    assert platform.taken == ["một", "hai", "ba", "bốn"]


def test_a_short_lease_that_ran_out_leaves_the_echo_its_time(db, waiting, made, platform, let_time_pass):
    waiting("một")
    platform.after[1] = Killed()
    with pytest.raises(Killed):
        made(lease_s=3).work_once()
    let_time_pass()
    heir = made(lease_s=3)
    send_all(heir)
    assert due_after(WAIT_S - 2, heir)  # what the dead process's lease left of ten seconds
    hear_echoes(db, [echo("một")])
    send_all(heir)
    assert platform.taken == ["một"]


def test_after_a_lost_answer_the_echo_ends_the_wait(db, waiting, made, platform):
    waiting("một hai", "ba")
    platform.after[1] = Unclear("no answer")
    delivery = made()
    send_all(delivery)
    assert due_after(WAIT_S, delivery)

    hear_echoes(db, [echo("một")])

    send_all(delivery)
    assert platform.taken == ["một", "hai", "ba"]


def test_an_echo_that_was_faster_than_the_lost_answer_counts(db, waiting, made, platform):
    waiting("một hai")

    class Overtaken(Pieces):
        def _take(self, word):
            came = super()._take(word)
            if word == "một":
                hear_echoes(db, [echo("một")])
                raise Unclear("no answer")
            return came

    platform.__class__ = Overtaken
    send_all(made())
    assert platform.taken == ["một", "hai"]


def test_without_an_echo_it_is_sent_again_after_the_wait(waiting, made, platform, let_time_pass):
    waiting("một")
    platform.before[1] = Unclear("HTTP 502")
    delivery = made()
    send_all(delivery)
    assert platform.taken == []
    let_time_pass()
    send_all(delivery)
    assert platform.taken == ["một"]


def test_a_doubt_outlives_a_refused_retry(db, waiting, made, platform, let_time_pass):
    waiting("một")
    platform.after[1] = Unclear("no answer")
    platform.before[2] = Retry("busy")
    delivery = made()
    send_all(delivery)
    let_time_pass()
    send_all(delivery)
    hear_echoes(db, [echo("một")])
    send_all(delivery)
    assert platform.taken == ["một"]


def test_a_late_echo_of_the_same_words_does_not_stand_for_the_next_message(db, waiting, made, platform, let_time_pass):
    waiting("dạ", "dạ")
    platform.before[2] = Unclear("HTTP 502")  # the second never arrived
    delivery = made()
    send_all(delivery)
    hear_echoes(db, [echo("dạ", "p1")])  # the first one's: we know its id from the answer
    let_time_pass()
    send_all(delivery)
    assert platform.taken == ["dạ", "dạ"]


def test_echoes_of_others_and_without_a_doubt_change_nothing(db, waiting, made, platform, let_time_pass):
    waiting("một")
    hear_echoes(db, [echo("một"), echo("một", user="chi")])
    platform.before[1] = Unclear("HTTP 502")
    delivery = made()
    send_all(delivery)
    hear_echoes(db, [echo("khác", "e9"), echo("một", user="chi")])
    assert due_after(WAIT_S, delivery)  # other words of theirs don't end the wait
    let_time_pass()
    send_all(delivery)
    assert platform.taken == ["một"]


def test_a_platform_that_shows_nothing_is_asked_again_at_once(waiting, made, platform, let_time_pass):
    waiting("một")
    platform.after[1] = Killed()
    with pytest.raises(Killed):
        made(lease_s=3, echo_wait_s={}).work_once()
    let_time_pass()
    send_all(made(lease_s=3, echo_wait_s={}))
    assert platform.taken == ["một", "một"]


def test_who_lost_the_lease_sends_nothing_more(db, waiting, made, platform, let_time_pass):
    waiting("một hai")

    class Slow(Pieces):
        def _take(self, word):
            came = super()._take(word)
            if word == "một" and self.calls == 1:
                hear_echoes(db, [echo("một")])
                let_time_pass()
                send_all(made())
            return came

    platform.__class__ = Slow
    send_all(made())
    assert platform.taken == ["một", "hai"]


def test_a_customer_whose_turn_comes_later_does_not_lose_a_try(db, waiting, made, platform, let_time_pass):
    waiting("một")
    platform.before = dict.fromkeys(range(1, 20), NotYet(1.0))
    delivery = made()
    for _ in range(19):
        assert delivery.work_once()
        let_time_pass()
    send_all(delivery)
    assert platform.taken == ["một"]


def test_a_person_who_blocked_us_in_the_middle_gets_nothing_more_of_it(db, waiting, made, platform):
    waiting("một hai", "ba")
    platform.before[2] = Undeliverable("blocked")
    send_all(made())
    assert platform.taken == ["một", "ba"]


def test_one_account_leaves_the_others_their_threads(db, say, drain, platform):
    class Nested(Pieces):
        """While a message is on its way, asks for more work."""

        def send(self, out):
            found.append(delivery.work_once())
            return super().send(out)

    found: list[bool] = []
    senders = {("zalo", "oa"): Nested(), ("telegram", "oa"): platform}
    delivery = Delivery(db, senders, at_once={"zalo": 1})
    for who in ("an", "bi"):
        say(who, "một")
    drain()
    delivery.work_once()
    assert found == [False]  # Bi waits for a lane

    say("chi", "một", channel="telegram")
    delivery.work_once()
    delivery.close()
    assert found == [False, True]
    assert platform.calls
