"""What a service takes: papers, steps, time and cost, as far as they are certain; then the offer to register."""

from collections.abc import Sequence
from datetime import datetime

from actions.exchange import LATELY, Exchange
from actions.field_values import read
from actions.free_words import FILE
from actions.options import named_in
from actions.phrases import phrases
from actions.service_ask import say_in_bubbles
from actions.service_choice import chosen, fitting, serving
from actions.service_match import clear, ranked
from actions.service_words import in_text, paper_lines, time_lines, title
from actions.services import Service
from actions.words import Button

MOST_OFFERED = 5
MOST_LINES, MOST_LETTERS = 3, 240
ALL = frozenset({"papers", "time", "cost", "steps"})
NEW_CONNECTION = "request_new_connection"
# Asked for most, offered when no service is named at all.
USUAL = ("NEW_LV_RES", "TRANSFER_SUBJECT", "CHANGE_CAPACITY_PHASE", "CHANGE_INFO", "TERMINATE_CONTRACT")
# Services with a dialogue of their own, and the button that begins it.
OWN = {
    "REPORT_OUTAGE": "report_outage",
    "REPORT_HAZARD": "report_hazard",
    "OUTAGE_SCHEDULE": "ask_planned_outage",
    "CALLBACK": "talk_to_agent",
    "LOOKUP_BILL": "ask_bill",
    "BILL_COMPLAINT": "complain_high_bill",
    "PAYMENT_PROBLEM": "report_payment_problem",
    "PAYMENT": "ask_payment_methods",
    "PAYMENT_POINT": "ask_payment_methods",
    "EINVOICE": "ask_einvoice;own=yes",
    "SCAM_REPORT": "ask_scam;report=yes",
    "PRAISE": "give_praise",
}


def start(talk: Exchange, wish: str) -> None:
    """Tell of the service named by a button, the words or the wish; ask which one when that is unclear."""
    service = _meant(talk, wish)
    if service is None and (told := _told_lately(talk)) is not None:
        tell(talk, told, offering=False)
        return
    if service is None:
        begin_which(talk)
        return
    if talk.state.task is not None and talk.state.task.name == "service" and talk.task.stage == "which":
        talk.state.task = None
    tell(talk, service)


def _told_lately(talk: Exchange) -> Service | None:
    """The service told of last, where only a side of it is asked about: "mất bao lâu"."""
    services = talk.care.services()
    if not sides(talk.turn.text) or ranked(talk.turn.text, services) or not (kept := talk.state.known.get("service")):
        return None
    lately = talk.turn.now - datetime.fromisoformat(kept["at"]) <= LATELY
    return next((one for one in services if one.id == kept["value"]), None) if lately else None


def aside(talk: Exchange) -> bool:
    """A question about a service inside another task, which goes on afterwards; False when it is unclear which one."""
    service = _meant(talk, "ask_service_info")
    own = talk.task.notes.get("service") if talk.task.name == "service" else None
    if service is None and own and not ranked(talk.turn.text, talk.care.services()):
        service = talk.care.service(own["id"])
    if service is None or talk.task.stage == "which":
        return False
    tell(talk, service, offering=False)
    return True


def tell(talk: Exchange, service: Service, *, offering: bool = True) -> None:
    """The sides that were asked about, all of them when none was."""
    asked = sides(talk.turn.text)
    # "Thủ tục sao?" asks for everything.
    told = ALL if not asked - {"steps"} else asked
    name, lines = in_text(service.name), _lines(talk, service, told)
    remember(talk, service.id)
    if "papers" in told and not service.papers:
        lines.insert(0, talk.words.term("info.no_papers"))
    for number, few in enumerate(few_lines(lines)):
        talk.say("service.info.more" if number else "service.info", name=name, lines="\n".join(few))
    if "papers" in told and service.papers:
        key = "service.info.papers" if lines else "service.info.papers_only"
        talk.say(key, name=name, papers="\n".join(paper_lines(talk.words, service)))
    if not offering:
        return
    talk.say("service.info.next", [Button(talk.words.term("button.register"), payload(service))])
    if talk.state.task is None:
        talk.state.offered = payload(service)


