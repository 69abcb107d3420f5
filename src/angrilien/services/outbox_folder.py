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
from angrilien.sync.outbox_files import MOST, OutboxFiles
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
    filling = _Filling(nb, files)
    files.put_programme(nb.programme.to_json())
    try:
        files.write(parcels.head(nb), filling.fill)
    except _HoldsLess:
        return
    parcels.remember_outbox(nb, filling.made)
    if not filling.made:
        files.drop()
    if not filling.is_cut_by_disk:
        nb.left_mark = now


class _HoldsLess(Exception):
    """For want of room on the disk, the new file would hold less than the one that is there."""


class _Filling:
    """What goes into a new file: the first parts are those of what waits the longest."""

    def __init__(self, nb: Notebook, files: OutboxFiles) -> None:
        self._parts: Iterator[Part] = parcels.parts(nb)
        self._room = files.room()
        mark = files.mark()
        self._there = 0 if mark is None else mark[1]
        self.made: list[Part] = []
        self.is_cut_by_disk = False
        """There may be more room at the next try: a bound of our own is always the same."""

    def fill(self, file: SendingFile) -> None:
        """Add parts as long as there is room.

        Raises:
            _HoldsLess: what is there is the better one.
        """
        for part in self._parts:
            if file.whole(len(part.sealed)) > self._room:
                _log.info("the outbox folder holds the beginning of what is unsent: no more room")
                self.is_cut_by_disk = self._room < MOST
                break
            file.add(part.sealed)
            self.made.append(part)
        if self.is_cut_by_disk and file.whole() < self._there:
            raise _HoldsLess


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
