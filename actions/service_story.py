"""What a customer tells beside the questions of a service: kept in its description, not lost and not taken for a new wish."""

from actions.exchange import Exchange
from actions.faq import CERTAIN
from actions.free_words import LONGEST_TEXT, telling

STORY = "description"
TROUBLES = ("report_", "complain_", "request_compensation")


def part_of_story(talk: Exchange, wish: str) -> bool:
    """Whether a likely wish is only part of what is being complained about: "tủ lạnh bị cháy do điện chập chờn"."""
    likely = not talk.turn.pressed and talk.turn.confidence < CERTAIN
    return likely and wish.startswith(TROUBLES) and _has_story(talk)


def more_story(talk: Exchange) -> bool:
    """Keep words that are no fact asked for, but tell more of the matter; False when they don't."""
    turn, facts = talk.turn, talk.task.facts
    text = " ".join(turn.text.split())
    about = turn.unsure or turn.intent == "inform" or talk.turn.intent.startswith(TROUBLES)
    own = turn.intent in talk.task.notes["service"]["wishes"]
    if not (about or own) or not _has_story(talk) or text.endswith("?") or not telling(text):
        return False
    before = facts.get(STORY, "")
    if text.lower() in before.lower():
        return False
    facts[STORY] = (
        f"{before.rstrip('.')}. {text[:1].upper()}{text[1:]}"[:LONGEST_TEXT] if before else text[:LONGEST_TEXT]
    )
    talk.lead("service.noted")
    return True


def _has_story(talk: Exchange) -> bool:
    return any(one.name == STORY and one.kind == "text" for one in talk.task.form.fields)
