"""What D5 is made of: the lines, the name of a free one, the total and the photo, the buttons."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from angrilien.ui import paper_words
from angrilien.ui.desk import Desk
from angrilien.ui.models.paper_lines import PaperLinesModel
from angrilien.ui.widgets import (
    AdaptiveRow,
    Button,
    Card,
    Field,
    FlowLayout,
    PageHead,
    ScrollPage,
    Text,
)
from angrilien.ui.widgets.line_search import LineSearch
from angrilien.ui.widgets.paper_list import PaperList
from angrilien.ui.widgets.reading import Reading

_WIDTH: Final = 960
_FOOT_SHARE: Final = 0.34
"""Of the height that the buttons may take for themselves."""


class PaperBody(QWidget):
    """The parts, from top to bottom. The foot stays in sight.

    Args:
        desk: to search people.
        model: the lines.
        title: of the screen.
    """

    def __init__(self, desk: Desk, model: PaperLinesModel, title: str) -> None:
        super().__init__()
        self.head = PageHead(title)
        self.reading = Reading()
        self.restored = Text(self.tr("Ce que vous aviez saisi est revenu."), "subtitle")
        self.restored.hide()
        self.list = PaperList(model, self.tr("Les lignes de la feuille"))
        lines = Card()
        lines.body.setContentsMargins(12, 12, 12, 12)
        lines.body.addWidget(Text(paper_words.keys(), "hint"))
        lines.body.addWidget(self.list)
        self.names = LineSearch(desk)
        self.end = self._build_end()
        self.area = ScrollPage(width=_WIDTH)
        for part in (self.head, self.reading, self.restored, lines, self.names, self.end):
            self.area.body.addWidget(part)
        self.area.body.addStretch(1)
        self._typing = (lines, self.names, self.end)
        self.foot = self._build_foot()
        self._whole = QVBoxLayout(self)
        self._whole.setContentsMargins(0, 0, 0, 0)
        self._whole.setSpacing(0)
        self._whole.addWidget(self.area, 1)
        self._whole.addWidget(self.foot)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep the foot in sight where it leaves room for the lines; else it scrolls with them."""
        super().resizeEvent(event)
        layout = self.foot.layout()
        high = layout.totalHeightForWidth(self.width()) if layout is not None else 0
        holder = self._whole if high <= self.height() * _FOOT_SHARE else self.area.body
        if holder.indexOf(self.foot) < 0:
            holder.addWidget(self.foot)

    def set_typing(self, *, shown: bool) -> None:
        """Show what is typed in, or hide it while the sheet is read."""
        for part in self._typing:
            part.setVisible(shown)
        self.foot.setEnabled(shown)

    def weigh_end(self) -> None:
        """Give the end its weight: while a name is searched, its button is what comes next."""
        self.finish.set_kind("secondary" if self.names.typed else "primary")

    def _build_end(self) -> Card:
        self.count = Text("", "label")
        self.total = Field(
            self.tr("Nombre de présences écrit sur la f&euille"),
            self.tr("Il est comparé aux lignes saisies."),
        )
        self.total.edit.setMaximumWidth(180)
        self.photo_button = Button(self.tr("&Joindre une photo"), "secondary", "paper")
        self.photo_words = Text("", "hint")
        photo = QWidget()
        column = QVBoxLayout(photo)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.photo_button)
        column.addWidget(self.photo_words)
        end = Card()
        row = AdaptiveRow(spacing=24)
        row.add(self.total)
        row.add(photo)
        end.body.addWidget(self.count)
        end.body.addWidget(row)
        return end

    def _build_foot(self) -> QWidget:
        self.back_button = Button(self.tr("&Retour"), "secondary", "back")
        self.sign_button = Button(self.tr("A si&gné"), "secondary", "sign")
        self.absent_button = Button(self.tr("N’était &pas là"), "secondary", "minus")
        self.other_button = Button(self.tr("Autre n&om"), "secondary", "person")
        self.undo_button = Button(self.tr("A&nnuler"), "quiet", "undo")
        self.finish = Button(self.tr("&Terminer la saisie"), "primary", "check-circle")
        buttons = QWidget()
        flow = FlowLayout(buttons, spacing=10)
        for button in (
            self.back_button,
            self.sign_button,
            self.absent_button,
            self.other_button,
            self.undo_button,
            self.finish,
        ):
            flow.addWidget(button)
        foot = QWidget()
        around = QVBoxLayout(foot)
        around.setContentsMargins(28, 8, 28, 16)
        around.addWidget(buttons)
        for act in (self.sign_button, self.absent_button, self.other_button):
            act.clicked.connect(self._on_act)
        return foot

    @Slot()
    def _on_act(self) -> None:
        """Do for the current line what its key does."""
        signals = {
            self.sign_button: self.list.signed,
            self.absent_button: self.list.absent,
            self.other_button: self.list.other_asked,
        }
        button = self.sender()
        if isinstance(button, Button) and self.list.number:
            signals[button].emit(self.list.number)
