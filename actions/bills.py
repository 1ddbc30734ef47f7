"""Questions about one's own bills: amount, debt, due day, use, reading day; answered once the contract is open."""

from actions import bill_facts, contract, estimating, usage
from actions.accounts import Account, Invoice
from actions.exchange import Exchange
from actions.figures import amount, day, period_name
from actions.phrases import choose
from actions.quantities import lately_in, periods_in
from bot.vietnamese import find_meter_readings

MOST_LISTED = 12


def start_bill(talk: Exchange) -> None:
    """What a period, or several, cost; or what is owed."""
    _start(talk, "bill")


def start_usage(talk: Exchange) -> None:
    """How much was used, compared, with a picture of twelve months; two readings told are reckoned up instead."""
    if len(find_meter_readings(talk.turn.text)) == 2:
        estimating.start(talk)
        return
    _start(talk, "usage")


def start_due(talk: Exchange) -> None:
    """Until when to pay: one's own day where the contract is open or named, else the general rule."""
    if bill_facts.tell_due(talk) or not _own(talk):
        return
    _start(talk, "due")


def start_reading_day(talk: Exchange) -> None:
    """When the meter is read: one's own day, else the general rule."""
    if not _own(talk):
        talk.say("reading_day.general")
        return
    _start(talk, "reading_day")


def go_on(talk: Exchange) -> bool:
    """Take the customer code or the one-time code, or another period to look at."""
    return contract.go_on(talk, _tell)


def advance(talk: Exchange) -> None:
    """Ask again, or answer."""
    contract.advance(talk, _tell)


def follow_up(talk: Exchange) -> bool:
    """ "Còn tháng 9 thì sao": the last question again for another period; False when it was about something else."""
    asked = talk.known("bill_asked")
    if not asked or not periods_in(talk.turn.text, talk.turn.now):
        return False
    _start(talk, asked)
    return True


def _start(talk: Exchange, name: str) -> None:
    contract.begin(talk, name)
    talk.task.notes["periods"] = list(periods_in(talk.turn.text, talk.turn.now))
    talk.task.notes["latest"] = lately_in(talk.turn.text)
    talk.task.notes["owed"] = choose("owed", talk.turn.text) is not None
    advance(talk)


def _own(talk: Exchange) -> bool:
    """Whether the question is about the customer's own contract rather than the rule."""
    if talk.turn.picked.get("own") or contract.named(talk) or contract.is_open(talk):
        return True
    if talk.turn.intent == "ask_payment_due":
        talk.say("due.general")
    return False


def _tell(talk: Exchange) -> None:
    account = contract.account(talk)
    if account is None:
        return
    told = {"bill": _bill, "usage": usage.tell, "due": _due, "reading_day": _reading_day}
    told[talk.task.name](talk, account)
    if talk.task.name in ("bill", "usage"):
        talk.state.known["bill_asked"] = {"value": talk.task.name, "at": talk.turn.now.isoformat()}
    talk.finish()


def _bill(talk: Exchange, account: Account) -> None:
    code = contract.short(account.code)
    periods = talk.task.notes["periods"]
    if count := talk.task.notes.get("latest"):  # the newest there are, this month's too where it is billed already
        periods = [one.period for one in account.invoices[:count]]
    if not account.invoices:
        talk.say("bill.none", code=code)
    elif talk.task.notes["owed"] and not periods:
        _debt(talk, account)
    elif len(periods) > 1:
        _list(talk, account, periods)
    else:
        _one(talk, account, periods[0] if periods else account.invoices[0].period)


def _one(talk: Exchange, account: Account, period: str) -> None:
    invoice = account.invoice(period)
    if invoice is None:
        newest, oldest = account.invoices[0], account.invoices[-1]
        if period < oldest.period:
            talk.say("bill.too_old", period=period_name(period), first=period_name(oldest.period))
            return
        talk.lead("bill.not_yet" if period > newest.period else "bill.no_such", period=period_name(period))
        invoice = newest
    others = account.debt - (invoice.total if invoice.status != "paid" else 0)
    rest = talk.words.term("bill.others_owed", amount=amount(others)) if others > 0 else ""
    talk.say(
        "bill.one",
        period=period_name(invoice.period),
        code=contract.short(account.code),
        total=amount(invoice.total),
        kwh=amount(invoice.kwh),
        status=_status(talk, invoice),
        rest=rest,
    )


def _list(talk: Exchange, account: Account, periods: list[str]) -> None:
    found = [one for one in account.invoices if one.period in periods][:MOST_LISTED]
    if not found:
        talk.say("bill.too_old", period=period_name(periods[-1]), first=period_name(account.invoices[-1].period))
        return
    lines = "\n".join(
        talk.words.term(
            "bill.line",
            period=period_name(one.period),
            total=amount(one.total),
            kwh=amount(one.kwh),
            status=talk.words.term(f"bill.short.{one.status}"),
        )
        for one in found
    )
    talk.say("bill.list", code=contract.short(account.code), lines=lines, sum=amount(sum(one.total for one in found)))


def _debt(talk: Exchange, account: Account) -> None:
    code = contract.short(account.code)
    if account.debt == 0:
        talk.say("bill.no_debt", code=code)
        return
    lines = "\n".join(
        talk.words.term("bill.owed_line", period=period_name(one.period), total=amount(one.total), due=day(one.due))
        for one in account.unpaid
    )
    talk.say("bill.debt", code=code, debt=amount(account.debt), lines=lines)


def _due(talk: Exchange, account: Account) -> None:
    code = contract.short(account.code)
    if not account.unpaid:
        talk.say("bill.no_debt" if account.debt == 0 else "due.older", code=code, debt=amount(account.debt))
        return
    first = account.unpaid[0]
    key = "due.own" if first.status == "unpaid" else "due.own.overdue"
    talk.say(
        key,
        code=code,
        period=period_name(first.period),
        total=amount(first.total),
        due=day(first.due),
        debt=amount(account.debt),
    )


def _reading_day(talk: Exchange, account: Account) -> None:
    code = contract.short(account.code)
    if account.reading_day is None:
        talk.say("reading_day.unknown", code=code)
    elif account.reading_day > 28:
        talk.say("reading_day.last", code=code)
    else:
        talk.say("reading_day.own", code=code, day=str(account.reading_day))


def _status(talk: Exchange, invoice: Invoice) -> str:
    paid = (
        talk.words.term("bill.paid_on", day=day(invoice.paid_on)) if invoice.paid_on else talk.words.term("bill.paid")
    )
    if invoice.status == "paid":
        return paid
    return talk.words.term(f"bill.{invoice.status}", due=day(invoice.due))
