"""Applying stored changes to the projection tables, and holding those that cannot be applied.

What a row shows depends on the set of its changes only, never on the order they came in: of the
changes that no other one replaces, the latest by hybrid logical clock.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, fields
from typing import Any, Final, get_type_hints

from sqlalchemy import Row, delete, update
from sqlalchemy.exc import OperationalError
from sqlmodel import Session, col, select

from angrilien.domain.clock import Clock
from angrilien.domain.entities import BY_ENTITY, FROZEN, Alias, Sheet, SheetLine, Workshop
from angrilien.domain.record import BadRecord, Record, join
from angrilien.server.base import table
from angrilien.server.database import Database, chunks, upsert
from angrilien.server.erasure import RowKey, erased_among, let_go
from angrilien.server.keyring import Keyring
from angrilien.server.permits import UNLOCKING, VENUE_NOT_YOURS, WAITING, Permits
from angrilien.server.projected import PROJECTED, values_of
from angrilien.server.seals import BAD_SEAL, check_seals
from angrilien.server.tables import NEW, ChangeRow, ProgrammeRow
from angrilien.wire.canonical import BadMessage, loads_again

UNKNOWN_ENTITY: Final = "unknown_entity"
UNKNOWN_OP: Final = "unknown_op"
UNREADABLE: Final = "unreadable"
FROZEN_ROW: Final = "frozen"
SERVER_ERROR: Final = "server_error"
TRANSIENT: Final = (NEW, SERVER_ERROR)
"""What may pass the next time as it is: the database was busy, the server stumbled."""
_UNLOCKED: Final = (*WAITING, BAD_SEAL)
"""Tried again after a workshop, a sheet or an alias: the key of a seal may be known since."""
_STEP: Final = 1_000
_DAY: Final = 24 * 3600 * 1000
_LOG = logging.getLogger(__name__)

Id = tuple[str, int]
"""A change's id, (inc, seq)."""


@dataclass(frozen=True, slots=True)
class _Known:
    """What deciding between the changes of one row needs."""

    inc: str
    seq: int
    base_inc: str | None
    base_seq: int | None
    rank: int
    commit: bytes


@dataclass(slots=True)
class Applied:
    """What was applied: the entities concerned, and the sheets that have their receipt since.

    `moved`: a workshop is at another venue, or a venue is another one: who may write has changed.
    """

    entities: set[str] = field(default_factory=set)
    sheets: set[str] = field(default_factory=set)
    moved: bool = False

    def add(self, more: Applied) -> bool:
        """Take in what was applied besides; tell whether it may let held changes through."""
        self.entities |= more.entities
        self.sheets |= more.sheets
        self.moved |= more.moved
        return bool(more.entities & UNLOCKING)


def apply_new(database: Database, keyring: Keyring, clock: Clock) -> Applied:
    """Apply what was just stored, then what waited for it."""
    applied = Applied()
    if applied.add(_apply(database, keyring, clock, (NEW,))):
        codes = (*_UNLOCKED, VENUE_NOT_YOURS) if applied.moved else _UNLOCKED
        applied.add(retry_held(database, keyring, clock, codes=codes))
    return applied


def retry_held(
    database: Database,
    keyring: Keyring,
    clock: Clock,
    *,
    codes: tuple[str, ...] = _UNLOCKED,
    everything: bool = False,
) -> Applied:
    """Try again what is held with one of some codes, or everything (after a deploy).

    What that lets through may let through what waits for it, and so on.
    """
    applied = Applied()
    codes = () if everything else codes
    while applied.add(_apply(database, keyring, clock, codes)):
        codes = WAITING
    return applied


def _apply(database: Database, keyring: Keyring, clock: Clock, codes: tuple[str, ...]) -> Applied:
    """Try the changes held with one of these codes (or any)."""
    applied = Applied()
    after = 0
    while True:
        with database.reading() as session:
            held = col(ChangeRow.held).in_(codes) if codes else col(ChangeRow.held).is_not(None)
            found = session.exec(
                select(ChangeRow.server_seq)
                .where(held, col(ChangeRow.server_seq) > after)
                .order_by(col(ChangeRow.server_seq))
                .limit(_STEP)
            ).all()
        if not found:
            return applied
        applied.add(_apply_some(database, keyring, clock, found))
        after = found[-1]


def _apply_some(
    database: Database, keyring: Keyring, clock: Clock, numbers: Sequence[int]
) -> Applied:
    """Apply some changes in one transaction; a change that makes us stumble is held alone."""
    try:
        with database.writing() as session:
            return _Applier(session, keyring, clock.now()).run(numbers)
    except OperationalError:
        raise  # the database's fault, no change's: all of them stay to be applied
    except Exception:  # noqa: BLE001 - one change must not keep the others from being applied
        if len(numbers) > 1:
            middle = len(numbers) // 2
            first = _apply_some(database, keyring, clock, numbers[:middle])
            first.add(_apply_some(database, keyring, clock, numbers[middle:]))
            return first
        _LOG.exception("a change could not be applied, number %d", numbers[0])
        with database.writing() as session:
            _hold(session, SERVER_ERROR, numbers)
        return Applied()


