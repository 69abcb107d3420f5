"""The signed bundles that this laptop has: of each scope the present one, and the one before."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from sqlalchemy import Connection, delete, func, insert, select
from sqlalchemy.dialects.sqlite import insert as upsert

from angrilien.store.tables import BundleRow, VenueTable, local_table
from angrilien.wire.bundle import Bundle, BundleVenue, read_bundle

bundle = local_table(BundleRow)
venue = local_table(VenueTable)
KEPT: Final = 2


def number(connection: Connection, scope: str) -> int:
    """Return the number of the present bundle of a scope, 0 for none."""
    query = select(func.max(bundle.c.number)).where(bundle.c.scope == scope)
    return int(connection.execute(query).scalar() or 0)


def present(connection: Connection, scopes: Iterable[str]) -> list[Bundle]:
    """Return the present bundles of some scopes; they were checked when they were kept."""
    wanted = list(scopes)
    last = (
        select(bundle.c.scope, func.max(bundle.c.number).label("number"))
        .where(bundle.c.scope.in_(wanted))
        .group_by(bundle.c.scope)
        .subquery()
    )
    query = select(bundle.c.payload).join(
        last, (last.c.scope == bundle.c.scope) & (last.c.number == bundle.c.number)
    )
    texts = connection.execute(query.order_by(bundle.c.scope)).scalars()
    return [read_bundle(text.encode("utf-8")) for text in texts]


def keep(connection: Connection, made: Bundle, payload: bytes, signature: str) -> None:
    """Keep a bundle as the present one of its scope; the one before stays, older ones go."""
    connection.execute(
        insert(bundle).values(
            scope=made.scope,
            number=made.number,
            payload=payload.decode("utf-8"),
            signature=signature,
        )
    )
    query = select(bundle.c.number).where(bundle.c.scope == made.scope)
    numbers = list(connection.execute(query.order_by(bundle.c.number.desc())).scalars())
    connection.execute(
        delete(bundle).where(bundle.c.scope == made.scope, bundle.c.number.in_(numbers[KEPT:]))
    )


def put_venues(connection: Connection, venues: Iterable[tuple[str, BundleVenue]]) -> None:
    """Write venues of the programme's list by their ids; those that are there are renewed."""
    rows = [
        {
            "id": one_id,
            "code": one.code,
            "name": one.name,
            "commune": one.commune,
            "insee": one.insee,
            "postcode": one.postcode,
            "address": one.address,
            "tz": one.tz,
            "provisional": False,
        }
        for one_id, one in venues
    ]
    if not rows:
        return
    statement = upsert(venue)
    columns = {name: statement.excluded[name] for name in rows[0] if name != "id"}
    connection.execute(statement.on_conflict_do_update(index_elements=["id"], set_=columns), rows)
