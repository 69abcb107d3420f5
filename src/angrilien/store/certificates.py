"""The programme's certificates of this laptop's keys other than the present one.

Sheets sealed under a former key are verified with its certificate, and a server that was put back
to a backup knows the laptop by it again.
"""

from __future__ import annotations

from typing import Final

from sqlalchemy import Connection

from angrilien.store import facts, marks
from angrilien.store.store import Identity
from angrilien.wire.keys import key_id, read_certificate

_PREFIX: Final = "certificate "
"""Facts: by key id, the signature, a newline and the text."""


def keep(connection: Connection, key: bytes, text: str, signature: str) -> None:
    """Keep the certificate of a public key."""
    facts.put(connection, _PREFIX + key_id(key), f"{signature}\n{text}")


def keep_present(connection: Connection, identity: Identity) -> None:
    """Keep the present certificate with its key, which will not be the present one any more."""
    kept = marks.read(connection)
    if kept.cert and read_certificate(kept.cert.encode("utf-8")).inc == identity.inc:
        keep(connection, identity.public, kept.cert, kept.cert_sig)


def others(connection: Connection) -> list[tuple[str, str]]:
    """Return those certificates, each with its signature."""
    found = []
    for both in facts.starting(connection, _PREFIX).values():
        signature, _, text = both.partition("\n")
        found.append((text, signature))
    return found
