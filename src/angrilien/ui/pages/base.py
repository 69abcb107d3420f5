"""What every screen is."""

from __future__ import annotations

import enum
from typing import TYPE_CHECKING, Any, ClassVar

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from angrilien.errors import KnownError, Way
from angrilien.ui.words import problem_text

if TYPE_CHECKING:
    from angrilien.ui.desk import Desk
    from angrilien.ui.main_window import MainWindow
    from angrilien.ui.widgets.reading import Reading


class Frame(enum.Enum):
    """What of the window surrounds a screen."""

    FULL = "full"
    """The left column and the line of sending."""
    BARE = "bare"
    """Nothing: the notebook is not open."""
    PARTICIPANT = "participant"
    """Nothing at all, over the whole display: nobody else's data is in sight."""


class Page(QWidget):
    """A screen of the window.

    The window makes it at its first showing, and keeps it. A key that a screen has no use for does
    nothing.

    Attributes:
        name: for `MainWindow.navigate` and for the help of F1.
        frame: what surrounds it.
        entry: the entry of the left column that is marked meanwhile.
        remembered: whether Esc comes back to it from the screen after; a form or a participant's
            screen is not.
    """

    name: ClassVar[str] = ""
    frame: ClassVar[Frame] = Frame.FULL
    entry: ClassVar[str] = "today"
    remembered: ClassVar[bool] = True

    def __init__(self, desk: Desk, window: MainWindow) -> None:
        super().__init__()
        self.desk = desk
        self.main = window
        self.setObjectName("participant" if self.frame is Frame.PARTICIPANT else "page")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)

    def title(self) -> str:
        """Return the screen's name, as the window's title and the screen reader say it."""
        raise NotImplementedError

    def show_for(self, **args: Any) -> None:
        """Get ready to be shown; called at each navigation with what `navigate` was given."""

    def keep(self) -> None:
        """Keep what was typed, and stay as it is: the screen locks, and comes back as it was."""

    def leave(self) -> None:
        """Keep what was typed; called before another screen comes."""
        self.keep()

    def closing(self) -> None:
        """Keep what was typed: the window closes, and the next one says what was not finished."""
        self.leave()

    def holds_window(self) -> bool:
        """Tell whether a person's own closing of the window is put off, and ask why here."""
        return False

    def focus_first(self) -> None:
        """Put the focus where the work starts."""

    def search(self) -> None:
        """F2 and Ctrl+F: put the focus in the search field."""

    def print_page(self) -> None:
        """Ctrl+P: print what this screen shows."""

    @property
    def reads_into(self) -> QWidget | None:
        """The field where codes are read, whatever they are; None on a screen that has none."""
        return None

    def on_read(self, text: str) -> None:
        """Take what a card reader has read.

        A screen without `reads_into` is told of cards only.

        Args:
            text: as it arrived, scrambled or not, without the Enter at its end.
        """

    def undo(self) -> None:
        """Ctrl+Z, when no field takes it."""

    def redo(self) -> None:
        """Ctrl+Y, when no field takes it."""

    def say_unread(self, reading: Reading, error: KnownError) -> None:
        """Say in place of what could not be read why, and in the bar where else to go."""
        elsewhere = bool(error.button) and error.way is not Way.RETRY
        reading.fail(self.tr("Rien n’a pu être lu ici.") if elsewhere else problem_text(error))
        if elsewhere:
            self.main.say_problem(error)

    def go_back(self) -> None:
        """Esc: go to the screen before this one."""
        self.main.back()
