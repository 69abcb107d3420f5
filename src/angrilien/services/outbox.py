"""À envoyer: what the server has not acknowledged, made into exchanges, and what it answers.

All of it runs in the store lane; the network is another lane's.
"""

from __future__ import annotations

import logging
import secrets
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Final

from angrilien.domain.rows import SendingState
from angrilien.errors import NotOurServer, Refused
from angrilien.services import forks, introduction, registration, rekeying, revocation
from angrilien.services.batches import Gathering, next_run, one_line
from angrilien.services.notebook import Notebook
from angrilien.services.poison import Next, Suspects, due
from angrilien.services.revocation import BOXES_SENT, REVOKED
from angrilien.services.speaking import who
from angrilien.store import facts, log, marks, queue, sheets
from angrilien.store.marks import Marks
from angrilien.sync.client import Outcome
from angrilien.sync.jobs import (
    AGAIN,
    CONTACT,
    INTRODUCE,
    LOOK,
    PUSH,
    REGISTER,
    Job,
    boxes_job,
    contact_job,
    push_job,
    register_job,
)
from angrilien.sync.policy import BatchSize
from angrilien.vault.signing import BadSignature
from angrilien.wire import dsse
from angrilien.wire.answer import Answer, SheetReceipt, receipt_payload
from angrilien.wire.canonical import b64
from angrilien.wire.change import genesis
from angrilien.wire.keys import key_id
from angrilien.wire.request import Boxes

_log = logging.getLogger(__name__)

BATCH_SIZE: Final = "batch size"
"""Fact: what the road lets through, as `BatchSize.to_text` writes it."""


@dataclass(slots=True)
class Memory:
    """What one run of the application learns of the road and of the server.

    Attributes:
        size: how large a batch passes; kept in the file, for the next run.
        ratio: compressed bytes for each byte of text.
        suspects: where the line is that the server stumbles over.
        has_heard: whether the server answered in this run.
    """

    size: BatchSize = field(default_factory=BatchSize)
    ratio: float = 0.2
    suspects: Suspects = field(default_factory=Suspects)
    has_heard: bool = False
    _kept: str = BatchSize().to_text()

    def remember(self, nb: Notebook) -> None:
        """Take up what an earlier run of the application learned of the road."""
        with nb.store.read() as connection:
            text = facts.get(connection, BATCH_SIZE)
        if text:
            self.size.remember(text)
            self._kept = text

    def keep(self, nb: Notebook) -> None:
        """Keep for the next run what was learned since."""
        text = self.size.to_text()
        if text != self._kept:
            with nb.store.write() as connection:
                facts.put(connection, BATCH_SIZE, text)
            self._kept = text

    def learn(self, job: Job) -> None:
        """Take note of how well a batch was compressed; one of a few lines says little."""
        if job.plain > 10_000:
            self.ratio = min(max(len(job.body) / job.plain, 0.02), 1.0)


def state(nb: Notebook) -> SendingState:
    """Return all that the line of sending says."""
    with nb.store.read() as connection:
        return marks.sending_state(connection, nb.store.identity.inc)


def next_job(nb: Notebook, memory: Memory) -> Job | Gathering | None:
    """Return the next exchange to make, None where there is nothing to send (in the store lane).

    A push comes as a `Gathering`, to be read in steps.
    """
    forks.begin_if_put_back(nb)
    if registration.has_venue(nb):
        first = introduction.next_job(nb, memory.size.now)
        if first is not None:
            return first
    with nb.store.read() as connection:
        kept = marks.read(connection)
        confirmed = facts.get(connection, BOXES_SENT)
        aside = queue.set_aside(connection)
    if not kept.cert:
        return _registration(nb, kept)
    run = next_run(nb, kept)
    if run is not None:
        bound = memory.suspects.bound(run.first)
        if bound is not None:
            run = replace(run, last=min(run.last, bound))
        return Gathering(nb, kept, run, limit=memory.size.now, ratio=memory.ratio)
    boxes = _boxes(nb)
    mark = revocation.boxes_mark(boxes.boxes, boxes.generation)
    if mark != confirmed and (boxes.boxes or kept.revoked):
        return boxes_job(who(nb), boxes)
    stuck = due(aside, nb.clock.now())
    if stuck is not None:
        run = one_line(nb, stuck)
        return Gathering(nb, kept, run, limit=1, ratio=memory.ratio, aside=True)
    return None


def take_job(nb: Notebook, limit: int) -> Job | None:
    """Return the next exchange at once and whole, for whoever has no lanes."""
    memory = Memory()
    memory.size.now = limit
    found = next_job(nb, memory)
    return gathered(nb, found) if isinstance(found, Gathering) else found


