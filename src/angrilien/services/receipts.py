"""Receipts that come by a file: read, checked, and written down as far as they say something new.

A receipt raises what is known to be held, within the server's present epoch, and never lowers it:
it may be old. One exception: an answer of another epoch that is later than all we know of tells
that the server was put back, as one by the network would.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass, field
from typing import Final

from angrilien.errors import BadProgramme, KnownError, OrderRefused
from angrilien.services import introduction, orders, parcels, photos, registration
from angrilien.services.answers import keep_receipts
from angrilien.services.key_errors import NotAReceipt, ReceiptElsewhere, ReceiptNewer
from angrilien.services.notebook import Notebook
from angrilien.services.parcels import BLOB
from angrilien.services.revocation import BOXES_SENT
from angrilien.store import facts, log, marks, queue
from angrilien.store import photos as photo_files
from angrilien.store.marks import Marks
from angrilien.sync.jobs import BOXES, INTRODUCE, REGISTER
from angrilien.sync.outbox_files import OutboxFiles
from angrilien.vault.signing import BadSignature
from angrilien.wire import dsse
from angrilien.wire.answer import Answer, read_answer
from angrilien.wire.canonical import BadMessage, b64
from angrilien.wire.change import genesis
from angrilien.wire.sealed import AnswerLine, NewerFile, read_receipt

LAST: Final = "receipt date"
"""Fact: the server's clock at the latest receipt that came by a file, milliseconds UTC."""
_log = logging.getLogger(__name__)


@dataclass(slots=True)
class Read:
    """What a receipt said.

    Attributes:
        sent: elements that count as sent since.
        is_registered: it brought the certificate of this laptop.
        problem: why the programme did not take something, None where it took all.
    """

    sent: int = 0
    is_registered: bool = False
    problem: KnownError | None = None


@dataclass(slots=True)
class _Reading:
    """What is found while the lines of a file are read."""

    genuine: int = 0
    ours: int = 0
    orders: list[tuple[str, str]] = field(default_factory=list)
    read: Read = field(default_factory=Read)


def read_file(nb: Notebook, data: bytes) -> Read:
    """Read a receipt file, and write down what it says (in the store lane).

    Raises:
        NotAReceipt: nothing in it is the programme's word.
        ReceiptNewer: a later version made it.
        ReceiptElsewhere: it is about another laptop.
    """
    try:
        aud, lines = read_receipt(data)
    except NewerFile as error:
        raise ReceiptNewer from error
    except BadMessage as error:
        raise NotAReceipt from error
    if aud != nb.programme.aud:
        raise NotAReceipt
    before = _waiting(nb)
    reading = _Reading()
    for line in lines:
        _read_line(nb, line, reading)
    # Last, as after a contact: a revocation is the end.
    for payload, header in reading.orders:
        if not _obey(nb, payload.encode("utf-8"), header):
            break
    if not reading.ours:
        raise ReceiptElsewhere if reading.genuine else NotAReceipt
    reading.read.sent = max(before - _waiting(nb), 0)
    return reading.read


def read_outbox(nb: Notebook) -> Read:
    """Read the receipts that the sender without a window left, and let go of them."""
    files = OutboxFiles(nb.folder)
    data = files.take_receipts()
    if data is None:
        return Read()
    try:
        read = read_file(nb, data)
    except KnownError as error:
        _log.info("the receipts of the outbox folder say nothing: %s", type(error).__name__)
        read = Read()
    files.receipts_were_read()
    return read


def _waiting(nb: Notebook) -> int:
    with nb.store.read() as connection:
        return marks.sending_state(connection, nb.store.identity.inc).waiting


def _read_line(nb: Notebook, line: AnswerLine, reading: _Reading) -> None:
    answer = _genuine(nb, line)
    if answer is None:
        return
    reading.genuine += 1
    with nb.store.read() as connection:
        own = {one.inc for one in nb.store.identities(connection)}
    if answer.inc not in own:
        return
    reading.ours += 1
    reading.orders += answer.orders
    keep_receipts(nb, answer)
    note = parcels.read_notes(nb).get(b64(answer.req), "")
    if answer.inc == nb.store.identity.inc:
        _record(nb, answer, note, reading.read)


def _obey(nb: Notebook, payload: bytes, header: str) -> bool:
    """Carry out an order that came with a receipt; tell whether the next one may be.

    Only the one that follows the last: an old receipt must not have one passed over.
    """
    try:
        order = orders.check(nb, payload, header)
        with nb.store.read() as connection:
            last = marks.read(connection).last_order
        if order.number > last + 1:
            return False
        orders.apply(nb, payload, header)
    except OrderRefused:
        return False
    return True


