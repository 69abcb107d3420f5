"""Locks the window: what the policy decides is done here, and what happens is told to it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, QTimer, Slot
from PySide6.QtWidgets import QApplication, QDialog, QWidget

from angrilien.domain.clock import steady_seconds
from angrilien.domain.rows import LockedBy, Shelter
from angrilien.errors import KnownError
from angrilien.services import code_secret, outbox_folder
from angrilien.services.locks import Act, LockPolicy
from angrilien.services.shelters import shelters
from angrilien.ui.idle_watch import IdleWatch
from angrilien.ui.lock_screen import LockScreen
from angrilien.ui.pages.base import Frame
from angrilien.ui.session_watch import SessionWatch, system_watch

if TYPE_CHECKING:
    from angrilien.ui.main_window import MainWindow

_BEAT_MILLISECONDS: Final = 5_000


class Guard(QObject):
    """Watches over an opened notebook.

    Args:
        window: that it locks.
        steady: seconds of a clock that goes on during suspend.
        session: what the system says of the session and of suspend; the system's own without it.
    """

    def __init__(
        self,
        window: MainWindow,
        *,
        steady: Callable[[], float] = steady_seconds,
        session: SessionWatch | None = None,
    ) -> None:
        super().__init__(window)
        self._window = window
        self._desk = window.desk
        self.policy = LockPolicy(steady=steady, wall=self._desk.clock.now, has_code=True)
        self._first_name = ""
        self._focus_before: QWidget | None = None
        self._ending = False
        self.screen = LockScreen()
        self.screen.setParent(window)
        self.screen.hide()
        self.screen.code_typed.connect(self._on_code)
        self.screen.end_asked.connect(self.end)
        window.winId()  # the system's window, which a hidden one has not yet
        self._idle = IdleWatch(window.windowHandle(), self)
        self._idle.gesture.connect(self._on_gesture)
        self._beat = QTimer(self)
        self._beat.setInterval(_BEAT_MILLISECONDS)
        self._beat.timeout.connect(self.look)
        self._beat.start()
        self._session = session or system_watch(window)
        self._session.sleep_coming.connect(self._on_sleep_coming)
        self._session.woke.connect(self._on_woke)
        self._session.left.connect(self.lock)
        window.page_shown.connect(self._on_page_shown)
        self._desk.changed.workshops_changed.connect(self.refresh)
        self.refresh()

    def close(self) -> None:
        """Watch no longer."""
        self._beat.stop()
        self._idle.close()
        if not self._ending:
            self._session.close()
        # Else the suspend is held back until the process that knows the key is no more.

    @Slot()
    def refresh(self) -> None:
        """Read again who has opened the notebook, and in which times only the code is asked."""
        self._desk.ask(code_secret.locked_by, then=self._on_who)
        self._desk.ask(shelters, then=self._on_shelters)

    @Slot()
    def look(self) -> None:
        """Look at the clock."""
        self._do(self.policy.look())

    @Slot()
    def lock(self) -> None:
        """Lock the screen: the session was left, the lid was shut, or somebody asked for it."""
        self._do(self.policy.left())

    @Slot()
    def end(self) -> None:
        """Save the drafts, close the notebook, and end the process that held its key."""
        if self._ending:
            return
        self._ending = True
        _close_what_is_open(self._window)
        self._window.close()
        self._window.ended.emit()

    def _do(self, act: Act) -> None:
        if act is Act.COVER:
            self._cover()
        elif act is Act.END:
            self.end()

    def _cover(self) -> None:
        page = self._window.page
        if page is not None:
            page.keep()
        _close_what_is_open(self._window)
        self._focus_before = self._window.focusWidget()
        self.screen.greet(self._first_name)
        self._window.cover(self.screen)
        self.screen.focus_first()
        if not self._desk.is_closed:
            self._desk.ask(outbox_folder.leave)

    def _uncover(self) -> None:
        self._window.cover(None)
        before, self._focus_before = self._focus_before, None
        if before is not None and before.isVisible():
            before.setFocus()
        elif self._window.page is not None:
            self._window.page.focus_first()

    # --- slots ------------------------------------------------------------------------------------

    @Slot()
    def _on_gesture(self) -> None:
        self.policy.touched()

    @Slot()
    def _on_sleep_coming(self) -> None:
        self._desk.in_a_hurry = True
        self._do(self.policy.falls_asleep())
        # Drafts asked to be kept are in the file once the store lane has come this far.
        if not self._desk.is_closed:
            self._desk.ask(outbox_folder.leave, then=self._on_kept, failed=self._on_not_kept)

    def _on_kept(self, _result: None) -> None:
        self._session.let_sleep()

    def _on_not_kept(self, _error: KnownError) -> bool:
        self._session.let_sleep()
        return False

    @Slot()
    def _on_woke(self) -> None:
        self._desk.in_a_hurry = False
        self._session.hold_sleep()
        self._do(self.policy.woke())

    @Slot(str)
    def _on_page_shown(self, _name: str) -> None:
        page = self._window.page
        signs = page is not None and page.frame is Frame.PARTICIPANT
        self._do(self.policy.signing(now=signs))

    def _on_who(self, who: LockedBy) -> None:
        self._first_name = who.first_name
        self.policy.has_code = who.has_code
        page = self._window.page
        if not who.has_code and page is not None and page.name != "code_secret":
            self._window.navigate("code_secret")

    def _on_shelters(self, found: tuple[Shelter, ...]) -> None:
        self.policy.shelter(found)

    @Slot(str)
    def _on_code(self, code: str) -> None:
        self._desk.ask(code_secret.check, code, then=self._on_checked, failed=self._on_unchecked)

    def _on_checked(self, right: bool) -> None:  # noqa: FBT001 - what the service answered
        if right:
            self.policy.code_was_right()
            self._uncover()
            return
        act = self.policy.code_was_wrong()
        if act is Act.NOTHING:
            self.screen.say_wrong(self.policy.tries_left)
        self._do(act)

    def _on_unchecked(self, error: KnownError) -> None:
        """Give the digits back: the file could not be read, which is no wrong code."""
        self.screen.say_problem(error)


def _close_what_is_open(window: QWidget) -> None:
    """Close lists and dialogs: they are windows of their own, over the locked screen."""
    while (popup := QApplication.activePopupWidget()) is not None:
        if not popup.close():
            break
    for widget in QApplication.topLevelWidgets():
        if isinstance(widget, QDialog) and widget is not window:
            widget.reject()