def gathered(nb: Notebook, batch: Gathering) -> Job:
    """Read a batch to its end, and make it a push."""
    while not batch.step(nb):
        pass
    return push_job(batch.batch())


def contact(nb: Notebook) -> Job | None:
    """Return the question to ask when there is nothing to send, None before registration.

    A sheet that was acknowledged and has no receipt (it was held then, or the answer was lost) is
    offered again instead: its receipt comes with the answer.
    """
    inc = nb.store.identity.inc
    with nb.store.read() as connection:
        kept = marks.read(connection)
        if not kept.cert:
            return None
        lacking = sheets.without_receipt(connection, inc, kept.ack)
    if not lacking:
        return contact_job(who(nb))
    # Any of them: one that stays held must not keep the others from theirs.
    run = one_line(nb, secrets.choice(lacking))
    job = gathered(nb, Gathering(nb, kept, run, limit=1, ratio=1.0))
    return replace(job, kind=CONTACT, first=0, last=0)


def _registration(nb: Notebook, kept: Marks) -> Job | None:
    if not kept.venue_code:
        return None
    with nb.store.read() as connection:
        made = log.made_at(connection, nb.store.identity.inc)
    return register_job(who(nb), code=kept.venue_code, made=made, boxes=_boxes(nb))


def _boxes(nb: Notebook) -> Boxes:
    """Return the recovery boxes of the present key; none where the vault was not opened."""
    if not nb.has_vault:
        return Boxes(generation=1, boxes=())
    file = rekeying.with_present_boxes(nb)
    return Boxes(generation=file.generation, boxes=file.recovery)


def record_failure(nb: Notebook, memory: Memory | None = None, *, unknown: bool = False) -> None:
    """Write down that the last attempt did not succeed, and the size of the next batch.

    `unknown`: what answered says that it does not know our key.
    """
    nb.is_unknown_there = nb.is_unknown_there or unknown
    with nb.store.write() as connection:
        marks.put(connection, last_try_failed=True)
    if memory is not None:
        memory.keep(nb)


def after_nothing(memory: Memory, job: Job, outcome: Outcome, *, has_moved: bool) -> Next:
    """Tell what to do when a job got no answer; `has_moved`: the push before it arrived."""
    if not job.last:
        return Next.WAIT
    alone = job.first == job.last
    if outcome.stumbled:
        if job.aside:
            return Next.SET_ASIDE
        return memory.suspects.stumbled(job.first, job.last)
    if outcome.too_large and alone:
        return Next.SET_ASIDE  # on this road; another one may let it through
    before = memory.size.now
    if outcome.shrink:
        memory.size.failed(len(job.body), too_large=outcome.too_large)
    smaller = outcome.too_large and memory.size.now < before
    # A connection that lasts for some bytes only: a new one carries the same batch.
    return Next.AGAIN if smaller or (outcome.kept and has_moved) else Next.WAIT


def record_answer(nb: Notebook, job: Job, answer: Answer, memory: Memory | None = None) -> bool:
    """Write down what the server said (in the store lane).

    Returns:
        Whether the server has all that the job carried.

    Raises:
        NotOurServer: it speaks of another incarnation, or of changes that we never made.
        Refused: it refuses, or holds other changes than ours under the same numbers.
        CodeRefused, CodeExpired: a registration's.
    """
    identity, now = nb.store.identity, nb.clock.now()
    if answer.keys:
        nb.programme = nb.programme.newer(answer.keys, answer.keys_sig)
    if job.kind in (LOOK, AGAIN):
        introduction.record(nb, job, answer)
        return True
    if answer.inc != identity.inc:
        raise NotOurServer
    if _diverges(nb, answer):
        _begin_anew(nb, job, answer)
        return False
    _record_kind(nb, job, answer)
    if _is_put_back(nb, answer):
        introduction.server_was_put_back(nb)  # before its epoch is kept: a crash only repeats it
    nb.measured(now - answer.date)
    memory = memory or Memory()
    with nb.store.write() as connection:
        before = marks.read(connection)
        same = memory.has_heard and before.epoch == answer.epoch and before.ack <= answer.ack
        have = held_above(answer, job, queue.have(connection) if same else [])
        queue.put_have(connection, have)
        held = queue.merged([(1, answer.ack), *have])
        aside = [seq for seq in queue.set_aside(connection) if is_within(held, seq, seq)]
        queue.let_through(connection, aside)
        moved = not job.last or is_within(held, job.first, job.last)
        if job.kind == PUSH and moved and not job.aside:
            memory.size.succeeded(len(job.body))
        marks.put(
            connection,
            epoch=answer.epoch,
            ack=answer.ack,
            backed_up=answer.backed_up,
            held=answer.held,
            revoked=answer.revoked or bool(facts.get(connection, REVOKED)),
            last_contact=now,
            last_sent=now if job.last and moved else before.last_sent,
            last_try_failed=False,
            skew=now - answer.date,
            keys=nb.programme.keys_text,
            keys_sig=nb.programme.keys_signature,
        )
        if job.boxes is not None:
            mark = revocation.boxes_mark(job.boxes.boxes, job.boxes.generation)
            facts.put(connection, BOXES_SENT, mark)
        digests = sheets.digests(connection, [r.sheet_id for r in answer.receipts])
        keys = {key_id(one.public): one.inc for one in nb.store.identities(connection)}
        for receipt in answer.receipts:
            digest, key = digests.get(receipt.sheet_id, ("", ""))
            inc = keys.get(key, "")
            # A receipt that proves nothing is left aside: what it came with is acknowledged.
            if inc and _is_genuine(nb, answer, receipt, digest, inc):
                sheets.keep_receipt(
                    connection,
                    sheet_id=receipt.sheet_id,
                    inc=inc,
                    date=receipt.date,
                    key=answer.key,
                    signature=receipt.signature,
                )
    memory.has_heard = True
    memory.keep(nb)
    return moved


