"""The claims about bills: one that seems too high, trouble with a payment, e-invoices by e-mail."""

from datetime import date

from actions import contract, service_info, usage
from actions.accounts import Account, Reading
from actions.care import Json
from actions.claim import Claim, Facts
from actions.claim import advance as advance_claim
from actions.claim import answered as claim_answered
from actions.claim import go_on as go_on_claim
from actions.claim import start as start_claim
from actions.claim_questions import AMOUNT, CHANNEL, EMAIL, PAID_ON, PHONE, READING, WRONG_CODE, choice, yes_no
from actions.exchange import Exchange
from actions.figures import amount, day, period_name
from actions.phrases import choose
from actions.quantities import periods_in, shift
from actions.service_choice import chosen
from bot.vietnamese import find_emails

CONTRACT = "ECONTRACT"


def start_high_bill(talk: Exchange) -> None:
    """A bill that seems too high."""
    _start(talk, HIGH_BILL)


def start_payment_problem(talk: Exchange) -> None:
    """Money that went astray; "trả nhầm sang mã …" names somebody else's code."""
    picked = talk.turn.picked.get("problem") or choose("problem", talk.turn.text)
    _start(talk, PAYMENT, own_code=picked != "wrong_code")


def start_einvoice(talk: Exchange) -> None:
    """How to get e-invoices; by e-mail when that is wished."""
    choice = chosen("ask_einvoice", talk.turn.text)
    if choice is not None and choice.service == CONTRACT:
        service_info.tell(talk, talk.care.service(CONTRACT))
    elif talk.turn.picked.get("own") or find_emails(talk.turn.text) or choose("einvoice", talk.turn.text):
        _start(talk, E_INVOICE)
    else:
        talk.say("einvoice.how")


def _start(talk: Exchange, claim: Claim, *, own_code: bool = True) -> None:
    periods = periods_in(talk.turn.text, talk.turn.now)
    start_claim(talk, claim, {"period": periods[-1]} if periods else {}, own_code=own_code)


def go_on(talk: Exchange) -> bool:
    """See claim.go_on."""
    return go_on_claim(talk, OF_TASK[talk.task.name])


def advance(talk: Exchange) -> None:
    """See claim.advance."""
    advance_claim(talk, OF_TASK[talk.task.name])


def answered(talk: Exchange) -> bool:
    """See claim.answered."""
    return claim_answered(talk, OF_TASK[talk.task.name])


def _compare(talk: Exchange) -> bool:
    """Say plainly how the bill differs from the month and the year before; nothing is known of an empty account."""
    account = contract.account(talk)
    if account is None:
        return False
    period = talk.task.notes.get("period")
    now = account.reading(period) if period else None
    now = now or (account.readings[0] if account.readings else None)
    if now is None:
        talk.say("high_bill.nothing")
        return True
    talk.task.notes |= {"period": now.period, "last": now.new}
    invoice = account.invoice(now.period)
    talk.say(
        "high_bill.compared",
        code=contract.short(account.code),
        period=period_name(now.period),
        cost=talk.words.term("high_bill.cost", total=amount(invoice.total)) if invoice else "",
        kwh=amount(now.kwh),
        days=str(now.days),
        compared=usage.compared(talk, account, now),
        plainly=_plainly(talk, account, now),
    )
    return True


def _plainly(talk: Exchange, account: Account, now: Reading) -> str:
    """What a longer period, or none at all, explains."""
    before = account.reading(shift(now.period, 1))
    if before is None:
        return ""
    if now.days != before.days:
        key = "high_bill.longer" if now.days > before.days else "high_bill.shorter"
        return "\n" + talk.words.term(key, days=str(abs(now.days - before.days)))
    return "\n" + talk.words.term("high_bill.not_more") if now.kwh <= before.kwh else ""


def _high_details(facts: Facts) -> Json:
    return {key: facts.get(key) for key in ("cause", "leak", "reading")} | {"call": facts.get("phone")}


def _high_description(talk: Exchange) -> str:
    task = talk.task
    period = task.notes.get("period")
    parts = {
        "period": period_name(period) if period else "",
        "words": task.notes.get("words", ""),
        "cause": talk.words.term(f"cause.{task.facts['cause']}") if task.facts.get("cause") else "",
        "reading": task.facts.get("reading") or talk.words.term("note.unread"),
        "last": amount(task.notes["last"]) if "last" in task.notes else "",
    }
    return talk.words.term("note.high_bill", **parts)


def _look_for_payments(talk: Exchange) -> bool:
    """Tell what the account shows of the trouble named; a debt that does not exist ends the matter."""
    account = contract.account(talk)
    if account is None:
        return False
    problem = talk.task.facts.get("problem")
    if problem == "still_owed" and account.debt == 0:
        last = account.payments[0] if account.payments else None
        key = "payment_problem.settled" if last else "payment_problem.no_debt"
        talk.say(
            key,
            code=contract.short(account.code),
            amount=amount(last.amount) if last else "",
            day=day(last.paid_on) if last else "",
            channel=last.channel if last else "",
        )
        return False
    if problem == "still_owed":
        talk.say("payment_problem.owed", code=contract.short(account.code), debt=amount(account.debt))
    elif problem == "twice":
        _tell_twice(talk, account)
    return True


def _tell_twice(talk: Exchange, account: Account) -> None:
    seen: dict[str, date] = {}
    for payment in account.payments:
        if payment.period in seen:
            talk.say(
                "payment_problem.seen_twice",
                period=period_name(payment.period),
                amount=amount(payment.amount),
                first=day(payment.paid_on),
                second=day(seen[payment.period]),
            )
            return
        seen[payment.period] = payment.paid_on
    talk.say("payment_problem.not_seen_twice")


def _payment_details(facts: Facts) -> Json:
    names = ("problem", "amount", "payment_channel", "paid_on", "wrong_code")
    return {key: facts.get(key) for key in names} | {"call": facts.get("phone")}


def _payment_description(talk: Exchange) -> str:
    problem = talk.words.term(f"problem.{talk.task.facts['problem']}")
    return talk.words.term("note.payment", problem=problem, words=talk.task.notes.get("words", ""))


def _nothing_to_tell(talk: Exchange) -> bool:
    return True


HIGH_BILL = Claim(
    name="high_bill",
    service="BILL_COMPLAINT",
    questions=(choice("cause", "appliances", "people", "heat", "none"), yes_no("leak"), READING, PHONE),
    introduce=_compare,
    description=_high_description,
    details=_high_details,
    without_code="BILL_COMPLAINT",
)
PAYMENT = Claim(
    name="payment_problem",
    service="PAYMENT_PROBLEM",
    questions=(
        choice("problem", "still_owed", "twice", "wrong_code", "other"),
        WRONG_CODE,
        AMOUNT,
        CHANNEL,
        PAID_ON,
        PHONE,
    ),
    introduce=_look_for_payments,
    description=_payment_description,
    details=_payment_details,
)
E_INVOICE = Claim(
    name="einvoice",
    service="EINVOICE",
    questions=(EMAIL,),
    introduce=_nothing_to_tell,
    description=lambda talk: talk.words.term("note.einvoice"),
    details=lambda facts: {},
)
OF_TASK = {claim.name: claim for claim in (HIGH_BILL, PAYMENT, E_INVOICE)}
