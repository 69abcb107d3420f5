from __future__ import annotations

import datetime as dt
import enum
import logging
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest

from angrilien import logs
from helpers.logfail import ExpectLog

_LOG = logging.getLogger("angrilien.test")


class State(enum.StrEnum):
    OPEN = "open"


@pytest.fixture(autouse=True)
def same_levels() -> Iterator[None]:
    root, ours = logging.getLogger(), logging.getLogger("angrilien")
    before = root.level, ours.level
    yield
    root.setLevel(before[0])
    ours.setLevel(before[1])


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    handler = logs.start(tmp_path / "logs")
    yield tmp_path / "logs"
    logs.stop(handler)


def written(folder: Path) -> str:
    return (folder / "angrilien.log").read_text("utf-8")


def test_names_are_hidden_and_facts_are_kept(folder: Path) -> None:
    entity = uuid.uuid4()
    _LOG.info("%s noted %d times at %s: %s", "Odette Marchand", 3, entity, State.OPEN)
    _LOG.info("version %s on %s", logs.Plain("0.1.0"), dt.date(2026, 11, 25))
    text = written(folder)
    assert "Odette" not in text
    assert f"{logs.HIDDEN} noted 3 times at {entity}: open" in text
    assert "version 0.1.0 on 2026-11-25" in text


def test_text_of_an_exception_is_hidden_and_its_place_kept(
    folder: Path, expect_log: ExpectLog
) -> None:
    def fails() -> None:
        raise ValueError("no such person: Odette Marchand")

    with expect_log("angrilien.test", level=logging.ERROR):
        try:
            try:
                fails()
            except ValueError as error:
                raise RuntimeError("Odette again") from error
        except RuntimeError as error:
            _LOG.exception("could not note")
            _LOG.error(error)  # what a hurried author writes
    text = written(folder)
    assert "Odette" not in text
    assert "builtins.RuntimeError" in text
    assert "builtins.ValueError" in text
    assert " fails" in text
    assert str(Path(__file__).parent) not in text


def test_template_that_a_hidden_value_does_not_fit() -> None:
    record = logging.LogRecord("x", logging.INFO, "x.py", 1, "%d people", ("Odette",), None)
    assert logs.SafeFormatter().format(record).endswith("INFO x %d people")


def test_named_values(folder: Path) -> None:
    _LOG.info("%(who)s took %(count)d", {"who": "Odette", "count": 2})
    assert f"{logs.HIDDEN} took 2" in written(folder)


def test_other_libraries_write_warnings_only(folder: Path, expect_log: ExpectLog) -> None:
    logging.getLogger("elsewhere").info("an address")
    with expect_log("elsewhere"):
        logging.getLogger("elsewhere").warning("a worry")
    assert "an address" not in written(folder)
    assert "a worry" in written(folder)


def test_files_turn(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(logs, "_MAX_BYTES", 2_000)
    handler = logs.start(tmp_path)
    try:
        for number in range(400):
            _LOG.info("line %d", number)
    finally:
        logs.stop(handler)
    names = sorted(path.name for path in tmp_path.iterdir())
    assert names == ["angrilien.log", *(f"angrilien.log.{n}" for n in range(1, 5))]
    assert all(path.stat().st_size <= 2_000 for path in tmp_path.iterdir())


def test_folder_that_cannot_be_made_stops_nothing(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    handler = logs.start(tmp_path / "file" / "logs")
    _LOG.info("goes nowhere")
    logs.stop(handler)


def test_disk_that_fills_up_stops_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    handler = logs.start(tmp_path)
    assert isinstance(handler, logging.StreamHandler)

    def full(_text: str) -> int:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(handler.stream, "write", full, raising=False)
    try:
        _LOG.info("not written")
    finally:
        monkeypatch.undo()
        logs.stop(handler)
    assert capsys.readouterr().err == ""
