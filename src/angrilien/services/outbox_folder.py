"""The outbox folder: what is unsent is left there, for a sender that nobody has to open.

After each ended sheet, at each lock, before suspend and at quit. It is sealed to the server, takes
a bounded room, takes the place of what was left before, and goes once all of it is acknowledged.
Nothing here stops anybody: the notebook holds all of it anyway.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator

from angrilien.errors import KnownError
from angrilien.services import parcels
from angrilien.services.notebook import Notebook
from angrilien.services.parcels import Part
from angrilien.store import log, marks, queue
from angrilien.sync.outbox_files import OutboxFiles
from angrilien.wire.sealed import SendingFile

_log = logging.getLogger(__name__)


def leave(nb: Notebook) -> None:
    """Leave in the folder what is unsent; a disk that refuses it stops nothing."""
    if not nb.programme.server or nb.is_closed:
        return
    try:
        _leave(nb)
    except (OSError, KnownError) as error:
        _log.info("nothing was left in the outbox folder: %s", type(error).__name__)


def settle(nb: Notebook) -> None:
    """Remove what waits in the folder once nothing is unsent any more."""
    files = OutboxFiles(nb.folder)
    if files.mark() is not None and not _is_waiting(nb):
        files.drop()


def claim(nb: Notebook) -> None:
    """Take the folder for this notebook as long as it is open: it sends by itself meanwhile."""
    if nb.programme.server:
        nb.claim.take()


def _leave(nb: Notebook) -> None:
    files = OutboxFiles(nb.folder)
    if not _is_waiting(nb):
        files.drop()
        return
    claim(nb)
    with nb.store.read() as connection:
        if not marks.read(connection).revoked:
            files.forget_revoked()
    now = _mark(nb)
    if nb.left_mark == now and files.mark() is not None:
        return
    room = files.room()
    made: list[Part] = []

    def fill(file: SendingFile) -> None:
        for part in _within(parcels.parts(nb), file, room):
            file.add(part.sealed)
            made.append(part)

    files.put_programme(nb.programme.to_json())
    files.write(parcels.head(nb), fill)
    parcels.remember(nb, made)
    if not made:
        files.drop()
    nb.left_mark = now


def _within(some: Iterator[Part], file: SendingFile, room: int) -> Iterator[Part]:
    """Give parts as long as there is room: the first ones are those that wait the longest."""
    for part in some:
        if file.size + len(part.sealed) + 64 > room:
            _log.info("the outbox folder holds the beginning of what is unsent, for want of room")
            return
        yield part


def _is_waiting(nb: Notebook) -> bool:
    with nb.store.read() as connection:
        state = marks.sending_state(connection, nb.store.identity.inc)
        return bool(state.waiting or queue.set_aside(connection))


def _mark(nb: Notebook) -> str:
    """Return what changes when there is something else to leave."""
    identity = nb.store.identity
    with nb.store.read() as connection:
        kept = marks.read(connection)
        end = log.last_seq(connection, identity.inc)
        have = queue.have(connection)
        waiting = marks.sending_state(connection, identity.inc).waiting
    code = "" if kept.cert else kept.venue_code
    return f"{identity.inc} {kept.ack} {have} {end} {waiting} {bool(kept.cert)} {code}"
