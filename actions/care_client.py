"""The care API over HTTP: the only door from the dialogue to tickets, outages and services."""

import threading
from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timezone
from typing import Any

import requests

from actions.accounts import Account, Estimate, Prices, account_of, estimate_of, prices_of
from actions.care import Centre, CodeResult, CodeSent, Directory, Fact, Json, Outage, Stage, Ticket
from actions.errors import BillingDown, CareDown, CareRefused, NotAllowed, NotFound, NotVerified, SmsDown, TooManyTries
from actions.kept import Kept
from actions.services import Service, service_of
from bot.vietnamese import written_hour

CONNECT_S, READ_S = 1.0, 4.0
# Catalogue and answers change with a deploy of care; this long older ones may still be told.
KNOWLEDGE_KEPT_S = 300.0
# Care itself waits up to 7 s for the SMS gateway: given up earlier, a code would be on its way that nobody asks for.
SMS_READ_S = 9.0
BAD_GATEWAY, UNAVAILABLE = 502, 503
REFUSALS: dict[int, type[CareRefused]] = {403: NotVerified, 404: NotFound, 409: NotAllowed, 429: TooManyTries}


class HttpCare:
    """Speaks to `/api/v1` at `url`; safe to share between threads."""

    def __init__(self, url: str, key: str, timeout: tuple[float, float] = (CONNECT_S, READ_S)) -> None:
        self._url = url.rstrip("/")
        self._key = key
        self._timeout = timeout
        # A requests.Session is not safe across threads; one each keeps the connection alive.
        self._local = threading.local()
        self._kept = Kept(KNOWLEDGE_KEPT_S)

    def customer_exists(self, code: str) -> bool:
        """See `Care`."""
        try:
            self._call("GET", f"/customers/{code}")
        except CareRefused as refusal:
            if refusal.status in (404, 422):
                return False
            raise
        return True

    def outages(self, place: Mapping[str, str], start: datetime, end: datetime | None) -> Sequence[Outage]:
        """See `Care`."""
        moment = {"at": start.isoformat()} if end is None else {"from": start.isoformat(), "to": end.isoformat()}
        _, body = self._call("GET", "/outages", params={**place, **moment})
        return [_outage(item, place) for item in _items(body)]

    def follow_outage(self, code: str, conversation_id: str) -> None:
        """See `Care`."""
        self._call("POST", f"/outages/{code}/followers", json={"conversation_id": conversation_id})

    def reopen_ticket(self, code: str, key: str) -> Ticket:
        """See `Care`."""
        body = {"to": "accepted", "by": "customer"}
        path = f"/tickets/{code}/transitions"
        return _ticket(self._call("POST", path, json=body, headers={"Idempotency-Key": key})[1])

    def file_ticket(self, body: Json, key: str) -> Ticket:
        """See `Care`."""
        status, answer = self._call("POST", "/tickets", json=body, headers={"Idempotency-Key": key})
        return _ticket(answer, new=status == 201)

    def add_facts(self, code: str, facts: Json) -> None:
        """See `Care`."""
        self._call("PATCH", f"/tickets/{code}", json=facts)

    def ticket(self, code: str) -> Ticket:
        """See `Care`."""
        return _ticket(self._call("GET", f"/tickets/{code}")[1])

    def tickets(self, conversation_id: str, service: str | None = None) -> Sequence[Ticket]:
        """See `Care`."""
        wanted = {"conversation_id": conversation_id} | ({"service": service} if service else {})
        found = [_ticket(item) for item in _items(self._call("GET", "/tickets", params=wanted)[1])]
        return sorted(found, key=lambda one: one.created_at or _LONG_AGO, reverse=True)

    def stage(self, code: str, last_three: str, asker: str) -> Stage:
        """See `Care`."""
        asked = {"code": code, "last_three": last_three, "asker": asker}
        _, body = self._call("POST", "/tickets/status-check", json=asked)
        return Stage(body["code"], body["stage_vi"], _moment(body.get("due_at")))

    def service(self, service_id: str) -> Service:
        """See `Care`."""
        for one in self.services():
            if one.id == service_id:
                return one
        raise NotFound(404, service_id)

    def services(self) -> Sequence[Service]:
        """See `Care`."""
        return [service_of(item) for item in _items(self._kept.get("/services", self._read))]

    def centres(self) -> Sequence[Centre]:
        """See `Care`."""
        return [_centre(item) for item in _items(self._kept.get("/centres", self._read))]

    def directory(self) -> Directory:
        """See `Care`."""
        return _directory(self._kept.get("/hotlines", self._read))

    def faq(self) -> tuple[Fact, ...]:
        """See `Care`."""
        return tuple(_fact(item) for item in self._kept.get("/faq", self._read)["facts"])

    def cancel_ticket(self, code: str, key: str) -> Ticket:
        """See `Care`."""
        body = {"to": "cancelled", "by": "customer"}
        path = f"/tickets/{code}/transitions"
        return _ticket(self._call("POST", path, json=body, headers={"Idempotency-Key": key})[1])

    def add_note(self, code: str, text: str, key: str) -> None:
        """See `Care`."""
        body = {"text": text, "by": "customer"}
        self._call("POST", f"/tickets/{code}/notes", json=body, headers={"Idempotency-Key": key})

    def verified(self, conversation_id: str, customer_code: str) -> bool:
        """See `Care`."""
        asked = {"conversation_id": conversation_id, "customer_code": customer_code}
        return bool(self._call("GET", "/verified", params=asked)[1]["verified"])

    def send_code(self, conversation_id: str, customer_code: str, ending: str | None = None) -> CodeSent:
        """See `Care`."""
        asked = {"conversation_id": conversation_id, "customer_code": customer_code}
        asked |= {"phone_ending": ending} if ending else {}
        try:
            _, body = self._call("POST", "/codes", json=asked, timeout=(CONNECT_S, SMS_READ_S))
        except CareDown as down:
            if down.status != BAD_GATEWAY:
                raise
            raise SmsDown(str(down), down.status) from down
        return _code_sent(body)

    def verify_code(self, conversation_id: str, customer_code: str, code: str) -> CodeResult:
        """See `Care`."""
        asked = {"conversation_id": conversation_id, "customer_code": customer_code, "code": code}
        _, body = self._call("POST", "/codes/verify", json=asked)
        return CodeResult(body["result"], body["tries_left"])

    def account(self, conversation_id: str, customer_code: str) -> Account:
        """See `Care`."""
        asked = {"conversation_id": conversation_id}
        try:
            _, body = self._call("GET", f"/customers/{customer_code}/account", params=asked)
        except CareDown as down:
            if down.status != UNAVAILABLE:
                raise
            raise BillingDown(str(down), down.status) from down
        return account_of(body)

    def estimate(self, use: Json) -> Estimate:
        """See `Care`."""
        return estimate_of(self._call("POST", "/bills/estimate", json=use)[1])

    def prices(self, today: date) -> Prices:
        """See `Care`."""
        return prices_of(self._call("GET", "/tariffs")[1], today)

    def alive(self) -> bool:
        """Whether the care API's server answers at all."""
        try:
            return self._session().get(f"{self._url}/healthz", timeout=self._timeout).status_code == 200
        except requests.RequestException:
            return False

    def _read(self, path: str) -> Any:
        return self._call("GET", path)[1]

    def _session(self) -> requests.Session:
        if not hasattr(self._local, "session"):
            session = requests.Session()
            session.headers["Authorization"] = f"Bearer {self._key}"
            session.trust_env = False
            self._local.session = session
        kept: requests.Session = self._local.session
        return kept

    def _call(self, method: str, path: str, **request: Any) -> tuple[int, Any]:
        """One call; a lost kept-alive connection is tried once more.

        Every POST that files carries its key; a one-time code sent again voids the first, one tried again is asked about.
        """
        url = f"{self._url}/api/v1{path}"
        request = {"timeout": self._timeout, **request}
        try:
            answer = self._session().request(method, url, **request)
        except requests.ConnectionError:
            answer = self._once_more(method, url, request)
        except requests.RequestException as exc:
            raise CareDown(str(exc)) from exc
        return answer.status_code, _body(answer)

    def _once_more(self, method: str, url: str, request: dict[str, Any]) -> requests.Response:
        try:
            return self._session().request(method, url, **request)
        except requests.RequestException as exc:
            raise CareDown(str(exc)) from exc


