"""The programme's signed orders to this laptop, from a file or from the server."""

from __future__ import annotations

from pathlib import Path

from angrilien.errors import FileUnreadable, OrderRefused
from angrilien.services import erasure, revocation
from angrilien.services.notebook import Notebook
from angrilien.services.venues import VENUES_ORDER
from angrilien.store import facts, marks, queue
from angrilien.vault.signing import BadSignature
from angrilien.wire import dsse
from angrilien.wire.canonical import BadMessage
from angrilien.wire.order import ERASE, REVOKE, Order, read_file, read_order

__all__ = ["Order", "apply", "apply_file", "check"]


def apply_file(nb: Notebook, path: Path) -> Order:
    """Apply the order of a file.

    Raises:
        FileUnreadable: it cannot be read, or is no such file.
        OrderRefused: as `apply`.
    """
    try:
        payload, header = read_file(path.read_bytes())
    except (OSError, BadMessage) as error:
        raise FileUnreadable from error
    return apply(nb, payload, header)


def check(nb: Notebook, payload: bytes, header: str) -> Order:
    """Return an order that the programme signed for this laptop.

    Raises:
        OrderRefused: the signature, the programme or the laptop is not right.
    """
    try:
        nb.programme.check_signed(dsse.ORDER, payload, header)
        order = read_order(payload)
    except (BadSignature, BadMessage) as error:
        raise OrderRefused from error
    if order.aud != nb.programme.aud or order.dev != nb.store.identity.dev:
        raise OrderRefused
    return order


def apply(nb: Notebook, payload: bytes, header: str) -> Order:
    """Apply an order; one whose number is not above the last one has no effect.

    A revocation is the end only once everything has left (`revocation.carry_on`).

    Raises:
        OrderRefused: as `check`; nothing was changed.
        DiskFull, FolderReadOnly: it is not applied, and comes again.
    """
    order = check(nb, payload, header)
    with nb.store.read() as connection:
        if order.number <= marks.read(connection).last_order:
            return order
    if order.kind == ERASE:
        # The erasure writes the number in its own transaction.
        erasure.erase(nb, order)
        return order
    with nb.store.write() as connection:
        marks.put(connection, last_order=order.number)
        queue.note_order(connection, order.number, nb.store.position(connection).seq)
        if order.kind == REVOKE:
            marks.put(connection, revoked=True)
            facts.put(connection, revocation.REVOKED, str(order.number))
        else:
            facts.put(connection, VENUES_ORDER, payload.decode("utf-8"))
    nb.venues_changed()
    return order
