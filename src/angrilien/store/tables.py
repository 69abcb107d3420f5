"""Every table of the laptop's file. docs/data.md says what each column means and how long it stays.

The tables of the change log's entities are made from `domain.entities`, where each column is
declared once; every such row carries the revision `(inc, seq)` that wrote it.
"""

from __future__ import annotations

from dataclasses import MISSING, fields
from typing import Any, Final, get_type_hints

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    LargeBinary,
    Table,
    Text,
)
from sqlmodel import Field

from angrilien.domain import vocab
from angrilien.domain.entities import RECORD_TYPES
from angrilien.domain.record import Record
from angrilien.store.base import StoreModel, TextList


def _in(column: str, words: tuple[str, ...]) -> str:
    return f"{column} IN ({', '.join(repr(word) for word in words)})"


_CHECKS: Final = {
    "workshop": {
        "state": _in("state", vocab.WORKSHOP_STATES),
        "times": "ends_at > starts_at",
    },
    "attendance": {
        "state": _in("state", vocab.ATTENDANCE_STATES),
        "mode": _in("mode", vocab.SIGNING_MODES),
    },
    "participant": {"one_age": "birth_year IS NULL OR band IS NULL"},
    "signature": {"short": "length(drawing) <= 300"},
    "alias": {
        "kind": _in("kind", vocab.ALIAS_KINDS),
        "not_itself": "from_id <> to_id",
    },
}
_PARENTS: Final = {
    ("attendance", "workshop_id"): "workshop.id",
    ("signature", "workshop_id"): "workshop.id",
    ("session_note", "workshop_id"): "workshop.id",
    ("workshop_facilitator", "workshop_id"): "workshop.id",
    ("sheet", "workshop_id"): "workshop.id",
    ("sheet_line", "sheet_id"): "sheet.id",
    ("amendment", "sheet_id"): "sheet.id",
}
_ADDED: Final = {
    "sheet": ("date", "starts_at", "ends_at", "tz", "anonymous"),
    "sheet_line": (
        "code", "after_the_fact", "title", "facilitators", "venue", "address", "commune",
    ),
}  # fmt: skip
"""Columns that a migration added: they stand behind the revision in the file."""
_INDEXED: Final = {
    ("workshop", "date"),
    ("attendance", "workshop_id"),
    ("attendance", "participant_id"),
    ("signature", "attendance_id"),
    ("sheet", "workshop_id"),
    ("sheet_line", "sheet_id"),
    ("workshop_facilitator", "workshop_id"),
    ("alias", "from_id"),
    ("participant", "card"),
}


def _column(record_type: type[Record], name: str, hint: Any, *, required: bool) -> Column[Any]:
    text = str(hint)
    kind: Any = (
        TextList()
        if "tuple" in text
        else LargeBinary()
        if "bytes" in text
        else Boolean()
        if "bool" in text
        else BigInteger()
        if "int" in text
        else Text()
    )
    parent = _PARENTS.get((record_type.ENTITY, name))
    # Deferred: within a transaction, rows are written in the order of their changes.
    keys = [ForeignKey(parent, deferrable=True, initially="DEFERRED")] if parent else []
    indexed = (record_type.ENTITY, name) in _INDEXED
    return Column(
        name, kind, *keys, primary_key=name == "id", nullable=not required, index=indexed or None
    )


def _entity_table(record_type: type[Record]) -> type[StoreModel]:
    """Make the SQLModel table of one entity of the change log."""
    hints = get_type_hints(record_type)
    namespace: dict[str, Any] = {
        "__module__": __name__,
        "__tablename__": record_type.ENTITY,
        "__doc__": f"Present state of `domain.entities.{record_type.__name__}`.",
        "__annotations__": {},
    }
    added = _ADDED.get(record_type.ENTITY, ())
    required = {f.name: f.default is MISSING for f in fields(record_type)}
    columns: dict[str, Any] = {name: hints[name] for name in required if name not in added}
    columns |= {"inc": str, "seq": int} | {name: hints[name] for name in added}
    for name, hint in columns.items():
        column = _column(record_type, name, hint, required=required.get(name, True))
        namespace[name] = Field(sa_column=column)
        namespace["__annotations__"][name] = hint
    namespace["__table_args__"] = tuple(
        CheckConstraint(text, name=name)
        for name, text in _CHECKS.get(record_type.ENTITY, {}).items()
    )
    # The metaclass is called as a `class … (StoreModel, table=True)` statement calls it.
    make: Any = type(StoreModel)
    model: type[StoreModel] = make(
        record_type.__name__ + "Row", (StoreModel,), namespace, table=True
    )
    return model


ENTITY_MODELS: Final = {kind.ENTITY: _entity_table(kind) for kind in RECORD_TYPES}


