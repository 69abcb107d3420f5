"""À envoyer: what the server has not acknowledged, made into exchanges.

All of it runs in the store lane; the network is another lane's.
"""

from __future__ import annotations

import logging
import secrets
from dataclasses import replace

from angrilien.domain.rows import SendingState
from angrilien.services import (
    bundles,
    forks,
    held,
    introduction,
    photos,
    pulling,
    registration,
    rekeying,
    revocation,
)
from angrilien.services.answers import CONTACT_TAG
from angrilien.services.batches import Gathering, next_run, one_line
from angrilien.services.memory import Memory
from angrilien.services.notebook import Notebook
from angrilien.services.poison import due
from angrilien.services.revocation import BOXES_SENT
from angrilien.services.speaking import who
from angrilien.store import facts, log, marks, queue, sheets
from angrilien.store.marks import Marks
from angrilien.sync.jobs import (
    CONTACT,
    Job,
    boxes_job,
    contact_job,
    push_job,
    register_job,
)
from angrilien.wire.request import Boxes

_log = logging.getLogger(__name__)


def state(nb: Notebook) -> SendingState:
    """Return all that the line of sending says."""
    with nb.store.read() as connection:
        said = marks.sending_state(connection, nb.store.identity.inc)
    return replace(said, pulled=nb.pulled)


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
    if not kept.cert:
        return registration_job(nb, kept)
    run = next_run(nb, kept)
    if run is not None:
        bound = memory.suspects.bound(run.first)
        if bound is not None:
            run = replace(run, last=min(run.last, bound))
        return Gathering(nb, kept, run, limit=memory.size.now, ratio=memory.ratio)
    return _boxes_if_other(nb, kept, confirmed) or _after_the_lines(nb, kept, memory)


def boxes_job_if_other(nb: Notebook) -> Job | None:
    """Return the recovery boxes to send, None where the server has confirmed the present ones."""
    with nb.store.read() as connection:
        kept = marks.read(connection)
        confirmed = facts.get(connection, BOXES_SENT)
    return _boxes_if_other(nb, kept, confirmed)


def mark_of(boxes: Boxes) -> str:
    """Return what is written down once the server has these boxes."""
    return revocation.boxes_mark(boxes.boxes, boxes.generation)


def _boxes_if_other(nb: Notebook, kept: Marks, confirmed: str) -> Job | None:
    boxes = _boxes(nb)
    if mark_of(boxes) == confirmed or not (boxes.boxes or kept.revoked):
        return None
    return boxes_job(who(nb), boxes)


def _after_the_lines(nb: Notebook, kept: Marks, memory: Memory) -> Job | Gathering | None:
    """Return what is exchanged once all lines are there, the first that is due.

    It is the question for what others wrote, a piece of a photo, the question what is held, or a
    line set aside.
    """
    piece = (
        pulling.next_job(nb)
        or bundles.next_job(nb)
        or photos.next_piece(nb, memory.offsets, memory.size.now)
        or held.next_job(nb, kept)
    )
    if piece is not None:
        return piece
    with nb.store.read() as connection:
        stuck = due(queue.set_aside(connection), nb.clock.now())
    if stuck is None:
        return None
    run = one_line(nb, stuck)
    return Gathering(nb, kept, run, limit=1, ratio=memory.ratio, aside=True)


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
        return question(nb)
    # Any of them: one that stays held must not keep the others from theirs.
    run = one_line(nb, secrets.choice(lacking))
    job = gathered(nb, Gathering(nb, kept, run, limit=1, ratio=1.0))
    return replace(job, kind=CONTACT, first=0, last=0)


def question(nb: Notebook) -> Job:
    """Return the question whether there is anything new for a registered laptop."""
    with nb.store.read() as connection:
        tag = facts.get(connection, CONTACT_TAG)
    return contact_job(who(nb), tag)


def registration_job(nb: Notebook, kept: Marks) -> Job | None:
    """Return the registration to ask for, None where there is no code du lieu."""
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
