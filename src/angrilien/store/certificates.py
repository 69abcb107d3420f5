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

_ANOTHER: Final = "neighbour "
"""The same of the other laptops whose changes were pulled."""


def keep(connection: Connection, key: bytes, text: str, signature: str) -> None:
    """Keep the certificate of a public key."""
    facts.put(connection, _PREFIX + key_id(key), f"{signature}\n{text}")


def keep_of_another(connection: Connection, key: bytes, text: str, signature: str) -> None:
    """Keep the certificate of another laptop's key, under which sheets of its own are sealed."""
    facts.put(connection, _ANOTHER + key_id(key), f"{signature}\n{text}")


def keep_present(connection: Connection, identity: Identity) -> None:
    """Keep the present certificate with its key, which will not be the present one any more."""
    kept = marks.read(connection)
    if kept.cert and read_certificate(kept.cert.encode("utf-8")).inc == identity.inc:
        keep(connection, identity.public, kept.cert, kept.cert_sig)


def others(connection: Connection) -> list[tuple[str, str]]:
    """Return the certificates of this laptop's other keys, each with its signature."""
    return _kept(connection, _PREFIX)


def of_neighbours(connection: Connection) -> list[tuple[str, str]]:
    """Return the certificates of other laptops of the same venues, each with its signature."""
    return _kept(connection, _ANOTHER)


def neighbours(connection: Connection) -> dict[str, tuple[str, str]]:
    """Return their devices and incarnations, by key id."""
    read = (read_certificate(text.encode("utf-8")) for text, _ in of_neighbours(connection))
    return {key_id(one.key): (one.dev, one.inc) for one in read}


def _kept(connection: Connection, prefix: str) -> list[tuple[str, str]]:
    found = []
    for both in facts.starting(connection, prefix).values():
        signature, _, text = both.partition("\n")
        found.append((text, signature))
    return found