def few_lines(lines: Sequence[str]) -> list[list[str]]:
    """The lines of each bubble: what a phone shows without scrolling; a longer line has a bubble of its own."""
    bubbles: list[list[str]] = []
    for line in lines:
        last = bubbles[-1] if bubbles else []
        if last and len(last) < MOST_LINES and len("\n".join([*last, line])) <= MOST_LETTERS:
            last.append(line)
        else:
            bubbles.append([line])
    return bubbles


def sides(text: str) -> set[str]:
    """Which sides of a service a text asks about: papers, time, cost, steps."""
    return {side for side, said in phrases(FILE)["aspect"].items() if any(named_in(one, text) for one in said)}


def remember(talk: Exchange, service_id: str) -> None:
    """The service told of last: "phí bao nhiêu" asks about it."""
    talk.state.known["service"] = {"value": service_id, "at": talk.turn.now.isoformat()}


def payload(service: Service) -> str:
    """What the register button carries."""
    return OWN.get(service.id, f"ask_service_info;register={service.id}")


def begin_which(talk: Exchange, wish: str | None = None) -> None:
    """Ask which service is meant: of one `wish`, or to be told about."""
    before = talk.state.task
    if before is not None and before.name == "service" and before.stage == "which":
        talk.state.task = None
    task = talk.begin("service", carry=())
    task.stage, task.asking = "which", ""
    task.notes |= {"fields": [], "said": talk.turn.text, "wish": wish}
    if wish is not None:
        task.notes["in_text"] = talk.words.term(f"want.{wish}")
    if wish is None:
        found = ranked(talk.turn.text, talk.care.services(), _other_wishes(talk))
        task.notes["candidates"] = [one for one, _ in found[:MOST_OFFERED]] or list(USUAL)
        task.notes["guessed"] = bool(found)
    ask_which(talk)


def ask_which(talk: Exchange) -> None:
    """The question of the stage "which", with buttons."""
    task = talk.task
    if task.notes["wish"] is not None:
        again = "again" if task.tries else "which"
        talk.say(talk.words.first_of(f"service.{again}.{task.notes['wish']}", f"service.which.{task.notes['wish']}"))
        return
    known = {one.id: one for one in talk.care.services()}
    offered = [known[one] for one in task.notes["candidates"] if one in known]
    buttons = [Button(title(talk.words, one), f"ask_service_info;service={one.id}") for one in offered]
    say_in_bubbles(talk, "service.which.near" if task.notes["guessed"] else "service.which.any", buttons)


def hear_which(talk: Exchange) -> bool:
    """The answer in words to which service is to be told about; False when it names none clearly."""
    service = _meant(talk, "ask_service_info")
    if service is None:
        return False
    talk.state.task = None
    tell(talk, service)
    return True


def _meant(talk: Exchange, wish: str) -> Service | None:
    """The service asked about; None when it is unclear."""
    services = talk.care.services()
    known = {one.id: one for one in services}
    picked = talk.turn.picked.get("service", "")
    if picked:
        return known.get(picked)
    text = talk.turn.text
    found = clear(ranked(text, services, _other_wishes(talk)))
    if wish != "ask_service_info":
        return next(iter(serving(wish, services)), None)
    if found is None:
        return None
    choice = chosen(NEW_CONNECTION, text) if NEW_CONNECTION in known[found].wishes else None
    wanted = choice.service if choice is not None else found
    facts = {"capacity_kw": read("kw", text, talk.turn.now, asked=False)}
    return known.get(fitting(wanted, facts))


def _other_wishes(talk: Exchange) -> list[tuple[str, float]]:
    """Wishes heard in the message, its own included where the engine names none."""
    return [*talk.turn.wishes, (talk.turn.intent, talk.turn.confidence)]


def _lines(talk: Exchange, service: Service, asked: set[str] | frozenset[str]) -> list[str]:
    """Time, cost, ways and steps; what is asked for and not certain is said to be so."""
    words = talk.words
    lines = []
    if "time" in asked:
        time = time_lines(words, service)
        lines.append(words.term("info.time", time=time) if time else words.term("info.no_time"))
    if "cost" in asked and (service.cost or asked != ALL):
        lines.append(words.term("info.cost", cost=service.cost) if service.cost else words.term("info.no_cost"))
    if "steps" in asked:
        lines += [words.term("info.route", when=in_text(when), do=do) for when, do in service.routes]
        lines += [words.term("info.step", number=str(n), step=step) for n, step in enumerate(service.steps, 1)]
    if not service.certain:
        lines.append(words.term("info.unsure"))
    return lines
