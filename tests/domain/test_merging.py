"""What a row shows follows from the set of its changes, in whatever order they came."""

from __future__ import annotations

import random
from dataclasses import dataclass, field, replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from angrilien.domain.entities import RECORD_TYPES, Attendance, Participant, SessionNote, Workshop
from angrilien.domain.merging import Merged, Version, groups_of, merge
from angrilien.domain.record import Record, is_shared
from angrilien.wire.canonical import dumps, sha256

NOTE = SessionNote(id="n", workshop_id="w", done="Trier", hard="", next_time="")
PERSON = Participant(id="p", venue_id="v", first_name="Odette", last_name="Lefèvre")
THERE = Attendance(id="a", workshop_id="w", participant_id="p", state="expected")
SHOP = Workshop(
    id="w",
    venue_id="v",
    date="2026-11-25",
    starts_at=1,
    ends_at=2,
    tz="Europe/Paris",
    state="planned",
    title="Photos",
)


@dataclass
class Row:
    """What laptops write of one row; each knows what it saw."""

    versions: list[Version] = field(default_factory=list)

    def write(
        self, inc: str, record: Record, base: Version | None = None, **options: object
    ) -> Version:
        seq = 1 + sum(one.inc == inc for one in self.versions)
        made = Version(
            inc=inc,
            seq=seq,
            base=base.revision if base else None,
            rank=len(self.versions),
            commit=sha256(f"{inc} {seq}".encode()),
            record=record,
        )
        made = replace(made, **options)
        self.versions.append(made)
        return made

    @property
    def merged(self) -> Merged:
        found = merge(self.versions)
        assert found is not None
        return found


def test_one_laptop_shows_what_it_wrote_last() -> None:
    row = Row()
    row.write("a", NOTE)
    row.write("a", replace(NOTE, hard="Les mots de passe"))
    assert row.merged.record == replace(NOTE, hard="Les mots de passe")
    assert row.merged.conflicts == ()


def test_what_was_seen_is_replaced_whatever_the_clock_says() -> None:
    row = Row()
    first = row.write("a", NOTE, rank=10**18)
    row.write("b", replace(NOTE, done="Ranger"), first)
    assert row.merged.record == replace(NOTE, done="Ranger")


def test_different_fields_merge() -> None:
    row = Row()
    first = row.write("a", NOTE)
    row.write("a", replace(NOTE, hard="Le mot de passe"), first)
    row.write("b", replace(NOTE, next_time="Les photos"), first)
    merged = row.merged
    assert merged.record == replace(NOTE, hard="Le mot de passe", next_time="Les photos")
    assert merged.conflicts == ()


def test_the_same_field_is_for_a_person_and_stays_so_over_another_edit() -> None:
    row = Row()
    first = row.write("a", NOTE)
    row.write("a", replace(NOTE, done="Ranger"), first)
    row.write("b", replace(NOTE, done="Classer"), first)
    merged = row.merged
    assert [one.names for one in merged.conflicts] == [("done",)]
    assert {one.values for one in merged.conflicts[0].choices} == {("Ranger",), ("Classer",)}
    # Somebody edits another field of what is shown: that decides nothing.
    assert isinstance(merged.record, SessionNote)
    shown = merged.record.done
    row.write("b", replace(merged.record, hard="Rien"), merged.version)
    assert [one.names for one in row.merged.conflicts] == [("done",)]
    assert row.merged.record == replace(NOTE, done=shown, hard="Rien")


@pytest.mark.parametrize("chosen", ["Ranger", "Classer", "Autre chose"])
def test_a_decision_ends_it(chosen: str) -> None:
    row = Row()
    first = row.write("a", NOTE)
    mine = row.write("a", replace(NOTE, done="Ranger"), first)
    theirs = row.write("b", replace(NOTE, done="Classer"), first)
    other = mine if chosen == "Classer" else theirs
    same = theirs if other is mine else mine
    row.write("a", replace(NOTE, done=chosen), same)
    row.write("a", replace(NOTE, done=chosen), other)
    assert row.merged.record == replace(NOTE, done=chosen)
    assert row.merged.conflicts == ()


def test_the_same_act_under_two_numbers_is_one() -> None:
    """A new incarnation offers again what was not acknowledged."""
    row = Row()
    first = row.write("a", NOTE)
    row.write("a2", NOTE, commit=first.commit)
    row.write("a2", replace(NOTE, done="Ranger"))
    assert row.merged.record == replace(NOTE, done="Ranger")
    assert row.merged.conflicts == ()


def test_bases_in_a_ring_end() -> None:
    row = Row()
    first = row.write("a", NOTE)
    row.write("b", replace(NOTE, done="x"), first)
    row.versions[0] = replace(first, base=("b", 1))
    assert row.merged.record.id == "n"