def _genuine(nb: Notebook, line: AnswerLine) -> Answer | None:
    """Return an answer that the programme signed, by the newer list of keys that it may carry."""
    try:
        answer = read_answer(line.text)
        programme = nb.programme
        if answer.keys:
            programme = programme.newer(answer.keys, answer.keys_sig)
        key = programme.check_signed(dsse.ANSWER, line.text, line.signature)
    except (BadMessage, BadSignature, BadProgramme):
        return None
    if answer.aud != programme.aud or answer.key != key:
        return None
    if programme is not nb.programme:
        nb.programme = programme
        with nb.store.write() as connection:
            marks.put(connection, keys=programme.keys_text, keys_sig=programme.keys_signature)
    return answer


def _record(nb: Notebook, answer: Answer, note: str, read: Read) -> None:
    kind, _, detail = note.partition(" ")
    if answer.refused and kind != BLOB:
        _record_refusal(nb, answer, kind, detail, read)
        return
    if not _agrees(nb, answer):
        _log.info("a receipt speaks of another log than ours; the network will settle it")
        return
    # First whether it is of this epoch: of what the server held before, much may be lost.
    with nb.store.read() as connection:
        kept = marks.read(connection)
        latest = _latest(kept, facts.get(connection, LAST))
    is_other = kept.epoch not in ("", answer.epoch)
    if is_other and answer.date <= latest:
        return  # of before the server was put back
    if is_other:
        introduction.server_was_put_back(nb)  # before its epoch is kept: a crash only repeats it
    try:
        _record_kind(nb, answer, kind, detail, read)
    except KnownError as error:
        read.problem = error
        return
    _raise_marks(nb, answer, latest, is_other=is_other)


def _agrees(nb: Notebook, answer: Answer) -> bool:
    """Tell whether the server's log is ours as far as the answer goes."""
    identity = nb.store.identity
    with nb.store.read() as connection:
        end = log.last_seq(connection, identity.inc)
        ours = log.chain_at(connection, identity.inc, answer.ack)
    if answer.ack == 0:
        ours = genesis(identity.inc, identity.public)
    return answer.ack <= end and answer.fork is None and ours == answer.chain


def _record_kind(nb: Notebook, answer: Answer, kind: str, detail: str, read: Read) -> None:
    """Write down what is particular to a part that is no push."""
    if kind == REGISTER and answer.cert and not registration.has_venue(nb):
        registration.record_registration(nb, answer, code=detail)
        read.is_registered = True
    elif kind == INTRODUCE and answer.cert and introduction.is_needed(nb):
        introduction.record_introduction(nb, answer)
    elif kind == BOXES:
        with nb.store.write() as connection:
            facts.put(connection, BOXES_SENT, detail)
    elif kind == BLOB:
        photos.record_held(nb, detail, answer)


def _record_refusal(nb: Notebook, answer: Answer, kind: str, detail: str, read: Read) -> None:
    if kind != REGISTER or registration.has_venue(nb):
        return
    try:
        registration.record_registration(nb, answer, code=detail)
    except KnownError as error:
        read.problem = error


def _raise_marks(nb: Notebook, answer: Answer, latest: int, *, is_other: bool) -> None:
    """Write down how far the log is held; `latest` is the server's clock at what came before."""
    with nb.store.write() as connection:
        kept = marks.read(connection)
        backed_up = answer.backed_up if is_other else max(kept.backed_up, answer.backed_up)
        ack = answer.ack if is_other else max(kept.ack, answer.ack)
        before = [] if is_other else queue.have(connection)
        have = queue.merged([*before, *answer.have], above=ack)
        queue.put_have(connection, have)
        there = queue.merged([(1, ack), *have])
        aside = queue.set_aside(connection)
        through = [seq for seq in aside if any(low <= seq <= high for low, high in there)]
        queue.let_through(connection, through)
        sent = max(kept.last_sent or 0, answer.date) if ack > kept.ack else kept.last_sent
        is_newest = answer.date >= latest
        marks.put(
            connection,
            epoch=answer.epoch,
            ack=ack,
            backed_up=backed_up,
            held=answer.held if is_newest else kept.held,
            revoked=kept.revoked or answer.revoked,
            last_sent=sent,
        )
        photo_files.backed_up(connection, backed_up, nb.clock.now())
        facts.put(connection, LAST, str(max(latest, answer.date)))


def _latest(kept: Marks, told: str) -> int:
    """Return the server's clock at the latest answer that we know of, 0 where there was none."""
    by_network = 0
    if kept.last_contact is not None and kept.skew is not None:
        by_network = kept.last_contact - kept.skew
    return max(by_network, int(told) if told.isdecimal() else 0)
