"""Whom to call and where to look: the national hotline, the centre of the province named, hours, app, sites."""

from actions import numbers
from actions.care import Centre
from actions.errors import CareError
from actions.exchange import Exchange
from actions.phrases import choose
from actions.place import Where
from bot.vietnamese import province_of


def tell(talk: Exchange) -> None:
    """What was asked for: a number to check, hours, app, office, site, mail; else numbers to call."""
    if numbers.check(talk):
        return
    tell_kind(talk, choose("contact", talk.turn.text) or "number")


def tell_kind(talk: Exchange, kind: str) -> None:
    """1558 needs no care API; the centre's own numbers and sites are told when a province is named or known."""
    if kind == "hours" and _tell_hours(talk):
        return
    if kind in ("app", "office"):
        talk.say(f"contact.{kind}")
        return
    province = province_of(talk.turn.text) or Where.of(talk.known("place")).province
    centre = _centre(talk, province)
    if centre is None or not _tell_centre(talk, centre, kind, province or ""):
        if talk.state.task is None:
            # The answer asks for the province; a bare province next is meant for it.
            talk.state.known["contact"] = {"value": kind, "at": talk.turn.now.isoformat()}
        talk.say("contact.site.which" if kind == "site" and centre is None else "contact.national")


def _tell_hours(talk: Exchange) -> bool:
    try:
        book = talk.care.directory()
    except CareError:
        return False
    talk.say("contact.hours", desk=book.desk_hours, office=book.office_hours)
    return True


def _centre(talk: Exchange, province: str | None) -> Centre | None:
    try:
        centres = talk.care.centres() if province else ()
    except CareError:
        return None
    return next((centre for centre in centres if province in centre.provinces), None)


def _tell_centre(talk: Exchange, centre: Centre, kind: str, province: str) -> bool:
    """False when the centre has nothing of that kind."""
    site = centre.website.split("://")[-1]
    if kind == "site":
        listed = (("site", site), ("email", centre.email), ("zalo", centre.zalo), ("facebook", centre.facebook))
        lines = [talk.words.term(f"contact.{name}", value=value) for name, value in listed if value]
        if lines:
            talk.say("contact.sites", name=centre.name, lines="\n".join(lines))
        return bool(lines)
    if centre.hotlines:
        key = "contact.centre.site" if site else "contact.centre"
        talk.say(key, province=province, hotlines=", ".join(centre.hotlines), name=centre.name, site=site)
    return bool(centre.hotlines)