_LONG_AGO = datetime(1970, 1, 1, tzinfo=timezone.utc)


def _body(answer: requests.Response) -> Any:
    """The answer's JSON; raises CareRefused for 4xx and CareDown for anything else that is not a success."""
    if 400 <= answer.status_code < 500:
        kind = REFUSALS.get(answer.status_code, CareRefused)
        raise kind(answer.status_code, answer.text[:200])
    if not answer.ok:
        raise CareDown(f"HTTP {answer.status_code}", answer.status_code)
    try:
        return answer.json()
    except ValueError as exc:
        raise CareDown("not JSON") from exc


def _items(body: Any) -> list[Json]:
    items: list[Json] = body["items"] if isinstance(body, dict) else body
    return items


def _moment(text: str | None) -> datetime | None:
    if not text:
        return None
    moment = datetime.fromisoformat(text.replace("Z", "+00:00"))
    return moment if moment.tzinfo else moment.replace(tzinfo=timezone.utc)


def _ticket(item: Json, new: bool = False) -> Ticket:
    address = item.get("address") or {}
    parts = [address.get(part) for part in ("street", "ward", "province")]
    done = [entry["at"] for entry in item.get("history") or () if entry.get("event") == "done"]
    return Ticket(
        code=item["code"],
        service=item["service"],
        status=item["status"],
        conversation_id=item.get("conversation_id"),
        phone=item.get("phone"),
        created_at=_moment(item.get("created_at")),
        due_at=_moment(item.get("due_at")),
        description=item.get("description") or "",
        address=", ".join(part for part in parts if part) or address.get("text") or "",
        new=new,
        done_at=_moment(done[-1]) if done else None,
    )


