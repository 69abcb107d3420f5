"""What every screen works with: the notebook, the lanes, and the way back from them."""

from __future__ import annotations

import functools
import logging
import pkgutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol, TypeVar

from PySide6.QtCore import QObject, QTimeZone, Signal

from angrilien.domain.clock import Clock, SystemClock, known_zone
from angrilien.errors import BugError, KnownError, Mistake
from angrilien.provision import Found
from angrilien.services.lanes import Lanes
from angrilien.ui.changes import ChangeHub
from angrilien.ui.relay import Receiver, Relay

_log = logging.getLogger(__name__)
_T = TypeVar("_T")


class Notebook(Protocol):
    """The opened notebook, of which a screen knows nothing more."""

    def close(self) -> None:
        """Let go of the file."""


@dataclass(frozen=True, slots=True)
class _Asked:
    """What was asked of the store lane, so that it can be asked again."""

    fn: Callable[..., Any]
    args: tuple[object, ...]
    on_result: Receiver | None
    on_failure: Receiver | None


class Desk(QObject):
    """The notebook, the lanes, the relay and the signal hub.

    Args:
        lanes: `services.lanes.Lanes`.
        programme: `services.programme.Programme`, handed on as it is.
        folder: of the notebook.
        clock: where the screens take the time from.
        training: it is the training's: its notebook goes when it is closed, nothing leaves.
        place: what was found of the venue's profile.
    """

    problem_met = Signal(object)
    """Carries the `KnownError` that the message bar says."""

    def __init__(
        self,
        lanes: Lanes,
        programme: object,
        folder: Path,
        *,
        clock: Clock | None = None,
        training: bool = False,
        place: Found | None = None,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self.training = training
        self.lanes = lanes
        self.programme: Any = programme
        self.folder = folder
        self.place = place or Found()
        self.clock: Clock = clock or SystemClock()
        self.relay = Relay(self)
        self.changed = ChangeHub(self)
        self._notebook: Notebook | None = None
        self._asked = 0
        self._refused: _Asked | None = None
        self._closed = False
        self.in_a_hurry = False
        """The system suspends in a few seconds: what can wait at the closing waits."""

    @property
    def notebook(self) -> Any:
        """The opened notebook.

        Raises:
            BugError: none is open yet.
        """
        if self._notebook is None:
            raise BugError("a notebook is used only once it is open")
        return self._notebook

    @property
    def zone(self) -> str:
        """The zone of this computer, as it is set now: hours are said in it until a venue's."""
        return known_zone(bytes(QTimeZone.systemTimeZoneId().data()).decode("ascii", "replace"))

    @property
    def is_open(self) -> bool:
        """Tell whether a notebook is open."""
        return self._notebook is not None

    @property
    def is_closed(self) -> bool:
        """Tell whether the desk is closed: what is asked of it from then on is dropped."""
        return self._closed

    @property
    def is_busy(self) -> bool:
        """Tell whether something asked of the store lane has not come back."""
        return self._asked > 0

    def attach(self, notebook: Notebook) -> None:
        """Work with this notebook from now on."""
        self._notebook = notebook

    def ask(
        self,
        fn: Callable[..., _T],
        *args: object,
        then: Callable[[_T], object] | None = None,
        failed: Callable[[KnownError], object] | None = None,
    ) -> None:
        """Run `fn(notebook, *args)` in the store lane.

        Args:
            fn: a function of `services`.
            args: given to it after the notebook.
            then: method of a QObject, called in the window's thread with the result.
            failed: method of a QObject, called there with the `KnownError`; without it, the
                message bar says it.
        """
        if not self._closed:
            self.run(fn, self.notebook, *args, then=then, failed=failed)

    def run(
        self,
        fn: Callable[..., _T],
        *args: object,
        then: Callable[[_T], object] | None = None,
        failed: Callable[[KnownError], object] | None = None,
    ) -> None:
        """Run `fn(*args)` in the store lane, as `ask` does; no notebook needs to be open."""
        on_result = Receiver(then) if then is not None else None
        on_failure = Receiver(failed) if failed is not None else None
        self._submit(_Asked(fn, args, on_result, on_failure))

    def again(self) -> Callable[[], None] | None:
        """Return what asks once more for what has just been refused, while that is being told.

        None at any other moment: nothing was refused then.
        """
        refused = self._refused
        return functools.partial(self._submit, refused) if refused is not None else None

    def _submit(self, asked: _Asked) -> None:
        if self._closed:
            return

        def work() -> None:
            try:
                result = asked.fn(*asked.args)
            except KnownError as error:
                known = error
                self.relay.post(lambda: self._came_back_with(known, asked))
            except Exception:  # noqa: BLE001 - a bug of one request must not end the lane
                _log.exception("a request of the window failed")
                self.relay.post(lambda: self._came_back_with(Mistake(), asked))
            else:
                self.relay.post(lambda: self._came_back(result, asked.on_result))

        self._asked += 1
        self.lanes.store.submit(work)

    def close(self) -> None:
        """Finish what was asked, close the notebook and end the lanes."""
        if self._closed:
            return
        self._closed = True
        self.relay.close()
        # The last answer is written down before the notebook is closed: after it, writing it would
        # open the file again.
        self.lanes.network.close()
        if self._notebook is not None:
            leave = pkgutil.resolve_name("angrilien.services.leaving:leave")
            with_copy = not (self.in_a_hurry or self.training)
            self.lanes.store.submit(leave, self._notebook, with_copy=with_copy)
            self._notebook = None
        self.lanes.store.close()

    def _came_back(self, result: object, receiver: Receiver | None) -> None:
        self._asked -= 1
        if receiver is not None:
            receiver(result)

    def _came_back_with(self, error: KnownError, asked: _Asked) -> None:
        self._asked -= 1
        self._refused = asked
        try:
            if asked.on_failure is None or not asked.on_failure(error):
                self.problem_met.emit(error)
        finally:
            self._refused = None
