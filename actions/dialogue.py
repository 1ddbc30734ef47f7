"""Which need a message serves: danger first, then the task under way, then a new wish."""

from dataclasses import replace

from actions import (
    additions,
    faq,
    files,
    follow_up,
    followed,
    hazard,
    later,
    loose,
    outage_before,
    resume,
    service,
    talk,
    wordless,
)
from actions.collect import plain_answer
from actions.errors import BillingDown, CareDown, CareRefused
from actions.exchange import Exchange
from actions.facts import code_alone, customer_code
from actions.in_task import is_own, leaves, speaks
from actions.later import SURE
from actions.needs import ENDS, NEEDS, REMARKS, SENTENCES, TASK_OF, WORDS_IN_TASK
from actions.phrases import choose
from actions.turn import LAST_TRY, pressing
from actions.words import Button

# Calibrated confidence that will do for a wish to leave the question when the words say that it is left.
LEAVING = 0.3
# Stages whose question has no words of its own for the second time.
PLAIN_STAGES = frozenset({"confirm", "area", "reset", "fix", "same_fault"})

# So many answers that were none: the bot says so instead of only asking again.
IN_CIRCLES = 3


def respond(exchange: Exchange, wish: str) -> None:
    """Answer one turn; what care cannot do now is said honestly and handed to a person."""
    before, state = exchange.state.task, exchange.state
    if not exchange.turn.pressed and (payload := talk.typed_button(exchange)):
        exchange.turn = pressing(exchange.turn, payload)
        wish = exchange.action = exchange.turn.intent
    if wish != "express_anger":
        state.angry = 0
    try:
        if not files.goes_with_the_last(exchange):
            _respond(exchange, wish)
    except CareDown as down:
        if exchange.turn.tries < LAST_TRY:
            raise  # the turn is taken again in a moment, with nothing done twice
        _failed(exchange, "billing.down" if isinstance(down, BillingDown) else "care.down")
    except CareRefused:
        _failed(exchange, "care.refused")
        exchange.finish()
    if state.aside is not None and state.task is None and before is not None and not state.aside.notes.get("offered"):
        resume.offer(exchange, state.aside)
    else:
        later.offer(exchange)
    if state.task is not None:
        state.task.at = exchange.turn.now.isoformat()
    talk.keep_last(exchange, wish)


def _respond(exchange: Exchange, wish: str) -> None:
    offered, exchange.state.offered = exchange.state.offered, ""
    if hazard.named(exchange.turn, wish):
        in_hazard = exchange.state.task is not None and exchange.state.task.name == "hazard"
        if not (in_hazard and hazard.go_on(exchange)):
            hazard.start(exchange)
    elif exchange.turn.wordless:
        wordless.take(exchange)
        if exchange.state.task is not None:
            NEEDS[exchange.task.name].advance(exchange)
    elif additions.wanted(exchange):
        additions.start(exchange)
    elif exchange.state.task is not None:
        _in_task(exchange, wish)
    elif outage_before.answers_asked_back(exchange) or followed.answers_asked_back(exchange):
        exchange.state.unsure = 0
    elif not (offered and _answers_offer(exchange, wish, offered)):
        _fresh(exchange, wish)
    files.settle(exchange)
    if exchange.said and not exchange.said[-1].text:
        raise LookupError("a sentence without words")


def _answers_offer(exchange: Exchange, wish: str, offered: str) -> bool:
    """Take what was just offered, or drop it; False when the message is about something else."""
    if (wanted := _wants(exchange, wish)) is not None:
        _take_offer(exchange, offered if wanted else "deny")
    elif (wish == "inform" or exchange.turn.unsure or code_alone(exchange.turn.text)) and customer_code(
        exchange.turn.text
    ):
        _take_offer(exchange, offered, exchange.turn.text)
    else:
        return False
    return True


def _wants(exchange: Exchange, wish: str) -> bool | None:
    """The answer to an offer: a yes in longer words counts too, as nothing else is under way."""
    plain = plain_answer(exchange)
    return True if plain is None and wish == "affirm" and not exchange.turn.unsure else plain


def _take_offer(exchange: Exchange, payload: str, words: str = "") -> None:
    """What was offered, as if its button had been pressed; `deny` drops it. `words` told something for it at once."""
    exchange.turn = pressing(exchange.turn, payload)
    if words:
        exchange.turn = replace(exchange.turn, text=words, pressed=False)
    exchange.action = exchange.turn.intent
    _serve(exchange, exchange.action)


