"""Applying stored changes to the projection tables, and holding those that cannot be applied.

Which change of a row is shown, `winners` tells.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass, field
from operator import attrgetter
from typing import Any, Final

from sqlalchemy import Row, delete, update
from sqlalchemy.exc import OperationalError
from sqlmodel import Session, col, select

from angrilien.domain.clock import Clock
from angrilien.domain.entities import BY_ENTITY, FROZEN, Alias, Sheet, SheetLine, Workshop
from angrilien.domain.merging import Version, merge
from angrilien.domain.record import BadRecord, Record, join, without_names
from angrilien.server.base import table
from angrilien.server.database import Database, among, chunks, upsert
from angrilien.server.erasure import RowKey, erased_among, let_go
from angrilien.server.giving import give_again, number_anew
from angrilien.server.keyring import Keyring
from angrilien.server.permits import UNLOCKING, VENUE_NOT_YOURS, WAITING, Permits
from angrilien.server.projected import COLUMNS, PROJECTED, values_of
from angrilien.server.seals import BAD_SEAL, check_seals
from angrilien.server.tables import NEW, ChangeRow, ProgrammeRow
from angrilien.server.winners import Id, Rivals
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
_READ: Final = (
    "inc", "seq", "entity", "entity_id", "op", "base_inc", "base_seq", "hlc", "shared", "private",
    "commit", "received_at", "server_seq", "ord", "held",
)  # fmt: skip
"""What applying a change needs of it."""
_LOG = logging.getLogger(__name__)


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


def _hold(session: Session, code: str | None, numbers: Sequence[int]) -> None:
    values: dict[str, Any] = {"held": code}
    if code is None:
        values["given"] = col(ChangeRow.server_seq) + number_anew(session, numbers)
    for some, _ in among(table(ChangeRow).c.server_seq, numbers):
        session.connection().execute(update(table(ChangeRow)).where(some).values(values))


def lock_programme(session: Session) -> None:
    """Wait for whoever else applies: two workers never decide on one row at the same time."""
    session.exec(select(ProgrammeRow).with_for_update()).one()


class _Applier:
    """One transaction's work."""

    _rivals: Rivals

    def __init__(self, session: Session, keyring: Keyring, now: int) -> None:
        self._session = session
        self._keyring = keyring
        self._now = now
        self._permits = Permits(session)
        self._shown: dict[RowKey, Record | None] = {}
        self._names: set[RowKey] = set()
        self._erased: set[RowKey] = set()
        self._revisions: dict[RowKey, Id] = {}
        self._moved: list[str] = []
        self._woven: set[RowKey] = set()

    def run(self, numbers: Sequence[int]) -> Applied:
        """Apply these changes, or hold them."""
        lock_programme(self._session)
        changes = self._read(numbers)
        self._rivals = Rivals(self._session, changes)
        self._erased = erased_among(self._session, {(c.entity, c.entity_id) for c in changes})
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
        self._weave()
        applied.moved = self._write()
        give_again(self._session, self._moved)
        gone = [c for c in changes if (c.entity, c.entity_id) in self._erased]
        let_go(self._session, [c.server_seq for c in gone])
        if applied.entities & {Sheet.ENTITY, SheetLine.ENTITY}:
            applied.sheets = self._seal()
        return applied

    def _read(self, numbers: Sequence[int]) -> list[Row[Any]]:
        changes = table(ChangeRow)
        rows: list[Row[Any]] = []
        for some, _ in among(changes.c.server_seq, numbers):
            query = select(*(changes.c[name] for name in _READ)).where(
                some, changes.c.held.is_not(None)
            )
            rows += self._session.connection().execute(query).all()
        return sorted(rows, key=attrgetter("server_seq"))

    def _judge(self, change: Row[Any]) -> tuple[str | None, Record | None]:
        record_type = BY_ENTITY.get(change.entity)
        if record_type is None:
            return UNKNOWN_ENTITY, None
        if change.op != "put":
            return UNKNOWN_OP, None
        key = (change.entity, change.entity_id)
        if change.entity in FROZEN and self._rivals.others(key, change.commit):
            return FROZEN_ROW, None
        try:
            record = read_record(record_type, change)
        except (BadRecord, BadMessage):
            return UNREADABLE, None
        if record is None:
            # Erased before it was sent: there is nothing to show, and nothing to refuse.
            return None, None
        return self._refuse(key, change, record), record

    def _refuse(self, key: RowKey, change: Row[Any], record: Record) -> str | None:
        code = self._permits.refuse(change.inc, change.ord, record)
        others = self._rivals.incarnations(key) - {change.inc} if code is None else None
        if others:
            # Whoever may not write the row as it stands may not take it elsewhere either.
            devices = {self._permits.writer(inc).id for inc in others}
            if devices != {self._permits.writer(change.inc).id}:
                there = self._shown[key] if key in self._shown else self._load(key)
                if there is not None:
                    code = self._permits.refuse(change.inc, change.ord, there)
        return code

    def _accept(self, change: Row[Any], record: Record | None) -> None:
        key = (change.entity, change.entity_id)
        winner = self._rivals.accept(change)
        if record is None and key in self._erased:
            return  # what it was is shown without its names, and stays so
        if len(self._rivals.incarnations(key)) > 1:
            self._woven.add(key)
        if winner == (change.inc, change.seq):
            self._show(key, winner, record, names_came=change.private is not None)
        elif self._revisions.get(key) != winner:
            self._load(key, winner)
        shown = self._shown.get(key)
        if shown is not None:
            self._permits.learn(shown)

    def _weave(self) -> None:
        """Show what several laptops made of a row: different fields merge."""
        changes = table(ChangeRow)
        rows: dict[Id, Row[Any]] = {}
        for some in chunks(sorted({entity_id for _, entity_id in self._woven})):
            query = select(*(changes.c[name] for name in _READ)).where(
                changes.c.entity_id.in_(some)
            )
            rows |= {(row.inc, row.seq): row for row in self._session.connection().execute(query)}
        for key in sorted(self._woven - self._erased):
            kind = BY_ENTITY[key[0]]
            versions = [
                Version(
                    inc=one.inc,
                    seq=one.seq,
                    base=(one.base_inc, one.base_seq or 0) if one.base_inc else None,
                    rank=one.rank,
                    commit=one.commit,
                    record=read_record(kind, rows[(one.inc, one.seq)]),
                    names=rows[(one.inc, one.seq)].private is not None,
                )
                for one in self._rivals.each(key)
            ]
            merged = merge(versions)
            if merged is not None:
                self._show(key, merged.version.revision, merged.record, names_came=merged.names)

    def _show(self, key: RowKey, revision: Id, record: Record | None, *, names_came: bool) -> None:
        self._shown[key] = record
        self._revisions[key] = revision
        (self._names.add if names_came else self._names.discard)(key)

    def _load(self, key: RowKey, revision: Id | None = None) -> Record | None:
        """Show again what a stored change of the row says, the winning one by default."""
        inc, seq = revision or self._rivals.winner(key)
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
        rows: dict[str, list[tuple[Any, ...]]] = {}
        venues: dict[str, str] = {}
        moved = False
        gone: dict[str, list[str]] = {}
        for (entity, entity_id), record in self._shown.items():
            if record is None:
                gone.setdefault(entity, []).append(entity_id)
                continue
            names_came = (entity, entity_id) in self._names
            values = values_of(record, names_came=names_came)
            rows.setdefault(entity, []).append(values + self._revisions[(entity, entity_id)])
            if isinstance(record, Workshop):
                venues[entity_id] = record.venue_id
            elif isinstance(record, Alias):
                moved |= record.kind == "venue"
        moved |= self._moves(venues)
        for entity, some in rows.items():
            upsert(self._session, PROJECTED[entity], COLUMNS[entity], some)
        for entity, ids in gone.items():
            target = PROJECTED[entity]
            for part in chunks(ids):
                self._session.connection().execute(delete(target).where(target.c.id.in_(part)))
        return moved

    def _moves(self, venues: dict[str, str]) -> bool:
        """Tell whether one of these workshops was shown at another venue until now.

        All that was written of it is given again, to the laptops of the venue where it is.
        """
        workshop = PROJECTED[Workshop.ENTITY]
        moved: list[str] = []
        for some in chunks(sorted(venues)):
            query = select(workshop.c.id, workshop.c.venue_id).where(workshop.c.id.in_(some))
            rows = self._session.connection().execute(query)
            moved += [row.id for row in rows if venues[row.id] != row.venue_id]
        self._moved += moved
        return bool(moved)

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


def read_record(record_type: type[Record], change: Row[Any]) -> Record | None:
    """Return what a stored change says; None where its body did not travel.

    Raises:
        BadRecord, BadMessage: the body does not have the shape of its entity.
    """
    if change.shared is None:
        return None
    shared = loads_again(change.shared)
    if change.private is None:
        return join(record_type, change.entity_id, shared, without_names(record_type))
    return join(record_type, change.entity_id, shared, loads_again(change.private))
