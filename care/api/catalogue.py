"""/api/v1/services, /centres and /hotlines: what the care backend knows by heart; never paged."""

from __future__ import annotations

from flask import Response
from pydantic import BaseModel

from care.api.calls import blueprint, shown, wired
from care.catalogue.centres import Centre, National, OpeningHours
from care.catalogue.faq import FaqFile
from care.catalogue.services import Service
from care.catalogue.tariffs import TariffFile
from care.errors import NotFound

bp = blueprint("catalogue")


class ServiceList(BaseModel):
    """All services."""

    items: list[Service]
    next: None = None


class CentreList(BaseModel):
    """All care centres."""

    items: list[Centre]
    next: None = None


class Hotline(BaseModel):
    """A number that the customers of `centre` (None: the whole country) call."""

    centre: str | None
    name_vi: str
    numbers: list[str]


class HotlineList(BaseModel):
    """The national number first, then the centres'; the hotline answers at all hours, agents and offices in theirs."""

    items: list[Hotline]
    national: National
    hours: OpeningHours
    next: None = None


@bp.get("/services")
@bp.output(ServiceList)
@bp.doc(summary="All services and ticket kinds")
def list_services() -> Response:
    """Documents, steps, times and cost, each with source and confidence."""
    return shown(ServiceList(items=list(wired().catalogue.services.values())))


@bp.get("/services/<service_id>")
@bp.output(Service)
@bp.doc(summary="One service", responses=[404])
def get_service(service_id: str) -> Response:
    """404 when there is no such service."""
    service = wired().catalogue.services.get(service_id)
    if service is None:
        raise NotFound("service", service_id)
    return shown(service)


@bp.get("/centres")
@bp.output(CentreList)
@bp.doc(summary="The five care centres")
def list_centres() -> Response:
    """How each is reached and which provinces it serves."""
    return shown(CentreList(items=wired().catalogue.places.centres))


@bp.get("/hotlines")
@bp.output(HotlineList)
@bp.doc(summary="All hotlines")
def list_hotlines() -> Response:
    """The national number serves everybody at all hours; numbers that pose as ours are listed too."""
    places = wired().catalogue.places
    national = Hotline(centre=None, name_vi=places.national.app, numbers=[places.national.hotline])
    centres = [Hotline(centre=one.code, name_vi=one.name_vi, numbers=one.hotline) for one in places.centres]
    return shown(HotlineList(items=[national, *centres], national=places.national, hours=places.hours))


@bp.get("/tariffs")
@bp.output(TariffFile)
@bp.doc(summary="Prices, VAT and hours of use")
def list_tariffs() -> Response:
    """Each price list with its decision, its day and whether it is confirmed; đồng per kWh without VAT."""
    return Response(wired().catalogue.tariffs.model_dump_json(by_alias=True), 200, content_type="application/json")


@bp.get("/faq")
@bp.output(FaqFile)
@bp.doc(summary="Facts that customers ask for")
def list_facts() -> Response:
    """Each with source and confidence; what is unconfirmed is never to be stated as certain."""
    return shown(wired().catalogue.faq)
