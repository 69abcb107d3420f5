"""F34: a re-index made forms that were sent sendable again.

Must show: the local receipts are deleted; pushing again adds 0 rows.
"""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import delete

from angrilien.services import attendance, closing
from angrilien.services.notebook import Notebook
from angrilien.store import marks, queue, sheets
from helpers.copies import list_people
from helpers.notebooks import make_workshop
from helpers.proxy import Proxy
from helpers.sending import Desk, Hub, assert_sent_once

CROSS = [[(float(x), float(x % 7)) for x in range(30)]]


def forget_receipts(nb: Notebook) -> None:
    """Forget all that the server acknowledged: seqs, runs above a gap, receipts of sheets."""
    with nb.store.write() as connection:
        marks.put(connection, ack=0, backed_up=0)
        queue.put_have(connection, [])
        connection.execute(delete(sheets.receipt))


@pytest.mark.postgres
def test_what_was_sent_is_pushed_again_and_adds_nothing(
    new_desk: Callable[..., Desk], hub: Hub, proxy: Proxy
) -> None:
    desk = new_desk()
    workshop = desk.do(make_workshop)
    desk.do(list_people, workshop, 4)
    desk.do(attendance.everyone_present, workshop)
    desk.do(closing.close, workshop, CROSS, 300.0, 100.0)
    assert desk.round() is None
    count = assert_sent_once(desk, hub)
    received = desk.do(closing.sheet, workshop).received_at
    rows = hub.query("SELECT * FROM change ORDER BY server_seq")
    desk.do(forget_receipts)
    assert (desk.state.waiting, desk.do(closing.sheet, workshop).received_at) == (count, None)
    pushes = len(proxy.pushes())
    assert desk.next_try() is None
    assert len(proxy.pushes()) > pushes
    assert hub.query("SELECT * FROM change ORDER BY server_seq") == rows
    assert assert_sent_once(desk, hub) == count
    assert desk.do(closing.sheet, workshop).received_at == received