@pytest.mark.parametrize(
    ("one", "other", "state", "mode", "doubt"),
    [
        ({"state": "present"}, {"state": "present"}, "present", None, False),
        ({"state": "present"}, {"state": "present", "mode": "paper"}, "present", "paper", False),
        ({"state": "present"}, {"state": "excused"}, None, None, True),
        ({"state": "removed"}, {"state": "present", "mode": "paper"}, None, None, True),
    ],
)
def test_who_signed_is_there(
    one: dict[str, str], other: dict[str, str], state: str | None, mode: str | None, doubt: bool
) -> None:
    row = Row()
    first = row.write("a", THERE)
    row.write("a", replace(THERE, arrival=20, **one), first)
    row.write("b", replace(THERE, arrival=10, **other), first)
    merged = row.merged
    assert bool(merged.conflicts) == doubt
    assert isinstance(merged.record, Attendance)
    assert merged.record.arrival == 10
    if not doubt:
        assert (merged.record.state, merged.record.mode) == (state, mode)


def test_a_workshop_opened_here_and_cancelled_there_is_cancelled() -> None:
    row = Row()
    first = row.write("a", SHOP)
    row.write("a", replace(SHOP, state="open"), first)
    row.write("b", replace(SHOP, state="cancelled"), first)
    merged = row.merged
    assert isinstance(merged.record, Workshop)
    assert (merged.record.state, merged.conflicts) == ("cancelled", ())


def test_birth_year_and_band_never_stand_together() -> None:
    row = Row()
    first = row.write("a", PERSON)
    row.write("a", replace(PERSON, birth_year=1948), first)
    row.write("b", replace(PERSON, band="soixante_dix_plus"), first)
    merged = row.merged
    assert isinstance(merged.record, Participant)
    assert (merged.record.birth_year, merged.record.band) == (1948, None)


def test_names_that_did_not_travel_take_nothing_away() -> None:
    row = Row()
    first = row.write("a", PERSON)
    row.write(
        "b",
        replace(PERSON, first_name="", last_name="", gender="feminin"),
        first,
        names=False,
    )
    assert row.merged.record == replace(PERSON, gender="feminin")


def test_no_group_has_fields_of_both_halves() -> None:
    for kind in RECORD_TYPES:
        for names, _ in groups_of(kind):
            assert len({is_shared(kind, name) for name in names}) == 1, (kind, names)


# --- any history, any order ----------------------------------------------------------------------

_STATES = [
    {"state": "present", "mode": None},
    {"state": "present", "mode": "paper"},
    {"state": "excused", "mode": None},
    {"state": "removed", "mode": None},
]


@st.composite
def histories(draw: st.DrawFn) -> tuple[Row, list[str]]:
    """Laptops that write one row, each upon what it has seen, and see each other now and then."""
    row = Row()
    laptops = ["a", "b", "c"][: draw(st.integers(1, 3))]
    seen: dict[str, set[bytes]] = {inc: set() for inc in laptops}
    first = row.write("a", THERE)
    for inc in laptops:
        seen[inc].add(first.commit)
    for _ in range(draw(st.integers(1, 8))):
        inc = draw(st.sampled_from(laptops))
        mine = [one for one in row.versions if one.commit in seen[inc]]
        shown = merge(mine)
        assert shown is not None
        change = draw(
            st.one_of(
                st.sampled_from(_STATES),
                st.fixed_dictionaries({"departure": st.integers(1, 3)}),
                st.fixed_dictionaries({"arrival": st.integers(1, 3)}),
            )
        )
        made = row.write(inc, replace(shown.record, **change), shown.version)
        seen[inc].add(made.commit)
        if draw(st.booleans()):
            other = draw(st.sampled_from(laptops))
            seen[other] |= seen[inc]
    return row, laptops


@settings(max_examples=150, deadline=None)
@given(histories(), st.randoms(use_true_random=False))
def test_any_order_shows_the_same_bytes(
    drawn: tuple[Row, list[str]], chance: random.Random
) -> None:
    row, _ = drawn
    merged = row.merged
    turned = list(row.versions)
    chance.shuffle(turned)
    again = merge([*turned, *turned[: len(turned) // 2]])
    assert again is not None
    assert again == merged
    assert dumps({"said": repr(again.record)}) == dumps({"said": repr(merged.record)})


@settings(max_examples=150, deadline=None)
@given(histories())
def test_who_writes_upon_all_that_there_is_sees_what_they_wrote(
    drawn: tuple[Row, list[str]],
) -> None:
    row, laptops = drawn
    shown = row.merged
    assert isinstance(shown.record, Attendance)
    row.write(laptops[0], replace(shown.record, departure=99), shown.version)
    merged = row.merged.record
    assert isinstance(merged, Attendance)
    assert merged.departure == 99
    # The others' presence is not touched by that.
    assert (merged.state, merged.mode) == (shown.record.state, shown.record.mode)
