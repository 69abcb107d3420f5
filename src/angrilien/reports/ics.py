"""Workshops as an iCalendar file, which every calendar program reads.

Source: RFC 5545. Instants are in UTC, so that no zone has to be described; people are not in it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Final

from angrilien.domain.rows import WorkshopRow

SUFFIX: Final = ".ics"
_LONGEST: Final = 75
"""Octets of a line, its end left aside (RFC 5545, 3.1)."""
_STATES: Final = {"cancelled": "CANCELLED", "nobody": "CANCELLED"}


def ics(rows: Iterable[WorkshopRow], made_at: int) -> bytes:
    """Return the file of some workshops.

    Args:
        rows: the workshops; those entered again later keep their identity by their id.
        made_at: now, milliseconds UTC.
    """
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Angrilien//Angrilien//FR"]
    for row in rows:
        place = ", ".join(part for part in (row.venue.name, row.venue.address) if part)
        lines += [
            "BEGIN:VEVENT",
            f"UID:{row.id}@angrilien",
            f"DTSTAMP:{_instant(made_at)}",
            f"DTSTART:{_instant(row.starts_at)}",
            f"DTEND:{_instant(row.ends_at)}",
            f"SUMMARY:{_text(row.title)}",
            *([f"LOCATION:{_text(place)}"] if place else []),
            f"STATUS:{_STATES.get(row.state, 'CONFIRMED')}",
            "END:VEVENT",
        ]
    lines.append("END:VCALENDAR")
    return b"".join(_folded(line) for line in lines)


def _instant(milliseconds: int) -> str:
    return dt.datetime.fromtimestamp(milliseconds / 1000, dt.UTC).strftime("%Y%m%dT%H%M%SZ")


def _text(value: str) -> str:
    for sign in ("\\", ";", ","):
        value = value.replace(sign, f"\\{sign}")
    return "\\n".join(value.splitlines())


def _folded(line: str) -> bytes:
    """Return a line with its end, folded between characters where it is too long."""
    parts: list[bytes] = []
    current = b""
    for sign in line:
        octets = sign.encode("utf-8")
        # A folded line begins with a space, which counts.
        room = _LONGEST if not parts else _LONGEST - 1
        if len(current) + len(octets) > room:
            parts.append(current)
            current = b""
        current += octets
    parts.append(current)
    return b"\r\n ".join(parts) + b"\r\n"
