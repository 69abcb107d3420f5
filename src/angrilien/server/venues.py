"""The programme's venues, and the one-use codes that register a laptop for one of them."""

from __future__ import annotations

import csv
import re
import secrets
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from sqlalchemy import ColumnElement, update
from sqlmodel import Session, col, func, select

from angrilien.domain.codes import make_code
from angrilien.domain.ids import venue_id
from angrilien.errors import FileUnreadable
from angrilien.server.base import table
from angrilien.server.database import Database, upsert
from angrilien.server.errors import BadVenueFile, UnknownVenue
from angrilien.server.keyring import Keyring
from angrilien.server.tables import Device, DeviceVenue, RegistrationCode, VenueRow
from angrilien.wire.profile import LEVELS

_REQUIRED = ("code", "kind", "name", "commune", "zone")
_COLUMNS = (*_REQUIRED, "insee", "postal_code", "address", "siret")
_CODE: Final = re.compile(r"[A-Z0-9][A-Z0-9-]{0,31}")
"""A venue's code: it is written in names of files and of packages, and in addresses."""
_LEVEL: Final = "level"
DAY = 24 * 3600 * 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class VenueState:
    """A venue, how many laptops write for it, and when one of them was last in contact."""

    code: str
    name: str
    laptops: int
    last_contact: int | None


def read_venues(path: Path) -> list[dict[str, str]]:
    """Read a CSV of venues (the columns of resources/data/venues.csv).

    A column `level` may say "complet" or "pseudonyme"; where it says nothing the venue's own stays.

    Raises:
        FileUnreadable: the file cannot be read.
        BadVenueFile: a line lacks a code, a name or a zone, repeats a code, or has a code or a
            level that is none.
    """
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file)
            if not set(reader.fieldnames or ()) >= set(_COLUMNS):
                raise BadVenueFile(line=1)
            rows: list[dict[str, str]] = []
            codes: set[str] = set()
            for line in reader:
                row = {name: (line[name] or "").strip() for name in _COLUMNS}
                row[_LEVEL] = (line.get(_LEVEL) or "").strip()
                if (
                    not all(row[name] for name in _REQUIRED)
                    or row["code"] in codes
                    or not _CODE.fullmatch(row["code"])
                    or row[_LEVEL] not in ("", *LEVELS)
                ):
                    raise BadVenueFile(line=reader.line_num)
                try:
                    ZoneInfo(row["zone"])
                except (ZoneInfoNotFoundError, ValueError) as error:
                    raise BadVenueFile(line=reader.line_num) from error
                codes.add(row["code"])
                rows.append(row)
            return rows
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise FileUnreadable from error


def import_venues(database: Database, rows: list[dict[str, str]]) -> int:
    """Put venues into the programme's list, or renew those that are there; return how many.

    The privacy level of a venue that is there changes only where a row names one.
    """
    with database.writing() as session:
        levels = dict(session.exec(select(VenueRow.code, VenueRow.level)).all())
        upsert(
            session,
            table(VenueRow),
            (*_COLUMNS, "id", _LEVEL),
            [
                (
                    *(row[name] for name in _COLUMNS),
                    venue_id(row["code"]),
                    row.get(_LEVEL) or levels.get(row["code"], LEVELS[0]),
                )
                for row in rows
            ],
        )
    return len(rows)


def new_code(
    database: Database,
    keyring: Keyring,
    venue_code: str,
    days: int,
    now: int,
    *,
    made_by: str | None = None,
) -> str:
    """Make a one-use registration code for a venue, good for some days.

    `made_by` is the id of the access key that fetches it, None where none does.

    Raises:
        UnknownVenue: no venue has this code.
    """
    code = make_code(secrets.choice)
    with database.writing() as session:
        venue = session.exec(select(VenueRow).where(VenueRow.code == venue_code)).first()
        if venue is None:
            raise UnknownVenue
        session.add(
            RegistrationCode(
                hash=keyring.code_hash(code),
                venue_id=venue.id,
                made_at=now,
                expires_at=now + days * DAY,
                made_by=made_by,
            )
        )
    return code


def revoke_codes(database: Database, venue_code: str, now: int) -> int:
    """End at once all codes of a venue that nobody has used; return how many.

    Raises:
        UnknownVenue: no venue has this code.
    """
    with database.writing() as session:
        venue = session.exec(select(VenueRow).where(VenueRow.code == venue_code)).first()
        if venue is None:
            raise UnknownVenue
        return end_codes(session, col(RegistrationCode.venue_id) == venue.id, now)


def end_codes(session: Session, which: ColumnElement[bool], now: int) -> int:
    """End at once those of some codes that nobody has used; return how many."""
    done = session.connection().execute(
        update(RegistrationCode)
        .where(
            which,
            col(RegistrationCode.used_at).is_(None),
            col(RegistrationCode.expires_at) >= now,
        )
        .values(expires_at=now - 1)
    )
    return done.rowcount


def list_venues(session: Session) -> list[VenueState]:
    """Return every venue in the order of names, with its laptops that are not revoked."""
    statement = (
        select(
            VenueRow.code,
            VenueRow.name,
            func.count(col(Device.id)),
            func.max(col(Device.last_contact)),
        )
        .join(
            DeviceVenue,
            (col(DeviceVenue.venue_id) == VenueRow.id) & col(DeviceVenue.until).is_(None),
            isouter=True,
        )
        .join(
            Device,
            (col(Device.id) == DeviceVenue.device_id) & col(Device.revoked_at).is_(None),
            isouter=True,
        )
        .group_by(VenueRow.code, VenueRow.name)
        .order_by(VenueRow.name, VenueRow.code)
    )
    return [
        VenueState(code=code, name=name, laptops=laptops, last_contact=last)
        for code, name, laptops, last in session.exec(statement)
    ]
