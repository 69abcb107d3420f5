"""Sending by itself: store → network → store, never a transaction open across a request.

Nothing "in flight" is ever written: after a crash, what is not acknowledged is simply offered
again, and the server knows it already.
"""

from __future__ import annotations

import logging
import random
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass
from typing import Final, TypeVar

from angrilien.domain.clock import Clock, SystemClock
from angrilien.domain.rows import Progress
from angrilien.errors import KnownError, NotOurServer, Refused
from angrilien.services.lanes import Lane, Lanes
from angrilien.services.notebook import Notebook
from angrilien.services.outbox import contact, record_answer, record_failure, state, take_job
from angrilien.sync.client import Client, Outcome, Server
from angrilien.sync.jobs import CONTACT, PUSH, Job
from angrilien.sync.policy import BatchSize, Pace
from angrilien.vault.programme import Programme
from angrilien.wire.answer import Answer

__all__ = ["Sender", "state"]

CONTACT_SECONDS: Final = 6 * 3600

T = TypeVar("T")

_log = logging.getLogger(__name__)


@dataclass(slots=True)
class _Round:
    """One round of exchanges, from the first job to nothing left or a failure."""

    total: int = 0
    start: int = 0
    asked: bool = False
    """Whether a question without changes was already asked in this round."""


class Sender:
    """Sends what is waiting, in the lanes, without ever blocking its caller.

    Args:
        lanes: the store and network lanes.
        notebook: the opened notebook, touched in the store lane only.
        programme: gives the server's address.
        clock: the wall clock, for nothing but progress; pacing uses the steady clock.
        on_event: called from a worker thread whenever `progress`, `problem` or the state changed.
        client: the connection to use.
        chance: gives a number in [0, 1), for the jitter.
    """

    def __init__(
        self,
        lanes: Lanes,
        notebook: Notebook,
        programme: Programme,
        *,
        clock: Clock | None = None,
        on_event: Callable[[], None] | None = None,
        client: Client | None = None,
        chance: Callable[[], float] = random.random,
    ) -> None:
        self.progress: Progress | None = None
        self.problem: KnownError | None = None
        self._lanes = lanes
        self._notebook = notebook
        self._server = programme.server
        self._clock = clock or SystemClock()
        self._on_event = on_event or _nothing
        self._client = client or Client()
        self._pace = Pace(chance)
        self._size = BatchSize()
        self._lock = threading.Lock()
        self._running = False
        self._again = False
        self._closed = False
        self._due = 0.0
        self._contact_due = 0.0
        self._round = _Round()

    def tick(self) -> None:
        """Begin a round if one is due; called every few seconds."""
        if time.monotonic() >= self._due:
            self._begin()

    def send_now(self) -> None:
        """Begin a round at once, whatever the pace says; during one, another follows it."""
        self._due = self._contact_due = 0.0
        self._begin(again=True)

    def close(self) -> None:
        """Begin nothing more, and cut the request under way."""
        with self._lock:
            self._closed = True
        self._client.close()

    @property
    def busy(self) -> bool:
        """Whether a round is under way."""
        return self._running

    def _begin(self, *, again: bool = False) -> None:
        with self._lock:
            if self._closed or not self._server:
                return
            if self._running:
                self._again = self._again or again
                return
            self._running = True
        self._round = _Round()
        self._in_store(self._take, self._on_job)

    # Each step runs in its lane and hands its result to the next one.

    def _take(self) -> Job | None:
        job = take_job(self._notebook, self._size.now)
        if job is None and not self._round.asked and time.monotonic() >= self._contact_due:
            job = contact(self._notebook)
        if job is not None and job.kind == PUSH:
            now = state(self._notebook)
            if not self._round.total:
                self._round.total = now.waiting
            done = max(self._round.total - now.waiting, 0)
            self.progress = Progress(done=done, total=max(self._round.total, now.waiting))
        return job

    def _on_job(self, job: Job | None) -> None:
        if job is None:
            self._end()
            return
        self._on_event()
        self._round.asked = self._round.asked or job.kind == CONTACT
        programme = self._notebook.programme
        server = Server(
            address=self._server,
            aud=programme.aud,
            check=programme.check_signed,
            renew=lambda keys, signature: programme.newer(keys, signature).check_signed,
        )
        future = self._submit(self._lanes.network, lambda: self._client.exchange(server, job))
        if future is not None:
            future.add_done_callback(lambda done: self._on_exchanged(job, done))

    def _on_exchanged(self, job: Job, done: Future[Outcome]) -> None:
        error = done.exception()
        if error is not None:
            self._failed(error, Outcome())
            return
        outcome = done.result()
        if outcome.answer is None:
            if outcome.shrink:
                self._size.failed()
            problem = outcome.problem or NotOurServer()
            # Once it is written down: whoever is told of the end of the round reads the truth.
            self._in_store(
                lambda: record_failure(self._notebook), lambda _none: self._failed(problem, outcome)
            )
            return
        answer = outcome.answer
        self._in_store(
            lambda: self._record(job, answer), lambda moved: self._on_recorded(job, moved=moved)
        )

    def _record(self, job: Job, answer: Answer) -> bool:
        try:
            record_answer(self._notebook, job, answer)
        except KnownError:
            record_failure(self._notebook)
            raise
        return answer.ack >= job.last

    def _on_recorded(self, job: Job, *, moved: bool) -> None:
        self.problem = None
        self._pace.succeeded()
        self._contact_due = time.monotonic() + CONTACT_SECONDS
        if job.kind == PUSH:
            if not moved:
                # A server that acknowledges less than it was given is asked again later.
                self._failed(Refused(), Outcome())
                return
            self._size.succeeded()
        self._on_event()
        if self._closed:
            self._end()
        else:
            self._in_store(self._take, self._on_job)

    def _failed(self, error: BaseException, outcome: Outcome) -> None:
        if isinstance(error, KnownError):
            self.problem = error
        else:
            _log.error("sending stopped", exc_info=error)
            self.problem = Refused()
        self._due = time.monotonic() + self._pace.failed(outcome.retry_after)
        self._end()

    def _end(self) -> None:
        self.progress = None
        with self._lock:
            self._running = False
            again, self._again = self._again and not self._closed, False
        self._on_event()
        if again and self.problem is None:
            self._begin()

    def _in_store(self, work: Callable[[], T], then: Callable[[T], None]) -> None:
        future = self._submit(self._lanes.store, work)
        if future is None:
            return

        def finished(done: Future[T]) -> None:
            error = done.exception()
            if error is not None:
                self._failed(error, Outcome())
            else:
                then(done.result())

        future.add_done_callback(finished)

    def _submit(self, lane: Lane, work: Callable[[], T]) -> Future[T] | None:
        """Submit to a lane, None where the lanes were closed meanwhile: the round just ends."""
        try:
            return lane.submit(work)
        except RuntimeError:
            with self._lock:
                self._running, self._closed = False, True
            return None


def _nothing() -> None:
    """Tell nobody."""
