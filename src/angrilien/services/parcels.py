"""What is unsent, made into sealed parts: for a USB key, and for the outbox folder.

Each part is the very request that the network would carry, signed by this laptop; it is small,
because whoever carries it cannot cut it again. What came by two roads counts once on the server.

A laptop that is not registered yet puts its registration first and nothing else: whether names may
leave is known with the certificate only.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Final

from angrilien.services import forks, introduction, outbox, photos
from angrilien.services.batches import Gathering, Run, within_one_order
from angrilien.services.key_errors import NoCarrier
from angrilien.services.notebook import Notebook
from angrilien.services.speaking import who
from angrilien.store import facts, log, marks, queue
from angrilien.store.marks import Marks
from angrilien.sync.jobs import BOXES, CONTACT, INTRODUCE, REGISTER, Job, contact_job
from angrilien.vault.sealing import box_of, seal
from angrilien.wire import dsse
from angrilien.wire.canonical import b64, sha256
from angrilien.wire.keys import ListedKey
from angrilien.wire.request import REQUEST_HEADER
from angrilien.wire.sealed import FileHead, Sealable

PART: Final = 5_800
"""Compressed bytes aimed at in one part: with what is said of it and the seal, at most 6 kB."""
BLOB_PART: Final = 16_000
"""Bytes of a piece of a photo in one part."""
AROUND: Final = 1_024
"""Bytes of a part around a piece of a photo, at the most: what is said of it, the seal, its length.
A contact has no more."""
RATIO: Final = 0.2
"""Compressed bytes for each byte of text, as `services.memory`."""
BLOB: Final = "blob"
NOTES: Final = "file parts"
"""Fact: what the parts of keys are that are no push, by the digest that their answers quote."""
MOST_NOTES: Final = 400
OUTBOX_NOTES: Final = "outbox parts"
"""Fact: the same of the outbox folder, a list with one entry for each file: a new one comes after
each sheet, and a key may be away for months."""
OUTBOX_FILES: Final = 4
"""Files of the outbox folder whose notes are kept: the last one is there, one is under way."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One sealed part.

    Attributes:
        sealed: its bytes.
        changes: how many changes of the log it carries.
        note: what it is where it is no push, for whoever reads its answer.
    """

    sealed: bytes
    changes: int
    note: str = ""


def box_key(nb: Notebook) -> ListedKey:
    """Return the server's box key to seal to.

    Raises:
        NoCarrier: the programme has none.
    """
    found = box_of(nb.programme.keys, nb.clock.now())
    if found is None:
        raise NoCarrier
    return found


def head(nb: Notebook) -> FileHead:
    """Return the first line of a sending file.

    Raises:
        NoCarrier: the programme has no box key.
    """
    return FileHead(aud=nb.programme.aud, box=box_key(nb).id)


def parts(nb: Notebook, left: Callable[[], int] | None = None) -> Iterator[Part]:
    """Give, a part at each step, all that is unsent (in the store lane).

    Between two steps others may write: what comes is not lost, it is in the next file.

    Args:
        nb: the notebook.
        left: tells how many bytes the file may still take: a photo that is more goes with the next
            one, whole. What is no photo is given in any case.

    Raises:
        NoCarrier: the programme has no box key.
    """
    key = box_key(nb)
    known = nb.programme.keys.number
    for job, note in _jobs(nb, left):
        said = Sealable(
            path=job.path,
            signature=job.headers[dsse.HEADER],
            said=job.headers.get(REQUEST_HEADER, ""),
            known=known,
            tag=job.tag,
            body=job.body,
        )
        count = job.last - job.first + 1 if job.last else 0
        yield Part(sealed=seal(key.public, said.to_bytes()), changes=count, note=note)


def remember(nb: Notebook, made: list[Part]) -> None:
    """Note what the parts of a key are that are no push: their answers are read by it."""
    new = _notes_of(made)
    if not new:
        return
    with nb.store.write() as connection:
        notes: dict[str, str] = json.loads(facts.get(connection, NOTES) or "{}") | new
        facts.put(connection, NOTES, json.dumps(dict(list(notes.items())[-MOST_NOTES:])))


def remember_outbox(nb: Notebook, made: list[Part]) -> None:
    """Note the same of the outbox folder's new file."""
    new = _notes_of(made)
    if not new:
        return
    with nb.store.write() as connection:
        files: list[dict[str, str]] = json.loads(facts.get(connection, OUTBOX_NOTES) or "[]")
        facts.put(connection, OUTBOX_NOTES, json.dumps([*files, new][-OUTBOX_FILES:]))


def read_notes(nb: Notebook) -> dict[str, str]:
    """Return what the parts are that are no push, by the digest of the part."""
    with nb.store.read() as connection:
        notes: dict[str, str] = json.loads(facts.get(connection, NOTES) or "{}")
        files = json.loads(facts.get(connection, OUTBOX_NOTES) or "[]")
    for one in files:
        notes |= one
    return notes


def _notes_of(made: list[Part]) -> dict[str, str]:
    return {b64(sha256(part.sealed)): part.note for part in made if part.note}


def _jobs(nb: Notebook, left: Callable[[], int] | None) -> Iterator[tuple[Job, str]]:
    forks.begin_if_put_back(nb)
    with nb.store.read() as connection:
        kept = marks.read(connection)
    if not kept.cert:
        first = outbox.registration_job(nb, kept)
        if first is not None:
            yield first, f"{REGISTER} {first.code}"
        return
    # A server that was put back may have forgotten who we are, and cannot ask by this road.
    yield introduction.own_job(nb), INTRODUCE
    yield from ((job, "") for job in _pushes(nb, kept))
    boxes = outbox.boxes_job_if_other(nb)
    if boxes is not None and boxes.boxes is not None:
        yield boxes, f"{BOXES} {outbox.mark_of(boxes.boxes)}"

    def fits(size: int) -> bool:
        count = -(-size // BLOB_PART)
        # One more than its pieces: the contact is still to come.
        return left is None or size + (count + 1) * AROUND <= left()

    for job, is_last in photos.pieces(nb, BLOB_PART, fits):
        yield job, f"{BLOB} {job.blob}" if is_last else ""
    # The orders come home with the receipt.
    yield contact_job(who(nb), str(kept.last_order)), CONTACT


def _pushes(nb: Notebook, kept: Marks) -> Iterator[Job]:
    inc = nb.store.identity.inc
    for run in _runs(nb, kept):
        rest = run
        while rest.first <= rest.last:
            if nb.store.identity.inc != inc:
                return  # another incarnation began meanwhile: its file is another one
            job = outbox.gathered(nb, Gathering(nb, kept, rest, limit=PART, ratio=RATIO))
            yield job
            rest = replace(rest, first=job.last + 1)


def _runs(nb: Notebook, kept: Marks) -> list[Run]:
    """Return the runs of changes that the server does not hold, as far as it said so.

    Those over which it stumbled go alone: this road may let them through.
    """
    with nb.store.read() as connection:
        end = log.last_seq(connection, nb.store.identity.inc)
        orders = queue.orders(connection)
        covered = queue.merged([(1, kept.ack), *queue.have(connection)])
        aside = sorted(queue.set_aside(connection))
    found = []
    while (gap := queue.first_gap(covered, end)) is not None:
        run = within_one_order(orders, *gap)
        alone = next((seq for seq in aside if run.first <= seq <= run.last), None)
        if alone is not None:
            run = replace(run, last=alone - 1 if alone > run.first else alone)
        found.append(run)
        covered = queue.merged([*covered, (run.first, run.last)])
    return found