def table_of(entity: str) -> Table:
    """Return the table of an entity of the change log."""
    return ENTITY_MODELS[entity].__table__  # type: ignore[attr-defined, no-any-return]


class ChangeRow(StoreModel, table=True):
    """The append-only change log: heads, commits and chain."""

    __tablename__ = "change"
    inc: str = Field(primary_key=True)
    seq: int = Field(sa_column=Column("seq", BigInteger, primary_key=True))
    schema_: int = Field(sa_column=Column("schema", BigInteger, nullable=False))
    entity: str
    entity_id: str
    op: str
    base_inc: str | None = None
    base_seq: int | None = Field(default=None, sa_column=Column("base_seq", BigInteger))
    at: int = Field(sa_column=Column("at", BigInteger, nullable=False))
    tz: str
    clock: str
    hlc: int = Field(sa_column=Column("hlc", BigInteger, nullable=False))
    author: str
    commit: bytes
    chain: bytes
    __table_args__ = (
        CheckConstraint(_in("clock", vocab.CLOCK_STATES), name="clock"),
        Index("ix_change_entity", "entity_id", "inc", "seq"),
    )


class ChangeBodyRow(StoreModel, table=True):
    """The full row of a change; may be deleted later, the chain stays verifiable."""

    __tablename__ = "change_body"
    inc: str = Field(primary_key=True)
    seq: int = Field(sa_column=Column("seq", BigInteger, primary_key=True))
    salt: bytes
    shared: str = Field(sa_column=Column("shared", Text, nullable=False))
    private: str = Field(sa_column=Column("private", Text, nullable=False))
    __table_args__ = (
        ForeignKeyConstraint(["inc", "seq"], ["change.inc", "change.seq"]),
        CheckConstraint("length(salt) = 16", name="salt"),
    )


class IntentRow(StoreModel, table=True):
    """Why the running transaction writes; empty between transactions."""

    __tablename__ = "intent"
    one: int = Field(primary_key=True)
    intent: str
    __table_args__ = (
        CheckConstraint("one = 1", name="one"),
        CheckConstraint(
            _in("intent", ("user", "fork", "pull", "migration", "erasure")), name="known"
        ),
    )


class ErasureRow(StoreModel, table=True):
    """What a verified erasure order names: the triggers let nothing else be erased."""

    __tablename__ = "erasure"
    entity: str = Field(primary_key=True)
    entity_id: str = Field(primary_key=True)
    order_number: int = Field(sa_column=Column("order_number", BigInteger, nullable=False))
    at: int = Field(sa_column=Column("at", BigInteger, nullable=False))


class DraftRow(StoreModel, table=True):
    """What is typed and not yet a change: kept across a lock, a crash, a closed lid."""

    __tablename__ = "draft"
    key: str = Field(primary_key=True)
    text: str = Field(sa_column=Column("text", Text, nullable=False))
    at: int = Field(sa_column=Column("at", BigInteger, nullable=False))


class IncarnationRow(StoreModel, table=True):
    """The identities under which this laptop wrote; the newest is the current one."""

    __tablename__ = "incarnation"
    inc: str = Field(primary_key=True)
    dev: str
    public: bytes
    seed: bytes
    made_at: int = Field(sa_column=Column("made_at", BigInteger, nullable=False))
    vouch: bytes | None = None


class AnimateurSlotRow(StoreModel, table=True):
    """Which animateur a slot of the slot file belongs to: the file itself holds no name."""

    __tablename__ = "animateur_slot"
    slot_id: str = Field(primary_key=True)
    facilitator_id: str


class CodeSecretRow(StoreModel, table=True):
    """What an animateur's code secret is checked with; the code itself is nowhere."""

    __tablename__ = "code_secret"
    facilitator_id: str = Field(primary_key=True)
    hash: str
    at: int = Field(sa_column=Column("at", BigInteger, nullable=False))


class VenueTable(StoreModel, table=True):
    """Reference data: the programme's venues, and the provisional one."""

    __tablename__ = "venue"
    id: str = Field(primary_key=True)
    code: str
    name: str
    commune: str
    insee: str
    postcode: str
    address: str
    tz: str
    provisional: bool = False


class PersonSearchRow(StoreModel, table=True):
    """Search key of a person's name: lower case, no accents. Derived, remade at will."""

    __tablename__ = "person_search"
    participant_id: str = Field(primary_key=True)
    key: str


