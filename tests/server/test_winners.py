"""Which change a row shows: whatever the order in which its changes came."""

from __future__ import annotations

import itertools
import random
from dataclasses import replace

import pytest
from sqlalchemy import select

from angrilien.domain.entities import Participant
from angrilien.domain.ids import venue_id
from angrilien.server.base import table
from angrilien.server.projected import PROJECTED
from angrilien.server.tables import ChangeRow
from angrilien.server.winners import Known, Rivals, choose
from angrilien.wire.ids import new_id
from helpers.laptops import Laptop
from helpers.servers import ANGRIE, LocalServer

pytestmark = pytest.mark.postgres


def known(inc: str, seq: int, rank: int, base: tuple[str, int] | None = None) -> Known:
    return Known(inc, seq, *(base or (None, None)), rank, b"")


def chosen(*some: Known) -> tuple[str, int]:
    """Return what is chosen, in every order alike."""
    found = {choose(order) for order in itertools.permutations(some)}
    assert len(found) == 1
    return found.pop()


def test_a_later_change_of_one_laptop_replaces_an_earlier_one() -> None:
    # Whatever its clock says: 2036, then 1970.
    assert chosen(known("a", 1, 9_000), known("a", 2, 5), known("a", 7, 1)) == ("a", 7)


def test_an_edit_made_after_seeing_another_replaces_it() -> None:
    # F17: laptop A in 2031 edits, B edits after seeing it: B's edit stands.
    assert chosen(known("a", 1, 9_000), known("b", 1, 10, ("a", 1))) == ("b", 1)
    assert chosen(known("a", 1, 9_000), known("b", 1, 10, ("a", 1)), known("b", 2, 11)) == ("b", 2)


def test_edits_made_without_seeing_each_other_are_told_apart_by_the_clock() -> None:
    start = known("a", 1, 1)
    assert chosen(start, known("a", 2, 50), known("b", 1, 60, ("a", 1))) == ("b", 1)
    assert chosen(start, known("a", 2, 70), known("b", 1, 60, ("a", 1))) == ("a", 2)
    assert chosen(start, known("a", 2, 60), known("b", 1, 60, ("a", 1))) == ("b", 1)


def test_bases_in_a_ring_choose_one_all_the_same() -> None:
    assert chosen(known("a", 1, 5, ("b", 1)), known("b", 1, 4, ("a", 1))) == ("a", 1)


class Row:
    """People, each written by some laptops in turn, seeing each other's changes or not."""

    def __init__(self, laptops: list[Laptop], chance: random.Random, people: int) -> None:
        self.people = [
            Participant(id=new_id(), venue_id=venue_id(ANGRIE), first_name="Odette")
            for _ in range(people)
        ]
        for person in self.people:
            writers = laptops[: chance.randint(1, len(laptops))]
            seen: tuple[str, int] | None = None
            for number in range(chance.randint(1, 5)):
                laptop = chance.choice(writers)
                laptop.now = max(one.now for one in laptops) + chance.randrange(5_000) - 2_500
                base = seen if chance.random() < 0.4 else None
                named = replace(person, last_name=f"N {number}")
                seen = (laptop.inc, laptop.write(named, base=base).head.seq)


@pytest.mark.parametrize("seed", range(4))
def test_what_is_shown_is_what_all_changes_together_choose(server: LocalServer, seed: int) -> None:
    """Nearly all rows are decided by one number, and must not be decided otherwise by that."""
    chance = random.Random(seed)
    laptops = [server.laptop() for _ in range(3)]
    row = Row(laptops, chance, people=12)
    cuts = []
    for laptop in laptops:
        end = len(laptop.changes)
        marks = sorted({1, *(chance.randint(1, end) for _ in range(3))})
        cuts += [
            laptop.push(first, last - 1) for first, last in itertools.pairwise([*marks, end + 1])
        ]
    chance.shuffle(cuts)
    for sent in cuts:
        server.push(sent)
    changes = table(ChangeRow)
    with server.database.reading() as session:
        rows = session.connection().execute(select(changes)).all()
        shown = session.connection().execute(select(PROJECTED["participant"])).all()
        everything = Rivals(session, rows)
    assert {one.held for one in rows} == {None}
    assert len({one.inc for one in rows}) == 3
    by_hand: dict[str, list[Known]] = {}
    for one in rows:
        rank = min(one.hlc, (one.received_at + 86_400_000) * 1000)
        told = Known(one.inc, one.seq, one.base_inc, one.base_seq, rank, one.commit)
        by_hand.setdefault(one.entity_id, []).append(told)
    wanted = {person: choose(some) for person, some in by_hand.items()}
    assert {one.id: (one.rev_inc, one.rev_seq) for one in shown} == wanted
    assert {one: everything.winner(("participant", one)) for one in wanted} == wanted
    alone = {person for person, some in by_hand.items() if len({one.inc for one in some}) == 1}
    assert len(alone) not in (0, len(row.people)), "both ways of deciding are walked"
