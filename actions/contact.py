"""Whom to call: the national hotline, and the care centre of the province named."""

from actions.errors import CareError
from actions.exchange import Exchange
from actions.place import Where
from bot.vietnamese import province_of


def tell(talk: Exchange) -> None:
    """1558 always; the centre's own hotline when a province is named or known. Needs no care API for the first."""
    province = province_of(talk.turn.text) or Where.of(talk.known("place")).province
    try:
        centres = talk.care.centres() if province else ()
    except CareError:
        centres = ()
    for centre in centres:
        if province in centre.provinces and centre.hotlines:
            hotlines = " – ".join(centre.hotlines)
            talk.say("contact.centre", province=province or "", hotlines=hotlines, name=centre.name)
            return
    if talk.state.task is None:
        # The answer asks for the province; a bare province next is meant for it.
        talk.state.known["contact"] = {"value": "asked", "at": talk.turn.now.isoformat()}
    talk.say("contact.national")
