"""A change's head: spelt out field by field, and the canonical text of its fields all the same."""

from __future__ import annotations

from dataclasses import asdict

from hypothesis import given
from hypothesis import strategies as st

from angrilien.wire.canonical import MAX_INT, dumps
from angrilien.wire.change import Head

WHOLE = st.integers(min_value=-MAX_INT, max_value=MAX_INT)
TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=20)
HEADS = st.builds(
    Head,
    inc=TEXT, seq=WHOLE, schema=WHOLE, entity=TEXT, entity_id=TEXT, op=TEXT,
    base=st.none() | st.tuples(TEXT, WHOLE),
    at=WHOLE, tz=TEXT, clock=TEXT, hlc=WHOLE, author=TEXT,
)  # fmt: skip


@given(HEADS)
def test_a_head_is_the_canonical_text_of_its_fields(head: Head) -> None:
    fields = {name: value for name, value in asdict(head).items() if value is not None}
    assert head.canonical() == dumps(fields)
