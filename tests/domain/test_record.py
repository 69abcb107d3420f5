"""Each record splits into a shared and a private half, and is read back from them."""

from __future__ import annotations

from dataclasses import MISSING, fields
from typing import Any, get_type_hints

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from angrilien.domain.entities import BY_ENTITY, RECORD_TYPES, Photo
from angrilien.domain.record import BadRecord, Record, is_shared, join, split
from angrilien.wire.canonical import dumps, loads

# What a wire text can hold: neither a NUL nor a lone surrogate.
texts = st.text(st.characters(codec="utf-8", exclude_characters="\x00"), min_size=1, max_size=20)
NAMES_OF_PEOPLE = {
    "name", "title", "notes", "first_name", "last_name", "birth_year", "insee", "postcode", "phone",
    "card", "unable_reason", "drawing", "done", "hard", "next_time", "text", "note", "statement",
    "reason", "salt", "signature_digest", "witness", "facilitators", "venue", "address",
    "commune",
}  # fmt: skip


def values_of(hint: Any) -> st.SearchStrategy[Any]:
    text = str(hint)
    if "tuple" in text:
        return st.lists(texts, max_size=4).map(tuple)
    kind: st.SearchStrategy[Any] = (
        st.binary(max_size=40)
        if "bytes" in text
        else st.booleans()
        if "bool" in text
        else st.integers(-(2**53), 2**53)
        if "int" in text
        else texts
    )
    return kind | st.none() if "None" in text else kind


def records_of(record_type: type[Record]) -> st.SearchStrategy[Record]:
    hints = get_type_hints(record_type)
    return st.builds(record_type, **{f.name: values_of(hints[f.name]) for f in fields(record_type)})


@pytest.mark.parametrize("record_type", RECORD_TYPES, ids=lambda kind: kind.ENTITY)
def test_what_is_split_travels_and_is_joined_again(record_type: type[Record]) -> None:
    @given(records_of(record_type))
    @settings(max_examples=12, deadline=None, derandomize=True)
    def travels(record: Record) -> None:
        shared_half, private_half = (loads(dumps(half)) for half in split(record))
        assert join(record_type, record.id, shared_half, private_half) == record

    travels()


@pytest.mark.parametrize("record_type", RECORD_TYPES, ids=lambda kind: kind.ENTITY)
def test_no_field_travels_in_the_wrong_half(record_type: type[Record]) -> None:
    declared = {f.name: is_shared(record_type, f.name) for f in fields(record_type)}
    # What says who somebody is, or what somebody wrote, never leaves a pseudonymous venue.
    secrets = {"key"} if record_type is Photo else set()  # a sheet's `key` is the id of one
    assert {name for name, is_it in declared.items() if not is_it} <= NAMES_OF_PEOPLE | secrets
    assert not {name for name, is_it in declared.items() if is_it} & NAMES_OF_PEOPLE


@pytest.mark.parametrize("record_type", RECORD_TYPES, ids=lambda kind: kind.ENTITY)
def test_a_value_of_the_wrong_type_or_half_is_refused_by_name_only(
    record_type: type[Record],
) -> None:
    hints = get_type_hints(record_type)
    whole = record_type(**{f.name: _some(hints[f.name]) for f in fields(record_type)})
    for f in fields(record_type):
        if f.name == "id":
            continue
        for wrong in ("SECRET" if "str" not in str(hints[f.name]) else 17, {"SECRET": 1}, ["a", 1]):
            halves = split(whole)
            (halves[0] if f.name in halves[0] else halves[1])[f.name] = wrong
            with pytest.raises(BadRecord) as refused:
                join(record_type, whole.id, *halves)
            assert f.name in str(refused.value)
            assert "SECRET" not in str(refused.value)


@pytest.mark.parametrize("record_type", RECORD_TYPES, ids=lambda kind: kind.ENTITY)
def test_a_field_that_is_missing_or_in_the_other_half_is_refused(record_type: type[Record]) -> None:
    hints = get_type_hints(record_type)
    whole = record_type(**{f.name: _some(hints[f.name]) for f in fields(record_type)})
    needed = [f.name for f in fields(record_type) if f.default is MISSING and f.name != "id"]
    assert needed
    for name in needed:
        halves = split(whole)
        mine, other = halves if name in halves[0] else halves[::-1]
        other[name] = mine.pop(name)
        with pytest.raises(BadRecord, match=name):
            join(record_type, whole.id, *halves)


def _some(hint: Any) -> Any:
    text = str(hint)
    if "tuple" in text:
        return ("a",)
    if "bytes" in text:
        return b"\x00\x01"
    return True if "bool" in text else 7 if "int" in text else "x"


def test_fields_of_a_newer_version_are_let_be() -> None:
    alias = BY_ENTITY["alias"]
    halves: tuple[dict[str, Any], dict[str, Any]] = (
        {"kind": "venue", "from_id": "a", "to_id": "b", "of_tomorrow": [1]},
        {"also": "this"},
    )
    assert join(alias, "i", *halves) == alias(id="i", kind="venue", from_id="a", to_id="b")


def test_every_entity_has_a_name_of_its_own() -> None:
    assert len(BY_ENTITY) == len(RECORD_TYPES)
    assert all(name and name == kind.ENTITY for name, kind in BY_ENTITY.items())
