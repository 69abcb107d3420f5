"""Sheets on invented people, for what prints them."""

from __future__ import annotations

import dataclasses
import datetime as dt
import math
from typing import Any

from angrilien.domain import clock, drawing
from angrilien.domain.rows import SheetLineRow, SheetView, VenueRow, WorkshopRow

DAY = dt.date(2026, 11, 25)
PEOPLE = (
    ("Bénard", "Odette"),
    ("Chauvin-Lefèvre", "Jean-Baptiste"),
    ("Dœuff", "Marie-Françoise"),
    ("Étienne", "Raymond"),
    ("Gélineau", "Huguette"),
    ("Le Goff", "Yann"),
    ("Nguyễn", "Thị Hạnh"),
    ("Poirier", "Simone"),
)


def at(hour: int, minute: int) -> int:
    return clock.at_local(DAY, dt.time(hour, minute), "Europe/Paris")


def scribble(shift: int = 0) -> bytes:
    wave = [(20 + i * 4, 60 + 25 * math.sin(i / (3 + shift % 3)) - i * 0.1) for i in range(70)]
    return drawing.encode([wave, [(40.0, 95.0), (290.0, 88.0 - shift)]], 400, 120)


def workshop(**changes: Any) -> WorkshopRow:
    row = WorkshopRow(
        id="w",
        title="Protéger ses données personnelles : mots de passe et arnaques",
        date=DAY.isoformat(),
        starts_at=at(14, 0),
        ends_at=at(16, 0),
        tz="Europe/Paris",
        state="open",
        themes=("programme_donnees_personnelles",),
        level="debutant",
        venue=VenueRow(
            id="v", name="L’Angri’lien", commune="Angrie", address="3 place de l’Église"
        ),
        facilitators=("Nadia Bensaïd", "Paul Mercier"),
        after_the_fact=False,
        code="7Q2KM4XR9T",
    )
    return dataclasses.replace(row, **changes)


def sheet(lines: tuple[SheetLineRow, ...] = (), **changes: Any) -> SheetView:
    closed = changes.pop("closed", False)
    here = [line for line in lines if line.state == "present"]
    view = SheetView(
        workshop=workshop(state="closed" if closed else "open"),
        lines=lines,
        present=len(here),
        first_timers=sum(bool(line.first_time) for line in here),
        anonymous=sum(line.anonymous for line in here),
        facilitator="Nadia Bensaïd",
        closed_at=at(16, 4) if closed else None,
        fingerprint="7Q2KM4XR9T3F8ABC" if closed else "",
        facilitator_drawing=scribble(1) if closed else None,
    )
    return dataclasses.replace(view, **changes)


def expected(count: int) -> tuple[SheetLineRow, ...]:
    lines = []
    for i in range(count):
        last, first = PEOPLE[i % len(PEOPLE)]
        lines.append(SheetLineRow(number=i + 1, last_name=last, first_name=first))
    return tuple(lines)


def attended() -> tuple[SheetLineRow, ...]:
    """Eight people and one sans nom: six drawn, one on paper, one who could not."""
    lines = []
    for i, (last, first) in enumerate(PEOPLE):
        mode = {6: "paper", 7: "unable"}.get(i, "screen")
        lines.append(
            SheetLineRow(
                number=i + 1,
                last_name=last,
                first_name=first,
                state="present",
                mode=mode,
                arrival=at(14, i),
                departure=at(15, 30) if i == 2 else None,
                first_time=i in (1, 4),
                drawing=scribble(i) if mode == "screen" else None,
                note="main dans le plâtre, en présence de Nadia Bensaïd"
                if mode == "unable"
                else "",
            )
        )
    lines.append(
        SheetLineRow(
            number=9,
            last_name="",
            first_name="",
            anonymous=True,
            state="present",
            arrival=at(14, 20),
        )
    )
    return tuple(lines)
