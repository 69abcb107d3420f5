"""Which change a row shows: it depends on the set of its changes only, never on their order.

Of the changes that no other one replaces, the latest by hybrid logical clock.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Row, func, select
from sqlmodel import Session

from angrilien.domain.entities import FROZEN
from angrilien.server.base import table
from angrilien.server.database import chunks
from angrilien.server.erasure import RowKey
from angrilien.server.tables import ChangeRow

_DAY: Final = 24 * 3600 * 1000
_COLUMNS: Final = ("inc", "seq", "base_inc", "base_seq", "hlc", "received_at", "commit")

Id = tuple[str, int]
"""A change's id, (inc, seq)."""


@dataclass(frozen=True, slots=True)
class Known:
    """What deciding between the changes of one row needs."""

    inc: str
    seq: int
    base_inc: str | None
    base_seq: int | None
    rank: int
    commit: bytes


class Rivals:
    """The applied changes of the rows that some changes are about, those included once accepted.

    Nearly every row is written under one incarnation only: of that, the last seq is all that
    decides, and all that is read. Of the others, and of rows that are frozen, each change is known.
    """

    def __init__(self, session: Session, changes: Sequence[Row[Any]]) -> None:
        self._session = session
        self._last: dict[RowKey, Id] = {}
        self._each: dict[RowKey, list[Known]] = {}
        incs: dict[RowKey, str] = {}
        for change in changes:
            key = (change.entity, change.entity_id)
            if change.entity in FROZEN or incs.setdefault(key, change.inc) != change.inc:
                self._each[key] = []
        self._read_last({(change.entity, change.entity_id) for change in changes}, incs)
        self._read_each()

    def _read_last(self, keys: set[RowKey], incs: dict[RowKey, str]) -> None:
        changes = table(ChangeRow)
        inc, last = func.min(changes.c.inc), func.max(changes.c.seq)
        for some in _ids(keys):
            query = (
                select(changes.c.entity, changes.c.entity_id, inc, func.max(changes.c.inc), last)
                .where(changes.c.entity_id.in_(some), changes.c.held.is_(None))
                .group_by(changes.c.entity_id, changes.c.entity)
            )
            for entity, entity_id, low, high, seq in (
                self._session.connection().execute(query).all()
            ):
                key = (entity, entity_id)
                if low == high == incs.get(key):
                    self._last[key] = (low, seq)
                elif key in keys:
                    self._each[key] = []

    def _read_each(self) -> None:
        changes = table(ChangeRow)
        columns = [changes.c[name] for name in ("entity", "entity_id", *_COLUMNS)]
        for some in _ids(self._each):
            query = select(*columns).where(changes.c.entity_id.in_(some), changes.c.held.is_(None))
            for row in self._session.connection().execute(query):
                key = (row.entity, row.entity_id)
                if key in self._each:
                    self._each[key].append(_known(row))
        for key in self._each:
            self._last.pop(key, None)

    def others(self, key: RowKey, commit: bytes) -> bool:
        """Tell whether a frozen row has an applied change with another commit."""
        return any(one.commit != commit for one in self._each[key])

    def incarnations(self, key: RowKey) -> set[str]:
        """Return the incarnations under which a row's applied changes were written."""
        if key in self._last:
            return {self._last[key][0]}
        return {one.inc for one in self._each.get(key, ())}

    def each(self, key: RowKey) -> Sequence[Known]:
        """Return every applied change of a row that several incarnations wrote."""
        return self._each.get(key, ())

    def accept(self, change: Row[Any]) -> Id:
        """Take in a change that is applied, and return the one that its row shows now."""
        key = (change.entity, change.entity_id)
        each = self._each.get(key)
        if each is not None:
            each.append(_known(change))
            return choose(each)
        last = self._last.get(key)
        if last is None or last[1] < change.seq:
            last = self._last[key] = (change.inc, change.seq)
        return last

    def winner(self, key: RowKey) -> Id:
        """Return the change that a row with applied changes shows."""
        return self._last[key] if key in self._last else choose(self._each[key])


def choose(known: Sequence[Known]) -> Id:
    """Return the change that a row shows.

    In one incarnation a later change replaces an earlier one. A change that names one of another
    incarnation as its base replaces it, and all before it there. Of what remains, the latest by
    hybrid logical clock; equal ones by their ids.
    """
    latest: dict[str, Known] = {}
    for one in known:
        if one.inc not in latest or latest[one.inc].seq < one.seq:
            latest[one.inc] = one
    replaced = {
        inc
        for inc, last in latest.items()
        if any(one.base_inc == inc != one.inc and (one.base_seq or 0) >= last.seq for one in known)
    }
    # Bases that name each other in a ring replace everything: then all are compared.
    left = [one for inc, one in latest.items() if inc not in replaced] or list(latest.values())
    best = max(left, key=lambda one: (one.rank, one.inc, one.seq))
    return best.inc, best.seq


def _known(row: Row[Any]) -> Known:
    # A clock that runs ahead wins for a day, not for years.
    rank = min(row.hlc, (row.received_at + _DAY) * 1000)
    return Known(row.inc, row.seq, row.base_inc, row.base_seq, rank, row.commit)


def _ids(keys: Iterable[RowKey]) -> Iterable[Sequence[str]]:
    return chunks(sorted({entity_id for _, entity_id in keys}))
