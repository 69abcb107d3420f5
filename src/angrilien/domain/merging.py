"""One row from all that laptops wrote of it: different fields merge, the same field is told.

What comes out depends on the set of changes alone, never on the order in which they came. Each
group of fields is looked at by itself: a change *writes* a group when it says something else of it
than the change it was made upon. What was written without knowing of another write of the same
group stands beside it: a rule of the trade settles it (whoever signed is there), or a person does.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields, replace
from typing import Any, Final

from angrilien.domain.entities import Participant
from angrilien.domain.record import Record, is_shared

Revision = tuple[str, int]
Values = tuple[Any, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """One change of a row.

    Attributes:
        inc, seq: its id.
        base: the revision it was made upon, None for a new row.
        rank: orders what nothing else orders: the hybrid logical clock.
        commit: of its body; the same act under two numbers has the same one.
        record: what it says; None where it was erased.
        names: whether its private half is known.
    """

    inc: str
    seq: int
    base: Revision | None
    rank: int
    commit: bytes
    record: Record | None
    names: bool = True

    @property
    def revision(self) -> Revision:
        """Return its id."""
        return self.inc, self.seq

    @property
    def order(self) -> tuple[int, str, int]:
        """Return what it is compared by, where nothing else decides."""
        return self.rank, self.inc, self.seq


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """One of several values of a group of fields, and the change that wrote it."""

    values: Values
    version: Version


@dataclass(frozen=True, slots=True, kw_only=True)
class Conflict:
    """Fields that were written differently by people who did not know of each other.

    The first choice is the one that is shown until a person decides.
    """

    names: tuple[str, ...]
    choices: tuple[Choice, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Merged:
    """What a row shows.

    Attributes:
        record: its fields.
        version: the change that it mostly is; the next one is made upon it.
        heads: the changes that none replaces, that one first.
        conflicts: what a person decides.
        names: whether any private half is known.
    """

    record: Record
    version: Version
    heads: tuple[Version, ...]
    conflicts: tuple[Conflict, ...]
    names: bool


# --- rules of the trade --------------------------------------------------------------------------

_Rule = Callable[[Sequence[Choice]], Sequence[Choice]]
"""Takes the choices, the one that would be shown first; returns those that are left."""


def _shown(choices: Sequence[Choice]) -> Sequence[Choice]:
    return choices[:1]


def _least(choices: Sequence[Choice]) -> Sequence[Choice]:
    said = [one for one in choices if one.values[0] is not None]
    return [min(said, key=lambda one: one.values[0])] if said else choices[:1]


def _most(choices: Sequence[Choice]) -> Sequence[Choice]:
    said = [one for one in choices if one.values[0] is not None]
    return [max(said, key=lambda one: one.values[0])] if said else choices[:1]


def _attendance(choices: Sequence[Choice]) -> Sequence[Choice]:
    """Present on one laptop and signed on the other is signed; two signatures are the first one."""
    there = [one for one in choices if one.values[0] == "present"]
    if len(there) < len(choices):
        # Somebody took the mark away, or noted an absence: a person says which it was.
        return choices
    signed = [one for one in there if one.values[1] is not None]
    return [min(signed or there, key=lambda one: one.version.order)]


def _workshop_state(choices: Sequence[Choice]) -> Sequence[Choice]:
    """Noting somebody opens a workshop by itself: what was decided on purpose stands."""
    for word in ("planned", "open"):
        others = [one for one in choices if one.values[0] != word]
        choices = others or choices
    return choices


_RULES: Final[dict[str, dict[tuple[str, ...], _Rule | None]]] = {
    "facilitator": {("name",): _shown},
    "workshop": {
        ("date", "starts_at", "ends_at", "tz"): None,
        ("state",): _workshop_state,
        ("code",): _least,
        ("after_the_fact",): _most,
    },
    "workshop_facilitator": {("role", "active"): _shown},
    "participant": {
        ("band",): _shown,
        ("insee", "postcode"): None,
        ("pseudonym",): _shown,
        ("card",): _shown,
    },
    "attendance": {
        ("state", "mode", "signature_id", "witness_id"): _attendance,
        ("unable_reason",): _shown,
        ("arrival",): _least,
        ("departure",): _most,
        ("first_time",): _least,
        ("been_before",): _most,
        ("band",): _shown,
        ("gender",): _shown,
        ("status",): _shown,
    },
    "follow_up": {("finished",): _most},
    "alias": {("to_id", "active"): _shown},
}
"""Of each entity: fields that go together, and what settles them; None: a person.

