"""What whoever helps asks for first: the last attempts and some numbers, without any name."""

from __future__ import annotations

from collections import Counter

from PySide6.QtCore import QCoreApplication, Qt, Signal, Slot
from PySide6.QtGui import QFontDatabase, QGuiApplication, QTextOption
from PySide6.QtWidgets import QPlainTextEdit, QVBoxLayout, QWidget

from angrilien.domain import french
from angrilien.domain.clock import local
from angrilien.domain.sending import Attempt, SendingView
from angrilien.ui import a11y, theme
from angrilien.ui.widgets.button import Button
from angrilien.ui.widgets.card import Card, Text

_LINES = 12
"""Height of the text, in lines: the rest scrolls in it."""


class SendingHelp(QWidget):
    """The part that is called « Détails pour l’aide », folded at first."""

    copied = Signal()
    """The text is in the clipboard."""

    def __init__(self) -> None:
        super().__init__()
        self.fold = Button(self.tr("Détails &pour l’aide"), "quiet", "down")
        self.copy_button = Button(self.tr("Cop&ier"), "secondary", "paper")
        self.text = QPlainTextEdit()
        self.text.setReadOnly(True)
        self.text.setTabChangesFocus(True)
        self.text.setWordWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        a11y.named(self.text, self.tr("Les derniers essais"))
        self.card = Card()
        self.card.body.setContentsMargins(24, 18, 24, 18)
        told = self.tr("Aucun nom, rien de ce que vous avez écrit.")
        self.card.body.addWidget(Text(told, "subtitle"))
        self.card.body.addWidget(self.text)
        self.card.body.addWidget(self.copy_button, alignment=Qt.AlignmentFlag.AlignLeft)
        self.card.hide()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.fold, alignment=Qt.AlignmentFlag.AlignLeft)
        column.addWidget(self.card)
        self.fold.clicked.connect(self._on_fold)
        self.copy_button.clicked.connect(self._on_copy)

    def stops(self) -> list[QWidget]:
        """Return where Tab stops, from top to bottom."""
        return [self.fold, self.text, self.copy_button]

    def unfold(self) -> None:
        """Open it and give it the focus."""
        self._set(opened=True)
        self.text.setFocus()

    def show_view(self, view: SendingView, tz: str) -> None:
        """Write the text anew; what is being read is not moved away."""
        font = QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont)
        font.setPointSize(theme.points(11))
        if self.text.font() != font:
            self.text.setFont(font)
        self.text.setFixedHeight(self.text.fontMetrics().lineSpacing() * _LINES + 24)
        said = details_text(view, tz)
        if said != self.text.toPlainText():
            place = self.text.verticalScrollBar().value()
            self.text.setPlainText(said)
            self.text.verticalScrollBar().setValue(place)

    def _set(self, *, opened: bool) -> None:
        self.card.setVisible(opened)
        self.fold.set_icon("up" if opened else "down")

    @Slot()
    def _on_fold(self) -> None:
        self._set(opened=self.card.isHidden())

    @Slot()
    def _on_copy(self) -> None:
        QGuiApplication.clipboard().setText(self.text.toPlainText())
        self.copied.emit()


def details_text(view: SendingView, tz: str) -> str:
    """Return the numbers, why things are held, and the last attempts, one a line."""
    figures = [f"{_figure(name)}\u00a0: {value or '–'}" for name, value in view.figures]
    codes: Counter[str] = Counter()
    for group in view.groups:
        for item in group.items:
            if item.state == "fix":
                codes[item.code] += item.count
    lines = [f"{_tr('à corriger')}\u00a0: {code} × {count}" for code, count in codes.items()]
    lines += [_tr("Derniers essais\u00a0:")]
    lines += [attempt_words(one, tz) for one in view.attempts] or [_tr("aucun pour l’instant")]
    return "\n".join([*figures[:3], " · ".join(figures[3:]), *lines])


def attempt_words(one: Attempt, tz: str) -> str:
    """Return "25/11/2026 14:12:03 · envoi · 13 lignes · 1 400 octets · 0,9 s · reçu · 200"."""
    at = local(one.at, tz)
    seconds = f"{one.milliseconds / 1000:.1f}".replace(".", ",")
    parts = [
        f"{french.short_date(at.date())} {at:%H:%M:%S}",
        _kind(one.kind),
        _tr("{count} lignes").format(count=french.number(one.lines)) if one.lines else "",
        _tr("{count} octets").format(count=french.number(one.size)) if one.size else "",
        f"{seconds}\u00a0s",
        _outcome(one.outcome),
        str(one.status) if one.status else "",
    ]
    return " · ".join(part for part in parts if part)


def _kind(kind: str) -> str:
    return {
        "push": _tr("envoi"),
        "contact": _tr("des nouvelles"),
        "register": _tr("code du lieu"),
        "boxes": _tr("clés de secours"),
        "blob": _tr("photo"),
        "held": _tr("liste à corriger"),
        "introduce": _tr("présentation"),
    }.get(kind, _tr("vérification"))


def _outcome(outcome: str) -> str:
    return {
        "answered": _tr("reçu"),
        "refused": _tr("refusé"),
        "no_connection": _tr("pas de connexion"),
        "unreachable": _tr("le programme ne répond pas"),
        "not_ours": _tr("autre chose a répondu"),
        "stumbled": _tr("le programme a buté"),
        "too_large": _tr("trop gros d’un coup"),
        "busy": _tr("le programme est occupé"),
        "authority_unknown": _tr("TLS\u00a0: certificat d’une autorité inconnue"),
        "certificate_elsewhere": _tr("TLS\u00a0: certificat d’une autre adresse"),
        "certificate_out_of_date": _tr("TLS\u00a0: certificat hors de ses dates"),
    }.get(outcome, _tr("refusé"))


def _figure(name: str) -> str:
    return {
        "version": _tr("version"),
        "device": _tr("ordinateur"),
        "incarnation": _tr("journal"),
        "written": _tr("lignes écrites"),
        "received": _tr("reçues"),
        "backed_up": _tr("en copie de sécurité"),
        "held": _tr("mises de côté"),
        "order": _tr("dernier ordre"),
        "clock": _tr("avance de l’horloge (s)"),
    }[name]


def _tr(text: str) -> str:
    return QCoreApplication.translate("SendingHelp", text)
