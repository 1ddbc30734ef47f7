"""No sentence is dead: each key of data/responses stands in the code, or is built there after one of these patterns."""

import ast
import re
from pathlib import Path

import yaml

from actions.claims import OF_TASK
from actions.phrases import phrases
from actions.retrieval import wordings
from actions.services import service_of
from actions.tasks import KINDS, forms
from actions.wishes import WISHES
from actions.words import words
from tests.actions import catalogue_file

ROOT = Path(__file__).resolve().parents[2]
SERVICES = [service_of(item) for item in catalogue_file.items()]
FIELDS = {one["name"] for service in SERVICES for one in service.fields}
ASKED = {one.name for form in forms().values() for one in form.fields}
CLAIMED = {question.name for claim in OF_TASK.values() for question in claim.questions}
GAPS = {"place", "ward_choice", "province", "ward", "ward_and_province", "street", "which_province", "which_ward"}
STATUSES = {"new", "accepted", "in_progress", "waiting_customer", "done", "rejected", "cancelled"}
UNITS = {variant["unit"] for item in catalogue_file.items() for variant in item.get("sla") or ()}
ODD = {"emoji", "numbers", "markup", "orders", "foreign", "long"}
NAMES = {
    "wish": set(WISHES),
    "task": set(forms()),
    "field": FIELDS,
    "asked": ASKED | GAPS,
    "claim": set(OF_TASK),
    "claimed": CLAIMED,
    "service": {service.id for service in SERVICES},
    "kind": KINDS | {"address_or_code"},
    "fact": set(wordings().asked),
    "status": STATUSES,
    "unit": UNITS,
    "odd": ODD,
    "group": {"residential", "business", "production", "administrative", "tenants"},
    "number": {"0", "1", "2"},
    "invoice": {"paid", "unpaid", "overdue"},
    "channel": {"bank", "wallet", "shop"},
    "contact": {"site", "email", "zalo", "facebook"},
    "menu": {"faults", "bills", "services", "tickets", "people"},
    "estimated": {"kwh", "hours", "watts", "tenants"},
    "option": {value for one in forms().values() for field in one.fields for value in field.choices},
    "symptom": {"weak", "flicker", "phase", "high"},
    "since": {"now", "unknown", "long"},
}
# The same for `replies` and `terms`; `<topic:x>` is an answer of data/lookup/answers.yml to `x`.
PATTERNS = """
part.<topic:part_of_day>    <task>.(ask|again).<asked>    (ask|again).<asked>    fix.<asked>    <task>.summary
<claim>.(ask|again).<claimed>    <claim>.summary    <claim>.filed(.no_due)?    <claim>.(line|fact).<claimed>
estimate.(ask|again).<estimated>
service.(ask|again).(<service>.)?<field>    service.(ask|again).<kind>    service.(which|again).<wish>
service.(filed|already)(.<service>)?(.no_due)?    service.(intro|next|as).<service>    service.<service>
service.(why|stuck).(<field>|<kind>)    service.keep.<kind>    button.(keep|other).<kind>
fact.<fact>    source.<fact>    (wish|want).<wish>    (fact|line).(<asked>|<field>)    missing.<asked>
contact.(<topic:contact>|<contact>)    customer_code.<topic:customer_code>    due.<topic:due>    methods.<topic:methods>
safety.<topic:safety>    saving.<topic:appliance>    saving.page.<number>    scam.<topic:scam>    tariff.<topic:tariff>
hazard.safety.(<topic:emergency>|plain)    fallback.first.<topic:topic>    out_of_scope.<topic:other_utility>
odd.<odd>    help.<menu>    fallback.guess.<number>    (greet|thank).in_task    resume(.old)?.missing
outage.found.(planned|incident)(.late|.open)?    outage.(filed|already).no_due
status.<status>    unit.<unit>    tariff_group.<group>    bill(.short)?.<invoice>    usage.than_(month|year)
<asked>.<option>    leak.<topic:leak>    cause.<topic:cause>    problem.<topic:problem>    channel.<channel>
since.<since>    description.<symptom>    value.<kind>    task.(<task>|any)
"""


def test_no_sentence_is_dead():
    spoken = _literals() | {"service.CALLBACK"}
    built = [re.compile(_pattern(one)) for one in re.split(r"\s{2,}|\n", PATTERNS.strip())]
    known = words()
    dead = [
        key
        for key in (*known.replies, *known.terms)
        if (bare := re.sub(r"\.v\d+$", "", key)) not in spoken and not any(one.fullmatch(bare) for one in built)
    ]
    assert not dead


def test_no_key_stands_twice_in_a_file():
    for path in (ROOT / "data").rglob("*.yml"):
        for mapping in _mappings(yaml.compose(path.read_text("utf-8"))):
            keys = [key.value for key, _ in mapping.value]
            assert len(set(keys)) == len(keys), f"{path.name}: {sorted(k for k in keys if keys.count(k) > 1)}"


def _literals() -> set[str]:
    trees = [ast.parse(path.read_text("utf-8")) for path in (ROOT / "actions").glob("*.py")]
    return {node.value for tree in trees for node in ast.walk(tree) if isinstance(node, ast.Constant)}


def _pattern(written: str) -> str:
    def names(found: re.Match[str]) -> str:
        kind, _, topic = found[1].partition(":")
        values = set(phrases()[topic]) if topic else NAMES[kind]
        return f"({'|'.join(map(re.escape, sorted(values)))})"

    return re.sub(r"<([a-z_:]+)>", names, written.replace(".", r"\."))


def _mappings(node):
    if isinstance(node, yaml.MappingNode):
        yield node
        for _, value in node.value:
            yield from _mappings(value)
    elif isinstance(node, yaml.SequenceNode):
        for value in node.value:
            yield from _mappings(value)
