"""Copies de sécurité: what is kept, one more, one on a USB key, and the way back to one."""

from __future__ import annotations

import functools
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QStandardPaths, Slot
from PySide6.QtWidgets import QFileDialog, QVBoxLayout, QWidget

from angrilien.domain import french
from angrilien.domain.clock import local
from angrilien.domain.rows import CopyRow
from angrilien.errors import CopyDamaged, KnownError
from angrilien.services import copies
from angrilien.ui import a11y
from angrilien.ui.dialogs.back_panel import BackPanel
from angrilien.ui.pages.base import Page
from angrilien.ui.widgets import (
    AdaptiveRow,
    Button,
    Card,
    Divider,
    FlowLayout,
    PageHead,
    ScrollPage,
    Text,
)

if TYPE_CHECKING:
    from angrilien.ui.desk import Desk
    from angrilien.ui.main_window import MainWindow


class CopiesPage(Page):
    """A plain list, the newest copy first. Going back copies the present first."""

    name = "copies"
    entry = "help"

    def __init__(self, desk: Desk, window: MainWindow) -> None:
        super().__init__(desk, window)
        self._rows: tuple[CopyRow, ...] = ()
        self._chosen = ""
        self.back_buttons: dict[str, Button] = {}
        self.make_button = Button(self.tr("&Faire une copie maintenant"), "primary", "check")
        self.key_button = Button(self.tr("Copier sur une &clé USB"), "secondary", "key")
        self.return_button = Button(self.tr("&Retour"), "secondary", "back")
        head = PageHead(
            self.tr("Copies de sécurité"),
            self.tr("Angrilien en fait une chaque jour, et garde les dernières."),
        )
        buttons = QWidget()
        side_by_side = FlowLayout(buttons, spacing=12)
        for button in (self.make_button, self.key_button, self.return_button):
            side_by_side.addWidget(button)
        self.lost = Text(
            self.tr(
                "Des gestes enregistrés ne sont plus dans le cahier. Une copie les a peut-être."
            ),
            "warning",
        )
        self.go_on = Button(self.tr("Continuer sans eux"), "secondary", "forward")
        self.former = Text("", "warning")
        self.working = Text(self.tr("Un instant…"), "subtitle")
        self.list = Card()
        self.list.body.setContentsMargins(24, 14, 24, 14)
        self.area = ScrollPage(width=960)
        for part in (
            head,
            buttons,
            self.lost,
            self.go_on,
            self.former,
            self.working,
            self.list,
        ):
            self.area.body.addWidget(part)
        self.area.body.addStretch(1)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(self.area)
        self.panel = BackPanel(self, self.area)
        self.panel.confirmed.connect(self._on_confirmed)
        self.make_button.clicked.connect(self._on_make)
        self.key_button.clicked.connect(self._on_key)
        self.return_button.clicked.connect(self.go_back)
        self.go_on.clicked.connect(self._on_go_on)

    def title(self) -> str:
        """Return the screen's name."""
        return self.tr("Copies de sécurité")

    def show_for(self, **_args: Any) -> None:
        """Read the copies anew."""
        self.panel.shut()
        self._read()

    def focus_first(self) -> None:
        """Put the focus on one more copy."""
        self.make_button.setFocus()

    def go_back(self) -> None:
        """Esc: give up the question, or leave."""
        if self.panel.is_open:
            self.panel.dismiss()
        else:
            self.main.back()

    # --- the list ---------------------------------------------------------------------------------

    def _read(self) -> None:
        self._busy(working=True)
        if self.desk.is_open:
            self.desk.ask(copies.overview, then=self._on_overview, failed=self._on_failed)
        else:
            self.main.navigate("rescue")

    def _on_overview(self, seen: copies.Overview) -> None:
        self._busy(working=False)
        self._rows = seen.rows
        self.lost.setVisible(seen.lost)
        self.go_on.setVisible(seen.lost)
        self.former.setVisible(bool(seen.with_former_key))
        days = ", ".join(self._day(at) for at in seen.with_former_key)
        self.former.setText(
            self.tr("Sur clé USB, s’ouvre avec l’ancienne phrase\u00a0: {days}.").format(days=days)
        )
        self._fill()
        if self.main.page is self and not self.panel.is_open:
            self.focus_first()

    def _fill(self) -> None:
        body = self.list.body
        while body.count():
            item = body.takeAt(0)
            widget = item.widget() if item is not None else None
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        self.back_buttons = {}
        if not self._rows:
            body.addWidget(Text(self.tr("Pas encore de copie."), "heading"))
            body.addWidget(
                Text(self.tr("La première se fait quand vous fermez Angrilien."), "subtitle")
            )
        for place, row in enumerate(self._rows):
            if place:
                body.addWidget(Divider())
            body.addWidget(self._line(row))

    def _line(self, row: CopyRow) -> QWidget:
        line = AdaptiveRow()
        words = QWidget()
        column = QVBoxLayout(words)
        column.setContentsMargins(0, 4, 0, 4)
        column.setSpacing(0)
        column.addWidget(Text(self._day(row.made_at, hour=True), "label"))
        if row.sound:
            said = self.tr("{workshops} · {people} · {size}").format(
                workshops=_count(row.workshops, self.tr("atelier"), self.tr("ateliers")),
                people=_count(row.people, self.tr("personne"), self.tr("personnes")),
                size=self._size(row.size),
            )
            column.addWidget(Text(said, "subtitle"))
        else:
            column.addWidget(Text(self.tr("Cette copie est abîmée."), "problem"))
        line.add(words)
        if row.sound:
            button = Button(self.tr("Revenir à cette copie"), "secondary", "undo")
            button.setAccessibleDescription(self._day(row.made_at, hour=True))
            button.setProperty("copy", row.name)
            button.clicked.connect(self._on_back)
            self.back_buttons[row.name] = button
            line.add(button)
        return line

    def _day(self, instant: int, *, hour: bool = False) -> str:
        tz = self.main.watch.tz if self.main.watch else self.desk.zone
        moment = local(instant, tz)
        day = french.long_date(moment.date())
        if not hour:
            return day
        words = self.tr("{day} à {hour}").format(day=day, hour=french.hour(moment))
        return words[:1].upper() + words[1:]

    def _size(self, size: int) -> str:
        tenths = max(1, round(size / 100_000))
        return self.tr("{number}\u00a0Mo").format(number=f"{tenths / 10:.1f}".replace(".", ","))

    def _busy(self, *, working: bool) -> None:
        self.working.setVisible(working)
        self.list.setVisible(not working)
        if working:
            for part in (self.lost, self.go_on, self.former):
                part.hide()
        for button in (self.make_button, self.key_button):
            button.setEnabled(not working)

    def _on_failed(self, error: KnownError) -> None:
        self._busy(working=False)
        self.main.say_problem(error, again=self._read_again)

    @Slot()
    def _read_again(self) -> None:
        self._read()

    # --- acts -------------------------------------------------------------------------------------

    @Slot()
    def _on_make(self) -> None:
        self._busy(working=True)
        self.desk.ask(copies.make, then=self._on_made, failed=self._on_failed)

    def _on_made(self, _row: CopyRow) -> None:
        self._read()
        said = self.tr("La copie est faite, et vérifiée.")
        self.main.say(said)
        a11y.announce(self, said)

    @Slot()
    def _on_key(self) -> None:
        start = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.HomeLocation)
        place = QFileDialog.getExistingDirectory(self, self.tr("Choisir la clé USB"), start)
        if place:
            self._busy(working=True)
            self.desk.ask(copies.on_key, Path(place), then=self._on_made, failed=self._on_failed)

    @Slot()
    def _on_back(self) -> None:
        button = self.sender()
        if isinstance(button, Button):
            self._chosen = str(button.property("copy"))
            row = next(one for one in self._rows if one.name == self._chosen)
            self.panel.ask(self._day(row.made_at, hour=True))

    @Slot()
    def _on_confirmed(self) -> None:
        self._busy(working=True)
        self.desk.ask(
            functools.partial(_go_back, name=self._chosen),
            then=self._on_gone_back,
            failed=self._on_refused,
        )

    def _on_gone_back(self, _result: None) -> None:
        # The process that knows the key ends, and the phrase is asked by the one that follows.
        if self.main.guard is not None:
            self.main.guard.end()

    def _on_refused(self, error: KnownError) -> None:
        self._busy(working=False)
        self.main.say_problem(error)
        if isinstance(error, CopyDamaged):
            self._read()

    @Slot()
    def _on_go_on(self) -> None:
        self.desk.ask(copies.go_on_without, then=self._on_went_on, failed=self._on_failed)

    def _on_went_on(self, _result: None) -> None:
        self._read()
        self.main.say(self.tr("C’est noté. Ce que le programme a reviendra tout seul."))


def _go_back(notebook: Any, *, name: str) -> None:
    copies.go_back(notebook, name)


def _count(number: int, one: str, many: str) -> str:
    return f"{french.number(number)} {one if number < 2 else many}"
