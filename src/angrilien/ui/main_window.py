"""The window: the left column, the screens, the line of sending, the keys."""

from __future__ import annotations

import pkgutil
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QCloseEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QApplication,
    QHBoxLayout,
    QStackedLayout,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from angrilien.errors import KnownError
from angrilien.settings import Settings
from angrilien.ui import a11y, tab_way
from angrilien.ui.card_reader import CardReader
from angrilien.ui.chimes import Chime, Chimes
from angrilien.ui.desk import Desk, Notebook
from angrilien.ui.history import History
from angrilien.ui.looks import Looks
from angrilien.ui.page_names import PAGES
from angrilien.ui.pages.base import Frame, Page
from angrilien.ui.ways import Ways
from angrilien.ui.widgets import MessageBar
from angrilien.ui.widgets.nav_column import NavColumn
from angrilien.ui.widgets.sending_line import SendingLine
from angrilien.ui.widgets.training_banner import TrainingBanner
from angrilien.ui.words import button_text, problem_text

if TYPE_CHECKING:
    from angrilien.domain.rows import VenueRow
    from angrilien.ui.guard import Guard
    from angrilien.ui.sending_text import SendingWords
    from angrilien.ui.sending_watch import SendingWatch

MINIMUM: Final = (900, 520)
"""Logical pixels: a 1366×768 laptop at 125 %."""
FIRST_SIZE: Final = (1280, 720)


