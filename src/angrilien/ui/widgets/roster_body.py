"""What D4 is made of, from top to bottom, and how it makes room on a small screen."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QApplication, QVBoxLayout, QWidget

from angrilien.domain.rows import Roster
from angrilien.ui.models.tiles import TileModel
from angrilien.ui.widgets import AdaptiveRow, Button, Card, ScrollPage, Text
from angrilien.ui.widgets.empty_state import EmptyState
from angrilien.ui.widgets.roster_bar import RosterBar
from angrilien.ui.widgets.roster_head import RosterHead
from angrilien.ui.widgets.tile_view import TileView

_LEAST_ROWS: Final = 2.6
"""Lines of tiles in sight under which the whole page scrolls instead of the list alone."""


class RosterBody(QWidget):
    """The head, the sentence that says the state, the tiles and the bar of acts.

    Args:
        model: the tiles.
    """

    def __init__(self, model: TileModel) -> None:
        super().__init__()
        self._compact: bool | None = None
        self.head = RosterHead()
        self.band = Card("here")
        self.band_text = Text("", "label")
        self.band.body.addWidget(self.band_text)
        self.band.hide()
        self.type_paper = Button(self.tr("Saisir la f&euille papier"), "secondary", "paper")
        self.paper = AdaptiveRow()
        self.paper.add(Text(self.tr("Une feuille papier a été imprimée."), "label"))
        self.paper.add(self.type_paper)
        self.paper.hide()
        self.empty = EmptyState("people")
        self.empty.hide()
        self.view = TileView(self.tr("Les personnes de cet atelier"))
        self.view.setModel(model)
        self._middle = QWidget()
        middle = QVBoxLayout(self._middle)
        middle.setContentsMargins(0, 0, 0, 0)
        middle.setSpacing(14)
        for widget in (self.head, self.band, self.paper):
            middle.addWidget(widget)
        # It takes the room of the tiles, of which there is none then.
        middle.addWidget(self.empty, 1_000)
        middle.addWidget(self.view, 1)
        middle.addStretch(0)
        self.bar = RosterBar()
        self.area = ScrollPage()
        self.area.body.setContentsMargins(0, 0, 4, 0)
        self.area.body.addStretch(1)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(28, 20, 28, 14)
        self._column.setSpacing(12)
        self._column.addWidget(self.area, 1)
        self._column.addWidget(self._middle, 1)
        self._column.addWidget(self.bar)
        self.area.hide()
        self.view.dragged.connect(self._on_dragged)
        self.view.selectionModel().currentChanged.connect(self._on_current)

    def say_state(self, roster: Roster, *, editable: bool) -> None:
        """Say why a sheet no longer changes, or that nobody is on it."""
        sentence = {
            "closed": self.tr("Feuille terminée. Elle ne change plus."),
            "cancelled": self.tr("Cet atelier est annulé."),
            "nobody": self.tr("Personne n’est venu à cet atelier."),
        }.get(roster.workshop.state, "")
        self.band_text.setText(sentence)
        self.band.set_look("here" if roster.workshop.state == "closed" else "true")
        self.band.setVisible(bool(sentence))
        what_to_do = self.tr("Cherchez un nom, ou ajoutez une personne.") if editable else ""
        self.empty.say(self.tr("La liste est vide."), what_to_do)
        self.empty.setVisible(not roster.rows and not self.head.search.text())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Scroll the list alone where there is room, else the whole page."""
        super().resizeEvent(event)
        self.arrange()

    def arrange(self) -> None:
        """Choose what scrolls, after the size or the contents changed."""
        margins = self._column.contentsMargins()
        room = self.width() - margins.left() - margins.right()
        head_layout = self.head.layout()
        top = head_layout.totalHeightForWidth(room) if head_layout is not None else 0
        free = self.height() - top - self.bar.sizeHint().height() - 80
        compact = free < _LEAST_ROWS * self.view.row_height or self.bar.width_of_all() > room
        if compact:
            self.bar.give_extra(room)
        if compact == self._compact:
            return
        self._compact = compact
        focused = QApplication.focusWidget()
        if compact:
            self.area.body.insertWidget(0, self._middle)
            self.area.body.insertWidget(1, self.bar.extra)
        else:
            self._column.insertWidget(1, self._middle, 1)
            self.bar.take_back()
        self.area.setVisible(compact)
        self._middle.show()
        self.bar.extra.show()
        self.view.set_whole(whole=compact)
        if focused is not None and self.isAncestorOf(focused):
            focused.setFocus()

    def show_tile(self, key: str) -> bool:
        """Scroll to a tile and mark it; tell whether it is in sight of the search."""
        model = self.view.model()
        row = model.row_of(key) if isinstance(model, TileModel) else -1
        if row < 0:
            return False
        index = model.index(row, 0)
        self.view.setCurrentIndex(index)
        self.view.scrollTo(index)
        self.view.set_target(row)
        self._on_current()
        return True

    @Slot(int)
    def _on_dragged(self, pixels: int) -> None:
        if self._compact:
            bar = self.area.verticalScrollBar()
            bar.setValue(bar.value() + pixels)

    @Slot()
    def _on_current(self) -> None:
        if self._compact:
            rect = self.view.visualRect(self.view.currentIndex())
            content = self.area.widget()
            if content is None:
                return
            place = self.view.viewport().mapTo(content, rect.center())
            self.area.ensureVisible(place.x(), place.y(), 0, rect.height())
