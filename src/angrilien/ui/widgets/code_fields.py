"""A code secret that somebody chooses: six digits, typed twice."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from angrilien.domain.code_secret import choose_code_secret
from angrilien.errors import FieldProblem
from angrilien.ui.widgets.button import Button
from angrilien.ui.widgets.field import Field
from angrilien.ui.words import problem_text


class CodeSecretFields(QWidget):
    """Two fields, which show dots; "Montrer" shows the digits."""

    entered = Signal()
    """Return was pressed in the second field."""

    def __init__(self) -> None:
        super().__init__()
        self.code = Field(
            self.tr("Votre code &secret"), self.tr("Six chiffres, que personne ne devine.")
        )
        self.again = Field(self.tr("&Encore une fois"))
        self.seen = Button(self.tr("&Montrer les chiffres"), "quiet", "show")
        pair = QHBoxLayout()
        pair.setSpacing(16)
        for field in (self.code, self.again):
            field.edit.setInputMethodHints(
                Qt.InputMethodHint.ImhDigitsOnly | Qt.InputMethodHint.ImhSensitiveData
            )
            pair.addWidget(field, 1, Qt.AlignmentFlag.AlignTop)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addLayout(pair)
        column.addWidget(self.seen, 0, Qt.AlignmentFlag.AlignLeft)
        self._show(seen=False)
        self.seen.clicked.connect(self._on_seen)
        self.code.edit.returnPressed.connect(self.again.edit.setFocus)
        self.again.edit.returnPressed.connect(self.entered)

    def chosen(self) -> str | None:
        """Return the code that was chosen, None with the reason at its field."""
        for field in (self.code, self.again):
            field.clear_problem()
        try:
            return choose_code_secret(self.code.text(), self.again.text())
        except FieldProblem as problem:
            field = self.again if problem.field == "again" else self.code
            field.show_problem(problem_text(problem))
            field.edit.setFocus()
            return None

    def clear(self) -> None:
        """Leave no digit in the window."""
        for field in (self.code, self.again):
            field.set_text("")
        self._show(seen=False)

    def _show(self, *, seen: bool) -> None:
        mode = QLineEdit.EchoMode.Normal if seen else QLineEdit.EchoMode.Password
        for field in (self.code, self.again):
            field.edit.setEchoMode(mode)
        self.seen.set_text(
            self.tr("&Cacher les chiffres") if seen else self.tr("&Montrer les chiffres")
        )
        self.seen.set_icon("hide" if seen else "show")

    @Slot()
    def _on_seen(self) -> None:
        self._show(seen=self.code.edit.echoMode() == QLineEdit.EchoMode.Password)
