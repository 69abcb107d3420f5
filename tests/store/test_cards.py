"""A card is found by its index: as soon as a person is found by their id."""

from __future__ import annotations

from angrilien.domain.codes import code_of
from angrilien.domain.entities import Participant
from angrilien.services.notebook import Notebook
from angrilien.store import cards, log
from angrilien.wire.ids import new_id
from helpers.bench import dearer

MANY = 1_500


def test_a_card_is_found_as_soon_as_an_id(nb: Notebook) -> None:
    venue = nb.home().id
    people = [
        Participant(id=new_id(), venue_id=venue, first_name=f"Anne {n}", card=code_of(n))
        for n in range(MANY)
    ]
    with nb.store.act(nb.stamp()) as act:
        act.put(*people)
    wanted = people[::40]

    with nb.store.read() as connection:
        found = [cards.holders(connection, str(p.card)) for p in wanted]
        assert found == [[p.id] for p in wanted]
        assert cards.holders(connection, code_of(MANY)) == []
        assert cards.rows_with(connection, code_of(3)) == [people[3].id]

        def by_card() -> None:
            for person in wanted:
                cards.holders(connection, str(person.card))

        def by_id() -> None:
            for person in wanted:
                log.read(connection, Participant, person.id)

        runs = {"by card": by_card, "by id": by_id}
        assert dearer(runs, 10, at_most=2.5) <= 2.5
