"""The recovery boxes of the laptops: the newest stay, in whatever order they come.

A file that carries boxes may come long after newer ones came by another road, or come twice.
"""

from __future__ import annotations

import json

from sqlmodel import Session, select

from angrilien.server.tables import Device, Incarnation
from angrilien.wire.request import Boxes


def keep_boxes(session: Session, inc_id: str, boxes: Boxes) -> bool:
    """Keep the boxes that an incarnation of a laptop sends, unless newer ones are kept.

    Under one incarnation, a later key has a higher generation. A notebook that was put back goes on
    from a lower one, under an incarnation that begins then.

    Returns:
        Whether they are kept.
    """
    inc = session.get_one(Incarnation, inc_id)
    # The laptop's own row: two of its requests, at two workers, follow each other.
    device = session.exec(select(Device).where(Device.id == inc.device_id).with_for_update()).one()
    if device.boxes_inc == inc_id:
        is_newer = boxes.generation >= device.boxes_generation
    else:
        is_newer = device.boxes_inc is None or _is_later(session, inc, device.boxes_inc)
    if is_newer:
        device.boxes = json.dumps(boxes.boxes)
        device.boxes_inc, device.boxes_generation = inc_id, boxes.generation
        session.add(device)
    return is_newer


def _is_later(session: Session, inc: Incarnation, kept_id: str) -> bool:
    """Tell whether an incarnation began after the one whose boxes are kept.

    One that follows it did. Where neither follows the other, the one that was made known first
    began first.
    """
    kept = session.get_one(Incarnation, kept_id)
    if kept_id in _before(session, inc):
        return True
    if inc.id in _before(session, kept):
        return False
    return (inc.vouched_at or 0) >= (kept.vouched_at or 0)


def _before(session: Session, inc: Incarnation) -> set[str]:
    """Return the incarnations that one follows, from its own back to the first."""
    found: set[str] = set()
    at: Incarnation | None = inc
    while at is not None and at.former is not None and at.former not in found:
        found.add(at.former)
        at = session.get(Incarnation, at.former)
    return found
