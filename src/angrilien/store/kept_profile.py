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
    """What stays of a profile.

    Attributes:
        made: when it was made, in milliseconds UTC.
        venue: the venue's id.
        server: its address.
        digest: of the whole profile, by which it is known again; empty where an earlier version of
            the program kept it.
        code: that it gave, which tells it from one that somebody types; empty likewise.
    """

    made: int
    venue: str
    server: str
    digest: str = ""
    code: str = ""


def read(connection: Connection) -> KeptProfile | None:
    """Return what was taken, None before any profile."""
    text = facts.get(connection, _KEPT)
    return KeptProfile(**json.loads(text)) if text else None


def put(connection: Connection, kept: KeptProfile) -> None:
    """Keep what was taken."""
    facts.put(connection, _KEPT, json.dumps(asdict(kept), sort_keys=True))


def refused(connection: Connection) -> str:
    """Return the digest of the last profile that was refused, empty before any: it is told once."""
    return facts.get(connection, _REFUSED)


def refuse(connection: Connection, digest: str) -> None:
    """Take note that a profile was refused."""
    facts.put(connection, _REFUSED, digest)
