"""The reference data that comes with the application: themes, venues, communes."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import cache

from angrilien.domain.french import fold
from angrilien.domain.ids import venue_id
from angrilien.domain.rows import CommuneRow, ThemeRow, VenueRow
from angrilien.paths import resource
from angrilien.wire.bundle import BundleTheme

_PUBLISHED: list[ThemeRow] = []
"""The catalogue that the programme published since this version was made; empty for none."""


def themes() -> tuple[ThemeRow, ...]:
    """Return the programme's catalogue of themes, its own topics first."""
    return tuple(_PUBLISHED) or _built_in()


def renew_themes(published: Iterable[BundleTheme]) -> None:
    """Use a catalogue that the programme published; none of them: the one that came along."""
    _PUBLISHED[:] = [
        ThemeRow(code=one.code, title=one.title, coop=one.coop, programme=one.programme)
        for one in published
    ]


@cache
def _built_in() -> tuple[ThemeRow, ...]:
    listed = json.loads(resource("data/themes.json").read_text(encoding="utf-8"))["themes"]
    return tuple(
        ThemeRow(
            code=item["code"],
            title=item["title"],
            coop=tuple(item["coop"]),
            programme=bool(item.get("programme", False)),
        )
        for item in listed
    )


def venue_list() -> Iterator[tuple[str, VenueRow, str, str]]:
    """Give (code, venue, INSEE code, postal code) of each venue of the programme's list."""
    with resource("data/venues.csv").open(encoding="utf-8", newline="") as file:
        for item in csv.DictReader(file):
            row = VenueRow(
                id=venue_id(item["code"]),
                name=item["name"],
                commune=item["commune"],
                address=item["address"],
                tz=item["zone"],
            )
            yield item["code"], row, item["insee"], item["postal_code"]


@cache
def commune_names() -> dict[str, str]:
    """Return the names of today's communes by their INSEE code."""
    return {row.insee: row.name for _key, row in _communes() if row.current}


def find_communes(typed: str, *, limit: int = 8) -> tuple[CommuneRow, ...]:
    """Return the communes whose name or postal code begins with what was typed.

    An exact name comes first, then the shortest names; for a postal code, today's communes come
    before the former ones. A former commune is found by its own name and gives the INSEE code and
    the name of today's.
    """
    key = fold(typed)
    if len(key) < 2:
        return ()
    by_postcode = key.isdecimal()
    if by_postcode:
        found = [row for _k, row in _communes() if any(p.startswith(key) for p in row.postcodes)]
    else:
        found = [row for name, row in _communes() if name.startswith(key)]
    found.sort(
        key=lambda row: (
            fold(row.name) != key,
            by_postcode and not row.current,
            len(row.name),
            row.name,
        )
    )
    names = commune_names()
    return tuple(
        row if row.current else replace(row, today=names.get(row.insee, ""))
        for row in found[:limit]
    )


def is_commune(insee: str) -> bool:
    """Tell whether an INSEE code is that of one of today's communes."""
    return insee in commune_names()


@cache
def _communes() -> tuple[tuple[str, CommuneRow], ...]:
    with resource("data/communes.csv").open(encoding="utf-8", newline="") as file:
        return tuple(
            (
                fold(item["name"]),
                CommuneRow(
                    insee=item["today"] or item["insee"],
                    name=item["name"],
                    postcodes=tuple(item["postal_codes"].split("|")),
                    department=item["departement"],
                    current=not item["today"],
                ),
            )
            for item in csv.DictReader(file)
        )
