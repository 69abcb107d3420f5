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
from angrilien.domain.sending import Attempt
from angrilien.errors import KnownError, NotOurServer, Refused
from angrilien.services import attempts, outbox_folder, pulling, receipts
from angrilien.services.answers import Recorded, after_nothing, record_answer, record_failure
from angrilien.services.batches import Gathering
from angrilien.services.lanes import Lane, Lanes
from angrilien.services.memory import Memory
from angrilien.services.notebook import Notebook
from angrilien.services.offering import under_new_numbers
from angrilien.services.outbox import contact, next_job, question, state
from angrilien.services.poison import Next, put_aside
from angrilien.sync.client import Client, Outcome, Server
from angrilien.sync.jobs import CONTACT, PUSH, Job, push_job
from angrilien.sync.policy import Pace
from angrilien.vault.programme import Programme
from angrilien.wire.answer import Answer

__all__ = ["Sender", "state"]

LEAST_SECONDS: Final = 60
MOST_SECONDS: Final = 24 * 3600
"""Between two contacts, whatever the server wishes."""

T = TypeVar("T")

_log = logging.getLogger(__name__)


@dataclass(slots=True)
class _Round:
    """One round of exchanges, from the first job to nothing left or a failure."""

    total: int = 0
    asked: bool = False
    """Whether a question without changes was already asked in this round."""
    has_moved: bool = False
    """Whether the last push of this round arrived."""
    has_looked: bool = False
    """Whether what the sender without a window left was looked at."""
    is_called: bool = False
    """Whether an answer said that there is something for us: it is asked for before all else."""


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
        self._memory = Memory()
        self._remembers = False
        self._lock = threading.Lock()
        self._running = False
        self._again = False
        self._closed = False
        self._due = 0.0
        self._contact_due = 0.0
        self._asked_at = 0.0
        self._round = _Round()
        self._attempts: list[Attempt] = []
        """Those of this round that are not written down yet."""

    def tick(self) -> None:
        """Begin a round if one is due; called every few seconds."""
        if time.monotonic() >= self._due:
            self._begin()

    def send_now(self) -> None:
        """Begin a round at once, whatever the pace says; during one, another follows it."""
        self._due = self._contact_due = 0.0
        self._begin(again=True)

    def use_address(self, server: str) -> None:
        """Send there from now on: a venue's profile has just said so."""
        self._server = server

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

    def _take(self) -> Job | Gathering | None:
        if not self._remembers:
            self._remembers = True
            self._memory.remember(self._notebook)
        if not self._round.has_looked:
            self._round.has_looked = True
            outbox_folder.claim(self._notebook)
            receipts.read_outbox(self._notebook)
        if self._round.is_called:
            self._round.is_called = False
            return question(self._notebook)
        found = next_job(self._notebook, self._memory)
        if found is None and not self._round.asked and self._must_ask():
            found = contact(self._notebook)
        if found is None:
            attempts.keep(self._notebook, self._attempts)
        elif isinstance(found, Gathering):
            now = state(self._notebook)
            if not self._round.total:
                self._round.total = now.waiting
            done = max(self._round.total - now.waiting, 0)
            self.progress = Progress(done=done, total=max(self._round.total, now.waiting))
        return found

    def _must_ask(self) -> bool:
        """Tell whether it is time to ask whether there is anything for us.

        While a workshop may be shared with another laptop, also after each push and every minute.
        """
        now = time.monotonic()
        if now >= self._contact_due:
            return True
        soon = bool(self._round.total) or now >= self._asked_at + LEAST_SECONDS
        return soon and pulling.is_shared(self._notebook)

    def _on_job(self, found: Job | Gathering | None) -> None:
        if found is None:
            self._end()
            return
        self._on_event()
        if isinstance(found, Gathering):
            self._gather(found)
            return
        self._round.asked = self._round.asked or found.kind == CONTACT
        self._exchange(lambda: found)

    def _gather(self, batch: Gathering) -> None:
        """Read a few changes, behind whatever somebody asked for meanwhile; then again."""
        self._in_store(
            lambda: batch.step(self._notebook),
            lambda enough: (
                self._exchange(lambda: push_job(batch.batch())) if enough else self._gather(batch)
            ),
        )

    def _exchange(self, make: Callable[[], Job]) -> None:
        """Make a job and exchange it, both in the network lane: encoding keeps no click waiting."""
        programme = self._notebook.programme
        server = Server(
            address=self._server,
            aud=programme.aud,
            check=programme.check_signed,
            renew=lambda keys, signature: programme.newer(keys, signature).check_signed,
        )

        def work() -> tuple[Job, Outcome]:
            job = make()
            at, started = self._clock.now(), time.monotonic()
            outcome = self._client.exchange(server, job)
            took = round((time.monotonic() - started) * 1000)
            self._attempts.append(attempts.of(job, outcome, at=at, milliseconds=took))
            return job, outcome

        future = self._submit(self._lanes.network, work)
        if future is not None:
            future.add_done_callback(self._on_exchanged)

    def _on_exchanged(self, done: Future[tuple[Job, Outcome]]) -> None:
        error = done.exception()
        if error is not None:
            self._failed(error, Outcome())
            return
        job, outcome = done.result()
        self._memory.learn(job)
        answer = outcome.answer
        if answer is None:
            self._on_nothing(job, outcome)
            return
        self._in_store(
            lambda: self._record(job, answer),
            lambda recorded: self._on_recorded(job, answer, recorded),
        )

    def _on_nothing(self, job: Job, outcome: Outcome) -> None:
        """Decide whether something else is tried at once, now that no answer came."""
        how = after_nothing(self._memory, job, outcome, has_moved=self._round.has_moved)
        self._round.has_moved = False
        if how is Next.WAIT or self._closed:
            problem = outcome.problem or NotOurServer()
            # Once it is written down: whoever is told of the end of the round reads the truth.
            self._in_store(
                lambda: self._record_failure(unknown=outcome.unknown),
                lambda _none: self._failed(problem, outcome),
            )
        elif how is Next.SET_ASIDE:
            self._in_store(
                lambda: put_aside(self._notebook, job.first), lambda _none: self._go_on()
            )
        elif how is Next.ANEW:
            self._in_store(
                lambda: under_new_numbers(self._notebook, self._memory),
                lambda _none: self._go_on(),
            )
        else:
            self._go_on()

    def _record_failure(self, *, unknown: bool = False) -> None:
        record_failure(self._notebook, self._memory, unknown=unknown)
        attempts.keep(self._notebook, self._attempts)

    def _record(self, job: Job, answer: Answer) -> Recorded:
        try:
            recorded = record_answer(self._notebook, job, answer, self._memory)
        except KnownError:
            self._record_failure()
            raise
        if not recorded.moved:
            attempts.keep(self._notebook, self._attempts)
        return recorded

    def _on_recorded(self, job: Job, answer: Answer, recorded: Recorded) -> None:
        self.problem = None
        self._round.is_called = recorded.calls
        self._pace.succeeded()
        if job.kind == CONTACT:
            # Only a contact tells of what others wrote, and of what the programme published.
            self._asked_at = time.monotonic()
            wait = min(max(answer.next, LEAST_SECONDS), MOST_SECONDS)
            self._contact_due = self._asked_at + wait
        if job.kind == PUSH:
            self._round.has_moved = recorded.moved
            if not recorded.moved:
                # A server that acknowledges less than it was given is asked again later.
                self._failed(Refused(), Outcome())
                return
            if not job.aside:
                self._memory.suspects.passed(job.last)
        self._go_on()

    def _go_on(self) -> None:
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