def _fresh(exchange: Exchange, wish: str) -> None:
    """No task under way."""
    turn, state = exchange.turn, exchange.state
    unsure = not turn.pressed and turn.unsure
    if state.aside is not None and (wish in ("affirm", "inform") or (unsure and plain_answer(exchange))):
        resume.take_up(exchange, state.aside)
        task = exchange.task
        if resume.stale(exchange, task) and not task.notes.get("offered"):
            resume.ask(exchange, task)
        elif wish != "inform" or not NEEDS[task.name].go_on(exchange):
            NEEDS[task.name].advance(exchange)
    elif (unsure or wish in ("inform", "out_of_scope")) and "contact" not in state.known and follow_up.take(exchange):
        pass
    elif wish == "inform" or unsure:
        loose.take(exchange)
        return
    elif not faq.answer(exchange):
        _serve_all(exchange, wish)
    state.unsure = 0


def _serve_all(exchange: Exchange, wish: str) -> None:
    """Every wish of the message: what a sentence answers at once, then one task; a second task is for later."""
    rest = later.answer_beside(exchange, {wish}, SENTENCES)
    if rest and wish in SENTENCES:
        if wish not in WORDS_IN_TASK:
            SENTENCES[wish](exchange)
        wish = rest.pop(0)
    wish, rest = later.consequence_first(wish, rest)
    exchange.turn, exchange.action = replace(exchange.turn, intent=wish), wish
    later.remember(exchange, rest)
    _serve(exchange, wish)


def _serve(exchange: Exchange, wish: str) -> None:
    """Start what the wish asks for."""
    if wish in TASK_OF:
        NEEDS[TASK_OF[wish]].start(exchange)
    elif wish in ENDS:
        ENDS[wish](exchange)
    elif wish in REMARKS:
        REMARKS[wish](exchange)
    elif wish == "affirm":
        exchange.say("affirm.nothing")
    elif wish == "deny":
        exchange.state.aside = None
        exchange.say("deny.nothing")
    else:
        talk.outside(exchange)


def _in_task(exchange: Exchange, wish: str) -> None:
    task, turn = exchange.task, exchange.turn
    need = NEEDS[task.name]
    leaving = turn.confidence >= LEAVING and choose("other_matter", turn.text) is not None
    sure = turn.pressed or turn.confidence >= SURE or leaving
    if _after_long(exchange, wish, sure):
        return
    own = {name for name in TASK_OF if is_own(exchange, name) or service.open_question(exchange, name)}
    later.remember(exchange, later.answer_beside(exchange, {wish, *own}, SENTENCES))
    if leaves(exchange, wish, sure):
        return
    if sure and wish == "express_anger":
        talk.anger_in_task(exchange)
    exchange.keep_unread = wish == "inform" or not sure
    if need.go_on(exchange):
        exchange.state.unsure = 0
    elif exchange.state.task is None:
        _fresh(exchange, wish)
    else:
        _not_for_the_task(exchange, wish, sure)
    if exchange.state.angry:
        exchange.offer(Button(exchange.words.term("button.agent"), "talk_to_agent"))


def _not_for_the_task(exchange: Exchange, wish: str, sure: bool) -> None:
    """A message the task had no use for: answered shortly if it can be, then the question stands again."""
    task, turn = exchange.task, exchange.turn
    unread = wish == "out_of_scope" and not speaks(turn.text)
    failed = not sure or unread or wish in ("inform", "affirm", "deny", "out_of_scope")
    task.tries += failed
    if failed and task.tries % IN_CIRCLES == 0:
        exchange.lead("fallback.in_task.agent")
    elif not sure or unread or wish in ("inform", "affirm", "deny"):
        if task.stage in PLAIN_STAGES:
            exchange.lead("fallback.in_task" if task.tries == 1 else "fallback.in_task.agent")
    elif wish in ("greet", "thank"):
        exchange.lead(f"{wish}.in_task")
    elif wish == "out_of_scope":
        key = talk.outside_key(exchange)
        exchange.lead(key if key != wish else "out_of_scope.in_task")
    NEEDS[task.name].advance(exchange)


def _after_long(exchange: Exchange, wish: str, sure: bool) -> bool:
    """A task left for half a day is asked about before it goes on. False when the message is for it as usual."""
    task, need = exchange.task, NEEDS[exchange.task.name]
    other = sure and not is_own(exchange, wish) and wish not in WORDS_IN_TASK and wish in (TASK_OF | SENTENCES)
    then = resume.after_long(exchange, task, other=other, ends=wish in ENDS)
    if then == "again" and not need.go_on(exchange):
        need.advance(exchange)
    elif then == "fresh":
        _fresh(exchange, wish)
    return then != "usual"


def _failed(exchange: Exchange, key: str) -> None:
    task = exchange.state.task
    exchange.say(key)
    if task is None or not task.notes.get("handed"):
        exchange.hand_over("failed_action")
    if task is not None:
        task.notes |= {"handed": True, "down": True}