def held_above(answer: Answer, job: Job, known: Iterable[queue.Range]) -> list[queue.Range]:
    """Return the runs above `ack` that the server holds, as far as that is known.

    An answer names the lowest few. Up to the last one it names, it alone is believed; beyond, what
    is `known` and what this very push carried: the server stores a push whole before it answers.
    """
    named = queue.merged(answer.have, above=answer.ack)
    if not named:
        return []
    beyond = [*known, (job.first, job.last)] if job.last else list(known)
    return queue.merged([*named, *queue.merged(beyond, above=named[-1][1])])


def is_within(ranges: Iterable[queue.Range], first: int, last: int) -> bool:
    """Tell whether one of some ranges holds all from `first` to `last`."""
    return any(low <= first and last <= high for low, high in ranges)


def _is_put_back(nb: Notebook, answer: Answer) -> bool:
    """Tell whether the server was put back to a backup since it last spoke to us."""
    with nb.store.read() as connection:
        known = marks.read(connection).epoch
    return known not in ("", answer.epoch)


def _begin_anew(nb: Notebook, job: Job, answer: Answer) -> None:
    """Somebody else went on under our numbers, or we were put back without knowing it."""
    if job.kind == REGISTER:
        # A copy from before the registration: its certificate is what makes us known again.
        registration.record_registration(nb, answer, code=job.code)
    # A server that was put back may lack what it acknowledged: all of it is offered again.
    forks.begin_anew(nb, from_the_start=_is_put_back(nb, answer))
    if job.kind == INTRODUCE:
        # One a round: a server that contradicts each would be told new ones without end.
        raise Refused


def _diverges(nb: Notebook, answer: Answer) -> bool:
    """Tell whether the server speaks of another log than ours."""
    identity = nb.store.identity
    with nb.store.read() as connection:
        end = nb.store.position(connection)
        ours = log.chain_at(connection, identity.inc, answer.ack)
    if answer.ack == 0:
        ours = genesis(identity.inc, identity.public)
    return answer.ack > end.seq or answer.fork is not None or ours != answer.chain


def _record_kind(nb: Notebook, job: Job, answer: Answer) -> None:
    """Write down what is particular to the kind of exchange."""
    if job.kind == REGISTER:
        registration.record_registration(nb, answer, code=job.code)
    elif answer.refused:
        raise Refused  # it speaks of nothing that we hold: the marks stay
    elif job.kind in introduction.KINDS:
        introduction.record(nb, job, answer)


def _is_genuine(nb: Notebook, answer: Answer, receipt: SheetReceipt, digest: str, inc: str) -> bool:
    """Check a receipt; `inc` is the incarnation under which the sheet was sealed."""
    payload = receipt_payload(
        aud=nb.programme.aud,
        dev=nb.store.identity.dev,
        inc=inc,
        sheet_id=receipt.sheet_id,
        digest=digest,
        date=receipt.date,
        key=answer.key,
    )
    try:
        nb.programme.check_signed(dsse.RECEIPT, payload, f"{answer.key}, {b64(receipt.signature)}")
    except BadSignature:
        _log.warning("a receipt of sheet %s proves nothing", receipt.sheet_id)
        return False
    return True
