"""A test leaves nothing behind: no thread, no running timer, no top-level window."""

from __future__ import annotations

import gc
import inspect
import sys
import threading
import time
import weakref
from collections.abc import Callable, Iterator
from typing import Any, Final

import pytest

# Windows that Qt makes for itself and keeps: they are no test's.
QT_KEEPS: Final = frozenset(
    {
        "QTipLabel",  # the one label of all tool tips
    }
)
GRACE: Final = 2.0
"""Seconds that a thread which was told to stop has to end."""

_failed = pytest.StashKey[bool]()
_started: weakref.WeakSet[Any] = weakref.WeakSet()
_pending: set[_SingleShot] = set()


class _SingleShot:
    """A call that ``QTimer.singleShot`` has promised; it keeps nothing alive that Qt would not."""

    def __init__(self, function: Callable[[], Any], context: Any) -> None:
        self.name = repr(function)
        method = inspect.ismethod(function)
        self.function = weakref.WeakMethod(function) if method else lambda: function
        self.context = weakref.ref(context) if context is not None else None

    def __call__(self) -> None:
        _pending.discard(self)
        function = self.function()
        if function is not None:
            function()

    def awaited(self) -> bool:
        """Tell whether the call can still come: not once its object is gone."""
        if self.context is None:
            return self.function() is not None
        context = self.context()
        return context is not None and sys.modules["shiboken6"].isValid(context)


def _watch_qt() -> None:
    """Note what starts: Qt keeps no list of its timers and threads that Python can read."""
    core = sys.modules["PySide6.QtCore"]
    if getattr(core.QTimer.start, "watched", False):
        return

    def noting(start: Callable[..., Any]) -> Callable[..., Any]:
        def noted(self: Any, *args: Any) -> Any:
            _started.add(self)
            return start(self, *args)

        noted.watched = True  # type: ignore[attr-defined]
        return noted

    core.QTimer.start = noting(core.QTimer.start)
    core.QThread.start = noting(core.QThread.start)
    single_shot = core.QTimer.singleShot

    def noted_single_shot(msec: Any, *args: Any) -> None:
        *before, last = args
        # Qt's own methods and signals end with their object, and cannot be held weakly.
        if inspect.isfunction(last) or inspect.ismethod(last):
            given = next((arg for arg in before if isinstance(arg, core.QObject)), None)
            owner = getattr(last, "__self__", None)
            if given is None and isinstance(owner, core.QObject):
                given = owner  # the end of a bound method's object cancels the call
                before.append(given)
            promised = _SingleShot(last, given)
            _pending.add(promised)
            args = (*before, promised)
        single_shot(msec, *args)

    core.QTimer.singleShot = staticmethod(noted_single_shot)


def _application() -> Any:
    core = sys.modules.get("PySide6.QtCore")
    return core.QCoreApplication.instance() if core else None


def _top_levels() -> dict[int, Any]:
    widgets = sys.modules.get("PySide6.QtWidgets")
    gui = sys.modules.get("PySide6.QtGui")
    shiboken = sys.modules["shiboken6"]
    if widgets and widgets.QApplication.instance():
        return {shiboken.getCppPointer(w)[0]: w for w in widgets.QApplication.topLevelWidgets()}
    if gui and isinstance(_application(), gui.QGuiApplication):
        return {shiboken.getCppPointer(w)[0]: w for w in gui.QGuiApplication.topLevelWindows()}
    return {}


def _settle() -> None:
    """Let Qt delete what was told to go."""
    core = sys.modules["PySide6.QtCore"]
    core.QCoreApplication.processEvents()
    core.QCoreApplication.sendPostedEvents(None, core.QEvent.Type.DeferredDelete)


def _qt_leaks(windows_before: set[int]) -> list[str]:
    shiboken = sys.modules["shiboken6"]
    core = sys.modules["PySide6.QtCore"]
    found: list[str] = []
    for window in [w for p, w in _top_levels().items() if p not in windows_before]:
        kind = (
            type(window).__name__
            if not hasattr(window, "metaObject")
            else (window.metaObject().className())
        )
        if kind not in QT_KEEPS:
            found.append(f"a window: {kind} {window.objectName()!r}")
    for started in list(_started):
        if not shiboken.isValid(started):
            continue
        if isinstance(started, core.QTimer) and started.isActive():
            found.append(f"a running QTimer of {started.interval()} ms {started.objectName()!r}")
        if isinstance(started, core.QThread) and started.isRunning():
            found.append(f"a running QThread {started.objectName()!r}")
    found += [f"a QTimer.singleShot of {p.name}" for p in _pending if p.awaited()]
    return found


def _clean_qt(windows_before: set[int]) -> None:
    """Take away what a test left, so that the next one is judged for itself."""
    shiboken = sys.modules["shiboken6"]
    core = sys.modules["PySide6.QtCore"]
    for pointer, window in _top_levels().items():
        if pointer not in windows_before and shiboken.isValid(window):
            window.close()
            window.deleteLater()
    for started in list(_started):
        if shiboken.isValid(started) and isinstance(started, core.QTimer):
            started.stop()
    _pending.clear()
    _settle()


def _threads_left(before: set[threading.Thread]) -> list[threading.Thread]:
    limit = time.monotonic() + GRACE
    while True:
        left = [t for t in threading.enumerate() if t not in before and t.is_alive()]
        if not left or time.monotonic() > limit:
            return left
        left[0].join(0.02)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: Any) -> Any:
    report = yield
    if report.failed:
        item.stash[_failed] = True
    return report


@pytest.fixture(autouse=True)
def no_leaks(request: pytest.FixtureRequest) -> Iterator[None]:
    """Fail a test that leaves a thread, a timer or a window alive."""
    threads = set(threading.enumerate())
    windows: set[int] = set()
    if "PySide6.QtCore" in sys.modules:
        _watch_qt()
        if _application():
            windows = set(_top_levels())
    yield
    found: list[str] = []
    if _application():
        _settle()
        if _qt_leaks(windows):
            # A cycle of Python objects may be all that holds them: that is no leak.
            gc.collect()
            _settle()
            found += _qt_leaks(windows)
        if found:
            _clean_qt(windows)
    found += [f"a thread: {thread.name}" for thread in _threads_left(threads)]
    # A test that failed holds its frame, and with it whatever it made: it has said enough.
    if found and not request.node.stash.get(_failed, False):
        pytest.fail("the test left alive:\n  " + "\n  ".join(found), pytrace=False)
