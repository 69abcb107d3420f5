"""The head file, as the notebook keeps it: written soon after each act, compared at each opening.

See `store.head` for what it is and why.
"""

from __future__ import annotations

import enum
import logging
import secrets

from angrilien.services.notebook import Notebook
from angrilien.store import facts, head

_log = logging.getLogger(__name__)


class Found(enum.Enum):
    """What an opening found of the head."""

    FINE = "fine"
    """It stands in the log: at its end, or behind."""
    ABSENT = "absent"
    """There is none that this key made: the notebook is new, or its key is."""
    PUT_BACK = "put_back"
    """It stands in the log, but one of the two was put back: a new incarnation must begin."""
    LOST = "lost"
    """It does not stand in the log: acts that were acknowledged are gone."""


def check(nb: Notebook) -> Found:
    """Compare the notebook with the head beside it. Nothing is written."""
    kept = head.read(nb.folder, nb.opened.database_key)
    with nb.store.read() as connection:
        token, vault = facts.get(connection, "token"), facts.get(connection, "vault")
        if kept is None or kept.vault != vault:
            return Found.ABSENT
        chain = nb.store.chain_at(connection, kept.inc, kept.seq)
    if chain != kept.chain:
        return Found.LOST
    return Found.FINE if kept.token == token else Found.PUT_BACK


def keep(nb: Notebook) -> None:
    """Write where the log ends now, if it has grown. A disk that refuses it stops nothing.

    Not while acts are missing (`Found.LOST`): the head is what tells so at each opening, until
    somebody decided.
    """
    if not nb.store.has_grown:
        return
    try:
        if check(nb) is not Found.LOST:
            _write(nb)
    except OSError:
        _log.info("the head could not be written")
        return
    nb.store.has_grown = False


def begin(nb: Notebook) -> None:
    """Write the first head of a notebook, or of a new key."""
    nb.store.has_grown = True
    keep(nb)


def is_of(nb: Notebook, inc: str) -> bool:
    """Tell whether the head speaks of an incarnation."""
    kept = head.read(nb.folder, nb.opened.database_key)
    return kept is not None and kept.inc == inc


def renew(nb: Notebook) -> None:
    """Write the head with the notebook's own token: a new incarnation began. No disk stops it."""
    with nb.store.read() as connection:
        own = facts.get(connection, "token")
    try:
        _write(nb, token=own)
    except OSError:
        _log.info("the head could not be written")


def go_on(nb: Notebook) -> None:
    """Go on although acts are missing: the head is written anew, under another token.

    The programme may hold what is missing: a new incarnation asks for it.

    Raises:
        OSError: the folder cannot be written; nothing was decided.
    """
    _write(nb, token=secrets.token_hex(16))


def _write(nb: Notebook, *, token: str = "") -> None:
    key = nb.opened.database_key
    before = head.read(nb.folder, key)
    with nb.store.read() as connection:
        end = nb.store.position(connection)
        vault, own = facts.get(connection, "vault"), facts.get(connection, "token")
    if not token:
        # A head that was put back keeps its token until a new incarnation began.
        token = before.token if before is not None and before.vault == vault else own
    head.write(
        nb.folder,
        key,
        head.Head(vault=vault, inc=end.inc, seq=end.seq, chain=end.chain, token=token),
    )
