"""The outbox folder, as whoever holds no key sees it; and one delivery of what stands in it.

The application leaves there, in the form of a USB key, what is unsent. The carrier brings each part
to the server and keeps the signed answers for the application, which reads them at its next
opening. Nothing that it does can lose anything: the notebook holds it all.
"""

from __future__ import annotations

import enum
import io
import logging
from dataclasses import dataclass
from typing import Final

from angrilien.errors import Refused
from angrilien.file_lock import is_taken
from angrilien.sync.client import Client, Outcome, Server
from angrilien.sync.jobs import SEALED, Job
from angrilien.sync.outbox_files import OutboxFiles
from angrilien.wire.canonical import BadMessage, sha256
from angrilien.wire.sealed import AnswerLine, parts_of, read_head

_MOST_STUMBLES: Final = 3
"""Parts over which a server may fall in one delivery, before it is left in peace."""
_log = logging.getLogger(__name__)


class End(enum.Enum):
    """How a delivery ended."""

    NOTHING = "nothing"
    """There is nothing to bring."""
    DONE = "done"
    """The server answered to all of it."""
    AWAY = "away"
    """There was no answer, or not to each part: it is tried again."""
    BUSY = "busy"
    """The application is at work, and sends by itself."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivered:
    """What came of a delivery.

    Attributes:
        end: how it ended.
        answered: parts that the server answered to, in this delivery.
        retry_after: seconds that the server asked us to wait.
    """

    end: End
    answered: int = 0
    retry_after: int | None = None


def deliver(files: OutboxFiles, client: Client, server: Server) -> Delivered:
    """Bring what stands in the outbox folder to the server, part by part.

    A part that was answered is not brought again; one that the server does not take keeps no other
    waiting. An answer is on the disk before the next part leaves.
    """
    found = files.read()
    parts = _whole(found[0], server.aud) if found is not None else None
    if found is None or parts is None:
        return Delivered(end=End.NOTHING)
    round_ = _Round(files, client, server)
    end = round_.go(parts)
    if end is End.DONE:
        files.drop_if(found[1])
    return Delivered(end=end, answered=round_.answered, retry_after=round_.retry_after)


class _Round:
    """One walk through the parts of a file."""

    def __init__(self, files: OutboxFiles, client: Client, server: Server) -> None:
        self._files, self._client, self._server = files, client, server
        self._refused = self._stumbles = 0
        self.answered = 0
        self.retry_after: int | None = None

    def go(self, parts: list[bytes]) -> End:
        """Bring those that have no answer yet; return how it ended."""
        known = self._files.answered()
        for part in parts:
            req = sha256(part)
            if req in known:
                continue
            if is_taken(self._files.claim):
                return End.BUSY
            outcome = self._client.exchange(self._server, _job(part, req))
            goes_on = self._keep(outcome) if outcome.answer else self._passes_over(outcome)
            if not goes_on:
                return End.AWAY
        return End.AWAY if self._refused else End.DONE

    def _keep(self, outcome: Outcome) -> bool:
        """Keep an answer; tell whether the next part may leave."""
        try:
            self._files.keep(self._server.aud, AnswerLine(outcome.text, outcome.signature))
        except OSError:
            _log.info("an answer could not be kept; its part is brought again")
            return False
        self.answered += 1
        if outcome.answer is not None and outcome.answer.revoked:
            self._files.note_revoked()
        return True

    def _passes_over(self, outcome: Outcome) -> bool:
        """Tell whether our server did not want this part, and may want the next one."""
        self.retry_after = outcome.retry_after
        self._refused += 1
        self._stumbles += outcome.stumbled
        refused = isinstance(outcome.problem, Refused) and not outcome.unknown
        about_it = refused or outcome.too_large or outcome.stumbled
        return about_it and self._stumbles < _MOST_STUMBLES


def _whole(data: bytes, aud: str) -> list[bytes] | None:
    """Return the parts of a file, None where it is not one that was written to its end for us."""
    stream = io.BytesIO(data)
    try:
        head = read_head(stream)
        parts = list(parts_of(stream))
    except BadMessage:
        return None
    return parts if head.aud == aud else None


def _job(part: bytes, req: bytes) -> Job:
    return Job(
        kind=SEALED,
        method="POST",
        path="/v1/sealed",
        body=part,
        headers={"Content-Type": "application/octet-stream"},
        req=req,
    )
