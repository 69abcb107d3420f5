"""Identifiers that can be computed from a fact, so that two laptops compute the same one."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID, uuid5

NAMESPACE = UUID("6f0f9d52-6a0d-5c5e-9b1c-0a4e1c1d4900")
"""The one UUIDv5 namespace of the programme (docs/protocol.md)."""


def venue_id(code: str) -> str:
    """Return the id of the venue whose stable code in the programme's list is `code`."""
    return str(uuid5(NAMESPACE, f"venue:{code}"))


def provisional_venue_id(device_id: str) -> str:
    """Return the id of the "lieu à préciser" of a laptop that has no venue yet."""
    return str(uuid5(NAMESPACE, f"provisional:{device_id}"))


def note_id(workshop_id: str) -> str:
    """Return the id of a workshop's one session note: two laptops edit the same row."""
    return str(uuid5(NAMESPACE, f"note:{workshop_id}"))


def planned_id(venue_code: str, key: str) -> str:
    """Return the id of a workshop that the programme planned, by its key in the venue's plan."""
    return str(uuid5(NAMESPACE, f"planned:{venue_code}:{key}"))


def alias_id(kind: str, from_id: str) -> str:
    """Return the id of the alias of `from_id`: merging again, or undoing, edits the same row."""
    return str(uuid5(NAMESPACE, f"alias:{kind}:{from_id}"))


def apart_id(kind: str, one: str, other: str) -> str:
    """Return the id of the fact that two are not one, whichever of them is named first."""
    first, second = sorted((one, other))
    return str(uuid5(NAMESPACE, f"apart:{kind}:{first}:{second}"))


def paper_line_id(workshop_id: str, participant_id: str) -> str:
    """Return the id of the attendance typed from a free line of the paper sheet.

    The sheet typed on two laptops is one: both write the same row.
    """
    return str(uuid5(NAMESPACE, f"paper:{workshop_id}:{participant_id}"))


def paper_person_id(workshop_id: str, number: int, printed: Sequence[str]) -> str:
    """Return the id of a new person written on a free line of the paper sheet.

    Nothing of the name is in it. `printed` are the attendance ids of the printed lines: on another
    sheet of the same workshop the number is another line.
    """
    return str(uuid5(NAMESPACE, f"paper:{workshop_id}:{number}:{','.join(printed)}"))
