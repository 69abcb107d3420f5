"""Finding people as one types, and writing new ones."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from angrilien.domain.entities import Alias, Participant
from angrilien.domain.forms import PersonForm
from angrilien.domain.ids import alias_id
from angrilien.services import attendance, people, reference
from angrilien.services.forms import FormProblems
from angrilien.services.notebook import Notebook
from angrilien.store import log
from angrilien.store import people as queries
from angrilien.wire.ids import new_id
from helpers.copies import Original, list_people
from helpers.notebooks import make_workshop


def names(nb: Notebook, typed: str, **options: int) -> list[str]:
    return [person.name for person in people.search(nb, typed, **options)]


@pytest.fixture(scope="module")
def eight(original: Original, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Notebook]:
    """A notebook with eight people, for those who only look."""
    notebook = original.open_copy(tmp_path_factory.mktemp("eight"))
    list_people(notebook, make_workshop(notebook), 8)
    yield notebook
    notebook.close()


@pytest.mark.parametrize(
    ("typed", "wanted"),
    [
        ("od", ["Odette Lefèvre"]),
        ("LEFEVRE", ["Odette Lefèvre"]),
        ("lef od", ["Odette Lefèvre"]),
        ("jean-p", ["Jean-Paul Moreau"]),
        ("paul", ["Jean-Paul Moreau"]),
        ("the", ["Thérèse Roux"]),
        ("mor", ["Jean-Paul Moreau"]),
        ("dette", []),
        ("odette vidal", []),
        ("!!", []),
        ("%", []),
        ("_", []),
        ("\ud83d", []),
    ],
)
def test_two_letters_find_a_person_whatever_the_accents(
    eight: Notebook, typed: str, wanted: list[str]
) -> None:
    assert names(eight, typed) == wanted


def test_those_seen_last_come_first_among_many(fresh: Notebook) -> None:
    old, late = make_workshop(fresh, date="1/11"), make_workshop(fresh, date="20/11")
    crowd = [
        Participant(id=new_id(), venue_id="v", first_name="Anne", last_name=f"Abel {n:03}")
        for n in range(300)
    ]
    with fresh.store.act(fresh.stamp()) as act:
        act.put(*crowd)
        queries.index(act.connection, crowd)
    people.add_to_workshop(fresh, old, PersonForm(first_name="Anne", last_name="Yver"))
    people.add_to_workshop(fresh, late, PersonForm(first_name="Anne", last_name="Zola"))
    for typed in ("", "anne", "an"):
        assert names(fresh, typed)[:3] == ["Anne Zola", "Anne Yver", "Anne Abel 000"]
    assert len(names(fresh, "")) == 8
    assert names(fresh, "zola anne", limit=1) == ["Anne Zola"]


def test_a_search_tells_who_is_on_the_list_already(
    fresh: Notebook,
) -> None:
    workshop = make_workshop(fresh)
    rows = list_people(fresh, workshop, 8)
    attendance.toggle(fresh, workshop, rows[0])
    (here,) = people.search(fresh, "colette", workshop_id=workshop)
    assert (here.attendance_id, here.state, here.last_visit) == (rows[0], "present", "2026-11-25")
    (elsewhere,) = people.search(fresh, "colette", workshop_id=make_workshop(fresh, title="Autre"))
    assert (elsewhere.attendance_id, elsewhere.state) == (None, None)


def test_a_merged_name_is_found_under_the_one_that_stays(
    fresh: Notebook,
) -> None:
    workshop = make_workshop(fresh)
    list_people(fresh, workshop, 2)
    kept, twin = (p.participant_id for p in people.search(fresh, ""))
    alias = Alias(id=alias_id("participant", twin), kind="participant", from_id=twin, to_id=kept)
    before = attendance.everyone_present(fresh, workshop)
    with fresh.store.act(fresh.stamp()) as act:
        act.put(alias)
    roster = attendance.roster(fresh, workshop)
    assert [r.participant_id for r in roster.rows] == [kept]
    assert (roster.workshop.present, roster.workshop.expected) == (1, 1)
    assert [p.participant_id for p in people.search(fresh, "")] == [kept]
    # Both records are there: the merge is undone without a loss.
    with fresh.store.act(fresh.stamp()) as act:
        act.put(replace(alias, active=False))
    assert attendance.roster(fresh, workshop).rows == before.rows


@pytest.mark.parametrize("there", [0, 1])
def test_a_merged_person_stands_by_the_line_that_says_most(
    nb: Notebook, workshop: str, there: int
) -> None:
    rows = list_people(nb, workshop, 2)
    attendance.toggle(nb, workshop, rows[there])
    kept, twin = (r.participant_id for r in attendance.roster(nb, workshop).rows)
    assert kept is not None
    assert twin is not None
    with nb.store.act(nb.stamp()) as act:
        act.put(
            Alias(id=alias_id("participant", twin), kind="participant", from_id=twin, to_id=kept)
        )
    roster = attendance.roster(nb, workshop)
    assert [(r.attendance_id, r.state) for r in roster.rows] == [(rows[there], "present")]
    assert (roster.workshop.present, roster.workshop.expected) == (1, 1)


def test_lookalikes_are_three_at_most_and_a_birth_year_rules_out(
    fresh: Notebook,
) -> None:
    workshop = make_workshop(fresh)
    for n, year in enumerate(("1948", "1950", "", "1948")):
        people.add_to_workshop(
            fresh, workshop, PersonForm(first_name="Odette", last_name=f"Roux {n}", birth_year=year)
        )

    def alike(**typed: str) -> list[str]:
        form = PersonForm(**typed)
        return [p.last_name for p in people.lookalikes(fresh, form, workshop_id=workshop)]

    assert alike(first_name="Od") == []
    assert len(alike(first_name="odétte")) == 3
    assert alike(first_name="Odette", birth_year="1950") == ["Roux 1", "Roux 2"]
    assert len(alike(first_name="Odette", birth_year="19")) == 3  # a year still being typed
    assert len(alike(first_name="Odette", birth_year="9" * 5_000)) == 3
    assert alike(first_name="Odette", last_name="Vidal") == []


@pytest.mark.parametrize(
    ("first_name", "last_name", "year"),
    [
        ("Odette", "Lefèvre", ""),
        ("odéte", "Le Fèvre", "1949"),
        ("Lefevre", "Odette", "1947"),
        ("O.", "Lefebvre", "1948"),
        ("", "Lefeb", ""),
    ],
)
def test_somebody_known_is_found_by_sound_order_initial_and_about_the_year(
    fresh: Notebook, first_name: str, last_name: str, year: str
) -> None:
    workshop = make_workshop(fresh)
    for first, last in (("Odette", "Lefebvre"), ("Odile", "Martin"), ("Пётр", "Иванов")):
        known = PersonForm(first_name=first, last_name=last, birth_year="1948")
        people.add_to_workshop(fresh, workshop, known)
    typed = PersonForm(first_name=first_name, last_name=last_name, birth_year=year)
    found = people.lookalikes(fresh, typed, workshop_id=workshop)
    assert [p.last_name for p in found] == ["Lefebvre"]
    far = PersonForm(first_name=first_name, last_name=last_name, birth_year="1951")
    assert people.lookalikes(fresh, far, workshop_id=workshop) == ()
    cyrillic = PersonForm(first_name="иванов", last_name="Петр")
    assert [p.last_name for p in people.lookalikes(fresh, cyrillic)] == ["Иванов"]
    other = PersonForm(first_name="Сидоров", last_name="Пётр")
    assert people.lookalikes(fresh, other) == ()


def test_two_people_of_one_name_and_year_are_both_suggested(fresh: Notebook) -> None:
    workshop = make_workshop(fresh)
    for insee, commune in (("49008", "Angrie"), ("49331", "Segré-en-Anjou Bleu")):
        people.add_to_workshop(
            fresh,
            workshop,
            PersonForm(
                first_name="Odette",
                last_name="Lefebvre",
                birth_year="1948",
                insee=insee,
                commune=commune,
            ),
        )
    found = people.lookalikes(
        fresh, PersonForm(first_name="Odette", last_name="Lefèvre", birth_year="1948")
    )
    assert sorted(p.commune for p in found) == ["Angrie", "Segré-en-Anjou Bleu"]
    assert all(p.birth_year == 1948 and p.last_visit for p in found)


def test_a_new_person_is_written_as_typed_and_is_there(
    fresh: Notebook,
) -> None:
    workshop = make_workshop(fresh)
    form = PersonForm(
        first_name=" Odette  Marie ", last_name="Lefèvre 🌻", birth_year=" 1948 ", insee="49008",
        postcode="49440\x00", commune="Angrie", phone=" 06 00 00 00 00 ", gender="feminin",
        status="retraite",
    )  # fmt: skip
    (row,) = people.add_to_workshop(fresh, workshop, form).rows
    assert (row.name, row.state, row.band) == (
        "Odette Marie Lefèvre 🌻", "present", "soixante_dix_plus",
    )  # fmt: skip
    with fresh.store.read() as connection:
        person = log.read(connection, Participant, row.participant_id or "")
    assert person is not None
    assert (person.birth_year, person.insee, person.postcode, person.phone) == (
        1948, "49008", "49440", "06 00 00 00 00",
    )  # fmt: skip
    (found,) = people.search(fresh, "odette")
    assert (found.commune, found.birth_year) == ("Angrie", 1948)


@pytest.mark.parametrize(
    "name",
    ["👩‍👩‍👧", "فاطمة الزهراء", "Ольга", "李小龍", "می\u200cروم", "O’Neil", "\U0001fae9"],
)
def test_a_name_of_any_script_comes_back_as_typed(nb: Notebook, workshop: str, name: str) -> None:
    (row,) = people.add_to_workshop(nb, workshop, PersonForm(first_name=name)).rows
    assert (row.first_name, row.short_name) == (name, name)
    assert nb.store.verify() > 0


@pytest.mark.parametrize(
    ("form", "field"),
    [
        (PersonForm(), "first_name"),
        (PersonForm(first_name="\u200d"), "first_name"),
        (PersonForm(first_name="x" * 101), "first_name"),
        (PersonForm(first_name="Odette", commune="Nulle-Part"), "commune"),
        (PersonForm(first_name="Odette", insee="00000"), "commune"),
        (PersonForm(first_name="Odette", birth_year="48"), "birth_year"),
    ],
)
def test_a_person_that_cannot_be_accepted_is_not_written(
    nb: Notebook, workshop: str, form: PersonForm, field: str
) -> None:
    before = nb.store.verify()
    assert [p.field for p in people.check(nb, form)] == [field]
    with pytest.raises(FormProblems) as refused:
        people.add_to_workshop(nb, workshop, form)
    assert [p.field for p in refused.value.problems] == [field]
    assert nb.store.verify() == before
    assert not attendance.roster(nb, workshop).can_undo


def test_a_commune_is_found_by_its_name_or_its_postal_code() -> None:
    assert people.communes("angrie")[0].insee == "49008"
    assert people.communes("49440")[0].postcodes == ("49440",)
    assert {c.insee for c in people.communes("49440")} >= {"49008"}
    paris = people.communes("Paris")[0]
    assert (paris.insee, len(paris.postcodes) > 15) == ("75056", True)
    assert people.communes("l’hay")[0].name == people.communes("L HAY")[0].name
    assert people.communes("a") == people.communes("zzzz") == ()
    assert len(people.communes("saint", limit=3)) == 3
    former = next(c for c in people.communes("Saint", limit=3_000) if not c.current)
    assert former.insee in reference.commune_names()


def test_a_former_commune_tells_todays() -> None:
    [former] = [c for c in people.communes("Segré") if c.name == "Segré"]
    assert (former.insee, former.today) == ("49331", "Segré-en-Anjou Bleu")
    [now] = [c for c in people.communes("segre en anjou") if c.current]
    assert (now.insee, now.today, now.postcodes) == ("49331", "", ("49500", "49520"))


def test_todays_communes_of_a_postal_code_come_first() -> None:
    shown = people.communes("49440", limit=5)
    assert all(c.current for c in shown)
    assert {c.name for c in shown} >= {"Angrie", "Candé", "Challain-la-Potherie", "Loiré"}
