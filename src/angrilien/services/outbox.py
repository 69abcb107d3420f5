"""À envoyer: what the server has not acknowledged, made into exchanges, and what it answers.

All of it runs in the store lane; the network is another lane's.
"""

from __future__ import annotations

import logging
import secrets
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from angrilien.domain.rows import SendingState
from angrilien.errors import NotOurServer, Refused
from angrilien.services import forks, registration, rekeying, revocation
from angrilien.services.notebook import Notebook
from angrilien.services.revocation import BOXES_SENT, REVOKED
from angrilien.services.speaking import who
from angrilien.store import facts, log, marks, sheets
from angrilien.store.marks import Marks
from angrilien.sync.jobs import (
    BOXES,
    CONTACT,
    OWN,
    PUSH,
    REGISTER,
    VOUCH,
    Job,
    boxes_job,
    contact_job,
    push_job,
    register_job,
)
from angrilien.vault.signing import BadSignature
from angrilien.wire import dsse
from angrilien.wire.answer import Answer, SheetReceipt, receipt_payload
from angrilien.wire.canonical import b64
from angrilien.wire.change import Change, genesis
from angrilien.wire.keys import read_certificate
from angrilien.wire.request import Boxes

_log = logging.getLogger(__name__)

MAX_CHANGES: Final = 2_000
"""Changes read for one batch: at 60 compressed bytes each they fill the largest one."""


def state(nb: Notebook) -> SendingState:
    """Return all that the line of sending says."""
    with nb.store.read() as connection:
        return marks.sending_state(connection, nb.store.identity.inc)


def take_job(nb: Notebook, limit: int) -> Job | None:
    """Return the next exchange to make, None where there is nothing to send (in the store lane)."""
    first = forks.next_job(nb)
    if first is not None:
        return first
    identity = nb.store.identity
    with nb.store.read() as connection:
        kept = marks.read(connection)
        if not kept.cert:
            if not kept.venue_code:
                return None
            made = log.made_at(connection, identity.inc)
            boxes = _boxes(nb)
            return register_job(who(nb), code=kept.venue_code, made=made, boxes=boxes)
        changes = log.changes_after(connection, identity.inc, kept.ack, MAX_CHANGES)
        confirmed = facts.get(connection, BOXES_SENT)
    if changes:
        return _push(nb, kept, changes, limit)
    boxes = _boxes(nb)
    if revocation.boxes_mark(boxes.boxes, boxes.generation) == confirmed or not (
        boxes.boxes or kept.revoked
    ):
        return None
    return boxes_job(who(nb), boxes)


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
        # Any of them: one that stays held must not keep the others from theirs.
        changes = (
            log.changes_after(connection, inc, secrets.choice(lacking) - 1, 1) if lacking else []
        )
    if not changes:
        return contact_job(who(nb))
    return replace(_push(nb, kept, changes, limit=0), kind=CONTACT, last=0)


def _push(nb: Notebook, kept: Marks, changes: Sequence[Change], limit: int) -> Job:
    identity = nb.store.identity
    with nb.store.read() as connection:
        prev = log.chain_at(connection, identity.inc, changes[0].head.seq - 1)
        previous = log.own_previous(connection, changes)
    certificate = read_certificate(kept.cert.encode("utf-8"))
    return push_job(
        who(nb),
        changes,
        prev=prev or genesis(identity.inc, identity.public),
        own_previous=previous,
        order=kept.last_order,
        limit=limit,
        names_stay=certificate.level == "pseudonyme",
    )


def _boxes(nb: Notebook) -> Boxes:
    """Return the recovery boxes of the present key; none where the vault was not opened."""
    if not nb.has_vault:
        return Boxes(generation=1, boxes=())
    file = rekeying.with_present_boxes(nb)
    return Boxes(generation=file.generation, boxes=file.recovery)


def record_failure(nb: Notebook) -> None:
    """Write down that the last attempt did not succeed; nothing else changes."""
    with nb.store.write() as connection:
        marks.put(connection, last_try_failed=True)


def record_answer(nb: Notebook, job: Job, answer: Answer) -> None:
    """Write down what the server said (in the store lane).

    Raises:
        NotOurServer: it speaks of another incarnation, or of changes that we never made.
        Refused: it refuses, or holds other changes than ours under the same numbers.
        CodeRefused, CodeExpired: a registration's.
    """
    identity, now = nb.store.identity, nb.clock.now()
    if answer.inc != identity.inc:
        raise NotOurServer
    if answer.keys:
        nb.programme = nb.programme.newer(answer.keys, answer.keys_sig)
    if _diverges(nb, answer):
        if job.kind not in (PUSH, CONTACT, BOXES):
            # One at a time: an incarnation that the server does not know yet cannot diverge.
            raise Refused
        # Somebody else went on under our numbers, or we were put back without knowing it.
        forks.begin_anew(nb)
        return
    _record_kind(nb, job, answer)
    nb.measured(now - answer.date)
    with nb.store.write() as connection:
        before = marks.read(connection)
        marks.put(
            connection,
            epoch=answer.epoch,
            ack=answer.ack,
            backed_up=answer.backed_up,
            held=answer.held,
            revoked=answer.revoked or bool(facts.get(connection, REVOKED)),
            last_contact=now,
            last_sent=now if answer.ack > before.ack else before.last_sent,
            last_try_failed=False,
            skew=now - answer.date,
            keys=nb.programme.keys_text,
            keys_sig=nb.programme.keys_signature,
        )
        if job.boxes is not None:
            mark = revocation.boxes_mark(job.boxes.boxes, job.boxes.generation)
            facts.put(connection, BOXES_SENT, mark)
        digests = sheets.digests(connection, [r.sheet_id for r in answer.receipts])
        for receipt in answer.receipts:
            digest = digests.get(receipt.sheet_id)
            # A receipt that proves nothing is left aside: what it came with is acknowledged.
            if digest is not None and _is_genuine(nb, answer, receipt, digest):
                sheets.keep_receipt(
                    connection,
                    sheet_id=receipt.sheet_id,
                    inc=identity.inc,
                    date=receipt.date,
                    key=answer.key,
                    signature=receipt.signature,
                )


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
    elif job.kind == VOUCH:
        forks.record_vouch(nb, answer)
    elif job.kind == OWN:
        forks.record_own_changes(nb, answer)


def _is_genuine(nb: Notebook, answer: Answer, receipt: SheetReceipt, digest: str) -> bool:
    payload = receipt_payload(
        aud=nb.programme.aud,
        dev=nb.store.identity.dev,
        inc=nb.store.identity.inc,
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
