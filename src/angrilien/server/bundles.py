"""Publishing bundles: the venues and themes for everybody, a venue's plan for its laptops."""

from __future__ import annotations

import csv
import datetime as dt
import json
import secrets
from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

from sqlalchemy import delete
from sqlmodel import Session, col, func, select

from angrilien.domain import vocab
from angrilien.domain.codes import make_code
from angrilien.domain.ids import planned_id, venue_id
from angrilien.errors import FileUnreadable
from angrilien.server.base import table
from angrilien.server.database import Database
from angrilien.server.errors import BadPlanFile, UnknownVenue
from angrilien.server.keyring import Keyring
from angrilien.server.tables import BundleRow, DeviceVenue, VenueRow
from angrilien.wire import dsse
from angrilien.wire.bundle import (
    MAX_BYTES,
    Bundle,
    BundleTheme,
    BundleVenue,
    BundleWorkshop,
    read_bundle,
)

EVERYBODY: Final = ""
"""Scope of what concerns every laptop."""
_COLUMNS: Final = ("lieu", "cle", "date", "debut", "fin", "titre", "themes", "niveau", "places")
_KEPT: Final = 2
"""Bundles of one scope that are kept: the present one and the one before."""

Line = tuple[int, dict[str, str]]
"""A line of the file of planned workshops: its number and its values by column."""


def publish(
    database: Database,
    keyring: Keyring,
    themes: Iterable[BundleTheme],
    plans: Mapping[str, Iterable[Line]],
    now: int,
) -> int:
    """Publish what is other than before; return how many bundles that made.

    `plans` holds, by the code of a venue, the lines of all that is planned there.

    Raises:
        UnknownVenue: no venue has one of these codes.
        BadPlanFile: a line cannot be read; nothing was published.
    """
    themes = tuple(themes)
    known = {theme.code for theme in themes}
    with database.writing() as session:
        venues = {row.code: row for row in session.exec(select(VenueRow))}
        listed = tuple(_venue(venues[code]) for code in sorted(venues))
        made = 0
        made += _put(
            session,
            keyring,
            _empty(keyring, EVERYBODY, now, venues=listed, themes=themes),
        )
        for code, lines in plans.items():
            if code not in venues:
                raise UnknownVenue
            scope, before = venue_id(code), _last(session, venue_id(code))
            codes = {one.id: one.code for one in before.workshops} if before else {}
            planned = tuple(
                _planned(line, venues[code], known, codes, number) for number, line in lines
            )
            made += _put(session, keyring, _empty(keyring, scope, now, workshops=planned))
    return made


def read_plans(path: Path) -> dict[str, list[Line]]:
    """Read a CSV of planned workshops; the columns are those of docs/protocol.md.

    Raises:
        FileUnreadable: the file cannot be read.
        BadPlanFile: it lacks a column, or names a workshop twice.
    """
    plans: dict[str, list[Line]] = {}
    seen: set[tuple[str, str]] = set()
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file)
            if not set(reader.fieldnames or ()) >= set(_COLUMNS):
                raise BadPlanFile(line=1)
            for line in reader:
                row = {name: (line[name] or "").strip() for name in _COLUMNS}
                key = (row["lieu"], row["cle"])
                if not all(key) or key in seen:
                    raise BadPlanFile(line=reader.line_num)
                seen.add(key)
                plans.setdefault(row["lieu"], []).append((reader.line_num, row))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise FileUnreadable from error
    return plans


def read_themes(path: Path) -> tuple[BundleTheme, ...]:
    """Read a catalogue of themes (the shape of resources/data/themes.json).

    Raises:
        FileUnreadable: the file cannot be read, or has another shape.
    """
    try:
        listed = json.loads(path.read_text(encoding="utf-8"))["themes"]
        return tuple(
            BundleTheme(
                code=str(item["code"]),
                title=str(item["title"]),
                coop=tuple(map(str, item["coop"])),
                programme=bool(item.get("programme", False)),
            )
            for item in listed
        )
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise FileUnreadable from error


def offered(session: Session, dev: str) -> tuple[tuple[str, int], ...]:
    """Return the scopes of a laptop that have a bundle, with the number of the last one."""
    rows = session.exec(
        select(BundleRow.scope, func.max(BundleRow.number))
        .where(col(BundleRow.scope).in_(_scopes(session, dev)))
        .group_by(BundleRow.scope)
        .order_by(BundleRow.scope)
    )
    return tuple((scope, number) for scope, number in rows)


