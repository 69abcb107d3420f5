"""F39: what was written before registration had no owner.

Must show: 300 acts captured before registration arrive once, under the right venue.
"""

from __future__ import annotations

import random
from collections.abc import Callable

from angrilien.domain.ids import provisional_venue_id, venue_id
from angrilien.domain.rows import NoteText
from angrilien.server.figures import _canonical
from angrilien.services import attendance, closing, notes, registration, signing
from helpers.notebooks import NAMES, add_people, make_workshop
from helpers.sending import Desk, Hub, assert_sent_once
from helpers.servers import ANGRIE, LiveServer

ACTS = 300
CROSS = [[(10.0, 10.0), (90.0, 40.0)]]


def three_hundred_acts(desk: Desk) -> list[str]:
    """Act 300 times, each of them one call of a service; return the workshops."""
    chance, found, acts = random.Random(39), [], 0
    while acts < ACTS:
        workshop = desk.do(make_workshop)
        lines = desk.do(add_people, workshop)
        found.append(workshop)
        acts += 1 + 2 * 8
        while acts < ACTS - 2 and acts % 150:
            kind = chance.randrange(4)
            if kind == 0:
                desk.do(attendance.toggle, workshop, chance.choice(lines))
            elif kind == 1:
                desk.do(signing.sign_on_paper, workshop, chance.choice(lines))
            else:
                desk.do(notes.keep, NoteText(workshop_id=workshop, hard=f"Étape {acts}."))
            acts += 1
        desk.do(notes.keep, NoteText(workshop_id=workshop, done="Trier ses photos."))
        desk.do(signing.sign, workshop, lines[0], CROSS, 100.0, 50.0)
        acts += 2
    return found


def test_300_acts_before_registration(
    new_desk: Callable[..., Desk], live: LiveServer, hub: Hub
) -> None:
    """F39: they arrive once, under the venue whose code was typed at last, and nothing is held."""
    desk = new_desk(code="")
    workshops = three_hundred_acts(desk)
    assert len(workshops) == 2
    desk.do(closing.close, workshops[0], CROSS, 100.0, 50.0)
    before = desk.state
    assert before.waiting >= ACTS
    assert not before.has_venue
    # With no code there is nothing to try: no problem, and nothing that would be one.
    assert desk.round() is None
    assert desk.state == before

    desk.do(registration.set_code, hub.code(ANGRIE))
    assert desk.round() is None
    assert desk.state.has_venue
    assert assert_sent_once(desk, hub) == before.waiting + 1  # and what the venue is

    later = desk.do(make_workshop)
    assert desk.round() is None
    identity = desk.notebook.store.identity
    provisional = provisional_venue_id(identity.dev)
    venues = dict(hub.query("SELECT id, venue_id FROM workshop WHERE rev_inc = ?", identity.inc))
    assert venues == {workshops[0]: provisional, workshops[1]: provisional,
                      later: venue_id(ANGRIE)}  # fmt: skip
    with hub.database.reading() as session:
        assert _canonical(session, "venue")[provisional] == venue_id(ANGRIE)
    figures = live.figures(workshops[0])
    assert figures["participations"] <= len(NAMES)
    assert (figures["workshops"], figures["sheets"], figures["receipts"]) == (1, 1, 1)
    assert (figures["received"], figures["held"]) == (1, 0)
