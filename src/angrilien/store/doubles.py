"""People who may be one, noted on two laptops; and those whom somebody said to be one."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from typing import Final

from sqlalchemy import Connection, func, select

from angrilien.domain.alike import years_fit
from angrilien.domain.entities import Alias
from angrilien.domain.sounds import sound
from angrilien.store import certificates, log
from angrilien.store.tables import (
    ChangeRow,
    IncarnationRow,
    PersonSearchRow,
    local_table,
    table_of,
)

alias = table_of("alias")
participant = table_of("participant")
change = local_table(ChangeRow)
incarnation = local_table(IncarnationRow)
person_search = local_table(PersonSearchRow)
MOST: Final = 20
"""Pairs that are offered at once."""
_STEP: Final = 300

Pair = tuple[str, str]
"""Ids of two people, the one that was noted first before the other."""


def pairs(connection: Connection) -> list[Pair]:
    """Return people noted on different laptops who may be one by their names, at most `MOST` pairs.

    Those of whom somebody said that they are one, or two, are not among them.
    """
    if not certificates.of_neighbours(connection):
        return []
    merged = select(alias.c.from_id).where(alias.c.kind == "participant", alias.c.active)
    query = (
        select(person_search.c.participant_id, person_search.c.key, participant.c.birth_year)
        .join(participant, participant.c.id == person_search.c.participant_id)
        .where(person_search.c.participant_id.not_in(merged), func.trim(person_search.c.key) != "")
        .order_by(person_search.c.participant_id)
    )
    alike: dict[str, list[str]] = {}
    year: dict[str, int | None] = {}
    for person, key, born in connection.execute(query):
        year[person] = born
        said = " ".join(sorted(sound(word) or word for word in key.split()))
        alike.setdefault(said, []).append(person)
    some = [people for people in alike.values() if len(people) > 1]
    noted = _laptops(connection, [person for people in some for person in people])
    said_of = _said(connection)
    fitting = (
        (keep, other)
        for people in some
        for keep, other in itertools.combinations(people, 2)
        # Two of one laptop were told apart when the second one was noted; years that are far
        # apart say that they are two.
        if noted.get(keep) != noted.get(other)
        and years_fit(year[keep], year[other])
        and frozenset((keep, other)) not in said_of
    )
    return list(itertools.islice(fitting, MOST))


def merged(connection: Connection) -> list[Pair]:
    """Return the people who were said to be one, the last merge first, at most `MOST`."""
    written = (
        select(change.c.at)
        .where(change.c.inc == alias.c.inc, change.c.seq == alias.c.seq)
        .scalar_subquery()
    )
    query = (
        select(alias.c.to_id, alias.c.from_id)
        .where(alias.c.kind == "participant", alias.c.active)
        .order_by(written.desc(), alias.c.id)
        .limit(MOST)
    )
    return [(row.to_id, row.from_id) for row in connection.execute(query)]


def into(connection: Connection, person: str) -> list[Alias]:
    """Return the merges into a person."""
    query = select(alias).where(
        alias.c.kind == "participant", alias.c.active, alias.c.to_id == person
    )
    return [log.record_of(Alias, row) for row in connection.execute(query)]


def _laptops(connection: Connection, people: Sequence[str]) -> dict[str, str]:
    """Return on which laptop each of some people was noted; empty for this one."""
    own = set(connection.execute(select(incarnation.c.inc)).scalars())
    others = certificates.neighbours(connection).values()
    device = {inc: dev for dev, inc in others} | dict.fromkeys(own, "")
    found: dict[str, str] = {}
    for start in range(0, len(people), _STEP):
        query = select(change.c.entity_id, change.c.inc).where(
            change.c.entity_id.in_(people[start : start + _STEP]),
            change.c.entity == "participant",
            change.c.base_inc.is_(None),
        )
        for person, inc in connection.execute(query):
            found[person] = min(found.get(person, device.get(inc, inc)), device.get(inc, inc))
    return found


def _said(connection: Connection) -> set[frozenset[str]]:
    """Return the pairs of whom somebody said that they are one, or two."""
    query = select(alias.c.from_id, alias.c.to_id).where(alias.c.kind == "participant")
    return {frozenset((row.from_id, row.to_id)) for row in connection.execute(query)}
