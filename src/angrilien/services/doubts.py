"""What two laptops left to a person: the same field written twice, a person noted twice.

Nothing is decided by itself, and nothing that was written goes: a choice is one more change, made
upon both; a merge is a fact that can be undone.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from angrilien.domain.entities import Alias, Facilitator, Participant, Workshop
from angrilien.domain.ids import alias_id, apart_id
from angrilien.domain.merging import Conflict, Merged, Values, Version, values_of
from angrilien.domain.record import Record
from angrilien.errors import ChangedSince
from angrilien.services.notebook import Notebook
from angrilien.store import doubles, log, merging
from angrilien.store.store import PULL, USER

PERSON = "participant"


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """One of the values: what it says, who wrote it and when (milliseconds UTC)."""

    values: Values
    author: str
    at: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Doubt:
    """Fields that two people wrote differently.

    Attributes:
        entity, entity_id, names: the row and its fields.
        about: what it is about, in the user's own words: a title, a name; empty for none.
        options: the one in sight first.
    """

    entity: str
    entity_id: str
    names: tuple[str, ...]
    about: str
    options: tuple[Option, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Double:
    """Two people who may be one: `keep` was noted first."""

    keep: Participant
    other: Participant


@dataclass(frozen=True, slots=True, kw_only=True)
class Doubts:
    """All that somebody looks at, and the merges that can be undone, the last one first."""

    choices: tuple[Doubt, ...] = ()
    doubles: tuple[Double, ...] = ()
    merged: tuple[Double, ...] = ()


def count(nb: Notebook) -> int:
    """Return how many things somebody should look at."""
    with nb.store.read() as connection:
        return len(_choices(connection)) + len(_fitting(connection))


def read(nb: Notebook) -> Doubts:
    """Return all that somebody should look at."""
    with nb.store.read() as connection:
        return Doubts(
            choices=tuple(_choices(connection)),
            doubles=tuple(_fitting(connection)),
            merged=tuple(_named(connection, doubles.merged(connection))),
        )


def choose(nb: Notebook, doubt: Doubt, option: Option) -> None:
    """Write what a person chose, upon all that was written.

    Raises:
        ChangedSince: it is not to be chosen any more.
    """
    key = (doubt.entity, doubt.entity_id)
    with nb.store.write(USER) as connection:
        merged = merging.look(connection, key)
        conflict = _of(merged, doubt.names)
        if merged is None or conflict is None:
            raise ChangedSince
        chosen = dict(zip(doubt.names, option.values, strict=True))
        end = nb.store.position(connection)
        for base in _upon(merged, conflict, option.values):
            # The chosen fields only: what else that side says is decided apart, or not at all.
            said = replace(base.record or merged.record, **chosen)
            end = log.append(connection, end, [said], nb.stamp(), upon={said.id: base.revision})
    with nb.store.write(PULL) as connection:
        # What the row shows is what all of it says together, as after a pull. A cut before this
        # leaves the row as the last of the changes says, until the next pull of it.
        merging.settle(connection, [key])
    nb.store.has_grown = True
    nb.others_wrote()


def merge(nb: Notebook, double: Double) -> None:
    """Say that two people are one: everything of `other` counts for `keep` from now on."""
    _say(nb, double, active=True)


def keep_apart(nb: Notebook, double: Double) -> None:
    """Say that two people are two, or undo their merge: they are not offered again."""
    _say(nb, double, active=False)


def _say(nb: Notebook, double: Double, *, active: bool) -> None:
    keep, other = double.keep.id, double.other.id
    with nb.store.act(nb.stamp()) as act:
        merged = Alias(
            id=alias_id(PERSON, other), kind=PERSON, from_id=other, to_id=keep, active=active
        )
        if active:
            act.put(merged)
        else:
            # That they are two is said of the pair: what was said of others stays.
            name = apart_id(PERSON, keep, other)
            act.put(replace(merged, id=name, active=False))
            before = act.read(Alias, merged.id)
            if before is not None and before.active and before.to_id == keep:
                act.put(merged)
        if active:
            # Who was merged into the one that goes follows: nobody stands behind two names.
            for one in doubles.into(act.connection, double.other.id):
                act.put(replace(one, to_id=double.keep.id))
    nb.others_wrote()


def _fitting(connection: Any) -> list[Double]:
    """Return the people who may be one."""
    return _named(connection, doubles.pairs(connection))


def _named(connection: Any, pairs: Sequence[tuple[str, str]]) -> list[Double]:
    ids = {one for pair in pairs for one in pair}
    known = {one.id: one for one in log.read_many(connection, Participant, ids)}
    return [
        Double(keep=known[keep], other=known[other])
        for keep, other in pairs
        if keep in known and other in known
    ]


def _choices(connection: Any) -> list[Doubt]:
    found = []
    for key in merging.doubts(connection):
        merged = merging.look(connection, key)
        if merged is None:
            continue
        about = _about(connection, merged.record)
        found += [
            Doubt(
                entity=key[0],
                entity_id=key[1],
                names=conflict.names,
                about=about,
                options=tuple(
                    _option(connection, one.values, one.version) for one in conflict.choices
                ),
            )
            for conflict in merged.conflicts
        ]
    return found


def _option(connection: Any, values: Values, version: Version) -> Option:
    author, at = log.said_by(connection, *version.revision)
    person = log.read(connection, Facilitator, author)
    return Option(values=values, author=person.name if person else "", at=at)


def _about(connection: Any, record: Record) -> str:
    """Return the title of the workshop, and the name of the person, that a record is about."""
    parts = []
    for kind, field in ((Participant, "participant_id"), (Workshop, "workshop_id")):
        named = record.id if isinstance(record, kind) else getattr(record, field, None)
        found = log.read(connection, kind, named) if named else None
        if isinstance(found, Participant):
            parts.append(f"{found.first_name} {found.last_name}".strip())
        elif isinstance(found, Workshop):
            parts.append(found.title)
    return ", ".join(part for part in parts if part)


def _of(merged: Merged | None, names: Sequence[str]) -> Conflict | None:
    conflicts = merged.conflicts if merged is not None else ()
    return next((one for one in conflicts if one.names == tuple(names)), None)


def _upon(merged: Merged, conflict: Conflict, values: Values) -> list[Version]:
    """Return the changes upon which a choice is written, one after another.

    The last one says something else than what was chosen: only so is the choice seen as one.
    """
    names = conflict.names
    other = next(one.version for one in conflict.choices if one.values != values)
    last = next((one for one in merged.heads if values_of(one.record, names) != values), other)
    return [*(one for one in merged.heads if one is not last), last]
