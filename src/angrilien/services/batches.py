"""Reading the next changes to push, a few at a time: nobody's click waits for a whole batch."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from angrilien.services.notebook import Notebook
from angrilien.services.speaking import who
from angrilien.store import log, queue
from angrilien.store.marks import Marks
from angrilien.sync.jobs import Batch
from angrilien.wire.change import Change, genesis
from angrilien.wire.keys import read_certificate
from angrilien.wire.push import MAX_LINES

STEP: Final = 100
"""Changes read in one step of the store lane: a few milliseconds."""
_HEAD: Final = 150
"""About the bytes of a line beside its two texts."""
_SPARE: Final = 1.2
"""Read that much more than is thought to fit: a batch is cut to its size, never made longer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """Changes that follow each other, and the last order applied when they were written."""

    first: int
    last: int
    order: int


def next_run(nb: Notebook, kept: Marks) -> Run | None:
    """Return the lowest run of changes to offer, None where there is none."""
    with nb.store.read() as connection:
        end = log.last_seq(connection, nb.store.identity.inc)
        if end <= kept.ack:
            return None
        gap = queue.first_gap(queue.covered(connection, kept.ack), end)
        if gap is None:
            return None
        return within_one_order(queue.orders(connection), *gap)


def one_line(nb: Notebook, seq: int) -> Run:
    """Return the run of one change."""
    with nb.store.read() as connection:
        return within_one_order(queue.orders(connection), seq, seq)


def within_one_order(orders: list[tuple[int, int]], first: int, last: int) -> Run:
    """Return the run from `first` to `last`, cut where an order was applied."""
    before = [number for number, seq in orders if seq < first]
    after = [seq for _, seq in orders if first <= seq < last]
    return Run(first=first, last=min([last, *after]), order=max(before, default=0))


class Gathering:
    """A batch on its way from the log, some changes in each step of the store lane.

    Args:
        nb: the notebook.
        kept: the marks.
        run: what to read, from its beginning.
        limit: compressed bytes aimed at.
        ratio: compressed bytes for each byte of text, by experience.
        aside: as in `sync.jobs.Batch`.
    """

    def __init__(
        self,
        nb: Notebook,
        kept: Marks,
        run: Run,
        *,
        limit: int,
        ratio: float,
        aside: bool = False,
    ) -> None:
        identity = nb.store.identity
        self._who = who(nb)
        self._inc = identity.inc
        self._run = run
        self._limit = limit
        self._enough = limit / ratio * _SPARE
        self._aside = aside
        self._changes: list[Change] = []
        self._previous: dict[int, int] = {}
        certificate = read_certificate(kept.cert.encode("utf-8"))
        self._names_stay = certificate.level == "pseudonyme"
        with nb.store.read() as connection:
            prev = log.chain_at(connection, identity.inc, run.first - 1)
        self._prev = prev or genesis(identity.inc, identity.public)

    def step(self, nb: Notebook) -> bool:
        """Read some more; tell whether that was enough."""
        after = self._run.first + len(self._changes) - 1
        count = min(STEP, self._run.last - after, MAX_LINES - len(self._changes))
        if nb.store.identity.inc != self._inc:
            count = 0  # another incarnation began meanwhile: what was read is of the former one
        if count > 0:
            with nb.store.read() as connection:
                some = log.changes_after(connection, self._inc, after, count)
                self._previous |= log.own_previous(connection, some)
            self._changes += some
            self._enough -= sum(map(_size, some))
        return count < STEP or self._enough <= 0

    def batch(self) -> Batch:
        """Return what was read."""
        return Batch(
            who=self._who,
            changes=tuple(self._changes),
            prev=self._prev,
            own_previous=self._previous,
            order=self._run.order,
            limit=self._limit,
            names_stay=self._names_stay,
            aside=self._aside,
        )


def _size(change: Change) -> int:
    body = change.body
    return _HEAD + (len(body.shared) + len(body.private) if body is not None else 0)
