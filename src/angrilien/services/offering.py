"""What we have and the server lacks, of the incarnations before the present one.

A server that was put back to a backup may have lost what it acknowledged under them. It is asked
how far it holds each, and offered the rest under its own numbers, before anything of the present
incarnation. Where that cannot go through (the server stumbles over a line, a line is too large for
the road, a clone went on under these numbers) it comes again under new numbers, in the queue of all
other changes: there it is halved and set aside as they are, and keeps none of them waiting.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from angrilien.errors import NotOurServer
from angrilien.services import forks
from angrilien.services.memory import Memory
from angrilien.services.notebook import Notebook
from angrilien.services.poison import TIMES, Next
from angrilien.services.speaking import who
from angrilien.store import facts, log, marks
from angrilien.store.marks import OFFERED_AGAIN
from angrilien.sync.client import Outcome
from angrilien.sync.jobs import AGAIN, Batch, Job, look_job, push_job
from angrilien.wire.answer import Answer
from angrilien.wire.canonical import loads
from angrilien.wire.keys import read_certificate
from angrilien.wire.vouch import SignedVouch, read_vouch

OFFERING_AGAIN: Final = "offering again"
"""Fact: incarnations of which the server may hold less than it did, separated by spaces; with a
colon and the seq up to which it holds it, once it was asked."""
AT_ONCE: Final = 200
"""Changes read for one batch: a few milliseconds of the store lane."""


def server_was_put_back(nb: Notebook) -> None:
    """Take note that of each incarnation before, the server may hold less than it did."""
    own = nb.store.identity.inc
    with nb.store.read() as connection:
        others = [one.inc for one in nb.store.identities(connection) if one.inc != own]
    _keep(nb, others)


def next_job(nb: Notebook, limit: int) -> Job | None:
    """Return the next question or push of this kind, None where there is none.

    The questions come first: from then on, the line of sending counts what the server lacks.
    """
    with nb.store.read() as connection:
        entries = facts.get(connection, OFFERING_AGAIN).split()
    for entry in entries:
        if ":" not in entry:
            return look_job(replace(who(nb), inc=entry))
    return _push(nb, entries[0], limit) if entries else None


def record(nb: Notebook, job: Job, answer: Answer, memory: Memory | None = None) -> None:
    """Write down what the server said to one of these jobs.

    Raises:
        NotOurServer: it speaks of what was not asked.
    """
    with nb.store.read() as connection:
        entries = facts.get(connection, OFFERING_AGAIN).split()
    inc = answer.inc
    at = next((i for i, entry in enumerate(entries) if entry.partition(":")[0] == inc), None)
    if at is None:
        raise NotOurServer
    last = shared_up_to(nb, inc)
    lacks = answer.ack < last
    agrees = answer.fork is None and _chain_at(nb, inc, answer.ack) == answer.chain
    entries[at : at + 1] = [f"{inc}:{answer.ack}"] if lacks and agrees else []
    if lacks and not agrees:
        # Since it was put back, a clone went on under these numbers: ours come under new ones.
        forks.begin_anew(nb, besides=[(inc, 0, last)])
    _keep(nb, entries)  # last: a crash only repeats it
    if memory is not None:
        memory.offers_failed = 0
        if job.kind == AGAIN:
            memory.size.succeeded(len(job.body))
            memory.keep(nb)


def after_nothing(memory: Memory, job: Job, outcome: Outcome) -> Next:
    """Tell what to do when what is offered again got no answer."""
    if outcome.stumbled:
        memory.offers_failed += 1
        return Next.ANEW if memory.offers_failed >= TIMES else Next.WAIT
    if outcome.too_large and job.first == job.last:
        return Next.ANEW
    before = memory.size.now
    if outcome.shrink:
        memory.size.failed(len(job.body), too_large=outcome.too_large)
    return Next.AGAIN if outcome.too_large and memory.size.now < before else Next.WAIT


def under_new_numbers(nb: Notebook, memory: Memory) -> None:
    """Offer all of it again under the numbers of a new incarnation (in the store lane)."""
    memory.offers_failed = 0
    with nb.store.read() as connection:
        entries = facts.get(connection, OFFERING_AGAIN).split()
    besides = []
    for entry in entries:
        inc, _, told = entry.partition(":")
        if told and int(told) < (last := shared_up_to(nb, inc)):
            besides.append((inc, int(told), last))
    forks.begin_anew(nb, besides=besides)
    _keep(nb, [entry for entry in entries if ":" not in entry])  # last: a crash only repeats it


def vouches(nb: Notebook) -> list[SignedVouch]:
    """Return the vouches from one key of this laptop to the next, the oldest first."""
    with nb.store.read() as connection:
        bodies = [log.vouch_of(connection, one.inc) for one in nb.store.identities(connection)]
    return [read_vouch(loads(body)) for body in bodies if body]


def shared_up_to(nb: Notebook, inc: str) -> int:
    """Return the last seq of an incarnation before that does not stand in a later one too."""
    common = [one.vouch.common for one in vouches(nb) if one.vouch.former == inc]
    with nb.store.read() as connection:
        return max(common) if common else log.last_seq(connection, inc)


def _keep(nb: Notebook, entries: list[str]) -> None:
    lacking = 0
    for entry in entries:
        inc, _, told = entry.partition(":")
        if told:
            lacking += max(shared_up_to(nb, inc) - int(told), 0)
    with nb.store.write() as connection:
        facts.put(connection, OFFERING_AGAIN, " ".join(entries))
        facts.put(connection, OFFERED_AGAIN, str(lacking))


def _push(nb: Notebook, entry: str, limit: int) -> Job:
    """Push what the server lacks of an incarnation."""
    inc, _, told = entry.partition(":")
    ack = int(told)
    most = min(AT_ONCE, shared_up_to(nb, inc) - ack)
    with nb.store.read() as connection:
        kept = marks.read(connection)
        changes = log.changes_after(connection, inc, ack, most)
        previous = log.own_previous(connection, changes)
    batch = Batch(
        who=replace(who(nb), inc=inc),
        changes=tuple(changes),
        prev=_chain_at(nb, inc, ack),
        own_previous=previous,
        order=kept.last_order,
        limit=limit,
        names_stay=read_certificate(kept.cert.encode("utf-8")).level == "pseudonyme",
    )
    # Its numbers are those of another incarnation: they say nothing about the present one's.
    return replace(push_job(batch), kind=AGAIN)


def _chain_at(nb: Notebook, inc: str, seq: int) -> bytes:
    with nb.store.read() as connection:
        if seq == 0:
            return log.beginning(connection, inc) or b""
        return log.chain_at(connection, inc, seq) or b""