def _outage(item: Json, place: Mapping[str, str]) -> Outage:
    # A look-up by customer code needs no grade: the code names the station.
    match = item.get("match") or ("customer_code" if "customer_code" in place else "ward")
    return Outage(
        code=item["code"],
        kind=item["kind"],
        status=item["status"],
        area=item.get("area") or "",
        starts_at=_moment(item.get("starts_at")),
        ends_at=_moment(item.get("ends_at")),
        reason=item.get("reason") or "",
        match=match,
    )


def _code_sent(body: Json) -> CodeSent:
    # More than three digits of a phone never come near a sentence, whatever care writes before them.
    endings = tuple(str(ending)[-3:] for ending in body.get("phones") or ())
    return CodeSent(str(body["sent_to"])[-3:], endings, _moment(body["expires_at"]) or _LONG_AGO)


def _centre(item: Json) -> Centre:
    return Centre(
        code=item["code"],
        name=item["name_vi"],
        hotlines=tuple(item.get("hotline") or ()),
        provinces=tuple(item.get("provinces") or ()),
        **{key: item.get(key) or "" for key in ("website", "email", "zalo", "facebook")},
    )


def _directory(body: Json) -> Directory:
    hours = {
        name: "–".join(written_hour(time.fromisoformat(span[end])) for end in ("opens", "closes"))
        for name, span in body["hours"].items()
    }
    return Directory(
        numbers=tuple(number for line in body["items"] for number in line["numbers"]),
        scam_numbers=tuple(one["number"] for one in body["national"]["scam_numbers"]),
        desk_hours=hours["desk"],
        office_hours=hours["office"],
    )


def _fact(item: Json) -> Fact:
    return Fact(item["id"], item["question_vi"], tuple(item["facts"]), item["confidence"] == "confirmed")