class SyncMarkRow(StoreModel, table=True):
    """What the server last said, one row. "Envoyé" is `seq <= ack`, computed, never stored."""

    __tablename__ = "sync_mark"
    one: int = Field(primary_key=True)
    epoch: str = ""
    ack: int = Field(default=0, sa_column=Column("ack", BigInteger, nullable=False))
    backed_up: int = Field(default=0, sa_column=Column("backed_up", BigInteger, nullable=False))
    held: int = 0
    last_order: int = 0
    revoked: bool = False
    last_sent: int | None = Field(default=None, sa_column=Column("last_sent", BigInteger))
    last_contact: int | None = Field(default=None, sa_column=Column("last_contact", BigInteger))
    last_try_failed: bool = False
    skew: int | None = Field(default=None, sa_column=Column("skew", BigInteger))
    keys: str = ""
    keys_sig: str = ""
    cert: str = ""
    cert_sig: str = ""
    venue_code: str = ""
    __table_args__ = (CheckConstraint("one = 1", name="one"),)


class HaveRow(StoreModel, table=True):
    """Changes of the present incarnation above a gap, which the server holds all the same."""

    __tablename__ = "have"
    first: int = Field(sa_column=Column("first", BigInteger, primary_key=True, autoincrement=False))
    last: int = Field(sa_column=Column("last", BigInteger, nullable=False))


class SetAsideRow(StoreModel, table=True):
    """A change of the present incarnation over which the server stumbles: offered alone, last."""

    __tablename__ = "set_aside"
    seq: int = Field(sa_column=Column("seq", BigInteger, primary_key=True, autoincrement=False))
    offered_at: int = Field(sa_column=Column("offered_at", BigInteger, nullable=False))


class AttemptRow(StoreModel, table=True):
    """What came of one of the last exchanges; for whoever helps, nothing is decided by it."""

    __tablename__ = "attempt"
    number: int = Field(
        sa_column=Column("number", BigInteger, primary_key=True, autoincrement=False)
    )
    at: int = Field(sa_column=Column("at", BigInteger, nullable=False))
    kind: str
    lines: int = Field(sa_column=Column("lines", BigInteger, nullable=False))
    bytes_: int = Field(sa_column=Column("bytes", BigInteger, nullable=False))
    outcome: str
    status: int = Field(sa_column=Column("status", BigInteger, nullable=False))
    milliseconds: int = Field(sa_column=Column("milliseconds", BigInteger, nullable=False))


class BundleRow(StoreModel, table=True):
    """What the programme published, as it was signed: the present ones, and those before."""

    __tablename__ = "bundle"
    scope: str = Field(primary_key=True)
    number: int = Field(sa_column=Column("number", BigInteger, primary_key=True))
    payload: str = Field(sa_column=Column("payload", Text, nullable=False))
    signature: str


class DoubtRow(StoreModel, table=True):
    """A row whose same field two people wrote differently: somebody decides."""

    __tablename__ = "doubt"
    entity: str = Field(primary_key=True)
    entity_id: str = Field(primary_key=True)


class HeldRow(StoreModel, table=True):
    """Changes that the server stored and could not apply, as it last listed them, and why."""

    __tablename__ = "held"
    inc: str = Field(primary_key=True)
    first: int = Field(sa_column=Column("first", BigInteger, primary_key=True))
    last: int = Field(sa_column=Column("last", BigInteger, nullable=False))
    code: str


class AppliedOrderRow(StoreModel, table=True):
    """Where the log of the present incarnation stood when an order was applied."""

    __tablename__ = "applied_order"
    number: int = Field(
        sa_column=Column("number", BigInteger, primary_key=True, autoincrement=False)
    )
    seq: int = Field(sa_column=Column("seq", BigInteger, nullable=False))


class PhotoCopyRow(StoreModel, table=True):
    """What became of a photo's file: still only here, held by the server, or not found here."""

    __tablename__ = "photo_copy"
    digest: str = Field(primary_key=True)
    state: str
    held_after: int | None = Field(default=None, sa_column=Column("held_after", BigInteger))
    backed_up_at: int | None = Field(default=None, sa_column=Column("backed_up_at", BigInteger))
    __table_args__ = (CheckConstraint(_in("state", ("here", "held", "missing")), name="state"),)


class ReceiptRow(StoreModel, table=True):
    """The programme's signed receipt of a sheet."""

    __tablename__ = "receipt"
    sheet_id: str = Field(primary_key=True)
    inc: str
    date: int = Field(sa_column=Column("date", BigInteger, nullable=False))
    key: str
    signature: bytes


class SettingRow(StoreModel, table=True):
    """Small facts of this file: vault id, vault key, token against clones."""

    __tablename__ = "setting"
    name: str = Field(primary_key=True)
    value: str


def local_table(model: type[StoreModel]) -> Table:
    """Return the Core table of one of the models above."""
    return model.__table__  # type: ignore[attr-defined, no-any-return]
