"""Whose a card is. Found by the index of numbers: a click's time among 25,000 people."""

from __future__ import annotations

from sqlalchemy import Connection, and_, func, select

from angrilien.store.tables import table_of

alias = table_of("alias")
participant = table_of("participant")


def holders(connection: Connection, number: str) -> list[str]:
    """Return the ids of the people who have a card, each person once.

    A person who was merged into another is that other: the cards of both are theirs. Several hold
    it where two laptops gave the same one. Of an erased person nothing is left here.
    """
    canonical = func.coalesce(alias.c.to_id, participant.c.id)
    query = (
        select(canonical)
        .select_from(
            participant.outerjoin(
                alias,
                and_(
                    alias.c.from_id == participant.c.id,
                    alias.c.kind == "participant",
                    alias.c.active,
                ),
            )
        )
        .where(participant.c.card == number)
        .distinct()
        .order_by(canonical)
    )
    return list(connection.execute(query).scalars())


def rows_with(connection: Connection, number: str) -> list[str]:
    """Return the ids of the rows that say a number, those of merged people too."""
    query = select(participant.c.id).where(participant.c.card == number)
    return list(connection.execute(query.order_by(participant.c.id)).scalars())
