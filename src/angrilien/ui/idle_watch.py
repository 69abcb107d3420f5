"""Tells that somebody is there: a key, the mouse, a finger, a pen."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QEvent, QObject, Signal, Slot
from PySide6.QtGui import QGuiApplication, QWindow

_GESTURES: Final = frozenset(
    {
        QEvent.Type.KeyPress,
        QEvent.Type.MouseButtonPress,
        QEvent.Type.MouseMove,
        QEvent.Type.Wheel,
        QEvent.Type.TouchBegin,
        QEvent.Type.TouchUpdate,
        QEvent.Type.TabletPress,
        QEvent.Type.TabletMove,
    }
)


class IdleWatch(QObject):
    """Listens to one window of the system, where every gesture passes before any widget gets it.

    A filter on the application would see each event of each widget, paints and timers too, and make
    every click slower. Dialogs and lists that open have windows of their own: opening and closing
    one is a gesture, what is done inside is not counted.

    Args:
        window: of the system, that of the main window.
        parent: as for every object.
    """

    gesture = Signal()

    def __init__(self, window: QWindow, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._window = window
        window.installEventFilter(self)
        app = QGuiApplication.instance()
        if isinstance(app, QGuiApplication):
            app.focusWindowChanged.connect(self._on_focus_window)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Tell of a gesture, and let everything through."""
        if event.type() in _GESTURES:
            self.gesture.emit()
        return super().eventFilter(watched, event)

    def close(self) -> None:
        """Listen no longer."""
        self._window.removeEventFilter(self)

    @Slot()
    def _on_focus_window(self) -> None:
        self.gesture.emit()
