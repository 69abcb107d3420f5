"""A laptop says who it is: the certificates that it holds, and the vouches between its keys.

Sent when its log begins a new incarnation, and when the server does not know it (any more): one
that was put back to a backup learns from the programme's own signatures whom it had registered.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from angrilien.wire.canonical import BadMessage, dumps, loads
from angrilien.wire.vouch import SignedVouch, read_vouch

MOST: Final = 32
"""Certificates, and vouches, of one introduction at most: the newest ones."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Introduction:
    """Body of `POST /v1/incarnations`.

    Attributes:
        certificates: (text, `key id, signature`) of each that the laptop was given.
        vouches: from one key to the next, the oldest first.
    """

    certificates: tuple[tuple[str, str], ...] = ()
    vouches: tuple[SignedVouch, ...] = ()

    def canonical(self) -> bytes:
        """Return the body's bytes."""
        return dumps(
            {
                "v": 1,
                "certs": [list(both) for both in self.certificates[-MOST:]],
                "vouches": [one.as_value() for one in self.vouches[-MOST:]],
            }
        )


def read_introduction(body: bytes) -> Introduction:
    """Read an introduction. Its signatures are checked by the caller.

    Raises:
        BadMessage: it is none.
    """
    value = loads(body)
    if set(value) != {"v", "certs", "vouches"} or value["v"] != 1:
        raise BadMessage("not an introduction")
    return Introduction(
        certificates=read_signed_texts(value["certs"]),
        vouches=tuple(read_vouch(one) for one in _some(value["vouches"], MOST)),
    )


def read_signed_texts(value: object, *, most: int = MOST) -> tuple[tuple[str, str], ...]:
    """Read a list of at most `most` (text, signature) pairs.

    Raises:
        BadMessage: it is none.
    """
    found = []
    for item in _some(value, most):
        if not (isinstance(item, list) and len(item) == 2):
            raise BadMessage("not a signed text")
        if not all(isinstance(text, str) for text in item):
            raise BadMessage("not a signed text")
        found.append((item[0], item[1]))
    return tuple(found)


def _some(value: Any, most: int) -> list[Any]:
    if not isinstance(value, list) or len(value) > most:
        raise BadMessage("not a short list")
    return value
