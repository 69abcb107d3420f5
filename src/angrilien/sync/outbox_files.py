"""The files of the outbox folder: what waits, the answers, who is at work. No network here."""

from __future__ import annotations

import contextlib
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Final

from angrilien.wire.canonical import BadMessage, loads, unb64
from angrilien.wire.sealed import (
    MAX_LINE,
    MAX_RECEIPT,
    RECEIPT_SUFFIX,
    SENDING_SUFFIX,
    AnswerLine,
    FileHead,
    SendingFile,
    read_receipt,
    receipt_head,
)

FOLDER: Final = "outbox"
MOST: Final = 8 << 20
"""Bytes of what waits in the folder, whatever the disk has: what is more stays in the notebook."""
SPARED: Final = 32 << 20
"""Bytes of the disk that are left for others."""

Mark = tuple[int, int, int]
"""What tells one writing of a file from another: inode, size, time of its last change."""


class OutboxFiles:
    """The outbox folder of a data folder.

    Args:
        data: the data folder.
    """

    def __init__(self, data: Path) -> None:
        self.folder = data / FOLDER
        self.waiting = self.folder / f"a-envoyer{SENDING_SUFFIX}"
        self.receipts = self.folder / f"recus{RECEIPT_SUFFIX}"
        self.programme = self.folder / "programme.json"
        """Address, name and keys of the programme: public, and all that a carrier needs."""
        self.claim = self.folder / "cahier.lock"
        """Held by an application whose notebook is open: it sends by itself."""
        self.carrying = self.folder / "porteur.lock"
        """Held by whoever delivers: one at a time."""
        self.revoked = self.folder / "retire.txt"

    # --- what waits -------------------------------------------------------------------------------

    def room(self) -> int:
        """Return how many bytes may be written now, so that the disk is never filled."""
        try:
            free = shutil.disk_usage(self.folder.parent).free
        except OSError:
            return 0
        # The new file stands beside the old one until it takes its place.
        return max(0, min(MOST, (free - SPARED) // 2))

    def write(self, head: FileHead, fill: Callable[[SendingFile], None]) -> None:
        """Put a new file in the place of what waits; `fill` writes its parts.

        Raises:
            OSError: the disk refuses it; what waited stays.
        """
        self.folder.mkdir(mode=0o700, exist_ok=True)
        draft = self.waiting.with_name(self.waiting.name + ".new")
        try:
            with draft.open("wb") as stream:
                file = SendingFile(stream, head)
                fill(file)
                file.end()
                stream.flush()
                os.fsync(stream.fileno())
            draft.replace(self.waiting)
            sync_folder(self.folder)
        except BaseException:
            with contextlib.suppress(OSError):
                draft.unlink(missing_ok=True)
            raise

    def put_programme(self, text: str) -> None:
        """Say which programme it is, if that is not what is said already.

        Raises:
            OSError: the disk refuses it.
        """
        with contextlib.suppress(OSError, UnicodeDecodeError):
            if self.programme.read_text(encoding="utf-8") == text:
                return
        self.folder.mkdir(mode=0o700, exist_ok=True)
        draft = self.programme.with_name(self.programme.name + ".new")
        with draft.open("w", encoding="utf-8") as stream:
            stream.write(text)
            stream.flush()
            os.fsync(stream.fileno())
        draft.replace(self.programme)

    def read(self) -> tuple[bytes, Mark] | None:
        """Return what waits, and what tells this writing of it; None where nothing does."""
        mark = self.mark()
        if mark is None or mark[1] > 2 * MOST:
            return None
        try:
            return self.waiting.read_bytes(), mark
        except OSError:
            return None

    def mark(self) -> Mark | None:
        """Return what tells the present writing of what waits; None where nothing does."""
        try:
            found = self.waiting.stat()
        except OSError:
            return None
        return found.st_ino, found.st_size, found.st_mtime_ns

    def drop_if(self, mark: Mark) -> None:
        """Remove what waited, unless another writing of it has taken its place."""
        if self.mark() == mark:
            self.drop()

    def drop(self) -> None:
        """Remove what waits: all of it has an answer, or nothing is unsent any more."""
        with contextlib.suppress(OSError):
            self.waiting.unlink(missing_ok=True)

    # --- the answers ------------------------------------------------------------------------------

    def keep(self, aud: str, line: AnswerLine) -> None:
        """Add an answer to those that the application will read, durably.

        Raises:
            OSError: the disk refuses it. The part is brought again then, with no second effect.
        """
        new = not self._has_receipts()
        with self.receipts.open("wb" if new else "ab") as stream:
            # What a cut left of a line ends there.
            stream.write((receipt_head(aud) if new else b"\n") + line.to_bytes())
            stream.flush()
            os.fsync(stream.fileno())
        if new:
            sync_folder(self.folder)

    def answered(self) -> set[bytes]:
        """Return the SHA-256 of the parts that have an answer here."""
        found = set()
        for line in self._lines():
            with contextlib.suppress(BadMessage):
                found.add(unb64(loads(line.text).get("req", ""), 32))
        return found

    def take_receipts(self) -> bytes | None:
        """Return the receipt file and remove it; None where there is none.

        An answer that comes in between is lost, which harms nothing: the server says it again.
        """
        taken = self.receipts.with_name(self.receipts.name + ".lu")
        try:
            if not self.receipts.exists() and not taken.exists():
                return None
            if self.receipts.exists():
                self.receipts.replace(taken)
            if taken.stat().st_size > MAX_RECEIPT:
                return b""
            return taken.read_bytes()
        except OSError:
            return None

    def receipts_were_read(self) -> None:
        """Remove the receipt file that was taken: all it says is in the notebook."""
        with contextlib.suppress(OSError):
            self.receipts.with_name(self.receipts.name + ".lu").unlink(missing_ok=True)

    def _has_receipts(self) -> bool:
        """Tell whether the receipt file is there, and begins as it must."""
        try:
            with self.receipts.open("rb") as stream:
                read_receipt(stream.readline(MAX_LINE + 1))
        except (OSError, BadMessage):
            return False
        return True

    def _lines(self) -> list[AnswerLine]:
        try:
            if self.receipts.stat().st_size > MAX_RECEIPT:
                return []
            return read_receipt(self.receipts.read_bytes())[1]
        except (OSError, BadMessage):
            return []

    # --- the end ----------------------------------------------------------------------------------

    def note_revoked(self) -> None:
        """Note that the programme takes nothing more from this laptop after what waits."""
        with contextlib.suppress(OSError):
            self.revoked.write_text("Cet ordinateur n’est plus autorisé.\n", encoding="utf-8")

    def forget_revoked(self) -> None:
        """Take the note back: the laptop is in the programme."""
        with contextlib.suppress(OSError):
            self.revoked.unlink(missing_ok=True)

    @property
    def is_over(self) -> bool:
        """Tell whether the laptop is revoked, and nothing is left to deliver."""
        return self.revoked.exists() and not self.waiting.exists()


def sync_folder(folder: Path) -> None:
    """Make durable what was renamed in a folder."""
    if os.name == "nt":
        return  # Windows has no handle on a folder to flush; its rename is journalled.
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
