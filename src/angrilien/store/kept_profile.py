"""What a notebook has taken of its venue's profile, and which one it has refused."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import Final

from sqlalchemy import Connection

from angrilien.store import facts

_KEPT: Final = "profile"
_REFUSED: Final = "profile refused"


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptProfile:
    """When it was made (milliseconds UTC), the venue's id, the server's address."""

    made: int
    venue: str
    server: str


def read(connection: Connection) -> KeptProfile | None:
    """Return what was taken, None before any profile."""
    text = facts.get(connection, _KEPT)
    return KeptProfile(**json.loads(text)) if text else None


def put(connection: Connection, kept: KeptProfile) -> None:
    """Keep what was taken."""
    facts.put(connection, _KEPT, json.dumps(asdict(kept), sort_keys=True))


def refused(connection: Connection) -> int | None:
    """Return when the last profile that was refused was made: it is told once."""
    text = facts.get(connection, _REFUSED)
    return int(text) if text else None


def refuse(connection: Connection, made: int) -> None:
    """Take note that a profile was refused."""
    facts.put(connection, _REFUSED, str(made))
