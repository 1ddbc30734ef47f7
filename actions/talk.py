"""Small talk: greeting, thanks, goodbye, the menu, and what lies outside."""

from actions.exchange import Exchange


def greet(talk: Exchange) -> None:
    """Introduce the bot once; later just answer."""
    talk.say("greet.again" if talk.state.greeted else "greet.first")
    talk.state.greeted = True


def thank(talk: Exchange) -> None:
    """Take the thanks."""
    talk.say("thank")


def goodbye(talk: Exchange) -> None:
    """Part; a report not yet confirmed is said to be unsent."""
    unsent = talk.state.task is not None and not talk.state.task.ticket and talk.state.task.returns
    talk.finish()
    talk.state.aside = None
    talk.say("goodbye.unsent" if unsent else "goodbye")


def menu(talk: Exchange) -> None:
    """What the bot can do, as buttons."""
    talk.say("help")


def outside(talk: Exchange) -> None:
    """Not ours, or not yet: say so honestly."""
    intent = talk.turn.intent
    if intent == "repeat":
        menu(talk)
        return
    fallback = "out_of_scope" if intent == "out_of_scope" else "elsewhere.service"
    talk.say(talk.words.first_of(f"elsewhere.{intent}", fallback))


def cancel(talk: Exchange) -> None:
    """Drop what is under way."""
    if talk.state.task is None:
        talk.say("cancel.nothing")
        return
    key = "cancel.filed" if talk.state.task.ticket else "cancel.done"
    code = talk.state.task.ticket
    talk.finish()
    talk.state.aside = None
    talk.say(key, code=code)


def start_over(talk: Exchange) -> None:
    """Forget what was said and show the menu; tickets stay."""
    talk.state.task = talk.state.aside = None
    talk.state.known.clear()
    talk.state.unsure = 0
    talk.say("start_over")


def wordless(talk: Exchange) -> None:
    """A sticker, picture or file: nothing to read, and no picture was asked for."""
    pictures = set(talk.turn.attachments) - {"sticker"}
    talk.say("media.picture" if pictures else "media.nothing")