class MainWindow(QWidget):
    """The only window.

    Args:
        desk: what the screens work with.
        settings: those of this computer, for the text size and the colours.
    """

    page_shown = Signal(str)
    """The name of the screen that has just come."""
    training_asked = Signal()
    """Somebody wants to train: the training opens in a window of its own."""
    ended = Signal()
    """The window has closed because the key must leave the memory: the process ends now."""

    def __init__(self, desk: Desk, settings: Settings) -> None:
        super().__init__()
        self.desk = desk
        self.settings = settings
        self.looks = Looks(settings, self)
        self.chimes = Chimes(settings)
        self._pages: dict[str, Page] = {}
        self._page: Page | None = None
        self._args: dict[str, Any] = {}
        self._history = History()
        self._watch: SendingWatch | None = None
        self._guard: Guard | None = None
        self._shortcuts: list[QShortcut] = []
        self._covers_display = False
        self._ends = False
        self._ways = Ways(self)
        self.setObjectName("window")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._program = self.tr("ENTRAÎNEMENT") if desk.training else "Angrilien"
        self.setWindowTitle(self._program)
        self.setMinimumSize(*MINIMUM)
        self.resize(*FIRST_SIZE)
        self._build()
        self._bind_keys()
        self.reader = CardReader(self)
        desk.problem_met.connect(self._on_problem_met)

    # --- what the screens use ---------------------------------------------------------------------

    @property
    def page(self) -> Page | None:
        """The screen in sight."""
        return self._page

    @property
    def watch(self) -> SendingWatch | None:
        """The state of sending, None until the notebook is open."""
        return self._watch

    @property
    def covering(self) -> QWidget | None:
        """What covers every screen, None for nothing."""
        shown = self._layers.currentWidget()
        return shown if shown is not self._content else None

    @property
    def guard(self) -> Guard | None:
        """What locks the screen, None until the notebook is open."""
        return self._guard

    def navigate(self, page_name: str, **args: Any) -> None:
        """Leave the screen in sight and show another.

        Args:
            page_name: "today", "roster"…
            args: given to its `show_for`.
        """
        if self._page is not None:
            self._page.leave()
            kept = self._page.remembered or page_name == "help"
            if kept and self._page.name != page_name:
                self._history.leave(self._page.name, self._args)
        if self.desk.training and page_name == "sending":
            # There is nothing to show: this notebook has no way out.
            self.say(self.tr("Pendant l’entraînement, rien n’est envoyé."))
            return
        self._history.arrive(page_name, args)
        self._show(page_name, args)

    def back(self) -> None:
        """Show the screen before this one, "today" where there is none."""
        if self._page is None or self._page.name == "today" or self._page.frame is Frame.BARE:
            return
        self._page.leave()
        name, args = self._history.back()
        self._show(name, args)

    def say(
        self, sentence: str, *, action: str = "", do: Callable[[], object] | None = None
    ) -> None:
        """Show a sentence in the message bar: something was done, or is good to know.

        Args:
            sentence: what there is to say.
            action: the word of a button, where there is something to do.
            do: method of a QObject that this button calls.
        """
        self.messages.say(sentence, tone="info", action=action, do=do)

    def problem(
        self, sentence: str, *, action: str = "", do: Callable[[], object] | None = None
    ) -> None:
        """Show a problem in the message bar, as `say` does; `say_problem` shows an error."""
        self.chimes.play(Chime.PROBLEM)
        self.messages.say(sentence, action=action, do=do)

    def say_problem(self, error: KnownError, *, again: Callable[[], object] | None = None) -> None:
        """Show an error in the message bar, with its one button where that leads somewhere.

        Args:
            error: that was met.
            again: method of a QObject that asks again for what was refused; without it, what the
                desk has just been refused is asked again.
        """
        do = self._ways.out_of(error, again or self.desk.again())
        self.problem(problem_text(error), action=button_text(error), do=do)

    def offer_report(self) -> None:
        """Say that something went wrong the last time, and offer what tells whoever helps."""
        self.say(
            self.tr("Angrilien a rencontré un problème. Rien n’est perdu."),
            action=self.tr("Voir le rapport"),
            do=self._on_report,
        )

    def open_notebook(self, notebook: Notebook) -> None:
        """Take an opened notebook and show today's workshops."""
        self.desk.attach(notebook)
        self._history.clear()
        if self.desk.training:
            # Neither a sender nor a lock: nothing leaves, and nothing is anybody's.
            self.navigate("today")
            self.say(self.tr("Ces personnes sont inventées. Tout s’efface quand vous fermez."))
            return
        watch_class = pkgutil.resolve_name("angrilien.ui.sending_watch:SendingWatch")
        watch: SendingWatch = watch_class(self.desk, self.desk.zone, parent=self)
        watch.words_changed.connect(self._on_words)
        watch.venue_changed.connect(self.show_venue)
        self._watch = watch
        self.navigate("today")
        guard_class = pkgutil.resolve_name("angrilien.ui.guard:Guard")
        self._guard = guard_class(self)
        watch.retired.connect(self._guard.end)
        pkgutil.resolve_name("angrilien.ui.restored:Restored")(self)
        pkgutil.resolve_name("angrilien.ui.venue_profile:VenueProfile")(self)

    @Slot()
    def begin_again(self) -> None:
        """Close the training; another begins in the place of this window."""
        self.close()
        self.ended.emit()

    def cover(self, screen: QWidget | None) -> None:
        """Hide everything behind a screen: its widgets, its keys, the window's title.

        Args:
            screen: the one that covers; None shows everything again, as it was.
        """
        for shortcut in self._shortcuts:
            shortcut.setEnabled(screen is None)
        # A hidden field may still be given the focus by an answer that comes late; a disabled not.
        self._content.setEnabled(screen is None)
        if screen is None:
            self._layers.setCurrentWidget(self._content)
            self.retitle()
        else:
            self._layers.addWidget(screen)
            self._layers.setCurrentWidget(screen)
            self.setWindowTitle(self._program)

    @Slot(object)
    def show_venue(self, venue: VenueRow) -> None:
        """Name the venue at the head of the left column, and say hours in its zone."""
        named = [part for part in (venue.name, venue.commune) if part]
        self.nav.show_venue(", ".join(named))
        if self._watch is not None:
            self._watch.set_zone(venue.tz)

    @Slot()
    def come_forward(self) -> None:
        """Come before the other windows: somebody has started the application once more."""
        self.setWindowState(
            (self.windowState() & ~Qt.WindowState.WindowMinimized) | Qt.WindowState.WindowActive
        )
        self.show()
        self.raise_()
        self.activateWindow()
        QApplication.alert(self)

    def focusNextPrevChild(self, next: bool) -> bool:  # noqa: A002, FBT001 - Qt's own signature
        """Follow the order of reading, whatever came when."""
        return tab_way.step(self, forward=next)

    # --- construction -----------------------------------------------------------------------------

    def _build(self) -> None:
        self.nav = NavColumn()
        self.nav.chosen.connect(self._on_door)
        self.messages = MessageBar()
        self.stack = QStackedWidget()
        self.line = SendingLine()
        self.line.clicked.connect(self._on_line)
        right = QVBoxLayout()
        right.setContentsMargins(0, 0, 0, 0)
        right.setSpacing(0)
        right.addWidget(self.messages)
        right.addWidget(self.stack, 1)
        middle = QHBoxLayout()
        middle.setContentsMargins(0, 0, 0, 0)
        middle.setSpacing(0)
        middle.addWidget(self.nav)
        middle.addLayout(right, 1)
        self._content = QWidget()
        whole = QVBoxLayout(self._content)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        if self.desk.training:
            whole.addWidget(TrainingBanner())
        whole.addLayout(middle, 1)
        whole.addWidget(self.line)
        self._layers = QStackedLayout(self)
        self._layers.addWidget(self._content)
        self.nav.hide()

    def _bind_keys(self) -> None:
        standard = QKeySequence.StandardKey
        for keys, slot in (
            ("F1", self.show_help),
            ("F2", self._on_search),
            ("Ctrl+F", self._on_search),
            ("F5", self._on_send_now),
            ("Ctrl+N", self._on_new),
            ("Ctrl+P", self._on_print),
            (standard.Undo, self._on_undo),
            ("Ctrl+Y", self._on_redo),
            ("Esc", self._on_escape),
        ):
            shortcut = QShortcut(QKeySequence(keys), self)
            shortcut.activated.connect(slot)
            self._shortcuts.append(shortcut)

    # --- showing ----------------------------------------------------------------------------------

    def _show(self, name: str, args: dict[str, Any]) -> None:
        page = self._pages.get(name)
        if page is None:
            page_class: type[Page] = pkgutil.resolve_name(PAGES[name])
            page = page_class(self.desk, self)
            self._pages[name] = page
            self.stack.addWidget(page)
        self.messages.clear()
        self._page, self._args = page, args
        self._surround(page.frame)
        self.nav.mark(page.entry)
        page.show_for(**args)
        # A page may send its user on at once.
        if self._page is page:
            self.stack.setCurrentWidget(page)
            self.retitle()
            page.focus_first()
            self.page_shown.emit(name)

    def retitle(self) -> None:
        """Say the title of the screen in sight, in the window's title and to the screen reader."""
        if self._page is not None and self._layers.currentWidget() is self._content:
            title = self._page.title()
            self.setWindowTitle(f"{title} – {self._program}")
            a11y.named(self._page, title)
            a11y.announce(self._page, title)

    def _surround(self, frame: Frame) -> None:
        full = frame is Frame.FULL and self.desk.is_open
        self.nav.setVisible(full)
        self.line.setVisible(full and bool(self.line.words.lead))
        covers = frame is Frame.PARTICIPANT
        if covers and not self._covers_display:
            display = self.screen().geometry()
            # A display that reports less than the window has would make the frame smaller.
            if display.width() >= self.width() and display.height() >= self.height():
                self._covers_display = True
                self.setWindowState(self.windowState() | Qt.WindowState.WindowFullScreen)
        elif not covers and self._covers_display:
            self._covers_display = False
            self.setWindowState(self.windowState() & ~Qt.WindowState.WindowFullScreen)

    # --- slots ------------------------------------------------------------------------------------

    @Slot()
    def show_help(self) -> None:
        """F1: the help of the screen in sight."""
        page = self._page
        if page is not None and page.name != "help" and page.frame is not Frame.PARTICIPANT:
            self.navigate("help", screen=page.name)
        if self._page is not None:
            self.nav.mark(self._page.entry)

    @Slot(object)
    def _on_words(self, words: SendingWords) -> None:
        self.line.say(words)
        self.line.setVisible(self._page is not None and self._page.frame is Frame.FULL)

    @Slot(str)
    def _on_door(self, name: str) -> None:
        if name == "help":
            self.show_help()
        else:
            self.navigate(name)

    @Slot()
    def _on_line(self) -> None:
        self.navigate("sending")

    @Slot()
    def _on_search(self) -> None:
        if self._page is not None:
            self._page.search()

    @Slot()
    def _on_send_now(self) -> None:
        if self._watch is not None:
            self._watch.send_now()

    @Slot()
    def _on_new(self) -> None:
        if self.desk.is_open and self._page is not None and self._page.frame is Frame.FULL:
            self.navigate("workshop_form")

    @Slot()
    def _on_print(self) -> None:
        if self._page is not None:
            self._page.print_page()

    @Slot()
    def _on_undo(self) -> None:
        if self._page is not None:
            self._page.undo()

    @Slot()
    def _on_redo(self) -> None:
        if self._page is not None:
            self._page.redo()

    @Slot()
    def _on_escape(self) -> None:
        if self._page is not None:
            self._page.go_back()

    @Slot()
    def _on_report(self) -> None:
        self.navigate("technical")

    @Slot(object)
    def _on_problem_met(self, error: KnownError) -> None:
        self.say_problem(error)

    def close(self) -> bool:
        """Close whatever is in sight: the program itself ends. A person closes by the system."""
        self._ends = True
        return super().close()

    def closeEvent(self, event: QCloseEvent) -> None:
        """Keep what was typed, stop sending, and close the notebook."""
        if self._page is not None and not self.desk.is_closed:
            if not self._ends and self._page.holds_window():
                event.ignore()
                return
            self._page.closing()
        # What is under way may take a moment to end: nobody looks at a window that does not answer.
        self.hide()
        if self._watch is not None:
            self._watch.close()
        self.desk.close()
        if self._guard is not None:
            # Last: the system waits with its suspend until then.
            self._guard.close()
        super().closeEvent(event)
