"""Sending without Internet: a USB key takes what waits, and brings its receipt home."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QStandardPaths, Signal, Slot
from PySide6.QtWidgets import QFileDialog, QProgressBar, QWidget

from angrilien.domain import french
from angrilien.errors import KnownError
from angrilien.services import usb
from angrilien.services.receipts import Read
from angrilien.services.usb import KeyWriting, Written
from angrilien.ui import a11y
from angrilien.ui.widgets.adaptive import FlowLayout
from angrilien.ui.widgets.button import Button
from angrilien.ui.widgets.card import Card, Text
from angrilien.ui.words import problem_text
from angrilien.wire.sealed import RECEIPT_SUFFIX

if TYPE_CHECKING:
    from angrilien.ui.desk import Desk


class KeyCard(Card):
    """The part of D9 for a venue without Internet.

    Args:
        desk: with an open notebook.
    """

    said = Signal(str)
    """Carries a sentence: it is done."""
    problem_met = Signal(object, object)
    """Carries a `KnownError` and the slot that asks again for what was refused."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self._writing: KeyWriting | None = None
        self._place = ""
        self.body.setContentsMargins(24, 18, 24, 18)
        self.body.addWidget(Text(self.tr("Sans Internet"), "heading"))
        told = self.tr("Une clé USB peut porter l’envoi. Personne d’autre ne peut le lire.")
        self.body.addWidget(Text(told, "subtitle"))
        self.write_button = Button(self.tr("Enregi&strer sur une clé USB"), "secondary", "key")
        self.read_button = Button(self.tr("&Lire le reçu"), "secondary", "check")
        self.note = Text("", "warning")
        self.note.hide()
        self.progress = Text("", "subtitle")
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        a11y.named(self.bar, self.tr("Enregistrement sur la clé"))
        buttons = QWidget()
        side_by_side = FlowLayout(buttons, spacing=12)
        for button in (self.write_button, self.read_button):
            side_by_side.addWidget(button)
        for part in (self.note, self.progress, self.bar, buttons):
            self.body.addWidget(part)
        self._show(None)
        self.write_button.clicked.connect(self.write)
        self.read_button.clicked.connect(self.read)

    def stops(self) -> list[QWidget]:
        """Return where Tab stops, from left to right."""
        return [self.write_button, self.read_button]

    # --- writing ----------------------------------------------------------------------------------

    @Slot()
    def write(self) -> None:
        """Ask for the key, and write to it."""
        place = QFileDialog.getExistingDirectory(self, self.tr("Choisir la clé USB"), self._start())
        if place:
            self._place = place
            self._busy(busy=True)
            self._desk.ask(
                KeyWriting, Path(place), then=self._on_begun, failed=self._on_not_written
            )

    def _on_begun(self, writing: KeyWriting) -> None:
        self._writing = writing
        self._go_on()

    def _go_on(self) -> None:
        self._desk.ask(_step, self._writing, then=self._on_step, failed=self._on_not_written)

    def _on_step(self, told: Written) -> None:
        if not told.name:
            self._show(told)
            self._go_on()
            return
        self._writing = None
        self._busy(busy=False)
        sentence = self.tr("C’est sur la clé. Portez-la au programme, puis rapportez-la.")
        if told.is_registration:
            sentence = self.tr(
                "L’inscription est sur la clé. Le reste suivra, avec le reçu du programme."
            )
        self.said.emit(sentence)

    def _on_not_written(self, error: KnownError) -> bool:
        self._writing = None
        self._busy(busy=False)
        self.problem_met.emit(error, self.write)
        return True

    # --- reading ----------------------------------------------------------------------------------

    @Slot()
    def read(self) -> None:
        """Ask for the receipt, and read it."""
        kinds = self.tr("Reçus du programme ({pattern})").format(pattern=f"*{RECEIPT_SUFFIX}")
        name, _ = QFileDialog.getOpenFileName(
            self, self.tr("Choisir le reçu"), self._start(), kinds
        )
        if name:
            self._place = str(Path(name).parent)
            self._busy(busy=True)
            self._desk.ask(
                usb.read_receipt, Path(name), then=self._on_read, failed=self._on_not_read
            )

    def _on_read(self, read: Read) -> None:
        self._busy(busy=False)
        self._desk.changed.sending_changed.emit()
        if read.problem is not None:
            self.said.emit(problem_text(read.problem))
        elif read.is_registered:
            # The window says that it is ready, in its own bar.
            self.note.setText(self.tr("L’ordinateur est inscrit. Enregistrez le reste sur la clé."))
            self.note.show()
            a11y.announce(self, self.note.text())
        elif read.sent == 1:
            self.said.emit(self.tr("Le reçu est lu. 1 élément est envoyé."))
        elif read.sent:
            sentence = self.tr("Le reçu est lu. {count} éléments sont envoyés.")
            self.said.emit(sentence.format(count=french.number(read.sent)))
        else:
            self.said.emit(self.tr("Le reçu est lu. Il ne dit rien de nouveau."))

    def _on_not_read(self, error: KnownError) -> bool:
        self._busy(busy=False)
        self.problem_met.emit(error, self.read)
        return True

    # --- what they share --------------------------------------------------------------------------

    def _start(self) -> str:
        if self._place and Path(self._place).is_dir():
            return self._place
        return QStandardPaths.writableLocation(QStandardPaths.StandardLocation.HomeLocation)

    def _busy(self, *, busy: bool) -> None:
        had_focus = self.write_button.hasFocus() or self.read_button.hasFocus()
        for button in (self.write_button, self.read_button):
            button.setEnabled(not busy)
        self.note.hide()
        if not busy:
            self._show(None)
            if had_focus:
                self.write_button.setFocus()

    def _show(self, told: Written | None) -> None:
        for part in (self.progress, self.bar):
            part.setVisible(told is not None)
        if told is not None:
            sentence = self.tr("Enregistrement sur la clé… {done} sur {total}")
            self.progress.setText(
                sentence.format(done=french.number(told.done), total=french.number(told.total))
            )
            self.bar.setRange(0, max(told.total, 1))
            self.bar.setValue(told.done)


def _step(notebook: Any, writing: KeyWriting) -> Written:
    return writing.step(notebook)
