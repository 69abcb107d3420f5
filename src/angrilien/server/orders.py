"""The programme's orders to laptops: numbered, signed, kept until each laptop has taken them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from sqlmodel import Session, col, func, select

from angrilien.server.keyring import Keyring
from angrilien.server.tables import Device, DeviceOrder, Incarnation
from angrilien.wire import dsse
from angrilien.wire.answer import MAX_ORDERS
from angrilien.wire.order import Order

MOST_BYTES: Final = 256 << 10
"""Bytes of orders in one answer, about: one order at least."""


def give(session: Session, keyring: Keyring, order: Order) -> Order:
    """Number an order for its laptop, sign it and keep it; return it with its number.

    The laptop's row stays locked until the transaction ends, so that no number is given twice.
    """
    session.exec(select(Device).where(Device.id == order.dev).with_for_update(key_share=True)).one()
    # After a return to a backup the laptop may have applied orders that are not here any more.
    applied = session.exec(
        select(func.max(Incarnation.ord)).where(Incarnation.device_id == order.dev)
    ).one()
    numbered = replace(order, number=max(last_order(session, order.dev), applied or 0) + 1)
    payload = numbered.canonical()
    session.add(
        DeviceOrder(
            device_id=order.dev,
            number=numbered.number,
            kind=order.kind,
            given_at=order.date,
            payload=payload.decode("utf-8"),
            signature=keyring.signer.header(dsse.ORDER, payload),
        )
    )
    session.flush()
    return numbered


def last_order(session: Session, dev: str) -> int:
    """Return the number of the last order given to a laptop, 0 for none."""
    found = session.exec(
        select(func.max(DeviceOrder.number)).where(DeviceOrder.device_id == dev)
    ).one()
    return found or 0


def orders_after(
    session: Session, dev: str, tag: str, others: tuple[int, int]
) -> tuple[Sequence[DeviceOrder], bool]:
    """Return the orders that a laptop with this tag lacks, and whether others follow them.

    `others`: the numbers of the last change of others, and of the last bundle, that there are.
    """
    order, *told = tag.split(".")
    after = _number(order)
    known = [0 <= _number(text) <= there for text, there in zip(told, others, strict=False)]
    if after > last_order(session, dev) or (told and not (len(told) == 2 and all(known))):
        after = 0  # the tag of a server that was put back since: all of them are told again
    rows = session.exec(
        select(DeviceOrder)
        .where(DeviceOrder.device_id == dev, col(DeviceOrder.number) > after)
        .order_by(col(DeviceOrder.number))
        .limit(MAX_ORDERS + 1)
    ).all()
    found: list[DeviceOrder] = []
    size = 0
    for row in rows:
        size += len(row.payload)
        if found and (size > MOST_BYTES or len(found) == MAX_ORDERS):
            return found, True
        found.append(row)
    return found, False


def tag_of(
    session: Session, dev: str, taken: Sequence[DeviceOrder] | None, others: tuple[int, int]
) -> str:
    """Return the tag of a laptop that has these orders and those before; with None, of all.

    `others` as `orders_after`: what it is told of, too.
    """
    number = taken[-1].number if taken else last_order(session, dev)
    return ".".join(map(str, (number, *others))) if any(others) else str(number)


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 17 else 0
