"""Rules about bills and paying that hold for everybody: they need no contract and no care backend."""

from actions.exchange import Exchange
from actions.phrases import choose


def payment_methods(talk: Exchange) -> None:
    """Where and how to pay; the answer to the detail asked, else the short list."""
    talk.say(talk.words.first_of(f"methods.{choose('methods', talk.turn.text)}", "methods"))


def tell_due(talk: Exchange) -> bool:
    """Answer what happens to who pays late; False when the question was until when to pay."""
    topic = choose("due", talk.turn.text)
    if topic is None:
        return False
    talk.say(f"due.{topic}")
    return True
