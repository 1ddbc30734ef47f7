"""What a contract used: a period's readings, compared with the month and the year before, and a picture."""

from actions import contract
from actions.accounts import Account, Reading
from actions.exchange import Exchange
from actions.figures import amount, day, period_name
from actions.phrases import choose
from actions.quantities import shift

MONTHS_SHOWN = 12
A_YEAR = 12


def tell(talk: Exchange, account: Account) -> None:
    """Answer for the period asked about; the newest where none is named."""
    code = contract.short(account.code)
    if not account.readings:
        talk.say("usage.none", code=code)
        return
    periods = talk.task.notes["periods"]
    if choose("daily", talk.turn.text) or talk.task.notes.get("daily"):
        talk.lead("usage.daily")
    wanted = account.reading(periods[-1]) if periods else account.readings[0]
    if wanted is None:
        talk.lead("usage.not_yet", period=period_name(periods[-1]))
        wanted = account.readings[0]
    _picture(talk, account)
    talk.say(
        "usage.one",
        code=code,
        period=period_name(wanted.period),
        first=day(wanted.first),
        last=day(wanted.last),
        days=str(wanted.days),
        kwh=amount(wanted.kwh),
        old=amount(wanted.old),
        new=amount(wanted.new),
        compared=compared(talk, account, wanted),
    )


def compared(talk: Exchange, account: Account, now: Reading) -> str:
    """Further lines that hold a period against the one before and the same a year ago; empty when neither is known."""
    lines = []
    for key, back in (("month", 1), ("year", A_YEAR)):
        before = account.reading(shift(now.period, back))
        if before is not None:
            lines.append(talk.words.term(f"usage.than_{key}", change=change(talk, before.kwh, now.kwh),
                                         period=period_name(before.period), kwh=amount(before.kwh)))  # fmt: skip
    return "".join(f"\n{line}" for line in lines)


def change(talk: Exchange, before: int, now: int) -> str:
    """How much more or less, in kWh and, where that means something, per cent."""
    difference = now - before
    if difference == 0:
        return talk.words.term("usage.same")
    percent = talk.words.term("usage.percent", percent=str(round(abs(difference) * 100 / before))) if before else ""
    key = "usage.more" if difference > 0 else "usage.less"
    return talk.words.term(key, kwh=amount(abs(difference)), percent=percent)


def _picture(talk: Exchange, account: Account) -> None:
    shown = list(reversed(account.readings[:MONTHS_SHOWN]))
    if len(shown) < 2:
        return
    talk.show(
        {
            "kind": "bars",
            "name": talk.words.term("usage.picture.file"),
            "title": talk.words.term("usage.picture.title", code=contract.short(account.code)),
            "bars": [[_month(one.period, first=one is shown[0]), one.kwh] for one in shown],
        }
    )


def _month(period: str, *, first: bool) -> str:
    """The month's number; its year below it where one begins."""
    year, month = period.split("-")
    return f"{int(month)}\n{year}" if first or month == "01" else str(int(month))