def _hold(session: Session, code: str | None, numbers: Iterable[int]) -> None:
    for some in chunks(list(numbers)):
        session.connection().execute(
            update(table(ChangeRow)).where(col(ChangeRow.server_seq).in_(some)).values(held=code)
        )


class _Applier:
    """One transaction's work."""

    def __init__(self, session: Session, keyring: Keyring, now: int) -> None:
        self._session = session
        self._keyring = keyring
        self._now = now
        self._permits = Permits(session)
        self._known: dict[RowKey, list[_Known]] = {}
        self._shown: dict[RowKey, Record | None] = {}
        self._names: set[RowKey] = set()
        self._erased: set[RowKey] = set()
        self._revisions: dict[RowKey, Id] = {}

    def run(self, numbers: Sequence[int]) -> Applied:
        """Apply these changes, or hold them."""
        # Two workers never decide on one row at the same time.
        self._session.exec(select(ProgrammeRow).with_for_update()).one()
        changes = self._read(numbers)
        self._read_known(changes)
        verdicts: dict[str | None, list[int]] = {}
        applied = Applied()
        for change in changes:
            code, record = self._judge(change)
            if code != change.held:
                verdicts.setdefault(code, []).append(change.server_seq)
            if code is None:
                applied.entities.add(change.entity)
                self._accept(change, record)
        for code, those in verdicts.items():
            _hold(self._session, code, those)
        applied.moved = self._write()
        gone = [c for c in changes if (c.entity, c.entity_id) in self._erased]
        let_go(self._session, [c.server_seq for c in gone])
        if applied.entities & {Sheet.ENTITY, SheetLine.ENTITY}:
            applied.sheets = self._seal()
        return applied

    def _read(self, numbers: Sequence[int]) -> list[Row[Any]]:
        changes = table(ChangeRow)
        rows: list[Row[Any]] = []
        for some in chunks(list(numbers)):
            rows += self._session.connection().execute(
                select(changes)
                .where(changes.c.server_seq.in_(some), changes.c.held.is_not(None))
                .order_by(changes.c.server_seq)
            )
        return rows

    def _read_known(self, changes: Sequence[Row[Any]]) -> None:
        keys = {(change.entity, change.entity_id) for change in changes}
        self._erased = erased_among(self._session, keys)
        all_changes = table(ChangeRow)
        for some in chunks(sorted({change.entity_id for change in changes})):
            rows = self._session.connection().execute(
                select(
                    *(all_changes.c[name] for name in ("entity", "entity_id", *_KNOWN_COLUMNS))
                ).where(all_changes.c.entity_id.in_(some), all_changes.c.held.is_(None))
            )
            for row in rows:
                self._known.setdefault((row.entity, row.entity_id), []).append(_known(row))

    def _judge(self, change: Row[Any]) -> tuple[str | None, Record | None]:
        record_type = BY_ENTITY.get(change.entity)
        if record_type is None:
            return UNKNOWN_ENTITY, None
        if change.op != "put":
            return UNKNOWN_OP, None
        others = self._known.get((change.entity, change.entity_id), [])
        if change.entity in FROZEN and any(other.commit != change.commit for other in others):
            return FROZEN_ROW, None
        try:
            record = read_record(record_type, change)
        except (BadRecord, BadMessage):
            return UNREADABLE, None
        if record is None:
            # Erased before it was sent: there is nothing to show, and nothing to refuse.
            return None, None
        return self._refuse(change, record, others), record

    def _refuse(self, change: Row[Any], record: Record, others: list[_Known]) -> str | None:
        code = self._permits.refuse(change.inc, change.ord, record)
        if code is None and others:
            # Whoever may not write the row as it stands may not take it elsewhere either.
            key = (change.entity, change.entity_id)
            devices = {self._permits.writer(other.inc).id for other in others}
            if devices != {self._permits.writer(change.inc).id}:
                there = self._shown[key] if key in self._shown else self._load(key)
                if there is not None:
                    code = self._permits.refuse(change.inc, change.ord, there)
        return code

    def _accept(self, change: Row[Any], record: Record | None) -> None:
        key = (change.entity, change.entity_id)
        known = self._known.setdefault(key, [])
        known.append(_known(change))
        winner = choose(known)
        if record is None and key in self._erased:
            return  # what it was is shown without its names, and stays so
        if winner == (change.inc, change.seq):
            self._show(key, winner, record, names_came=change.private is not None)
        elif self._revisions.get(key) != winner:
            self._load(key, winner)
        shown = self._shown.get(key)
        if shown is not None:
            self._permits.learn(shown)

    def _show(self, key: RowKey, revision: Id, record: Record | None, *, names_came: bool) -> None:
        self._shown[key] = record
        self._revisions[key] = revision
        (self._names.add if names_came else self._names.discard)(key)

    def _load(self, key: RowKey, revision: Id | None = None) -> Record | None:
        """Show again what a stored change of the row says, the winning one by default."""
        inc, seq = revision or choose(self._known[key])
        changes = table(ChangeRow)
        change = (
            self._session.connection()
            .execute(select(changes).where(changes.c.inc == inc, changes.c.seq == seq))
            .one()
        )
        record = read_record(BY_ENTITY[key[0]], change)
        if record is None and key in self._erased:
            return None
        self._show(key, (inc, seq), record, names_came=change.private is not None)
        return record

    def _write(self) -> bool:
        """Write what is shown now; tell whether that moves a workshop or a venue."""
        rows: dict[str, list[dict[str, Any]]] = {}
        gone: dict[str, list[str]] = {}
        for (entity, entity_id), record in self._shown.items():
            if record is None:
                gone.setdefault(entity, []).append(entity_id)
                continue
            inc, seq = self._revisions[(entity, entity_id)]
            names_came = (entity, entity_id) in self._names
            rows.setdefault(entity, []).append(
                values_of(record, names_came=names_came) | {"rev_inc": inc, "rev_seq": seq}
            )
        moved = any(one["kind"] == "venue" for one in rows.get(Alias.ENTITY, ()))
        moved |= self._moves(rows.get(Workshop.ENTITY, []))
        for entity, some in rows.items():
            upsert(self._session, PROJECTED[entity], some)
        for entity, ids in gone.items():
            target = PROJECTED[entity]
            for part in chunks(ids):
                self._session.connection().execute(delete(target).where(target.c.id.in_(part)))
        return moved

    def _moves(self, workshops: Sequence[dict[str, Any]]) -> bool:
        """Tell whether one of these workshops was shown at another venue until now."""
        workshop = PROJECTED[Workshop.ENTITY]
        venues = {one["id"]: one["venue_id"] for one in workshops}
        for some in chunks(sorted(venues)):
            query = select(workshop.c.id, workshop.c.venue_id).where(workshop.c.id.in_(some))
            rows = self._session.connection().execute(query)
            if any(venues[row.id] != row.venue_id for row in rows):
                return True
        return False

    def _seal(self) -> set[str]:
        """Check the sheets that may be whole now; return those that have their receipt since."""
        touched: set[str] = set()
        for record in self._shown.values():
            if isinstance(record, Sheet):
                touched.add(record.id)
            elif isinstance(record, SheetLine):
                touched.add(record.sheet_id)
        sealed, bad = check_seals(self._session, self._keyring, touched, self._now)
        changes = table(ChangeRow)
        sheets = PROJECTED[Sheet.ENTITY]
        for some in chunks(bad):
            of_sheet = (changes.c.entity == Sheet.ENTITY) & changes.c.entity_id.in_(some)
            self._session.connection().execute(
                update(changes).where(of_sheet).values(held=BAD_SEAL)
            )
            self._session.connection().execute(delete(sheets).where(sheets.c.id.in_(some)))
        return set(sealed)


