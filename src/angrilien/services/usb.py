"""The USB key: what is unsent is written to it, and its receipt is read from it."""

from __future__ import annotations

import contextlib
import errno
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Final

from angrilien.errors import FileUnreadable, KnownError
from angrilien.services import parcels, receipts
from angrilien.services.key_errors import KeyFull, KeyGone, KeyReadOnly, NothingToSend, NoVenueCode
from angrilien.services.notebook import Notebook
from angrilien.services.parcels import Part
from angrilien.services.receipts import Read
from angrilien.store import marks, queue
from angrilien.sync.outbox_files import sync_folder
from angrilien.wire.sealed import (
    MAX_FILE,
    MAX_RECEIPT,
    RECEIPT_SUFFIX,
    SENDING_SUFFIX,
    SendingFile,
)

AT_ONCE: Final = 4
"""Parts written in one step: the store lane is free again in between."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """How far the writing of a key is.

    Attributes:
        done, total: elements of the log; `total` is what waited when it began.
        name: of the file, once it is whole and durable; empty before.
        is_registration: it asks the programme to know this laptop, and holds nothing else: what
            waits goes with the next one.
    """

    done: int
    total: int
    name: str = ""
    is_registration: bool = False


class KeyWriting:
    """A sending file on its way to a USB key, a few parts at each step (in the store lane).

    A former file of this laptop on the key stays until the new one is whole; files of others stay
    as they are.

    Args:
        nb: the notebook.
        place: the folder of the key.

    Raises:
        NothingToSend: nothing is unsent.
        NoVenueCode: the laptop is not registered, and has no code to register with.
        NoCarrier: the programme has no box key.
        KeyFull, KeyReadOnly, KeyGone: nothing was written.
    """

    def __init__(self, nb: Notebook, place: Path) -> None:
        with nb.store.read() as connection:
            state = marks.sending_state(connection, nb.store.identity.inc)
            waits = state.waiting or queue.set_aside(connection)
        if not waits:
            raise NothingToSend
        if not state.has_venue and not state.has_code:
            raise NoVenueCode
        self._is_registration = not state.has_venue
        self._total, self._done = state.waiting, 0
        self._made: list[Part] = []
        head = parcels.head(nb)
        self._path = place / file_name(nb)
        self._draft = self._path.with_name(self._path.name + ".new")
        with self._on_key():
            self._stream: BinaryIO = self._draft.open("wb")
            self._file = SendingFile(self._stream, head)
        self._parts: Iterator[Part] = parcels.parts(nb, lambda: MAX_FILE - self._file.whole())

    def step(self, nb: Notebook) -> Written:
        """Write some more; what is returned has the file's name once it is there.

        Raises:
            KeyFull, KeyReadOnly, KeyGone: what was on the key before is as it was.
        """
        for _ in range(AT_ONCE):
            with self._on_key():
                part = next(self._parts, None)
                if part is None:
                    return self._end(nb)
                self._file.add(part.sealed)
            if part.note:
                self._made.append(part)
            self._done += part.changes
        return self._told()

    def give_up(self) -> None:
        """Leave nothing unfinished on the key."""
        with contextlib.suppress(OSError, AttributeError):
            self._stream.close()
        with contextlib.suppress(OSError):
            self._draft.unlink(missing_ok=True)

    def _end(self, nb: Notebook) -> Written:
        self._file.end()
        self._stream.flush()
        os.fsync(self._stream.fileno())
        self._stream.close()
        self._draft.replace(self._path)
        sync_folder(self._path.parent)
        parcels.remember(nb, self._made)
        return self._told(self._path.name)

    def _told(self, name: str = "") -> Written:
        return Written(
            done=min(self._done, self._total),
            total=self._total,
            name=name,
            is_registration=self._is_registration,
        )

    @contextlib.contextmanager
    def _on_key(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            self.give_up()
            raise _problem(error) from error
        except KnownError:
            self.give_up()
            raise


def file_name(nb: Notebook) -> str:
    """Return the name of this laptop's file on a key: it says nobody's name."""
    return f"angrilien-{nb.store.identity.inc.replace('-', '')[-8:]}{SENDING_SUFFIX}"


def receipt_name(nb: Notebook) -> str:
    """Return the name that this laptop's receipt has, beside its file."""
    return Path(file_name(nb)).with_suffix(RECEIPT_SUFFIX).name


def find_receipt(nb: Notebook, place: Path) -> Path | None:
    """Return this laptop's receipt in the folder of a key, None where it is not there."""
    path = place / receipt_name(nb)
    return path if path.is_file() else None


def read_receipt(nb: Notebook, file: Path) -> Read:
    """Read a receipt from a key.

    Raises:
        NotAReceipt, ReceiptNewer, ReceiptElsewhere: nothing has changed.
        FileUnreadable: it is not there, or cannot be read.
    """
    try:
        with file.open("rb") as stream:
            data = stream.read(MAX_RECEIPT + 1)
    except OSError as error:
        raise FileUnreadable from error
    return receipts.read_file(nb, data if len(data) <= MAX_RECEIPT else b"")


def _problem(error: OSError) -> KnownError:
    if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
        return KeyFull()
    if error.errno in (errno.EACCES, errno.EROFS, errno.EPERM):
        return KeyReadOnly()
    return KeyGone()
