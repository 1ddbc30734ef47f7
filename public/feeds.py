"""Outages as a calendar (RFC 5545) and a feed (RSS 2.0). Pure."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from email.utils import format_datetime
from xml.etree.ElementTree import Element, SubElement, tostring

from care.due import UTC, written
from care.shapes import OutageGiven
from public.pages import texts

LINE = 75
# An incident without an expected end is shown for so long.
UNKNOWN_END = timedelta(hours=4)


def calendar(outages: Iterable[OutageGiven], now: datetime, title: str) -> str:
    """A VCALENDAR with one event per outage; a cancelled or postponed one says so, so that calendars take it out."""
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//EVN//Cham soc khach hang//VI",
        "CALSCALE:GREGORIAN",
        "METHOD:PUBLISH",
        f"X-WR-CALNAME:{_escaped(title)}",
        "REFRESH-INTERVAL;VALUE=DURATION:PT1H",
    ]
    for outage in outages:
        lines += _event(outage, now)
    return "".join(f"{_folded(line)}\r\n" for line in [*lines, "END:VCALENDAR"])


def _event(outage: OutageGiven, now: datetime) -> list[str]:
    told = texts()["outages"]
    off = outage.status in ("cancelled", "postponed")
    ends_at = outage.ends_at or max(now, outage.starts_at) + UNKNOWN_END
    return [
        "BEGIN:VEVENT",
        f"UID:{outage.code}@cskh",
        f"DTSTAMP:{_stamp(now)}",
        f"DTSTART:{_stamp(outage.starts_at)}",
        f"DTEND:{_stamp(ends_at)}",
        f"SUMMARY:{_escaped(told['kinds'][outage.kind] + ': ' + outage.area)}",
        f"DESCRIPTION:{_escaped(outage.reason)}",
        f"LOCATION:{_escaped(outage.area)}",
        f"STATUS:{'CANCELLED' if off else 'CONFIRMED'}",
        "TRANSP:TRANSPARENT",
        "END:VEVENT",
    ]


def _stamp(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")


def _escaped(text: str) -> str:
    for old, new in (("\\", "\\\\"), (";", "\\;"), (",", "\\,"), ("\r", ""), ("\n", "\\n")):
        text = text.replace(old, new)
    return text


def _folded(line: str) -> str:
    """At most 75 octets a line, never inside a character."""
    pieces, piece = list[str](), ""
    for letter in line:
        if len((piece + letter).encode()) > LINE - bool(pieces):
            pieces.append(piece)
            piece = ""
        piece += letter
    return "\r\n ".join([*pieces, piece])


def rss(outages: Iterable[OutageGiven], title: str, link: str, now: datetime) -> str:
    """An RSS 2.0 feed, one item per outage; its guid changes when the outage changes."""
    told = texts()["outages"]
    feed = Element("rss", version="2.0")
    channel = SubElement(feed, "channel")
    for name, value in (("title", title), ("link", link), ("description", told["feed_about"]), ("language", "vi")):
        SubElement(channel, name).text = value
    SubElement(channel, "lastBuildDate").text = format_datetime(now.astimezone(UTC))
    for outage in outages:
        item = SubElement(channel, "item")
        start, end = written(outage.starts_at), written(outage.ends_at) or told["no_end"]
        state = told["states"][outage.status]
        SubElement(item, "title").text = f"{told['kinds'][outage.kind]} {start} ({state})"
        SubElement(item, "description").text = f"{outage.area}. {outage.reason}. {start} – {end}."
        SubElement(item, "link").text = link
        guid = SubElement(item, "guid", isPermaLink="false")
        guid.text = f"{outage.code}:{outage.status}:{outage.starts_at.isoformat()}:{end}"
    return '<?xml version="1.0" encoding="utf-8"?>\n' + tostring(feed, encoding="unicode")
