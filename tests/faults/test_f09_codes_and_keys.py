"""F09: a 401 was taken for final, and the queue was deleted.

Must show: expired or revoked credentials never change the queue.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from sqlalchemy import text

from angrilien.domain.codes import make_code
from angrilien.errors import (
    CodeExpired,
    CodeRefused,
    KnownError,
    NotACode,
    NotOurServer,
    Refused,
    TooManyTries,
)
from angrilien.services import attendance, registration
from helpers.notebooks import add_people, make_programme, make_workshop
from helpers.proxy import CLEAR, Fault, Proxy
from helpers.sending import Desk, Hub, assert_sent_once
from helpers.servers import LiveServer

MARKS = ("venue_code", "last_try_failed")


def used(hub: Hub, new_desk: Callable[..., Desk]) -> str:
    code = hub.code()
    other = new_desk(code=code)
    assert other.round() is None
    return code


def unknown(hub: Hub, new_desk: Callable[..., Desk]) -> str:
    return make_code(lambda letters: letters[-1])


def over(hub: Hub, new_desk: Callable[..., Desk]) -> str:
    return hub.code(days=-1)


@pytest.mark.parametrize(
    ("spoil", "refusal"), [(used, CodeRefused), (unknown, CodeRefused), (over, CodeExpired)]
)
@pytest.mark.postgres
def test_a_bad_code_is_asked_anew(
    new_desk: Callable[..., Desk],
    hub: Hub,
    spoil: Callable[[Hub, Callable[..., Desk]], str],
    refusal: type[KnownError],
) -> None:
    """The right sentence, no code kept, and the queue as it was."""
    desk = new_desk(code=spoil(hub, new_desk))
    workshop = desk.do(make_workshop)
    desk.do(add_people, workshop, 3)
    before, waiting = desk.dump(without=MARKS), desk.state.waiting
    assert type(desk.round()) is refusal
    assert desk.dump(without=MARKS) == before
    state = desk.state
    assert (state.waiting, state.has_venue, state.last_try_failed) == (waiting, False, True)
    # Asked anew: nothing more is tried with the bad one.
    desk.sender.problem = None
    assert desk.round() is None
    assert desk.state.waiting == waiting

    with pytest.raises(NotACode):
        desk.do(registration.set_code, "pas un code")
    desk.do(registration.set_code, hub.code())
    assert desk.round() is None
    assert_sent_once(desk, hub)


def test_too_many_wrong_codes(new_desk: Callable[..., Desk], hub: Hub, proxy: Proxy) -> None:
    """The server asks to wait: the code is kept, the sentence says so, then it works."""
    desk = new_desk()
    proxy.fault = Fault(
        instead=b"HTTP/1.1 429 Slow\r\nRetry-After: 120\r\nContent-Length: 0\r\n\r\n"
    )
    assert type(desk.round()) is TooManyTries
    asked = len(proxy.exchanges)
    desk.sender.tick()  # not due before 120 s
    assert not desk.sender.busy
    assert len(proxy.exchanges) == asked
    proxy.fault = CLEAR
    assert desk.round() is None
    assert_sent_once(desk, hub)


@pytest.mark.postgres
def test_a_key_that_the_server_does_not_know(new_desk: Callable[..., Desk], hub: Hub) -> None:
    """401 for a while (a server put back to an older state): the queue waits, then leaves."""
    desk = new_desk()
    workshop = desk.do(make_workshop)
    desk.do(add_people, workshop, 2)
    assert desk.round() is None
    line = desk.do(attendance.roster, workshop).rows[0].attendance_id
    desk.do(attendance.toggle, workshop, line)
    key = hub.query(
        "SELECT key_id FROM incarnation WHERE id = ?", desk.notebook.store.identity.inc
    )[0][0]
    before = desk.dump(without=MARKS)
    rename(hub, key, "f" * 16)
    assert type(desk.round()) is Refused
    assert desk.dump(without=MARKS) == before
    rename(hub, "f" * 16, key)
    assert desk.round() is None
    assert_sent_once(desk, hub)


def rename(hub: Hub, old: str, new: str) -> None:
    with hub.database.writing() as session:
        later = "PRAGMA defer_foreign_keys = ON"
        if not hub.database.is_sqlite:
            later = "SET session_replication_role = replica"
        session.connection().execute(text(later))
        for table, column in (("device_key", "id"), ("incarnation", "key_id")):
            session.connection().execute(
                text(f"UPDATE {table} SET {column} = :new WHERE {column} = :old"),
                {"new": new, "old": old},
            )


@pytest.mark.postgres
def test_a_revoked_laptop_loses_nothing(new_desk: Callable[..., Desk], hub: Hub) -> None:
    """What a revoked laptop pushes is held, not lost; the laptop keeps it all and says it."""
    desk = new_desk()
    workshop = desk.do(make_workshop)
    assert desk.round() is None
    with hub.database.writing() as session:
        session.connection().execute(
            text("UPDATE device SET revoked_at = 1 WHERE id = :dev"),
            {"dev": desk.notebook.store.identity.dev},
        )
    desk.do(add_people, workshop, 2)
    log = desk.dump()["change"]
    desk.round()
    assert desk.dump()["change"] == log
    state = desk.state
    assert state.revoked
    held = hub.held(desk.notebook.store.identity.inc)
    assert held.rows == len(log)
    assert held.held == state.to_fix > 0


def test_a_server_that_is_not_ours(
    new_desk: Callable[..., Desk], live: LiveServer, hub: Hub, proxy: Proxy
) -> None:
    """Another programme's server at the address: a sentence, nothing believed, nothing lost."""
    desk = new_desk()
    workshop = desk.do(make_workshop)
    desk.do(add_people, workshop, 2)
    before = desk.dump(without=MARKS)
    ours = desk.notebook.programme
    for other in (make_programme("autre"), make_programme(ours.aud)):
        # The same name or another one: the keys are not ours.
        desk.notebook.programme = replace(other, server=ours.server)
        assert type(desk.round()) is NotOurServer
        assert desk.dump(without=MARKS) == before
    desk.notebook.programme = ours
    assert desk.round() is None
    assert_sent_once(desk, hub)