def given(session: Session, dev: str, scope: str) -> tuple[str, str] | None:
    """Return the last bundle of a scope with its signature, None where it is not the laptop's."""
    if scope not in _scopes(session, dev):
        return None
    row = session.exec(
        select(BundleRow)
        .where(BundleRow.scope == scope)
        .order_by(col(BundleRow.number).desc())
        .limit(1)
    ).first()
    return None if row is None else (row.payload, row.signature)


def _scopes(session: Session, dev: str) -> list[str]:
    own = session.exec(
        select(DeviceVenue.venue_id).where(
            DeviceVenue.device_id == dev, col(DeviceVenue.until).is_(None)
        )
    )
    return [EVERYBODY, *own]


def _empty(keyring: Keyring, scope: str, now: int, **said: object) -> Bundle:
    return Bundle(aud=keyring.aud, scope=scope, number=1, date=now, **said)  # type: ignore[arg-type]


def _last(session: Session, scope: str) -> Bundle | None:
    text = session.exec(
        select(BundleRow.payload)
        .where(BundleRow.scope == scope)
        .order_by(col(BundleRow.number).desc())
        .limit(1)
    ).first()
    return None if text is None else read_bundle(text.encode("utf-8"))


def _put(session: Session, keyring: Keyring, bundle: Bundle) -> bool:
    """Sign and keep a bundle under its number; one that says nothing new is left out."""
    before = _last(session, bundle.scope)
    if before is not None and before.content() == bundle.content():
        return False
    # One counter for all: a laptop's tag says the highest number that it has. It is never behind
    # the clock: a server put back to a backup does not give again a number that laptops have.
    highest = session.exec(select(func.max(BundleRow.number))).one() or 0
    bundle = replace(bundle, number=max(highest + 1, bundle.date))
    payload = bundle.canonical()
    if len(payload) > MAX_BYTES:
        raise BadPlanFile(line=1)
    session.add(
        BundleRow(
            scope=bundle.scope,
            number=bundle.number,
            published_at=bundle.date,
            payload=payload.decode("utf-8"),
            signature=keyring.signer.header(dsse.BUNDLE, payload),
        )
    )
    session.flush()
    numbers = session.exec(
        select(BundleRow.number)
        .where(BundleRow.scope == bundle.scope)
        .order_by(col(BundleRow.number).desc())
    ).all()
    bundles = table(BundleRow)
    session.connection().execute(delete(bundles).where(bundles.c.number.in_(numbers[_KEPT:])))
    return True


def _venue(row: VenueRow) -> BundleVenue:
    return BundleVenue(
        code=row.code,
        name=row.name,
        commune=row.commune,
        insee=row.insee,
        postcode=row.postal_code,
        address=row.address,
        tz=row.zone,
    )


def _planned(
    row: Mapping[str, str], venue: VenueRow, themes: set[str], codes: dict[str, str], number: int
) -> BundleWorkshop:
    """Read a line; a workshop that was published before keeps its code."""
    try:
        zone = ZoneInfo(venue.zone)
        day = dt.date.fromisoformat(row["date"])
        begin, end = (
            dt.datetime.combine(day, dt.time.fromisoformat(row[name]), zone)
            for name in ("debut", "fin")
        )
        if end <= begin:
            end += dt.timedelta(days=1)
        named = tuple(one for one in row["themes"].split("|") if one)
        places = int(row["places"] or 0)
        level = row["niveau"]
    except ValueError as error:
        raise BadPlanFile(line=number) from error
    if (
        not 0 < len(row["titre"]) <= 200
        or not set(named) <= themes
        or not 0 <= places <= 10_000
        or (level and level not in vocab.LEVELS)
        or end - begin > dt.timedelta(hours=12)
    ):
        raise BadPlanFile(line=number)
    one = planned_id(venue.code, row["cle"])
    return BundleWorkshop(
        id=one,
        date=day.isoformat(),
        starts_at=int(begin.timestamp() * 1000),
        ends_at=int(end.timestamp() * 1000),
        tz=venue.zone,
        title=row["titre"],
        themes=named,
        code=codes.get(one) or make_code(secrets.choice),
        level=level,
        places=places,
    )
