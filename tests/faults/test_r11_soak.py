"""R11: weeks of workshops in one process, the notebook opened and closed each day.

Must show: memory growth under 10 %, a write-ahead log under 4 MB at any moment, no thread, timer or
window left alive (the fixture `no_leaks` looks). 12 days by default, 90 with ``pytest -m long``.
"""

from __future__ import annotations

import gc
from pathlib import Path

import psutil
import pytest

from angrilien.domain.forms import AnonymousForm
from angrilien.domain.rows import NoteText
from angrilien.services import attendance, closing, drafts, leaving, notes, opening, signing
from angrilien.services import copies as safety
from angrilien.services.opening import DATABASE
from helpers.copies import list_people
from helpers.notebooks import NOON, PHRASE, SetClock, make_notebook, make_workshop

CROSS = [[(float(x), float(x % 7)) for x in range(60)]]
DAY = 24 * 3_600_000
MOST_WAL = 4 << 20
WARM = 4
"""Days after which memory is what it will be: what is compiled and kept once."""


def memory() -> int:
    gc.collect()
    return int(psutil.Process().memory_full_info().uss)


def weeks(tmp_path: Path, days: int) -> dict[str, float]:
    clock = SetClock(NOON + 2 * 3_600_000)
    first = make_notebook(tmp_path, clock=clock)
    programme, folder = first.programme, first.folder
    first.close()
    most_wal = before = 0
    for day in range(days):
        clock.at += DAY
        nb = opening.open_notebook(folder, PHRASE, programme, clock=clock)
        workshop = make_workshop(nb, title=f"Atelier {day}")
        lines = list_people(nb, workshop, 8)
        for number, line in enumerate(lines):
            if number % 3:
                signing.sign(nb, workshop, line, CROSS, 300.0, 100.0)
            else:
                attendance.toggle(nb, workshop, line)
            drafts.save(nb, "note", "Ce qui s’écrit. " * (number + 1))
            leaving.settle(nb)
            most_wal = max(most_wal, (folder / f"{DATABASE}-wal").stat().st_size)
        attendance.add_anonymous(nb, workshop, AnonymousForm())
        attendance.undo(nb, workshop)
        notes.keep(nb, NoteText(workshop_id=workshop, done="Mots de passe."))
        closing.close(nb, workshop, CROSS, 300.0, 100.0)
        leaving.look_after(nb)
        leaving.leave(nb)
        assert not list(folder.glob(f"{DATABASE}-*")), "a closed notebook is one file"
        if day == WARM:
            before = memory()
    again = opening.open_notebook(folder, PHRASE, programme, clock=clock)
    changes = again.store.verify()
    copies = len(safety.listed(again))
    again.close()
    assert changes > 30 * days
    return {
        "days": days,
        "changes": changes,
        "copies kept": copies,
        "growth %": round(100 * (memory() - before) / before, 1),
        "largest -wal kB": most_wal // 1024,
    }


def check(figures: dict[str, float]) -> None:
    assert figures["growth %"] < 10
    assert figures["largest -wal kB"] < MOST_WAL // 1024
    assert figures["copies kept"] <= 12


def test_two_weeks(tmp_path: Path) -> None:
    check(weeks(tmp_path, 12))


@pytest.mark.long
def test_ninety_days(tmp_path: Path) -> None:
    figures = weeks(tmp_path, 90)
    print(f"\nR11: {figures}")
    check(figures)
