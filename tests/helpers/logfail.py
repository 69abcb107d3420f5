"""A test fails if anything was warned about: Qt, Python or a log of level WARNING and more.

Python's own warnings are errors by pytest's configuration (``filterwarnings``). Here, Qt's messages
are made records of the logger ``qt``, and records are collected; what no test expected fails it.
A test that provokes a warning on purpose says which::

    def test_damaged_file(expect_log):
        with expect_log("angrilien.store", match="cannot be read"):
            open_it()
"""

from __future__ import annotations

import contextlib
import logging
import re
import sys
from collections.abc import Generator, Iterator
from typing import Any, Final, Protocol

import pytest

EXEMPT: Final = (
    # The offscreen platform says it at each window; it has no meaning without a window manager.
    ("qt", re.compile(r"This plugin does not support propagateSizeHints\(\)")),
    # The same platform, when a list or a window opens: it has no stack of windows to raise in.
    ("qt", re.compile(r"This plugin does not support raise\(\)")),
    # The same platform, when a list drops down: there is only one keyboard and it has it.
    ("qt", re.compile(r"This plugin does not support grabbing the keyboard")),
)

_QT: Final = logging.getLogger("qt")


class Collector(logging.Handler):
    """Keep what was warned about during the current test."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.records: list[logging.LogRecord] = []

    def emit(self, record: logging.LogRecord) -> None:
        message = record.getMessage()
        if not any(record.name == name and wanted.search(message) for name, wanted in EXEMPT):
            self.records.append(record)

    def take(self) -> list[logging.LogRecord]:
        """Return what is there and start again."""
        taken, self.records = self.records, []
        return taken


_collector: Final = Collector()


class ExpectLog(Protocol):
    def __call__(
        self, logger: str, *, match: str = "", level: int = logging.WARNING
    ) -> contextlib.AbstractContextManager[list[logging.LogRecord]]: ...


@contextlib.contextmanager
def _expect_log(
    logger: str, *, match: str = "", level: int = logging.WARNING
) -> Iterator[list[logging.LogRecord]]:
    expected: list[logging.LogRecord] = []
    before = len(_collector.records)
    yield expected
    rest: list[logging.LogRecord] = []
    for record in _collector.records[before:]:
        named = record.name == logger or record.name.startswith(f"{logger}.")
        fits = named and record.levelno >= level and re.search(match, record.getMessage())
        (expected if fits else rest).append(record)
    _collector.records[before:] = rest
    if not expected:
        pytest.fail(f"nothing was logged by {logger!r} that matches {match!r}")


@pytest.fixture
def expect_log() -> ExpectLog:
    """Expect a warning: a context manager, which fails if none comes.

    Arguments: the logger (with those below it; ``"qt"`` for Qt's messages), ``match`` (a regular
    expression searched in the message) and the lowest ``level``. It gives the records, once left.
    """
    return _expect_log


def _on_qt_message(kind: Any, context: Any, message: str) -> None:
    from PySide6.QtCore import QtMsgType

    levels = {
        QtMsgType.QtDebugMsg: logging.DEBUG,
        QtMsgType.QtInfoMsg: logging.INFO,
        QtMsgType.QtWarningMsg: logging.WARNING,
    }
    place = f" ({context.category})" if context.category not in {None, "default"} else ""
    _QT.log(levels.get(kind, logging.ERROR), "%s%s", message, place)


def _listen() -> None:
    # Again at each phase: a program under test may set its own level, handlers and Qt handler.
    root = logging.getLogger()
    if _collector not in root.handlers:
        root.addHandler(_collector)
    if "PySide6.QtCore" in sys.modules:
        sys.modules["PySide6.QtCore"].qInstallMessageHandler(_on_qt_message)


def _fail_on_records() -> None:
    records = _collector.take()
    if records:
        lines = [f"{r.levelname} {r.name}: {r.getMessage()}" for r in records]
        pytest.fail("warned during the test:\n  " + "\n  ".join(lines), pytrace=False)


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> Generator[None, None, None]:
    _collector.take()
    _listen()
    yield


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_call(item: pytest.Item) -> Generator[None, None, None]:
    _listen()
    yield  # a test that fails by itself raises here
    _fail_on_records()


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_teardown(item: pytest.Item) -> Generator[None, None, None]:
    _listen()
    yield
    _fail_on_records()


def pytest_unconfigure() -> None:
    logging.getLogger().removeHandler(_collector)
