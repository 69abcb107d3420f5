"""The one way back from the lanes to the window's thread."""

from __future__ import annotations

import functools
import weakref
from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QObject, Qt, Signal, Slot
from shiboken6 import isValid

from angrilien.errors import BugError


class Relay(QObject):
    """Runs a call in the thread where the relay lives, whichever thread asks for it.

    The calls run in the order in which they were posted. A relay that was closed drops them.
    """

    _posted = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._open = True
        self._posted.connect(self._on_posted, Qt.ConnectionType.QueuedConnection)

    def post(self, call: Callable[[], object]) -> None:
        """Have `call` run soon. Any thread may ask."""
        if self._open:
            self._posted.emit(call)

    def close(self) -> None:
        """Drop what comes from now on, and what has come and has not run."""
        self._open = False

    @Slot(object)
    def _on_posted(self, call: Callable[[], object]) -> None:
        if self._open:
            call()


class Receiver:
    """A method of a QObject, held weakly: nothing happens if the object is gone.

    Args:
        method: a bound method of a QObject, or a `functools.partial` of one.

    Raises:
        BugError: it is another callable, whose life nobody could tell.
    """

    __slots__ = ("_name", "_owner", "_partial")

    def __init__(self, method: Callable[..., object]) -> None:
        self._partial: functools.partial[None] | None = None
        bound: Any = method
        if isinstance(method, functools.partial):
            bound = method.func
            self._partial = functools.partial(_call, *method.args, **method.keywords)
        owner = getattr(bound, "__self__", None)
        if not isinstance(owner, QObject):
            raise BugError("a result is given only to a method of a QObject")
        self._owner = weakref.ref(owner)
        self._name: str = bound.__name__

    def __call__(self, *args: object) -> bool:
        """Call the method with a result; return whether its object was still there."""
        owner = self._owner()
        if owner is None or not isValid(owner):
            return False
        method = getattr(owner, self._name)
        if self._partial is None:
            method(*args)
        else:
            method(*self._partial.args, *args, **self._partial.keywords)
        return True


def _call(*_args: object, **_keywords: object) -> None:
    """Stand in a partial for the method that `Receiver` holds weakly."""
