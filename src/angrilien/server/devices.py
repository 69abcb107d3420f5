"""What the programme decides of a laptop: its venues, its end. Each is an order to it, too."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from sqlmodel import Session, col, select

from angrilien.domain.clock import Clock
from angrilien.server.database import Database
from angrilien.server.errors import UnknownDevice, UnknownVenue
from angrilien.server.keyring import Keyring
from angrilien.server.orders import give
from angrilien.server.permits import VENUE_NOT_YOURS
from angrilien.server.projections import retry_held
from angrilien.server.registration import certify
from angrilien.server.tables import Device, DeviceVenue, VenueRow
from angrilien.wire.keys import read_certificate
from angrilien.wire.order import REVOKE, VENUES, Order, OrderVenue


def revoke(database: Database, keyring: Keyring, dev: str, now: int) -> bool:
    """Revoke a laptop and order it to end; tell whether it was not revoked before.

    Raises:
        UnknownDevice: no laptop has this id.
    """
    with database.writing() as session:
        device = _locked(session, dev)
        if device.revoked_at is not None:
            return False
        device.revoked_at = now
        session.add(device)
        give(session, keyring, _order(keyring, dev, now, REVOKE))
    return True


def give_venues(
    database: Database, keyring: Keyring, clock: Clock, dev: str, codes: Sequence[str]
) -> None:
    """Say all the venues that a laptop may write for, its home first, and let through what waits.

    What it wrote before it knows of that is judged by the venues that it had.

    Raises:
        UnknownDevice: no laptop has this id.
        UnknownVenue: no venue has one of these codes.
    """
    now = clock.now()
    with database.writing() as session:
        device = _locked(session, dev)
        venues = [_venue(session, code) for code in dict.fromkeys(codes)]
        before = {venue.id: row for row, venue in _present(session, dev)}
        named = tuple(
            OrderVenue(
                id=venue.id,
                code=venue.code,
                since=before[venue.id].since if venue.id in before else now,
            )
            for venue in venues
        )
        order = give(session, keyring, replace(_order(keyring, dev, now, VENUES), venues=named))
        for row in before.values():
            if row.venue_id not in {venue.id for venue in venues}:
                row.until, row.end_order = now, order.number
        for place, venue in enumerate(venues):
            row = before.get(venue.id) or DeviceVenue(
                device_id=dev, venue_id=venue.id, since=now, home=False, first_order=order.number
            )
            row.home = place == 0
            session.add(row)
        certificate = replace(
            read_certificate(device.certificate.encode("utf-8")),
            issued=now,
            venues=tuple((venue.id, venue.code, venue.since) for venue in named),
            level=venues[0].level,
        )
        device.certificate, device.certificate_sig = certify(keyring, certificate)
        session.add(device)
    retry_held(database, keyring, clock, codes=(VENUE_NOT_YOURS,))


def _order(keyring: Keyring, dev: str, now: int, kind: str) -> Order:
    return Order(aud=keyring.aud, dev=dev, number=1, date=now, kind=kind)


def _locked(session: Session, dev: str) -> Device:
    device = session.exec(select(Device).where(Device.id == dev).with_for_update()).first()
    if device is None:
        raise UnknownDevice
    return device


def _venue(session: Session, code: str) -> VenueRow:
    venue = session.exec(select(VenueRow).where(VenueRow.code == code)).first()
    if venue is None:
        raise UnknownVenue
    return venue


def _present(session: Session, dev: str) -> Sequence[tuple[DeviceVenue, VenueRow]]:
    """Return the venues that a laptop may write for today, its home first."""
    return session.exec(
        select(DeviceVenue, VenueRow)
        .join(VenueRow, col(VenueRow.id) == DeviceVenue.venue_id)
        .where(DeviceVenue.device_id == dev, col(DeviceVenue.until).is_(None))
        .order_by(col(DeviceVenue.home).desc(), VenueRow.code)
    ).all()
