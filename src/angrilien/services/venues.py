"""The venues that this laptop may write for: its certificate's, or those of a later order."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

from angrilien.domain.ids import provisional_venue_id
from angrilien.wire.keys import read_certificate
from angrilien.wire.order import OrderVenue, read_order

VENUES_ORDER: Final = "venues order"
"""Fact: the payload of the last order that named this laptop's venues."""

CHOSEN: Final = "chosen venue"
"""Fact: the venue that new workshops are proposed at, where the laptop has several."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Allowed:
    """Venues by id, with their codes, the home venue first.

    `until` is when that may change by itself: a date of the order. None: never.
    """

    codes: dict[str, str]
    until: int | None = None


def allowed(dev: str, cert: str, order: str, now: int) -> Allowed:
    """Return the venues of a laptop.

    Args:
        dev: the laptop.
        cert: its certificate, empty before registration.
        order: payload of the last order of venues, empty for none. Both were checked when they were
            kept: a key withdrawn since changes nothing.
        now: milliseconds UTC.
    """
    if not cert:
        return Allowed(codes={provisional_venue_id(dev): ""})
    if not order:
        certificate = read_certificate(cert.encode("utf-8"))
        return Allowed(codes={venue: code for venue, code, _since in certificate.venues})
    venues = read_order(order.encode("utf-8")).venues
    # Where all of them have ended, the home venue: a workshop needs one, and the server judges.
    present = [venue for venue in venues if _is_present(venue, now)] or venues[:1]
    dates = [date for venue in venues for date in (venue.since, venue.until) if date is not None]
    return Allowed(
        codes={venue.id: venue.code for venue in present},
        until=min((date for date in dates if date > now), default=None),
    )


def with_first(own: Allowed, venue_id: str) -> Allowed:
    """Return the same venues with this one first; one that is not among them changes nothing."""
    if venue_id not in own.codes:
        return own
    return replace(own, codes={venue_id: own.codes[venue_id], **own.codes})


def _is_present(venue: OrderVenue, now: int) -> bool:
    return venue.since <= now and (venue.until is None or now < venue.until)
