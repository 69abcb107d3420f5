"""What is typed in a form, kept across a crash, a lock and a closed lid."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from angrilien.domain.forms import storable
from angrilien.services.notebook import Notebook
from angrilien.store import drafts

WORKSHOP_FORM: Final = "workshop_form"
_OF_WORKSHOPS: Final = ("signing", "person_form", "note", "search", "paper")
_RECENT: Final = 24 * 3_600_000
"""Milliseconds after which what was left lying is no longer spoken of; it stays where it is."""


@dataclass(frozen=True, slots=True)
class Unfinished:
    """What was being done when the process ended.

    Attributes:
        kind: "workshop_form", "person_form", "note", "search", "paper" or "signing".
        workshop_id: of the workshop, empty for a new one.
    """

    kind: str
    workshop_id: str = ""


def key_of(kind: str, workshop_id: str) -> str:
    """Return the key under which something of a workshop is kept."""
    return f"{kind}:{workshop_id}"


def unfinished(nb: Notebook) -> Unfinished | None:
    """Return what was being done last, None where nothing was left in the last 24 hours."""
    with nb.store.read() as connection:
        found = drafts.newest(connection, since=nb.clock.now() - _RECENT)
    for key in found:
        kind, _, workshop_id = key.partition(":")
        if key == WORKSHOP_FORM or (kind in _OF_WORKSHOPS and workshop_id):
            return Unfinished(kind, workshop_id)
    return None


def save(nb: Notebook, key: str, text: str) -> None:
    """Keep the text of a form."""
    with nb.store.write() as connection:
        drafts.save(connection, key, storable(text), nb.clock.now())


def load(nb: Notebook, key: str) -> str:
    """Return the text kept of a form, empty if none is."""
    with nb.store.read() as connection:
        found = drafts.load(connection, key)
    return found[0] if found else ""


def clear(nb: Notebook, key: str) -> None:
    """Forget the text of a form: it was written, or given up."""
    with nb.store.write() as connection:
        drafts.clear(connection, key)
