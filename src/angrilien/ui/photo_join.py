"""« Joindre une photo »: chosen, made small off the window's thread, kept encrypted, sent last."""

from __future__ import annotations

import functools
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QStandardPaths, Slot
from PySide6.QtWidgets import QFileDialog

from angrilien.errors import KnownError
from angrilien.services import photos
from angrilien.ui import a11y, paper_words
from angrilien.ui.photo_shrink import shrink
from angrilien.ui.widgets import Button, Text

if TYPE_CHECKING:
    from angrilien.ui.desk import Desk
    from angrilien.ui.main_window import MainWindow


class PhotoJoin(QObject):
    """The button of a paper sheet's photos, and the line that counts them.

    Args:
        desk: whose lane makes them small and keeps them.
        window: that says what was refused.
        button: « Joindre une photo ».
        words: where they are counted.
    """

    def __init__(self, desk: Desk, window: MainWindow, button: Button, words: Text) -> None:
        super().__init__(button)
        self._desk = desk
        self._window = window
        self._button = button
        self._words = words
        self._workshop_id = ""
        self._count = 0
        button.clicked.connect(self._on_join)

    @property
    def count(self) -> int:
        """How many photos the sheet has."""
        return self._count

    def show(self, workshop_id: str, count: int) -> None:
        """Say how many photos a workshop's sheet has."""
        self._workshop_id, self._count = workshop_id, count
        self._words.setText(paper_words.photos(count))
        self._words.setVisible(bool(count))

    @Slot()
    def _on_join(self) -> None:
        place = QStandardPaths.StandardLocation.PicturesLocation
        names, _ = QFileDialog.getOpenFileNames(
            self._window,
            self.tr("Joindre une photo"),
            QStandardPaths.writableLocation(place) or str(Path.home()),
            self.tr("Photos (*.jpg *.jpeg *.png)"),
        )
        for name in names:
            self._button.setEnabled(False)
            self._desk.run(
                shrink,
                Path(name),
                then=functools.partial(self._on_small, self._workshop_id),
                failed=self._on_refused,
            )

    def _on_small(self, workshop_id: str, data: bytes) -> None:
        self._desk.ask(
            photos.attach_photo,
            workshop_id,
            data,
            then=functools.partial(self._on_kept, workshop_id),
            failed=self._on_refused,
        )

    def _on_kept(self, workshop_id: str, _photo: str) -> None:
        self._button.setEnabled(True)
        self._desk.changed.sending_changed.emit()
        if workshop_id == self._workshop_id:
            self.show(workshop_id, self._count + 1)
            a11y.announce(self._button, self._words.text())

    def _on_refused(self, error: KnownError) -> None:
        self._button.setEnabled(True)
        # Another file is chosen in the same dialog; what the disk refused is asked again as it was.
        again = self._desk.again() if error.way.value == "retry" else self._on_join
        self._window.say_problem(error, again=again)
