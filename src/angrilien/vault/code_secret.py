"""The hash of a code secret.

Its cost is small on purpose: it stands inside the encrypted notebook, so whoever can read it reads
everything already, and a million codes are tried in no time at any cost. What protects the screen
is the number of tries (`services.locks`); what protects the disk is the phrase de passe.
"""

from __future__ import annotations

from typing import Final

from nacl.exceptions import InvalidkeyError
from nacl.pwhash import argon2id

_OPS: Final = 2
_MEMORY: Final = 8 << 20
"""Bytes: some 10 ms, so that the screen opens at the sixth digit."""


def hash_code(code: str) -> str:
    """Return the text to keep of a code: argon2id with its salt and its cost."""
    return argon2id.str(code.encode("ascii"), opslimit=_OPS, memlimit=_MEMORY).decode("ascii")


def is_code(hashed: str, code: str) -> bool:
    """Tell whether a code is the one of a hash."""
    try:
        return bool(argon2id.verify(hashed.encode("ascii"), code.encode("ascii")))
    except InvalidkeyError:
        return False
