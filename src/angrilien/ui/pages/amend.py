"""D13: correct an ended sheet. The line, what is right, the reason; the mention it will leave."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from PySide6.QtCore import QTimer, Slot
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout

from angrilien.domain.amendment import Statement
from angrilien.domain.rows import AmendmentRow, SheetLineRow, SheetView
from angrilien.errors import EmptySignature, FieldProblem, KnownError, NothingToCorrect
from angrilien.services import amending, closing
from angrilien.services.amending import Correction
from angrilien.ui import a11y, amendment_words
from angrilien.ui.pages.base import Page
from angrilien.ui.widgets import (
    AdaptiveRow,
    Button,
    Card,
    Choice,
    Field,
    Labelled,
    PageFoot,
    PageHead,
    ScrollPage,
    Text,
)
from angrilien.ui.widgets.roster_head import when_words
from angrilien.ui.widgets.signature_pad import SignaturePad
from angrilien.ui.words import hour_at, problem_text

if TYPE_CHECKING:
    from angrilien.ui.desk import Desk
    from angrilien.ui.main_window import MainWindow

_PAD_HEIGHT: Final = 200
_PAUSE: Final = 250
"""Milliseconds without typing after which the mention is said anew."""
_FORGOTTEN: Final = "0"
_WRITTEN: Final = "written"
_ABSENT: Final = "absent"


class AmendPage(Page):
    """Opened from an ended sheet; the sealed line is never touched."""

    name = "amend"
    remembered = False

    def __init__(self, desk: Desk, window: MainWindow) -> None:
        super().__init__(desk, window)
        self._workshop_id = ""
        self._view: SheetView | None = None
        self._busy = False
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(_PAUSE)
        self._pause.timeout.connect(self._on_pause)
        self._build()
        self.line.chosen_changed.connect(self._on_line)
        self.what.chosen_changed.connect(self._on_what)
        for field in (*self.fields.values(), self.reason):
            field.text_changed.connect(self._on_typed)
        self.again.clicked.connect(self._on_again)
        self.back_button.clicked.connect(self.go_back)
        self.sign_button.clicked.connect(self._on_sign)

    def title(self) -> str:
        """Return the screen's name."""
        return self.tr("Corriger une feuille terminée")

    def show_for(self, **args: Any) -> None:
        """Show the lines of an ended sheet."""
        self._workshop_id = str(args["workshop_id"])
        self._busy = False
        self._view = None
        self.pad.clear()
        self.area.setEnabled(False)
        self.desk.ask(closing.sheet, self._workshop_id, then=self._on_view, failed=self._on_gone)

    def leave(self) -> None:
        """Leave no signature behind."""
        self._pause.stop()
        self.pad.clear()

    def focus_first(self) -> None:
        """Put the focus on the choice of the line."""
        self.line.combo.setFocus()

    def go_back(self) -> None:
        """Esc: the ended sheet."""
        self.main.navigate("closing", workshop_id=self._workshop_id)

    # --- construction -----------------------------------------------------------------------------

    def _build(self) -> None:
        self.head = PageHead(self.tr("Corriger une feuille terminée"))
        self.line = Choice(self.tr("Quelle &ligne\u202f?"))
        self.what = Choice(
            self.tr("Que &faut-il corriger\u202f?"),
            (
                (_WRITTEN, self.tr("Ce qui est écrit")),
                (_ABSENT, self.tr("Cette personne n’était pas là")),
            ),
        )
        self.fields = {
            "last_name": Field(self.tr("&Nom")),
            "first_name": Field(self.tr("&Prénom")),
            "arrival": Field(self.tr("&Arrivée"), self.tr("Par exemple 14\u00a0h\u00a010.")),
            "departure": Field(self.tr("&Départ"), self.tr("Facultatif.")),
        }
        self.reason = Field(self.tr("P&ourquoi\u202f?"), self.tr("Écrit sous la feuille."))
        card = Card()
        card.body.setContentsMargins(24, 18, 24, 20)
        card.body.setSpacing(14)
        for pair in (
            (self.line, self.what),
            (self.fields["last_name"], self.fields["first_name"]),
            (self.fields["arrival"], self.fields["departure"]),
        ):
            row = AdaptiveRow(stretch=None, spacing=16)
            for part in pair:
                row.add(part)
            card.body.addWidget(row)
        card.body.addWidget(self.reason)
        told = Card()
        told.body.setContentsMargins(24, 16, 24, 16)
        told.body.addWidget(Text(self.tr("Ce qui sera écrit sous la feuille"), "heading"))
        self.mention = Text("", "subtitle")
        told.body.addWidget(self.mention)
        signing = Card()
        signing.body.setContentsMargins(24, 16, 24, 16)
        self.signer = Text("", "heading")
        self.again = Button(self.tr("Re&commencer"), "quiet", "refresh")
        top = QHBoxLayout()
        top.addWidget(self.signer, 1)
        top.addWidget(self.again)
        self.pad = SignaturePad(self.tr("La signature de la personne qui anime."))
        self.pad.setFixedHeight(_PAD_HEIGHT)
        signing.body.addLayout(top)
        signing.body.addWidget(self.pad)
        self.area = ScrollPage(width=960)
        for block in (self.head, card, told, signing):
            self.area.body.addWidget(block)
        self.area.body.addStretch(1)
        self.back_button = Button(self.tr("&Retour"), "secondary", "back")
        self.sign_button = Button(self.tr("&Signer la correction"), "primary", "sign")
        foot = PageFoot(self.area)
        foot.row.addWidget(self.back_button)
        foot.row.addStretch(1)
        foot.row.addWidget(self.sign_button)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addWidget(self.area, 1)
        whole.addWidget(foot)

    # --- showing ----------------------------------------------------------------------------------

    def _on_view(self, view: SheetView) -> None:
        if view.workshop.id != self._workshop_id:
            return
        if view.closed_at is None:
            self.main.navigate("roster", workshop_id=self._workshop_id)
            return
        self._view = view
        self.area.setEnabled(True)
        self.head.set_words(self.title(), f"{view.workshop.title} · {when_words(view.workshop)}")
        options = [(str(line.number), self._named(line)) for line in view.lines if not line.erased]
        options.append((_FORGOTTEN, self.tr("Une personne oubliée")))
        self.line.set_options(options)
        self.line.choose(options[0][0])
        self.what.choose(_WRITTEN)
        self.reason.set_text("")
        self.signer.setText(self.tr("Votre signature"))
        self._fill()
        if self.main.page is self:
            self.focus_first()

    def _named(self, line: SheetLineRow) -> str:
        name = f"{line.first_name} {line.last_name}".strip()
        return f"{line.number} · {name or self.tr('Présence sans nom')}"

    def _chosen(self) -> SheetLineRow | None:
        lines = self._view.lines if self._view else ()
        return next((one for one in lines if str(one.number) == self.line.value()), None)

    def _fill(self) -> None:
        """Put what the line says in the fields."""
        line = self._chosen()
        tz = self._view.workshop.tz if self._view else ""
        said = {
            "last_name": line.last_name if line else "",
            "first_name": line.first_name if line else "",
            "arrival": hour_at(line.arrival, tz) if line and line.arrival is not None else "",
            "departure": hour_at(line.departure, tz) if line and line.departure is not None else "",
        }
        for name, field in self.fields.items():
            field.set_text(said[name])
        self.what.setVisible(line is not None)
        self._on_what("")

    def _on_gone(self, error: KnownError) -> None:
        self.main.navigate("today")
        self.main.say_problem(error)

    @Slot(str)
    def _on_line(self, _value: str) -> None:
        self.what.choose(_WRITTEN)
        self._fill()

    @Slot(str)
    def _on_what(self, _value: str) -> None:
        absent = self._is_absent()
        for field in self.fields.values():
            field.setEnabled(not absent)
        self._on_typed("")

    @Slot(str)
    def _on_typed(self, _text: str) -> None:
        self._pause.start()

    @Slot()
    def _on_pause(self) -> None:
        if self._view is not None and self.main.page is self:
            # What has no reason yet is shown with an ellipsis in its place.
            wanted = self._wanted(reason=self.reason.text().strip() or "…")
            self.desk.ask(
                amending.check,
                self._workshop_id,
                wanted,
                then=self._on_statement,
                failed=self._on_unsayable,
            )

    def _on_statement(self, statement: Statement) -> None:
        if self._view is None:
            return
        line = self._chosen()
        row = AmendmentRow(
            number=line.number if line else None,
            made_at=self.desk.clock.now(),
            facilitator=self._view.facilitator,
            statement=statement,
            reason=self.reason.text().strip() or "…",
        )
        self.mention.setText(amendment_words.mention(row, self._view.workshop.tz))

    def _on_unsayable(self, error: KnownError) -> None:
        # While one is typing nothing is refused: the field says it when the correction is signed.
        if isinstance(error, NothingToCorrect):
            self.mention.setText(self.tr("Rien pour l’instant\u00a0: rien n’a changé."))
        else:
            self.mention.setText(problem_text(error))

    def _is_absent(self) -> bool:
        return self.what.value() == _ABSENT and self._chosen() is not None

    def _wanted(self, reason: str) -> Correction:
        line = self._chosen()
        return Correction(
            number=line.number if line else 0,
            withdraw=self._is_absent(),
            reason=reason,
            **{name: field.text() for name, field in self.fields.items()},
        )

    # --- acts -------------------------------------------------------------------------------------

    @Slot()
    def _on_again(self) -> None:
        self.pad.clear()

    @Slot()
    def _on_sign(self) -> None:
        if self._busy or self._view is None:
            return
        for field in (*self.fields.values(), self.reason):
            field.clear_problem()
        self._busy = True
        size = self.pad.size()
        self.desk.ask(
            amending.amend,
            self._workshop_id,
            self._wanted(self.reason.text()),
            self.pad.strokes(),
            float(size.width()),
            float(size.height()),
            then=self._on_amended,
            failed=self._on_refused,
        )

    def _on_amended(self, view: SheetView) -> None:
        self._busy = False
        self.desk.changed.attendance_changed.emit(view.workshop.id)
        self.desk.changed.people_changed.emit()
        if view.workshop.id != self._workshop_id or self.main.page is not self:
            return
        self.main.navigate("closing", workshop_id=self._workshop_id)
        self.main.say(self.tr("La correction est signée. Elle est écrite sous la feuille."))

    def _on_refused(self, error: KnownError) -> None:
        self._busy = False
        sentence = problem_text(error)
        fields: dict[str, Labelled[Any]] = {**self.fields, "reason": self.reason}
        if isinstance(error, FieldProblem) and error.field in fields:
            field = fields[error.field]
            field.show_problem(sentence)
            self.area.show_field(field)
            field.widget.setFocus()
        elif isinstance(error, EmptySignature):
            self.pad.show_problem(sentence)
            self.area.show_field(self.pad)
            a11y.announce(self.pad, sentence)
        else:
            self.main.say_problem(error)
