"""Small talk: greeting, thanks, goodbye, the menu, anger, asking again, and what lies outside."""

from dataclasses import replace
from datetime import datetime, timedelta

from actions import faq, odd
from actions.exchange import Exchange
from actions.words import Button, Said
from bot.vietnamese import fold

# What was said longer ago is not said again: the customer means something else by now.
SAID_AGAIN = timedelta(minutes=15)
LONGEST_KEPT = 1500
MOST_TIMES_SAID = 3


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
    talk.state.later.clear()
    talk.say("goodbye.unsent" if unsent else "goodbye")


def menu(talk: Exchange) -> None:
    """What the bot can do: groups as buttons, or the wishes of the group picked."""
    if talk.turn.text and odd.kind_of(talk.turn.text) == "foreign":
        talk.say("odd.foreign")
        return
    talk.say(talk.words.first_of(f"help.{talk.turn.picked.get('topic', '')}", "help"))


def robot(talk: Exchange) -> None:
    """Honest about being a machine."""
    talk.say("bot_challenge")


def anger(talk: Exchange) -> None:
    """Calm and short; a person is offered each time."""
    talk.state.angry += 1
    talk.say("anger" if talk.state.angry == 1 else "anger.again")


def anger_in_task(talk: Exchange) -> None:
    """As `anger`, before the question that stands."""
    talk.state.angry += 1
    talk.lead("anger.in_task" if talk.state.angry == 1 else "anger.in_task.again")


def say_again(talk: Exchange) -> bool:
    """The last bubble with its buttons; False when there is none of lately."""
    last = talk.state.last
    if not last or talk.turn.now - datetime.fromisoformat(last["at"]) > SAID_AGAIN:
        return False
    talk.said.append(Said(last["text"], tuple(Button(title, payload) for title, payload in last["buttons"])))
    return True


def keep_last(talk: Exchange, wish: str) -> None:
    """Remember the last bubble of this turn for `say_again`.

    A question that stands in the same words for the third time says that it goes in circles, and offers a person.
    """
    if not talk.said:
        return
    last, plain = talk.state.last, talk.said[-1].text[:LONGEST_KEPT]
    times = last.get("times", 1) + 1 if last.get("plain") == plain else 1
    if times % MOST_TIMES_SAID == 0 and talk.state.task is not None and wish != "repeat":
        circles = talk.words.say("fallback.in_task.agent").text
        talk.said[-1] = replace(talk.said[-1], text=f"{circles}\n{talk.said[-1].text}")
        talk.offer(Button(talk.words.term("button.agent"), "talk_to_agent"))
    said = talk.said[-1]
    talk.state.last = {
        "text": said.text[:LONGEST_KEPT],
        "plain": plain,
        "times": times,
        "buttons": [[one.title, one.payload] for one in said.buttons],
        "shown": {one.title: one.payload for bubble in talk.said for one in bubble.buttons},
        "at": talk.turn.now.isoformat(),
    }


def typed_button(talk: Exchange) -> str | None:
    """The payload of a button whose title was typed instead of pressed; None for any other message."""
    typed = _bare(talk.turn.text)
    shown: dict[str, str] = talk.state.last.get("shown") or {}
    return next((payload for title, payload in shown.items() if typed and _bare(title) == typed), None)


def _bare(text: str) -> str:
    return " ".join("".join(char if char.isalnum() else " " for char in fold(text)).split())


def repeat(talk: Exchange) -> None:
    """Say it again, or show the menu when there is nothing to say again."""
    if not say_again(talk):
        menu(talk)


def outside(talk: Exchange) -> None:
    """Not ours: say so honestly."""
    kind = odd.kind_of(talk.turn.text)
    if kind is None and faq.answer(talk):
        return
    key = f"odd.{kind}" if kind else outside_key(talk)
    # The same refusal twice helps nobody.
    again = talk.state.last.get("text") == talk.words.say(key).text
    talk.say("out_of_scope.again" if again else key)


def outside_key(talk: Exchange) -> str:
    """The words for what lies outside: other utilities are named."""
    whose = odd.whose(talk.turn.text)
    return f"out_of_scope.{whose}" if whose else "out_of_scope"


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
    talk.state.later.clear()
    talk.state.unsure = talk.state.angry = 0
    talk.say("start_over")
