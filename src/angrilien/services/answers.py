"""What the server answered, written down; or that it did not. All of it in the store lane."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from angrilien.errors import NotOurServer, OrderRefused, Refused
from angrilien.services import (
    bundles,
    forks,
    held,
    introduction,
    offering,
    orders,
    photos,
    pulling,
    registration,
    revocation,
)
from angrilien.services.memory import Memory
from angrilien.services.notebook import Notebook
from angrilien.services.poison import Next
from angrilien.services.revocation import BOXES_SENT, REVOKED
from angrilien.store import facts, log, marks, queue, sheets
from angrilien.store import held as held_lists
from angrilien.store import photos as photo_files
from angrilien.sync.client import Outcome
from angrilien.sync.jobs import (
    AGAIN,
    BLOB,
    BUNDLE,
    CONTACT,
    HELD,
    INTRODUCE,
    LOOK,
    PULL,
    REGISTER,
    Job,
)
from angrilien.vault.signing import BadSignature
from angrilien.wire import dsse
from angrilien.wire.answer import Answer, SheetReceipt, receipt_payload
from angrilien.wire.canonical import b64
from angrilien.wire.change import genesis
from angrilien.wire.keys import key_id

CONTACT_TAG: Final = "contact tag"
"""Fact: what the last contact said, and all of which was applied."""
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Recorded:
    """What was made of an answer.

    Attributes:
        moved: the server has all that the job carried.
        calls: there is something for this laptop, which the next contact brings.
    """

    moved: bool
    calls: bool = False


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
    if job.kind == AGAIN:
        return offering.after_nothing(memory, job, outcome)
    if not job.last:
        if job.kind == BLOB and outcome.shrink:
            memory.size.failed(len(job.body), too_large=outcome.too_large)
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


def record_answer(nb: Notebook, job: Job, answer: Answer, memory: Memory | None = None) -> Recorded:
    """Write down what the server said, and carry out what it orders (in the store lane).

    Raises:
        NotOurServer: it speaks of another incarnation, or of changes that we never made.
        Refused: it refuses, or holds other changes than ours under the same numbers.
        CodeRefused, CodeExpired: a registration's.
    """
    identity, now = nb.store.identity, nb.clock.now()
    if answer.keys:
        nb.programme = nb.programme.newer(answer.keys, answer.keys_sig)
    if job.kind in (LOOK, AGAIN):
        introduction.record(nb, job, answer, memory)
        return Recorded(moved=True)
    if answer.inc != identity.inc:
        raise NotOurServer
    if _diverges(nb, answer):
        _begin_anew(nb, job, answer)
        return Recorded(moved=False)
    _record_kind(nb, job, answer)
    if _is_put_back(nb, answer):
        introduction.server_was_put_back(nb)  # before its epoch is kept: a crash only repeats it
    nb.measured(now - answer.date)
    memory = memory or Memory()
    if job.kind == BLOB:
        photos.record_piece(nb, job, answer, memory.offsets)
    with nb.store.write() as connection:
        before = marks.read(connection)
        same = memory.has_heard and before.epoch == answer.epoch and before.ack <= answer.ack
        have = held_above(answer, job, queue.have(connection) if same else [])
        queue.put_have(connection, have)
        there = queue.merged([(1, answer.ack), *have])
        aside = [seq for seq in queue.set_aside(connection) if is_within(there, seq, seq)]
        queue.let_through(connection, aside)
        moved = not job.last or is_within(there, job.first, job.last)
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
        facts.put(connection, held.HELD_WHY, answer.why)
        if job.kind == HELD:
            held_lists.put(connection, held.runs(answer))
            facts.put(connection, held.HELD_LISTED, held.told(answer.held, answer.why))
        photo_files.backed_up(connection, answer.backed_up, now)
        if job.boxes is not None:
            mark = revocation.boxes_mark(job.boxes.boxes, job.boxes.generation)
            facts.put(connection, BOXES_SENT, mark)
    keep_receipts(nb, answer)
    memory.has_heard = True
    if job.is_batch and moved and not answer.refused and not job.aside:
        memory.size.succeeded(len(job.body))
    memory.keep(nb)
    # Last: an erasure may take a while, and a revocation is the end.
    return Recorded(moved=moved, calls=_obey(nb, job, answer))


def _obey(nb: Notebook, job: Job, answer: Answer) -> bool:
    """Carry out the orders that came; tell whether there are more.

    The tag is kept only once all of them were: a crash, a full disk, and they come again. So does
    one that is not for us, or that no key of ours signed; it keeps the later ones waiting, for
    their number only rises.
    """
    if job.kind == CONTACT and answer.tag:
        pulling.told(nb, answer)  # before the tag, which says that we were
        bundles.told(nb, answer)
    for payload, header in answer.orders:
        try:
            orders.apply(nb, payload.encode("utf-8"), header)
        except OrderRefused:
            _log.warning("an order that came with a contact is not one for this laptop")
            return False
    with nb.store.write() as connection:
        if job.kind == CONTACT and answer.tag:
            facts.put(connection, CONTACT_TAG, answer.tag)
        last = marks.read(connection).last_order
    if job.kind == CONTACT:
        return answer.more and bool(answer.orders)
    return answer.order > last


def keep_receipts(nb: Notebook, answer: Answer) -> None:
    """Keep the receipts that are genuine, with their sheets.

    One that proves nothing is left aside: what it came with is acknowledged all the same.
    """
    if not answer.receipts:
        return
    with nb.store.write() as connection:
        digests = sheets.digests(connection, [r.sheet_id for r in answer.receipts])
        keys = {key_id(one.public): one.inc for one in nb.store.identities(connection)}
        for receipt in answer.receipts:
            digest, key = digests.get(receipt.sheet_id, ("", ""))
            inc = keys.get(key, "")
            if inc and _is_genuine(nb, answer, receipt, digest, inc):
                sheets.keep_receipt(
                    connection,
                    sheet_id=receipt.sheet_id,
                    inc=inc,
                    date=receipt.date,
                    key=answer.key,
                    signature=receipt.signature,
                )


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
    elif answer.refused and job.kind != BLOB:
        raise Refused  # it speaks of nothing that we hold: the marks stay
    elif job.kind in introduction.KINDS:
        introduction.record(nb, job, answer)
    elif job.kind == PULL:
        pulling.record(nb, answer)
    elif job.kind == BUNDLE:
        bundles.record(nb, job.path.partition("scope=")[2], answer)


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
