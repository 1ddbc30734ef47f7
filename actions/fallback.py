"""Not understood: odd messages answered for what they are, then a fact, then a guess; the second time a person is offered."""

from actions import faq, odd
from actions.exchange import Exchange
from actions.phrases import choose
from actions.words import Button

# Nobody means these when a message is unclear, or a button for them would be odd.
NEVER_GUESSED = frozenset(
    {
        *("affirm", "deny", "inform", "cancel", "start_over", "repeat", "help", "talk_to_agent"),
        *("greet", "goodbye", "thank", "bot_challenge", "express_anger", "give_praise", "out_of_scope"),
    }
)
GUESSES = 2
# Every so many times the menu stands for the offer of a person, which was not taken.
ROUNDS = 3
WORTH_GUESSING = 0.12


def unsure(talk: Exchange) -> None:
    """Outside any task."""
    if faq.answer(talk):
        talk.state.unsure = 0
        return
    talk.state.unsure += 1
    text = talk.turn.text
    if talk.state.unsure > 1:
        talk.say("fallback.offer_agent" if talk.state.unsure % ROUNDS else "help")
    elif kind := odd.kind_of(text):
        talk.say(f"odd.{kind}")
    elif whose := odd.whose(text):
        talk.say(f"out_of_scope.{whose}")
    elif topic := choose("topic", text):
        talk.say(f"fallback.first.{topic}")
    else:
        _guess(talk)


def _guess(talk: Exchange) -> None:
    """One question back with the likeliest wishes as buttons; the menu when nothing is likely."""
    guessed = [
        name
        for name, sure in talk.turn.ranking
        if sure >= WORTH_GUESSING and name not in NEVER_GUESSED and f"wish.{name}" in talk.words.terms
    ][:GUESSES]
    if not guessed:
        talk.say("fallback.first")
        return
    buttons = [Button(talk.words.term(f"wish.{name}"), name) for name in guessed]
    wants = [talk.words.term(f"want.{name}") for name in guessed]
    talk.say(f"fallback.guess.{len(wants)}", buttons, **{f"want_{i}": want for i, want in enumerate(wants, 1)})
