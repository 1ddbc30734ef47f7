"""The care API over HTTP: the only door from the dialogue to tickets, outages and services."""

import threading
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

import requests

from actions.accounts import Account, Estimate, Prices, account_of, estimate_of, prices_of
from actions.care import Centre, CodeResult, CodeSent, Directory, Fact, Json, Outage, Stage, Ticket
from actions.care_shapes import (
    LONG_AGO,
    centre_of,
    code_sent_of,
    directory_of,
    fact_of,
    items_of,
    moment_of,
    outage_of,
    ticket_of,
)
from actions.download import fetch
from actions.errors import BillingDown, CareDown, CareRefused, NotAllowed, NotFound, NotVerified, SmsDown, TooManyTries
from actions.kept import Kept
from actions.services import Service, service_of
from actions.turn import SentFile

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
        return [outage_of(item, place) for item in items_of(body)]

    def follow_outage(self, code: str, conversation_id: str) -> str:
        """See `Care`."""
        _, body = self._call("POST", f"/outages/{code}/followers", json={"conversation_id": conversation_id})
        return str(body["code"])

    def outage(self, code: str) -> Outage:
        """See `Care`."""
        return outage_of(self._call("GET", f"/outages/{code}")[1], {})

    def reopen_ticket(self, code: str, key: str) -> Ticket:
        """See `Care`."""
        body = {"to": "accepted", "by": "customer"}
        path = f"/tickets/{code}/transitions"
        return ticket_of(self._call("POST", path, json=body, headers={"Idempotency-Key": key})[1])

    def file_ticket(self, body: Json, key: str) -> Ticket:
        """See `Care`."""
        status, answer = self._call("POST", "/tickets", json=body, headers={"Idempotency-Key": key})
        return ticket_of(answer, new=status == 201)

    def add_facts(self, code: str, facts: Json) -> None:
        """See `Care`."""
        self._call("PATCH", f"/tickets/{code}", json=facts)

    def ticket(self, code: str) -> Ticket:
        """See `Care`."""
        return ticket_of(self._call("GET", f"/tickets/{code}")[1])

    def tickets(self, conversation_id: str, service: str | None = None) -> Sequence[Ticket]:
        """See `Care`."""
        wanted = {"conversation_id": conversation_id} | ({"service": service} if service else {})
        found = [ticket_of(item) for item in items_of(self._call("GET", "/tickets", params=wanted)[1])]
        return sorted(found, key=lambda one: one.created_at or LONG_AGO, reverse=True)

    def stage(self, code: str, last_three: str, asker: str) -> Stage:
        """See `Care`."""
        asked = {"code": code, "last_three": last_three, "asker": asker}
        _, body = self._call("POST", "/tickets/status-check", json=asked)
        return Stage(body["code"], body["stage_vi"], moment_of(body.get("due_at")))

    def service(self, service_id: str) -> Service:
        """See `Care`."""
        for one in self.services():
            if one.id == service_id:
                return one
        raise NotFound(404, service_id)

    def services(self) -> Sequence[Service]:
        """See `Care`."""
        return [service_of(item) for item in items_of(self._kept.get("/services", self._read))]

    def centres(self) -> Sequence[Centre]:
        """See `Care`."""
        return [centre_of(item) for item in items_of(self._kept.get("/centres", self._read))]

    def directory(self) -> Directory:
        """See `Care`."""
        return directory_of(self._kept.get("/hotlines", self._read))

    def faq(self) -> tuple[Fact, ...]:
        """See `Care`."""
        return tuple(fact_of(item) for item in self._kept.get("/faq", self._read)["facts"])

    def cancel_ticket(self, code: str, key: str) -> Ticket:
        """See `Care`."""
        body = {"to": "cancelled", "by": "customer"}
        path = f"/tickets/{code}/transitions"
        return ticket_of(self._call("POST", path, json=body, headers={"Idempotency-Key": key})[1])

    def add_note(self, code: str, text: str, key: str) -> None:
        """See `Care`."""
        body = {"text": text, "by": "customer"}
        self._call("POST", f"/tickets/{code}/notes", json=body, headers={"Idempotency-Key": key})

    def attach(self, code: str, file: SentFile) -> None:
        """See `Care`."""
        sent = {"file": (file.name or "hinh", fetch(file.url))}
        self._call("POST", f"/tickets/{code}/attachments", files=sent, data={"by": "customer"})

    def erase(self, conversation_id: str, customer_code: str | None) -> tuple[str, ...]:
        """See `Care`."""
        asked = {"conversation_id": conversation_id, "by": "customer"}
        asked |= {"customer_code": customer_code} if customer_code else {}
        return tuple(self._call("POST", "/privacy/erase", json=asked)[1]["kept"])

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
        return code_sent_of(body)

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
