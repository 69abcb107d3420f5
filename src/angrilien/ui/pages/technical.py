"""What to give to whoever helps: shown in full before it leaves, and it leaves by hand only."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from PySide6.QtCore import QStandardPaths, Slot
from PySide6.QtGui import QFontDatabase, QGuiApplication, QTextOption
from PySide6.QtWidgets import QFileDialog, QPlainTextEdit, QVBoxLayout, QWidget

from angrilien import crashes, paths
from angrilien.errors import CannotSaveFile
from angrilien.services import diagnostic, orders
from angrilien.services.orders import Order
from angrilien.ui import a11y, theme
from angrilien.ui.pages.base import Page
from angrilien.ui.widgets import Button, FlowLayout, PageHead, ScrollPage, Text

if TYPE_CHECKING:
    from angrilien.ui.desk import Desk
    from angrilien.ui.main_window import MainWindow

FILE_NAME: Final = "angrilien-informations.txt"
_LEAST_HEIGHT: Final = 260
"""Pixels of the text below which the screen scrolls instead."""


class TechnicalPage(Page):
    """The whole text, and the two ways in which a person takes it away."""

    name = "technical"
    entry = "help"

    def __init__(self, desk: Desk, window: MainWindow) -> None:
        super().__init__(desk, window)
        self.save_button = Button(self.tr("&Enregistrer"), "primary", "check")
        self.copy_button = Button(self.tr("&Copier"), "secondary", "paper")
        self.forget_button = Button(self.tr("E&ffacer le rapport"), "secondary", "remove")
        self.order_button = Button(self.tr("&Lire un ordre"), "secondary", "paper")
        self.order_button.setAccessibleDescription(
            self.tr("Un fichier que le programme vous a donné.")
        )
        self.back_button = Button(self.tr("&Retour"), "secondary", "back")
        head = PageHead(self.tr("Informations techniques"))
        buttons = QWidget()
        side_by_side = FlowLayout(buttons, spacing=12)
        for button in (
            self.save_button,
            self.copy_button,
            self.forget_button,
            self.order_button,
            self.back_button,
        ):
            side_by_side.addWidget(button)
        self.text = QPlainTextEdit()
        self.text.setReadOnly(True)
        self.text.setWordWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        self.text.setTabChangesFocus(True)
        a11y.named(self.text, self.tr("Le texte entier"))
        self.text.setMinimumHeight(_LEAST_HEIGHT)
        told = self.tr("Aucun nom, rien de ce que vous avez écrit. Rien ne part tout seul.")
        scroll = ScrollPage()
        scroll.body.setSpacing(14)
        for part in (head, Text(told, "subtitle"), buttons):
            scroll.body.addWidget(part)
        scroll.body.addWidget(self.text, 1)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(scroll)
        self.save_button.clicked.connect(self._on_save)
        self.copy_button.clicked.connect(self._on_copy)
        self.forget_button.clicked.connect(self._on_forget)
        self.order_button.clicked.connect(self._on_order)
        self.back_button.clicked.connect(self.go_back)

    def title(self) -> str:
        """Return the screen's name."""
        return self.tr("Informations techniques")

    def show_for(self, **_args: Any) -> None:
        """Write the text anew: it is of this moment."""
        font = QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont)
        font.setPointSize(theme.points(11))
        self.text.setFont(font)
        self._read()

    def focus_first(self) -> None:
        """Put the focus on the button that saves."""
        self.save_button.setFocus()

    def _read(self) -> None:
        self._busy(working=True)
        self.text.setPlainText(self.tr("Un instant…"))
        if self.desk.is_open:
            self.desk.ask(diagnostic.of_notebook, then=self._on_text)
        else:
            self.desk.run(
                diagnostic.of_folder, self.desk.folder, self.desk.programme, then=self._on_text
            )

    def _on_text(self, text: str) -> None:
        self.text.setPlainText(text)
        crashes.look_at(self._logs())
        self._busy(working=False)
        if self.main.page is self:
            self.focus_first()

    def _busy(self, *, working: bool) -> None:
        for button in (self.save_button, self.copy_button):
            button.setEnabled(not working)
        self.order_button.setVisible(self.desk.is_open)
        self.forget_button.setVisible(not working and bool(crashes.last(self._logs())))

    def _logs(self) -> Path:
        return paths.log_dir(self.desk.folder)

    @Slot()
    def _on_save(self) -> None:
        place = QStandardPaths.StandardLocation.DocumentsLocation
        start = Path(QStandardPaths.writableLocation(place) or Path.home()) / FILE_NAME
        name, _ = QFileDialog.getSaveFileName(
            self, self.tr("Enregistrer"), str(start), self.tr("Fichiers texte (*.txt)")
        )
        if not name:
            return
        try:
            # The dialog has asked already whether a file of that name may go.
            Path(name).write_text(self.text.toPlainText(), encoding="utf-8", newline="\n")
        except OSError:
            self.main.say_problem(CannotSaveFile(), again=self._on_save)
        else:
            self.main.say(self.tr("Le fichier est enregistré. Donnez-le à qui vous aide."))

    @Slot()
    def _on_copy(self) -> None:
        QGuiApplication.clipboard().setText(self.text.toPlainText())
        self.main.say(self.tr("Le texte est copié. Collez-le avec Ctrl et V."))

    @Slot()
    def _on_forget(self) -> None:
        crashes.forget(self._logs())
        self._read()
        self.main.say(self.tr("Le rapport est effacé de cet ordinateur."))

    @Slot()
    def _on_order(self) -> None:
        start = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.HomeLocation)
        name, _ = QFileDialog.getOpenFileName(self, self.tr("Choisir le fichier"), start)
        if name:
            self.desk.ask(orders.apply_file, Path(name), then=self._on_applied)

    def _on_applied(self, order: Order) -> None:
        said = {
            "erase": self.tr("C’est fait\u00a0: ces données sont effacées de cet ordinateur."),
            "revoke": self.tr("Cet ordinateur n’est plus autorisé. Appelez le programme."),
        }
        self.desk.changed.people_changed.emit()
        self.desk.changed.sending_changed.emit()
        self.main.say(said.get(order.kind, self.tr("C’est fait\u00a0: les lieux sont à jour.")))
