"""/api/v1/tickets"""

from __future__ import annotations

from collections.abc import Iterator

from flask import Response, stream_with_context

from care import export, filing, ticket_views, tickets
from care.api.access import may_see_reporters
from care.api.calls import answered, blueprint, keyed_call, seen_by_person, seen_version, shown, versioned, wired
from care.api.metrics import count_ticket
from care.shapes import (
    StatusGiven,
    StatusQuestion,
    TicketFacts,
    TicketGiven,
    TicketNote,
    TicketPage,
    TicketQuery,
    TicketReport,
    Transition,
)

bp = blueprint("tickets")

REPORT = {
    "service": "REPORT_OUTAGE",
    "channel": "phone",
    "phone": "0900000111",
    "contact_name": "Nguyễn Văn A",
    "address": {"street": "5 Trần Phú", "ward": "Ba Đình", "province": "Hà Nội"},
    "description": "mất điện",
}


@bp.get("/tickets")
@bp.input(TicketQuery, location="query")
@bp.output(TicketPage)
@bp.doc(summary="Find tickets, newest first")
def list_tickets(query_data: TicketQuery) -> Response:
    """All filters together; a filter left out does not filter."""
    page = ticket_views.ticket_page(wired(), query_data, reveal=may_see_reporters())
    seen_by_person(*(ticket.code for ticket in page.items))
    return shown(page)


@bp.post("/tickets")
@bp.input(TicketReport, example=REPORT)
@bp.output(TicketGiven, status_code=201)
@bp.doc(summary="File a ticket", responses={200: "The still-open ticket of the same fault"})
def file_ticket(json_data: TicketReport) -> Response:
    """201 with the new ticket; 200 with the old one when the same customer repeats a still-open fault.

    With an `Idempotency-Key`, the same key and body get the first answer again; another body is a 422.
    """
    answer = filing.file_ticket(wired(), json_data, keyed_call())
    count_ticket(json_data.service, answer)
    return answered(answer)


@bp.post("/tickets/status-check")
@bp.input(StatusQuestion, example={"code": "YC26481930", "last_three": "111", "asker": "42"})
@bp.output(StatusGiven)
@bp.doc(summary="A stranger asks for a ticket's stage", responses=[404, 429])
def check_status(json_data: StatusQuestion) -> Response:
    """Stage and due time only; a wrong code and wrong digits are the same 404, five of them a 429."""
    return shown(ticket_views.status_for_stranger(wired(), json_data))


@bp.get("/tickets/<code>")
@bp.output(TicketGiven)
@bp.doc(summary="One ticket with its history", responses=[404])
def get_ticket(code: str) -> Response:
    """404 when there is no such ticket. The `ETag` is its version, for `If-Match`."""
    given = ticket_views.ticket_by_code(wired(), code, reveal=may_see_reporters())
    seen_by_person(given.code)
    return versioned(shown(given), given.version)


@bp.patch("/tickets/<code>")
@bp.input(TicketFacts, example={"phone": "0900000222"})
@bp.output(TicketGiven)
@bp.doc(summary="Add facts learnt later", responses=[404, 409])
def add_facts(code: str, json_data: TicketFacts) -> Response:
    """A name left out stays, null clears, an address is merged; old values stay in `history`. With `If-Match`, 409 when
    somebody changed the ticket meanwhile: nothing is lost, read it again."""
    return shown(tickets.add_facts(wired(), code, json_data, seen_version()))


@bp.post("/tickets/<code>/transitions")
@bp.input(Transition, example={"to": "accepted", "by": "clerk.an"})
@bp.output(TicketGiven)
@bp.doc(summary="Move a ticket to another state", responses=[404, 409])
def move_ticket(code: str, json_data: Transition) -> Response:
    """409 when the state forbids it; the problem document lists what is `allowed`. `If-Match` as with facts."""
    return answered(tickets.move(wired(), code, json_data, keyed_call(), seen_version()))


@bp.post("/tickets/<code>/notes")
@bp.input(TicketNote, example={"text": "Nhà tôi ở sau chợ", "by": "customer"})
@bp.output(TicketGiven, status_code=201)
@bp.doc(summary="Add a note", responses=[404])
def add_note(code: str, json_data: TicketNote) -> Response:
    """The customer's answer (`by` is `customer`) sets a ticket that waits for it going again."""
    return answered(tickets.add_note(wired(), code, json_data, keyed_call()))


@bp.get("/tickets/export.csv")
@bp.input(TicketQuery, location="query")
@bp.doc(summary="Tickets as CSV for Excel", responses={200: "CSV, UTF-8 with a byte order mark"})
def export_csv(query_data: TicketQuery) -> Response:
    """The filters of the list; every ticket that fits, newest first, without history."""
    rows = export.csv_rows(_noted(query_data))
    headers = {"Content-Disposition": 'attachment; filename="tickets.csv"'}
    return Response(stream_with_context(rows), content_type="text/csv; charset=utf-8", headers=headers)


@bp.get("/tickets/export.xlsx")
@bp.input(TicketQuery, location="query")
@bp.doc(summary="Tickets as an Excel sheet", responses={200: "An Excel sheet"})
def export_xlsx(query_data: TicketQuery) -> Response:
    """As the CSV; at most a sheet's 1,048,575 rows."""
    sheet = export.xlsx_file(_noted(query_data))
    headers = {"Content-Disposition": 'attachment; filename="tickets.xlsx"'}
    return Response(stream_with_context(sheet), content_type=export.XLSX, headers=headers)


def _noted(query: TicketQuery) -> Iterator[TicketGiven]:
    """Every ticket that fits, each noted as seen before it leaves."""
    for page in ticket_views.all_pages(wired(), query, reveal=may_see_reporters()):
        seen_by_person(*(ticket.code for ticket in page.items))
        yield from page.items
