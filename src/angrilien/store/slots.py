"""Which animateur a slot of the slot file belongs to."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import Connection, delete, insert, select

from angrilien.store.tables import AnimateurSlotRow, local_table

animateur_slot = local_table(AnimateurSlotRow)


def remember(connection: Connection, slot_id: str, facilitator_id: str) -> None:
    """Keep that a slot is an animateur's."""
    connection.execute(
        insert(animateur_slot).values(slot_id=slot_id, facilitator_id=facilitator_id)
    )


def owner(connection: Connection, slot_id: str) -> str | None:
    """Return the facilitator id of a slot, None if the notebook does not know it."""
    query = select(animateur_slot.c.facilitator_id).where(animateur_slot.c.slot_id == slot_id)
    return connection.execute(query).scalar()


def owners(connection: Connection) -> dict[str, str]:
    """Return the facilitator id of each slot that the notebook knows."""
    query = select(animateur_slot.c.slot_id, animateur_slot.c.facilitator_id)
    return {row.slot_id: row.facilitator_id for row in connection.execute(query)}


def forget(connection: Connection, slot_ids: Collection[str]) -> None:
    """Forget whose some slots were."""
    connection.execute(delete(animateur_slot).where(animateur_slot.c.slot_id.in_(slot_ids)))
