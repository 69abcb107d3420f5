"""What the programme sees of its laptops: venues, last contact, what is to be checked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import aliased
from sqlmodel import Session, col, func, select

from angrilien.server.tables import ChangeRow, Device, DeviceVenue, Incarnation, VenueRow


@dataclass(frozen=True, slots=True, kw_only=True)
class Fork:
    """A laptop's log that goes on under a new incarnation, as `former` had it up to `common`.

    A safety copy was put back, acts were missing, or a disk was cloned. Somebody should check
    which: `both_write` tells that the former incarnation went on after the new one was known, as
    only two laptops can.

    Attributes:
        inc: the new incarnation.
        former: the one that it follows.
        common: last seq that both have; what the new one lacked was offered again.
        known_at: when the server learnt of it, milliseconds UTC.
        both_write: the former one was written on since.
    """

    inc: str
    former: str
    common: int
    known_at: int
    both_write: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceState:
    """A laptop as it is listed. Instants are milliseconds UTC.

    Attributes:
        id: of the device.
        venues: codes of those it writes for, its home first.
        app: version of its last push.
        registered_at, last_contact, last_push: by the server's clock; None where it never pushed.
        stored: changes that the server has of it.
        backed_up: those of them that a proved backup holds.
        held: those of them that are not applied.
        incarnations: lives of its database.
        forks: those of them that follow another, the latest first.
        revoked: it was taken out of the programme.
    """

    id: str
    venues: tuple[str, ...]
    app: str
    registered_at: int
    last_contact: int
    last_push: int | None
    stored: int
    backed_up: int
    held: int
    incarnations: int
    forks: tuple[Fork, ...]
    revoked: bool


def list_devices(session: Session) -> list[DeviceState]:
    """Return every laptop, the one that was silent for longest first."""
    devices = session.exec(select(Device).order_by(col(Device.last_contact), col(Device.id))).all()
    venues = _venues(session)
    stored = _counted(session, select(Incarnation.device_id, func.count()))
    held = _counted(
        session,
        select(Incarnation.device_id, func.count()).where(col(ChangeRow.held).is_not(None)),
    )
    forks = _forks(session)
    lives = {
        dev: (count, backed_up)
        for dev, count, backed_up in session.exec(
            select(
                Incarnation.device_id, func.count(), func.sum(col(Incarnation.backed_up))
            ).group_by(Incarnation.device_id)
        )
    }
    return [
        DeviceState(
            id=device.id,
            venues=tuple(venues.get(device.id, ())),
            app=device.app,
            registered_at=device.registered_at,
            last_contact=device.last_contact,
            last_push=device.last_push,
            stored=stored.get(device.id, 0),
            backed_up=int(lives[device.id][1]) if device.id in lives else 0,
            held=held.get(device.id, 0),
            incarnations=lives[device.id][0] if device.id in lives else 0,
            forks=tuple(forks.get(device.id, ())),
            revoked=device.revoked_at is not None,
        )
        for device in devices
    ]


def _venues(session: Session) -> dict[str, list[str]]:
    rows = session.exec(
        select(DeviceVenue.device_id, VenueRow.code)
        .join(VenueRow, col(VenueRow.id) == DeviceVenue.venue_id)
        .where(col(DeviceVenue.until).is_(None))
        .order_by(col(DeviceVenue.home).desc(), VenueRow.code)
    )
    found: dict[str, list[str]] = {}
    for dev, code in rows:
        found.setdefault(dev, []).append(code)
    return found


def _counted(session: Session, changes: Any) -> dict[str, int]:
    """Return how many of some changes each laptop has."""
    statement = changes.join(ChangeRow, col(ChangeRow.inc) == Incarnation.id)
    return dict(session.exec(statement.group_by(Incarnation.device_id)).all())


def _forks(session: Session) -> dict[str, list[Fork]]:
    life, after = aliased(Incarnation), aliased(ChangeRow)
    went_on = (
        select(after.seq)
        .where(
            after.inc == life.former,
            col(after.seq) > life.common,
            col(after.received_at) > life.vouched_at,
        )
        .exists()
    )
    rows = session.exec(
        select(life, went_on)
        .where(col(life.former).is_not(None))
        .order_by(col(life.vouched_at).desc(), col(life.id))
    )
    found: dict[str, list[Fork]] = {}
    for one, both_write in rows:
        fork = Fork(
            inc=one.id,
            former=one.former or "",
            common=one.common or 0,
            known_at=one.vouched_at or 0,
            both_write=both_write,
        )
        found.setdefault(one.device_id, []).append(fork)
    return found
