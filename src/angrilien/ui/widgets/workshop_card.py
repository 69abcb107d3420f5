"""The card of a workshop on D1."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QCoreApplication, Signal, Slot
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QHBoxLayout, QMenu, QVBoxLayout, QWidget

from angrilien.domain import french
from angrilien.domain.rows import WorkshopRow
from angrilien.ui import a11y, theme
from angrilien.ui.widgets.adaptive import AdaptiveRow, FlowLayout
from angrilien.ui.widgets.button import Button
from angrilien.ui.widgets.card import Card, Tag, Text
from angrilien.ui.words import hour_at


class WorkshopCard(Card):
    """Hours, title, place and people, with its button.

    Args:
        row: the workshop.
        themes: French titles by code.
        current: whether it is the one to open now.
    """

    open_asked = Signal(str)
    cancel_asked = Signal(str)
    nobody_asked = Signal(str)

    def __init__(self, row: WorkshopRow, themes: Mapping[str, str], *, current: bool) -> None:
        super().__init__("chosen" if current else "true")
        self.row = row
        a11y.named(self, f"{hour_at(row.starts_at, row.tz)}, {row.title}")
        told = AdaptiveRow(stretch=1, spacing=24)
        told.add(self._hours())
        told.add(self._words(themes))
        line = AdaptiveRow(least=22)
        line.add(told)
        line.add(self._buttons(current=current))
        self.body.addWidget(line)

    def _hours(self) -> QWidget:
        box = QWidget()
        column = QVBoxLayout(box)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        end = self.tr("à {hour}").format(hour=hour_at(self.row.ends_at, self.row.tz))
        column.addStretch(1)
        column.addWidget(Text(hour_at(self.row.starts_at, self.row.tz), "hour", wrap=False))
        column.addWidget(Text(end, "subtitle", wrap=False))
        column.addStretch(1)
        box.setMinimumWidth(theme.points(theme.TEXT_POINTS) * 8)
        return box

    def _words(self, themes: Mapping[str, str]) -> QWidget:
        box = QWidget()
        column = QVBoxLayout(box)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        place = f"{self.row.venue.name} · {people_words(self.row)}"
        column.addWidget(Text(self.row.title, "heading"))
        column.addWidget(Text(place, "subtitle"))
        tags = [Tag(themes.get(code, code)) for code in self.row.themes]
        state = self._state_word()
        if state:
            # Amber is for what somebody has still to do: a sheet that is ended is not.
            tags.insert(0, Tag(state, "tag_here" if self.row.state == "closed" else "tag"))
        if self.row.after_the_fact:
            tags.append(Tag(self.tr("saisi après coup"), "tag_waiting"))
        if tags:
            holder = QWidget()
            flow = FlowLayout(holder, spacing=6)
            for tag in tags:
                flow.addWidget(tag)
            column.addWidget(holder)
        return box

    def _state_word(self) -> str:
        return {
            "closed": self.tr("feuille terminée"),
            "cancelled": self.tr("annulé"),
            "nobody": self.tr("personne n’est venu"),
        }.get(self.row.state, "")

    def _buttons(self, *, current: bool) -> QWidget:
        box = QWidget()
        row = QHBoxLayout(box)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(10)
        row.addStretch(1)
        running = self.row.state in ("planned", "open")
        if running:
            row.addWidget(self._more())
        cancelled = self.row.state == "cancelled"
        word = self.tr("Ouvrir") if running else self.tr("Voir la feuille")
        word = self.tr("Rouvrir") if cancelled else word
        icon = "" if running or cancelled else "paper"
        self.open_button = Button(word, "primary" if current else "secondary", icon)
        a11y.named(self.open_button, f"{word}, {self.row.title}")
        self.open_button.clicked.connect(self._on_open)
        row.addWidget(self.open_button)
        self.open_button.setVisible(self.row.state != "nobody")
        return box

    def _more(self) -> Button:
        """Return the button of what is seldom needed."""
        button = Button(self.tr("Plus"), "quiet", "more")
        a11y.named(button, self.tr("Plus, {title}").format(title=self.row.title))
        menu = QMenu(button)
        nobody = QAction(self.tr("Personne n’est venu"), menu)
        cancel = QAction(self.tr("Annuler cet atelier"), menu)
        nobody.triggered.connect(self._on_nobody)
        cancel.triggered.connect(self._on_cancel)
        # Somebody's presence is not undone by a menu.
        nobody.setEnabled(self.row.present == 0)
        cancel.setEnabled(self.row.present == 0)
        menu.addActions([nobody, cancel])
        button.setMenu(menu)
        return button

    @Slot()
    def _on_open(self) -> None:
        self.open_asked.emit(self.row.id)

    @Slot()
    def _on_cancel(self) -> None:
        self.cancel_asked.emit(self.row.id)

    @Slot()
    def _on_nobody(self) -> None:
        self.nobody_asked.emit(self.row.id)


def people_words(row: WorkshopRow) -> str:
    """Return "6 personnes présentes · 10 attendues", or what is known before the workshop."""
    expected = french.number(row.expected)
    if row.present:
        present = french.number(row.present)
        said = _tr("1 présence") if row.present == 1 else _tr("{count} présences")
        return said.format(count=present)
    if row.expected == 0:
        return _tr("liste vide pour l’instant")
    if row.expected == 1:
        return _tr("1 personne attendue")
    return _tr("{count} personnes attendues").format(count=expected)


def _tr(text: str) -> str:
    return QCoreApplication.translate("WorkshopCard", text)
