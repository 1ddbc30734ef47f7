"""A tiny care API over HTTP in front of a FakeCare, with the real one's shapes and statuses."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from actions.care import Outage, Ticket
from actions.errors import CareDown, CareRefused
from tests.actions import catalogue_file, fake_billing
from tests.actions.fake_care import FakeCare

KEY = "stand-in-key"


def _json(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime) else value


def _ticket(ticket: Ticket) -> dict[str, Any]:
    shown = {key: _json(value) for key, value in asdict(ticket).items() if key != "new"}
    return shown | {"address": {"text": ticket.address}}


def answer(care: FakeCare, method: str, path: str, query: dict[str, str], body: Any, key: str) -> tuple[int, Any]:
    """Status and JSON for one call."""
    parts = path.strip("/").split("/")
    if parts[0] == "customers" and parts[2:] == ["account"]:
        return 200, care.account_json(query["conversation_id"], parts[1])
    if parts[0] == "bills":
        care.estimate(body)
        return 200, fake_billing.estimate(body)
    if parts[0] == "tariffs":
        care.prices(care.now.date())
        return 200, fake_billing.tariffs()
    if parts[0] == "customers":
        if not care.customer_exists(parts[1]):
            return 404, {"title": "unknown customer", "status": 404}
        return 200, {"code": parts[1], "name": "Nguyễn Văn Thử"}
    if parts[0] == "privacy":
        kept = care.erase(body["conversation_id"], body.get("customer_code"))
        return 200, {"tickets": 0, "notices": 0, "letters": 0, "files": 0, "kept": kept}
    if parts[0] == "outages":
        return 200, _outages(care, parts[1:], query, body)
    if parts[0] in ("services", "centres", "hotlines", "faq"):
        return 200, _knowledge(care, parts[0])
    if parts[0] in ("codes", "verified"):
        return _codes(care, parts, query, body)
    return _tickets(care, method, parts[1:], query, body, key)


def _outages(care: FakeCare, rest: list[str], query: dict[str, str], body: Any) -> dict[str, Any]:
    if rest[1:] == ["followers"]:
        return {"code": care.follow_outage(rest[0], body["conversation_id"])}
    if rest:
        return _outage(care.outage(rest[0]))
    start, end = query.pop("at", None) or query.pop("from"), query.pop("to", None)
    found = care.outages(query, datetime.fromisoformat(start), datetime.fromisoformat(end) if end else None)
    return {"items": [_outage(one) for one in found], "next": None}


def _outage(outage: Outage) -> dict[str, Any]:
    return {key: _json(value) for key, value in asdict(outage).items()}


def _knowledge(care: FakeCare, kind: str) -> dict[str, Any]:
    """What stands in the catalogue."""
    if kind == "services":
        return {"items": list(catalogue_file.items()) if care.services() else [], "next": None}
    if kind == "centres":
        items = [
            {"code": c.code, "name_vi": c.name, "hotline": c.hotlines, "provinces": c.provinces} for c in care.centres()
        ]
        return {"items": items}
    if kind == "hotlines":
        return _hotlines(care)
    shown = [
        {"id": f.id, "question_vi": f.question, "facts": f.notes, "confidence": "confirmed" if f.certain else "old"}
        for f in care.faq()
    ]
    return {"version": "1", "facts": shown}


def _hotlines(care: FakeCare) -> dict[str, Any]:
    book = care.directory()
    hours = {"desk": book.desk_hours, "office": book.office_hours}
    return {
        "items": [{"centre": None, "name_vi": "x", "numbers": book.numbers}],
        "national": {"scam_numbers": [{"number": number, "note": "x"} for number in book.scam_numbers]},
        "hours": {
            name: dict(zip(("opens", "closes"), (_iso(end) for end in span.split("–")), strict=True))
            for name, span in hours.items()
        },
    }


def _codes(care: FakeCare, parts: list[str], query: dict[str, str], body: Any) -> tuple[int, Any]:
    if parts[0] == "verified":
        return 200, {"verified": care.verified(query["conversation_id"], query["customer_code"]), "until": None}
    if parts[1:] == ["verify"]:
        result = care.verify_code(body["conversation_id"], body["customer_code"], body["code"])
        return 200, {"result": result.result, "tries_left": result.tries_left, "until": None}
    sent = care.send_code(body["conversation_id"], body["customer_code"], body.get("phone_ending"))
    phones, expires = list(sent.endings), sent.expires_at.isoformat()
    return 201, {"sent_to": f"…{sent.ending}", "phones": phones, "expires_at": expires, "left_today": 4}


def _tickets(
    care: FakeCare, method: str, rest: list[str], query: dict[str, str], body: Any, key: str
) -> tuple[int, Any]:
    if rest == ["status-check"]:
        stage = care.stage(body["code"], body["last_three"], body["asker"])
        return 200, {"code": stage.code, "stage_vi": stage.stage, "status": "new", "due_at": _json(stage.due_at)}
    if rest[1:] == ["transitions"] and body["to"] == "cancelled":
        return 200, _ticket(care.cancel_ticket(rest[0], key))
    if rest[1:] == ["notes"]:
        care.add_note(rest[0], body["text"], key)
        return 201, _ticket(care.ticket(rest[0]))
    if rest and method == "PATCH":
        care.add_facts(rest[0], body)
        return 200, _ticket(care.ticket(rest[0]))
    if rest:
        return 200, _ticket(care.ticket(rest[0]))
    if method == "POST":
        ticket = care.file_ticket(body, key)
        return (201 if ticket.new else 200), _ticket(ticket)
    return 200, {
        "items": [_ticket(t) for t in care.tickets(query["conversation_id"], query.get("service"))],
        "next": None,
    }


@contextmanager
def serving(care: FakeCare, *, hang_up: bool = False) -> Iterator[str]:
    """The stand-in's address while it serves; `hang_up` drops each connection after its answer, unannounced."""

    class Door(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, *_: Any) -> None: ...

        def _serve(self) -> None:
            size = int(self.headers.get("Content-Length") or 0)
            body = json.loads(self.rfile.read(size)) if size else None
            url = urlsplit(self.path)
            if self.headers.get("Authorization") != f"Bearer {KEY}":
                status, said = (200, {}) if url.path == "/healthz" else (401, {"title": "no key"})
            elif url.path == "/healthz":
                status, said = 200, {}
            else:
                try:
                    path = url.path.removeprefix("/api/v1")
                    status, said = answer(
                        care,
                        self.command,
                        path,
                        dict(parse_qsl(url.query)),
                        body,
                        self.headers.get("Idempotency-Key", ""),
                    )
                except CareRefused as refusal:
                    status, said = refusal.status, {"title": refusal.detail}
                except CareDown as down:
                    status, said = down.status or 503, {"title": "down"}
            content = json.dumps(said).encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)
            self.close_connection = self.close_connection or hang_up

        do_GET = do_POST = do_PATCH = _serve  # noqa: N815  the names http.server calls

    server = ThreadingHTTPServer(("127.0.0.1", 0), Door)
    server.daemon_threads = True
    thread = Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def _iso(hour: str) -> str:
    """`07:30:00` for 7h30, as care writes an hour."""
    hours, _, minutes = hour.partition("h")
    return f"{int(hours):02}:{minutes or '00'}:00"
