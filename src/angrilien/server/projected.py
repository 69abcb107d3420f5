"""The projection tables, one per entity of the change log, made from `domain.entities`.

A row is what the winning change of an entity says; it can be rebuilt from `change` at any time. Its
private columns are empty where the private half did not travel.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import MISSING, fields
from operator import attrgetter
from typing import Any, Final, get_type_hints

from sqlalchemy import BigInteger, Boolean, Column, Index, LargeBinary, Table, Text
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator

from angrilien.domain.entities import RECORD_TYPES
from angrilien.domain.record import Record, is_shared
from angrilien.server.base import server_registry


class TextList(TypeDecorator[tuple[str, ...]]):
    """A short list of vocabulary codes, kept as a JSON text."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> str | None:  # noqa: ARG002
        """Write the list as JSON."""
        return None if value is None else _list_text(value)

    def process_result_value(self, value: Any, dialect: Dialect) -> tuple[str, ...]:  # noqa: ARG002
        """Read the list back; absent is empty."""
        return tuple(json.loads(value)) if value else ()


_INDEXED: Final = (
    "workshop_id", "participant_id", "sheet_id", "venue_id", "from_id", "attendance_id",
)  # fmt: skip


def _kind(hint: Any) -> Any:
    text = str(hint)
    for word, kind in (
        ("tuple", TextList()),
        ("bytes", LargeBinary()),
        ("bool", Boolean()),
        ("int", BigInteger()),
    ):
        if word in text:
            return kind
    return Text()


def _table(record_type: type[Record]) -> Table:
    hints = get_type_hints(record_type)
    columns: list[Any] = []
    for f in fields(record_type):
        if f.name == "id":
            columns.append(Column("id", Text(), primary_key=True))
            continue
        required = f.default is MISSING and is_shared(record_type, f.name)
        columns.append(Column(f.name, _kind(hints[f.name]), nullable=not required))
    columns += [
        Column("rev_inc", Text(), nullable=False),
        Column("rev_seq", BigInteger(), nullable=False),
    ]
    columns += [Index(None, f.name) for f in fields(record_type) if f.name in _INDEXED]
    return Table(record_type.ENTITY, server_registry.metadata, *columns)


PROJECTED: Final[dict[str, Table]] = {kind.ENTITY: _table(kind) for kind in RECORD_TYPES}
"""The table of each entity."""


COLUMNS: Final[dict[str, tuple[str, ...]]] = {
    kind.ENTITY: (*(f.name for f in fields(kind)), "rev_inc", "rev_seq") for kind in RECORD_TYPES
}
"""The columns of each entity's rows, in the order of `values_of`."""


def values_of(record: Record, *, names_came: bool) -> tuple[Any, ...]:
    """Return a record as a row's values, the two last ones apart.

    Private ones are absent unless `names_came`.
    """
    read, lists, private = _WRITERS[record.ENTITY]
    values: tuple[Any, ...] = read(record)
    if not lists and (names_came or not private):
        return values
    return tuple(
        None if at in private and not names_came else _list_text(one) if at in lists else one
        for at, one in enumerate(values)
    )


def _list_text(items: tuple[str, ...]) -> str:
    return json.dumps(items, ensure_ascii=False)


def _writer(
    kind: type[Record],
) -> tuple[Callable[[Any], Any], frozenset[int], frozenset[int]]:
    named = list(enumerate(fields(kind)))
    return (
        attrgetter(*(f.name for _, f in named)),
        frozenset(at for at, f in named if "tuple" in str(f.type)),
        frozenset(at for at, f in named if not is_shared(kind, f.name)),
    )


_WRITERS: Final = {kind.ENTITY: _writer(kind) for kind in RECORD_TYPES}
"""Of each entity: what reads all its fields, the places of the lists and of the private ones."""
