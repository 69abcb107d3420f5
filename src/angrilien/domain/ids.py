"""Identifiers that can be computed from a fact, so that two laptops compute the same one."""

from __future__ import annotations

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


def alias_id(kind: str, from_id: str) -> str:
    """Return the id of the alias of `from_id`: merging again, or undoing, edits the same row."""
    return str(uuid5(NAMESPACE, f"alias:{kind}:{from_id}"))
