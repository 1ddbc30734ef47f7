"""Messages without words: a location is kept as the place's pin, a picture or sticker is answered politely."""

from dataclasses import replace

from actions import files
from actions.exchange import Exchange
from actions.place import Where


def take(talk: Exchange) -> None:
    """Keep what can be kept and say what came of it; the pending question follows."""
    pictures = set(talk.turn.attachments) - {"sticker"}
    if talk.turn.location is not None:
        _pin(talk, talk.turn.location)
    elif pictures:
        files.take(talk)
    else:
        talk.say("media.nothing")


def _pin(talk: Exchange, location: tuple[float, float]) -> None:
    state = talk.state
    known = Where.of(talk.known("place"))
    pinned = replace(known, lat=location[0], lon=location[1]).stored()
    state.known["place"] = {"value": pinned, "at": talk.turn.now.isoformat()}
    if state.task is None:
        talk.say("media.location.no_task")
        return
    for one in state.task.form.fields:
        if one.kind in ("place", "address"):
            state.task.facts[one.name] = pinned
    talk.lead("media.location")