_KNOWN_COLUMNS: Final = ("inc", "seq", "base_inc", "base_seq", "hlc", "received_at", "commit")


def _known(row: Row[Any]) -> _Known:
    # A clock that runs ahead wins for a day, not for years.
    rank = min(row.hlc, (row.received_at + _DAY) * 1000)
    return _Known(row.inc, row.seq, row.base_inc, row.base_seq, rank, row.commit)


def choose(known: Sequence[_Known]) -> Id:
    """Return the change that a row shows.

    In one incarnation a later change replaces an earlier one. A change that names one of another
    incarnation as its base replaces it, and all before it there. Of what remains, the latest by
    hybrid logical clock; equal ones by their ids.
    """
    latest: dict[str, _Known] = {}
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


def read_record(record_type: type[Record], change: Row[Any]) -> Record | None:
    """Return what a stored change says; None where its body did not travel.

    Raises:
        BadRecord, BadMessage: the body does not have the shape of its entity.
    """
    if change.shared is None:
        return None
    shared = loads_again(change.shared)
    if change.private is None:
        return join(record_type, change.entity_id, shared, _without_names(record_type))
    return join(record_type, change.entity_id, shared, loads_again(change.private))


def _without_names(record_type: type[Record]) -> dict[str, Any]:
    """Return a private half for a record whose own did not travel (a *pseudonyme* venue)."""
    hints = get_type_hints(record_type)
    return {
        f.name: ""
        for f in fields(record_type)
        if f.metadata["privacy"] == "private" and hints[f.name] in (str, bytes)
    }
