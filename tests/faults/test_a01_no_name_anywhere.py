"""A01†: unique names are typed everywhere, then every file, log, report and output is searched.

Must show: 0 hits. The broken variants must go red: a log that writes what it is given, a report
with the text of its exception, an SQLite that does not encrypt, a temporary file.
"""

from __future__ import annotations

import json
import os
import random
import shutil
import sqlite3
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from angrilien import crashes
from angrilien.domain.codes import make_code
from angrilien.services import diagnostic
from angrilien.store import engine
from helpers.canaries import Hit, files, forms, search, word
from helpers.notebooks import make_notebook, make_programme, make_workshop

CHILD = Path(__file__).with_name("a01_child.py")
NAMES = (
    "animateur", "title", "wrong date", "workshop notes", "first name", "last name",
    "wrong commune", "draft of a person", "searched", "reason", "note done", "note hard",
    "note next", "killed note", "in an exception", "other animateur", "corrected last name",
    "corrected first name", "reason of a correction", "wrong hour",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Laptop:
    """A person's whole computer: the data folder, the home, the folder for temporary files."""

    root: Path

    def work(self, session: str, broken: str = "", *, ends_with: int = 0) -> None:
        """Have a person work at the application; what it printed stays beside the folder."""
        inside = {name: str(self.root / name.lower()) for name in _PLACES}
        for place in inside.values():
            Path(place).mkdir(exist_ok=True)
        with (
            (self.root / f"{session}.out").open("wb") as out,
            (self.root / f"{session}.err").open("wb") as err,
        ):
            ended = subprocess.run(
                [sys.executable, str(CHILD), str(self.root / "data"), str(self.root / "p.json"),
                 str(self.typed), session, broken],
                check=False, stdout=out, stderr=err, cwd=self.root / "home", timeout=120,
                env={**os.environ, **inside, "QT_QPA_PLATFORM": "offscreen"},
            )  # fmt: skip
        why = self.root.parent / "why.txt"
        said = why if why.exists() else self.root / f"{session}.err"
        assert ended.returncode == ends_with, said.read_text("utf-8")

    @property
    def typed(self) -> Path:
        """The list of what is typed: kept apart from what is searched."""
        return self.root.parent / "typed.json"

    def canaries(self) -> dict[str, str]:
        """Return all that was typed, and the phrase that the application made."""
        found: dict[str, str] = json.loads(self.typed.read_text("utf-8"))
        return found


_PLACES = (
    "HOME", "TMPDIR", "XDG_CONFIG_HOME", "XDG_CACHE_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME",
    "XDG_RUNTIME_DIR",
)  # fmt: skip


def new_laptop(folder: Path) -> Laptop:
    """A computer on which nobody has worked yet."""
    root = folder / "c"
    root.mkdir()
    # The port of nobody: each try to send fails.
    programme = make_programme(server="https://127.0.0.1:9").to_json()
    (root / "p.json").write_text(programme, encoding="utf-8")
    made = Laptop(root)
    typed = {name: word(number) for number, name in enumerate(NAMES)}
    typed["phone"] = "06 98 47 31 52"
    typed["wrong phrase"] = f"{word(100)} {word(101)} cadeau dauphin ecarter fabuleux"
    typed["other wrong phrase"] = f"abandon bambin {word(102)} {word(103)} ecarter fabuleux"
    typed["venue code"] = make_code(random.Random(20_261_125).choice)
    typed["wrong code"] = word(104)
    typed |= {"code secret": "739164", "wrong code secret": "739146", "other code secret": "582947"}
    made.typed.write_text(json.dumps(typed), encoding="utf-8")
    return made


@pytest.fixture(scope="module")
def worked_on(tmp_path_factory: pytest.TempPathFactory) -> Laptop:
    """A computer on which somebody has typed in every screen."""
    made = new_laptop(tmp_path_factory.mktemp("a01"))
    made.work("first")
    return made


@pytest.fixture
def laptop(worked_on: Laptop, tmp_path: Path) -> Laptop:
    """The same, for one test."""
    shutil.copytree(worked_on.root, tmp_path / "c")
    shutil.copy(worked_on.typed, tmp_path)
    return Laptop(tmp_path / "c")


def hits(laptop: Laptop) -> list[Hit]:
    """Search everything that was left or said, and what would be given to whoever helps."""
    text = diagnostic.of_folder(laptop.root / "data", laptop.root / "p.json")
    return search(laptop.canaries(), [*files(laptop.root), ("diagnostic", text.encode())])


def test_a01_nothing_that_was_typed_is_anywhere(laptop: Laptop) -> None:
    laptop.work("killed", ends_with=-9)
    assert hits(laptop) == []
    # It was looked at what there is to look at.
    left = {name: len(data) for name, data in files(laptop.root)}
    assert left["data/cahier.db"] > 100_000
    assert left["data/cles.json"] > 200
    assert any(name.startswith("data/copies/") and size for name, size in left.items())
    assert left["data/cahier.db-wal"] > 0, "the killed session left its write-ahead log"
    log = (laptop.root / "data" / "logs" / "angrilien.log").read_text("utf-8")
    for what in ("RuntimeError", "IntegrityError", "OperationalError", "somebody called"):
        assert what in log, what
    for place in ("in_lane", "in_sql", "in_slot", "__del__", "event"):
        assert f" {place}\n" in log, place
    assert "__main__:" in crashes.last(laptop.root / "data" / "logs")
    told = (laptop.root / "killed.out").read_text("utf-8")
    for refusal in ("TooLong", "PassphraseDiffers", "FormProblems", "WorkshopGone", "NotACode"):
        assert f"{refusal}('{refusal}')" in told
    assert "lignes participant" in told, "the technical information was shown and printed"
    assert "RuntimeError" in told
    assert len(laptop.canaries()) == len(NAMES) + 10


def test_a01_broken_promises_go_red(laptop: Laptop) -> None:
    laptop.work("broken", "log, report, temporary")
    places = {hit.place for hit in hits(laptop)}
    assert {"data/logs/angrilien.log", "broken.err", "tmpdir/feuille.txt"} <= places
    assert f"data/logs/{crashes.NEW}" in places
    assert "diagnostic" in places


def test_a01_an_sqlite_that_does_not_encrypt_goes_red(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    title, typed = word(0), {}
    for broken in (False, True):
        if broken:
            monkeypatch.setattr(engine, "sqlcipher", sqlite3)
            for asked in ("_key", "check_pages"):
                monkeypatch.setattr(engine, asked, lambda *_args: None)
        folder = tmp_path / str(broken)
        folder.mkdir()
        nb = make_notebook(folder)
        make_workshop(nb, title=title)
        typed[broken] = {hit.place for hit in search({"title": title}, files(folder))}
        nb.close()
    assert typed == {False: set(), True: {"data/cahier.db-wal"}}


@pytest.mark.parametrize("text", [word(1), "06 98 47 31 52", "abandon bambin cadeau"])
def test_every_form_of_a_canary_is_found(text: str) -> None:
    before, after = b"\x93 qui ", b"; et la suite \x00"
    for form, data in forms(text):
        assert search({"x": text}, [("file", before + data + after)]), form
    assert search({"x": text}, [(f"feuille-{text.lower()}.pdf", b"")])
    assert search({"x": text}, [("file", before + after)]) == []


def test_short_codes_are_not_found_by_chance() -> None:
    assert search({"x": "482915"}, [("file", b"1795482915600000")]) == []
    assert search({"x": "482915"}, [("file", b'"code": "482915"')])
