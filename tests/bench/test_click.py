"""From the click to durable, with 2,000 people on the list; the painting is measured elsewhere."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlcipher3.dbapi2 as sqlcipher

from angrilien.services import attendance, people
from angrilien.services.lanes import Lanes
from angrilien.services.notebook import Notebook
from angrilien.store import roster as rosters
from helpers.bench import compare, say
from helpers.crowd import PEOPLE

CLICKS = 40
RATIO = 8.0
"""How many times its floor a click may take: the intent, the change, its chain, its body and its
row, beside one bare row."""


@pytest.fixture
def bare(tmp_path: Path) -> Iterator[Any]:
    """An encrypted file of one small table, as durable as the notebook."""
    connection = sqlcipher.connect(str(tmp_path / "bare.db"), isolation_level=None)
    connection.execute(f"PRAGMA key = \"x'{'5a' * 32}'\"")
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("CREATE TABLE bare (id INTEGER PRIMARY KEY, text TEXT)")
    yield connection
    connection.close()


def test_click_to_durable(crowded: tuple[Notebook, str], bare: Any) -> None:
    """A click (noted, chained, durable, the fresh tiles back) beside the least it could take.

    The floor: one durable row in an encrypted file, and the query of one tile.
    """
    notebook, workshop = crowded
    lines = itertools.cycle(r.attendance_id for r in attendance.roster(notebook, workshop).rows)
    lanes = Lanes()

    def click() -> None:
        future = lanes.store.submit(attendance.toggle, notebook, workshop, next(lines))
        assert len(future.result().rows) == PEOPLE

    def least() -> None:
        bare.execute("INSERT INTO bare (text) VALUES (?)", ("x" * 400,))
        with notebook.store.read() as connection:
            assert len(rosters.rows(connection, workshop, only=one)) == 1

    one = [attendance.roster(notebook, workshop).rows[0].attendance_id]
    try:
        took, floor = compare(
            {
                "click → durable, 2,000 people": click,
                "floor: one bare row, and the query of one tile": least,
            },
            CLICKS,
        )
    finally:
        lanes.close()
    say(f"ratio: {took.p50 / floor.p50:.2f} (at most {RATIO})")
    assert took.p50 <= RATIO * floor.p50


def test_searching_while_typing(crowded: tuple[Notebook, str]) -> None:
    """Two letters in the search box cost less than reading the tiles of the whole list."""
    notebook, workshop = crowded
    found, tiles = compare(
        {
            "search, two letters, 2,000 people": lambda: people.search(
                notebook, "du", workshop_id=workshop
            ),
            "tiles, 2,000 people, read anew": lambda: read_tiles(notebook, workshop),
        },
        CLICKS,
    )
    assert found.p50 <= tiles.p50


def read_tiles(notebook: Notebook, workshop: str) -> None:
    with notebook.store.read() as connection:
        assert len(rosters.rows(connection, workshop)) == PEOPLE
