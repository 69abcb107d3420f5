"""A card notes its holder present; nobody's card is given; what is no card changes nothing."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest
from sqlalchemy import text

from angrilien.domain.cards import PREFIX, content, make_card
from angrilien.domain.codes import show_code
from angrilien.domain.entities import Alias, Participant
from angrilien.domain.forms import PersonForm
from angrilien.domain.ids import alias_id
from angrilien.errors import CardTaken, SheetAlreadyClosed
from angrilien.services import attendance, cards, closing, people
from angrilien.services.cards import Met
from angrilien.services.forms import FormProblems
from angrilien.services.notebook import Notebook
from angrilien.store import erasure, log
from helpers.notebooks import make_workshop

CROSS = [[(10.0, 10.0), (60.0, 40.0)], [(60.0, 10.0), (10.0, 40.0)]]
_drawn = random.Random(2026)


def drawn(nb: Notebook, programme: str = "") -> str:
    return make_card(programme or nb.programme.aud, _drawn.choice)


def holder(nb: Notebook, first: str, last: str, number: str = "") -> str:
    """Somebody known from another workshop; return the id."""
    other = make_workshop(nb, title="Un autre")
    form = PersonForm(first_name=first, last_name=last, card=number)
    (row,) = people.add_to_workshop(nb, other, form).rows
    assert row.participant_id is not None
    return row.participant_id


def present(nb: Notebook, workshop: str) -> list[str]:
    return [r.name for r in attendance.roster(nb, workshop).rows if r.state == "present"]


def person(nb: Notebook, participant_id: str) -> Participant:
    with nb.store.read() as connection:
        found = log.read(connection, Participant, participant_id)
    assert found is not None
    return found


def changes(nb: Notebook) -> int:
    with nb.store.read() as connection:
        return nb.store.position(connection).seq


def test_the_card_of_somebody_expected_is_one_act_that_undo_takes_back(
    nb: Notebook, workshop: str
) -> None:
    number = drawn(nb)
    odette = holder(nb, "Odette", "Lefèvre", number)
    attendance.expect(nb, workshop, [odette])
    before = changes(nb)
    met = cards.note(nb, workshop, content(number))
    assert (met.met, met.number, met.people[0].name) == (Met.SOMEBODY, number, "Odette Lefèvre")
    assert met.roster is not None
    (row,) = met.roster.rows
    assert (row.state, row.attendance_id) == ("present", met.attendance_id)
    assert row.arrival is not None
    assert changes(nb) == before + 1, "one change: her presence"
    attendance.undo(nb, workshop)
    assert present(nb, workshop) == []
    attendance.redo(nb, workshop)
    assert present(nb, workshop) == ["Odette Lefèvre"]


def test_the_card_of_somebody_known_adds_them(nb: Notebook, workshop: str) -> None:
    number = drawn(nb)
    holder(nb, "Zoé", "Quentin", number)
    met = cards.note(nb, workshop, content(number))
    assert present(nb, workshop) == ["Zoé Quentin"]
    assert met.attendance_id
    attendance.undo(nb, workshop)
    assert attendance.roster(nb, workshop).rows == ()


def test_a_card_read_twice_writes_nothing_the_second_time(nb: Notebook, workshop: str) -> None:
    number = drawn(nb)
    holder(nb, "Henri", "Vidal", number)
    first = cards.note(nb, workshop, content(number))
    before = changes(nb)
    again = cards.note(nb, workshop, content(number))
    assert (again.met, again.roster) == (Met.SOMEBODY, None)
    assert again.attendance_id == first.attendance_id
    assert changes(nb) == before
    assert present(nb, workshop) == ["Henri Vidal"]


def test_who_would_not_come_has_come(nb: Notebook, workshop: str) -> None:
    number = drawn(nb)
    attendance.expect(nb, workshop, [holder(nb, "Georges", "Blanc", number)])
    (row,) = attendance.roster(nb, workshop).rows
    attendance.excuse(nb, workshop, row.attendance_id)
    cards.note(nb, workshop, content(number))
    (row,) = attendance.roster(nb, workshop).rows
    assert row.state == "present"


@pytest.mark.parametrize(
    ("typed", "met"),
    [
        ("{others}", Met.OTHERS),
        ("{wrong}", Met.DAMAGED),
        ("9782070360024", Met.NO_CARD),
        ("{free}", Met.NOBODY),
    ],
)
def test_what_is_nobodys_writes_nothing(nb: Notebook, workshop: str, typed: str, met: Met) -> None:
    free = drawn(nb)
    wrong = free[:-1] + ("2" if free[-1] != "2" else "3")
    others = drawn(nb, "un autre programme")
    read = typed.format(others=content(others), wrong=content(wrong), free=content(free))
    before = changes(nb)
    found = cards.note(nb, workshop, read)
    assert found.met is met
    assert found.number == {Met.OTHERS: others, Met.NOBODY: free}.get(met, "")
    assert (found.people, found.roster, changes(nb)) == ((), None, before)


def test_a_number_is_typed_by_hand_too(nb: Notebook, workshop: str) -> None:
    number = drawn(nb)
    holder(nb, "Simone", "Fabre", number)
    assert cards.note(nb, workshop, show_code(number)).met is Met.NO_CARD, "no reader types that"
    assert cards.note_typed(nb, workshop, show_code(number).lower()).met is Met.SOMEBODY
    assert present(nb, workshop) == ["Simone Fabre"]


def test_a_card_is_given_in_the_place_of_the_old_one_and_undo_gives_the_old_one_back(
    nb: Notebook, workshop: str
) -> None:
    old, new = drawn(nb), drawn(nb)
    odette = holder(nb, "Odette", "Lefèvre", old)
    given = cards.give(nb, workshop, new, odette)
    assert (given.replaced, given.person.name, given.person.has_card) == (
        True, "Odette Lefèvre", True,
    )  # fmt: skip
    assert person(nb, odette).card == new
    assert present(nb, workshop) == ["Odette Lefèvre"]
    assert cards.look(nb, content(old)).met is Met.NOBODY
    assert cards.look(nb, content(new)).people[0].participant_id == odette
    attendance.undo(nb, workshop)
    assert person(nb, odette).card == old
    assert present(nb, workshop) == []
    assert cards.look(nb, content(new)).met is Met.NOBODY


def test_a_first_card_replaces_none(nb: Notebook, workshop: str) -> None:
    number = drawn(nb)
    given = cards.give(nb, workshop, number, holder(nb, "Colette", "Dupont"))
    assert not given.replaced
    assert given.roster.rows[0].attendance_id == given.attendance_id


def test_two_laptops_gave_the_same_card_to_two_people(nb: Notebook, workshop: str) -> None:
    number = drawn(nb)
    yvette = holder(nb, "Yvette", "Garcia", number)
    monique = holder(nb, "Monique", "Le Goff")
    have(nb, monique, number)
    met = cards.note(nb, workshop, content(number))
    assert met.met is Met.SEVERAL
    assert [p.name for p in met.people] == ["Monique Le Goff", "Yvette Garcia"]
    assert present(nb, workshop) == []
    cards.give(nb, workshop, number, yvette)
    assert present(nb, workshop) == ["Yvette Garcia"]
    assert person(nb, monique).card is None
    assert cards.look(nb, content(number)).met is Met.SOMEBODY
    attendance.undo(nb, workshop)
    assert person(nb, monique).card == number


def have(nb: Notebook, participant_id: str, number: str) -> None:
    """Give a card as another laptop does, which does not know that somebody has it."""
    other = replace(person(nb, participant_id), card=number)
    with nb.store.act(nb.stamp()) as act:
        act.put(other)


def merge(nb: Notebook, from_id: str, to_id: str) -> None:
    with nb.store.act(nb.stamp()) as act:
        act.put(
            Alias(
                id=alias_id("participant", from_id), kind="participant",
                from_id=from_id, to_id=to_id,
            )
        )  # fmt: skip


def test_the_cards_of_a_person_merged_into_another_are_that_others(
    nb: Notebook, workshop: str
) -> None:
    one, two = drawn(nb), drawn(nb)
    twice = holder(nb, "Thérése", "Roux", one)
    attendance.expect(nb, workshop, [twice])
    kept = holder(nb, "Thérèse", "Roux", two)
    merge(nb, twice, kept)
    met = cards.note(nb, workshop, content(one))
    assert [p.participant_id for p in met.people] == [kept]
    assert present(nb, workshop) == ["Thérèse Roux"], "on the line that stood there"
    assert len(attendance.roster(nb, workshop).rows) == 1
    assert cards.note(nb, workshop, content(two)).roster is None, "she is here"


def test_the_same_card_under_both_ids_of_a_merged_person_is_one_persons(
    nb: Notebook, workshop: str
) -> None:
    number = drawn(nb)
    first, second = holder(nb, "Anne", "Hue", number), holder(nb, "Anne", "Huet")
    have(nb, second, number)
    merge(nb, first, second)
    assert cards.note(nb, workshop, content(number)).met is Met.SOMEBODY


def test_the_card_of_an_erased_person_is_nobodys(fresh: Notebook) -> None:
    number = drawn(fresh)
    gone = holder(fresh, "Lucienne", "Perrin", number)
    with fresh.store.write("erasure") as connection:
        erasure.erase(connection, [("participant", gone)], number=1, at=fresh.clock.now())
    met = cards.look(fresh, content(number))
    assert (met.met, met.people) == (Met.NOBODY, ())


def test_a_new_person_has_the_card_that_was_kept_for_them(nb: Notebook, workshop: str) -> None:
    number = drawn(nb)
    people.add_to_workshop(nb, workshop, PersonForm(first_name="Paulette", card=number))
    assert cards.note(nb, workshop, content(number)).people[0].name == "Paulette"
    with pytest.raises(FormProblems) as refused:
        people.add_to_workshop(nb, workshop, PersonForm(first_name="Lucie", card=number))
    (problem,) = refused.value.problems
    assert (type(problem), problem.field) == (CardTaken, "card")
    assert present(nb, workshop) == ["Paulette"]


def test_a_closed_sheet_takes_no_card(fresh: Notebook) -> None:
    workshop = make_workshop(fresh)
    people.add_to_workshop(fresh, workshop, PersonForm(first_name="Jean"))
    number = drawn(fresh)
    known = holder(fresh, "Odette", "Lefèvre", number)
    closing.close(fresh, workshop, CROSS, 100, 100)
    for act in (
        lambda: cards.note(fresh, workshop, content(number)),
        lambda: cards.give(fresh, workshop, drawn(fresh), known),
    ):
        before = changes(fresh)
        with pytest.raises(SheetAlreadyClosed):
            act()
        assert changes(fresh) == before


def test_a_card_that_somebody_has_is_theirs_whatever_its_mark(nb: Notebook, workshop: str) -> None:
    """A programme may change its name: the cards that it printed go on."""
    number = drawn(nb, "le nom d’avant")
    marie = holder(nb, "Marie", "Petit", number)
    assert cards.note(nb, workshop, PREFIX + number).people[0].participant_id == marie


def test_the_card_stands_in_the_private_half_of_the_change(nb: Notebook) -> None:
    number = drawn(nb)
    someone = holder(nb, "Rose", "Leroy", number)
    query = text(
        'SELECT b.shared, b.private FROM change_body b JOIN "change" c USING (inc, seq) '
        "WHERE c.entity_id = :id"
    )
    with nb.store.read() as connection:
        (row,) = connection.execute(query, {"id": someone}).all()
    assert number in row.private
    assert number not in row.shared