Every other field goes by itself, and a person settles it. No group has fields of both halves: one
of them may not have come.
"""


def groups_of(kind: type[Record]) -> list[tuple[tuple[str, ...], _Rule | None]]:
    """Return every field of an entity but its id, in groups, each with its rule."""
    told = _RULES.get(kind.ENTITY, {})
    grouped = {name for names in told for name in names}
    alone = [(f.name,) for f in fields(kind) if f.name != "id" and f.name not in grouped]
    return [*told.items(), *((names, None) for names in alone)]


# --- merging -------------------------------------------------------------------------------------


def merge(versions: Sequence[Version]) -> Merged | None:
    """Return what a row shows, from all its changes; None where none of them says anything."""
    told = [one for one in versions if one.record is not None]
    if not told:
        return None
    if len({one.inc for one in versions}) == 1:
        last = max(told, key=lambda one: one.seq)
        if last.names and last.record is not None:
            return Merged(record=last.record, version=last, heads=(last,), conflicts=(), names=True)
    return _Weave(versions).merged()


class _Weave:
    """The changes of one row as a graph; the same act under two numbers is one node of it."""

    def __init__(self, versions: Sequence[Version]) -> None:
        self._nodes: dict[bytes, Version] = {}
        self._copies: dict[bytes, list[Version]] = {}
        self._lines: dict[str, list[Version]] = {}
        for one in sorted(versions, key=lambda one: (one.inc, one.seq)):
            self._lines.setdefault(one.inc, []).append(one)
            self._copies.setdefault(one.commit, []).append(one)
            known = self._nodes.get(one.commit)
            if known is None or self._says_more(one, known):
                self._nodes[one.commit] = one
        self._base: dict[bytes, bytes | None] = {
            commit: self._made_upon(copies) for commit, copies in self._copies.items()
        }
        self._above = {commit: self._ancestors(commit) for commit in self._nodes}

    @staticmethod
    def _says_more(one: Version, known: Version) -> bool:
        # Of two numbers of one act, the later one is the one in use.
        return (one.record is not None, one.names, one.order) > (
            known.record is not None,
            known.names,
            known.order,
        )

    def _at(self, revision: Revision | None) -> Version | None:
        """Return the change of an incarnation at a seq, or the last one before it."""
        if revision is None:
            return None
        line = [one for one in self._lines.get(revision[0], ()) if one.seq <= revision[1]]
        return line[-1] if line else None

    def _made_upon(self, copies: Sequence[Version]) -> bytes | None:
        """Return the node that an act was made upon: its base, else what its laptop wrote last."""
        for one in copies:
            before = self._at(one.base) or self._at((one.inc, one.seq - 1))
            if before is not None and before.commit != one.commit:
                return before.commit
        return None

    def _ancestors(self, commit: bytes) -> frozenset[bytes]:
        found: set[bytes] = set()
        fresh = [commit]
        while fresh:
            for one in self._copies[fresh.pop()]:
                for before in (self._at(one.base), self._at((one.inc, one.seq - 1))):
                    if before is not None and before.commit not in found | {one.commit}:
                        found.add(before.commit)
                        fresh.append(before.commit)
        return frozenset(found - {commit})

    def _replaces(self, one: Version, other: Version) -> bool:
        """Tell whether an act was made knowing of another; in a ring, none was."""
        return other.commit in self._above[one.commit] and (
            one.commit not in self._above[other.commit]
        )

    def _latest(self, some: Sequence[Version]) -> list[Version]:
        left = [one for one in some if not any(self._replaces(other, one) for other in some)]
        return sorted(left or some, key=lambda one: one.order, reverse=True)

    def merged(self) -> Merged | None:
        """Return what the row shows."""
        every = list(self._nodes.values())
        heads = self._latest(every)
        told = [one for one in heads if one.record is not None] or self._latest(
            [one for one in every if one.record is not None]
        )
        first = told[0]
        record, conflicts = first.record, []
        if record is None:
            return None
        values: dict[str, Any] = {}
        for names, rule in groups_of(type(record)):
            choices = self._choices(every, told, names)
            if len(choices) > 1 and rule is not None:
                choices = list(rule(choices))
            if not choices:
                continue
            if len(choices) > 1:
                conflicts.append(Conflict(names=names, choices=tuple(choices)))
            values |= dict(zip(names, choices[0].values, strict=True))
        return Merged(
            record=_in_order(replace(record, **values)),
            version=first,
            heads=tuple(told),
            conflicts=tuple(conflicts),
            names=any(one.names for one in every if one.record is not None),
        )

    def _choices(
        self, every: Sequence[Version], heads: Sequence[Version], names: tuple[str, ...]
    ) -> list[Choice]:
        """Return the different values of a group that stand beside each other, the shown first."""
        writers = [one for one in every if self._writes(one, names)]
        if not writers:
            return []
        left = self._latest(writers)

        def place(one: Version) -> tuple[int, bool]:
            for number, head in enumerate(heads):
                if one is head or one.commit in self._above[head.commit]:
                    return number, values_of(one.record, names) != values_of(head.record, names)
            return len(heads), False

        found: dict[Values, Choice] = {}
        # What the first head says is shown: the next change is made upon it.
        for one in sorted(left, key=place):
            values = values_of(one.record, names)
            found.setdefault(values, Choice(values=values, version=one))
        return list(found.values())

    def _writes(self, one: Version, names: tuple[str, ...]) -> bool:
        if one.record is None or not (one.names or _are_shared(one.record, names)):
            return False
        base = self._base[one.commit]
        before = self._nodes[base] if base is not None else None
        if before is None or before.record is None:
            return True
        if not before.names and not _are_shared(one.record, names):
            return True
        return values_of(before.record, names) != values_of(one.record, names)


def _in_order(record: Record) -> Record:
    """Keep the rules between fields: birth year or band, never both; the year says more."""
    if isinstance(record, Participant) and record.birth_year is not None:
        return replace(record, band=None)
    return record


def values_of(record: Record | None, names: Sequence[str]) -> Values:
    """Return some fields of a record."""
    return tuple(getattr(record, name) for name in names)


def _are_shared(record: Record, names: Sequence[str]) -> bool:
    return all(is_shared(type(record), name) for name in names)
