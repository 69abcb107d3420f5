"""Terminer l’atelier: what the sheet will say, the animateur's own signature, then it is closed."""

from __future__ import annotations

import functools
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from PySide6.QtCore import QStandardPaths, Qt, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QFileDialog, QHBoxLayout, QVBoxLayout, QWidget

from angrilien.domain.clock import local
from angrilien.domain.rows import Roster, SheetView
from angrilien.errors import EmptySignature, KnownError
from angrilien.services import attendance, closing, exporting, paper_numbers, photos, workshops
from angrilien.services.exporting import Exported
from angrilien.ui import a11y, amendment_words, theme
from angrilien.ui import attendance_words as words
from angrilien.ui.pages.base import Page
from angrilien.ui.photo_join import PhotoJoin
from angrilien.ui.printing.dialog import print_sheet
from angrilien.ui.widgets import (
    AdaptiveRow,
    Button,
    Card,
    FlowLayout,
    PageFoot,
    PageHead,
    ScrollPage,
    Text,
)
from angrilien.ui.widgets.roster_head import when_words
from angrilien.ui.widgets.sheet_table import SheetTable
from angrilien.ui.widgets.signature_pad import SignaturePad
from angrilien.ui.words import hour_at, problem_text

if TYPE_CHECKING:
    from angrilien.ui.desk import Desk
    from angrilien.ui.main_window import MainWindow

_BESIDE: Final = 1_000
"""Pixels at 100 % from which the signature stands beside the lines."""
_PAD_HEIGHT: Final = 230
_MOST_NAMES: Final = 6
_NAME_LENGTH: Final = 32


class ClosingPage(Page):
    """Three faces: to close, nobody came, closed."""

    name = "closing"
    remembered = False

    def __init__(self, desk: Desk, window: MainWindow) -> None:
        super().__init__(desk, window)
        self._workshop_id = ""
        self._view: SheetView | None = None
        self._unsigned: tuple[str, ...] = ()
        self._busy = False
        self._build()
        self.photos = PhotoJoin(desk, window, self.photo_button, self.photo_words)
        self.back_button.clicked.connect(self.go_back)
        self.again.clicked.connect(self._on_again)
        self.have_sign.clicked.connect(self._on_have_sign)
        self.type_paper.clicked.connect(self._on_type_paper)
        self.finish.clicked.connect(self._on_finish)
        self.nobody.clicked.connect(self._on_nobody)
        self.print_button.clicked.connect(self.print_page)
        self.note_button.clicked.connect(self._on_note)
        self.today_button.clicked.connect(self._on_today)
        self.amend_button.clicked.connect(self._on_amend)
        self.save_button.clicked.connect(self._on_save)

    def title(self) -> str:
        """Return the screen's name."""
        closed = self._view is not None and self._view.closed_at is not None
        return self.tr("Feuille terminée") if closed else self.tr("Terminer l’atelier")

    def show_for(self, **args: Any) -> None:
        """Show what the sheet of a workshop will say."""
        self._workshop_id = str(args["workshop_id"])
        self._busy = False
        self._view = None
        self.pad.clear()
        self.area.setEnabled(False)
        self.foot.setEnabled(False)
        self.desk.ask(attendance.roster, self._workshop_id, then=self._on_roster)
        self.desk.ask(closing.preview, self._workshop_id, then=self._on_view, failed=self._on_gone)

    def leave(self) -> None:
        """Leave no signature behind."""
        self.pad.clear()

    def focus_first(self) -> None:
        """Put the focus on what is done next."""
        if self.print_button.isVisible():
            self.print_button.setFocus()
        elif self.nobody.isVisible():
            self.nobody.setFocus()
        else:
            self.finish.setFocus()

    def print_page(self) -> None:
        """Ctrl+P: the sheet, as it is in the notebook."""
        self.desk.ask(closing.sheet, self._workshop_id, then=self._on_sheet)

    def go_back(self) -> None:
        """Esc: the list, or today's workshops once the sheet is closed."""
        if self._view is not None and self._view.closed_at is not None:
            self.main.navigate("today")
        else:
            self.main.navigate("roster", workshop_id=self._workshop_id)

    # --- construction -----------------------------------------------------------------------------

    def _build(self) -> None:
        self.head = PageHead("")
        self.numbers = Text("", "heading")
        self.details = Text("", "subtitle")
        self.done = Text("", "label")
        self.unsigned = Text("", "warning")
        self.have_sign = Button(self.tr("&Faire signer"), "secondary", "sign")
        self.type_paper = Button(self.tr("Saisir la feuille pa&pier"), "secondary", "paper")
        self.table = SheetTable(self.tr("Les lignes de la feuille"))
        self.says = Card()
        self.says.body.addWidget(self.done)
        self.says.body.addWidget(self.numbers)
        self.says.body.addWidget(self.details)
        self._missing = AdaptiveRow()
        self._missing.add(self.unsigned)
        self._missing.add(_beside(self.have_sign, self.type_paper))
        self.says.body.addWidget(self._missing)
        self.says.body.addWidget(self.table)
        self.amended = Text("", "warning")
        self.says.body.addWidget(self.amended)

        self.signer = Text("", "heading")
        self.pad = SignaturePad(self.tr("La signature de la personne qui anime."))
        self.pad.setFixedHeight(_PAD_HEIGHT)
        self.again = Button(self.tr("Re&commencer"), "quiet", "refresh")
        self.sign_card = Card()
        top = QHBoxLayout()
        top.addWidget(self.signer, 1)
        top.addWidget(self.again)
        self.sign_card.body.addLayout(top)
        self.sign_card.body.addWidget(self.pad)
        self.sign_card.body.addWidget(
            Text(self.tr("Après, la feuille ne change plus."), "subtitle")
        )

        self.empty_card = Card()
        self.empty_card.body.setContentsMargins(28, 24, 28, 24)
        self.empty_card.body.addWidget(
            Text(self.tr("Aucune présence n’est notée sur cette feuille."), "heading")
        )
        self.empty_card.body.addWidget(
            Text(self.tr("L’atelier sera gardé, sans feuille d’émargement."), "subtitle")
        )
        self.area = ScrollPage()
        self._build_foot()
        self._pair = QBoxLayout(QBoxLayout.Direction.TopToBottom)
        self._pair.setSpacing(16)
        self._pair.addWidget(self.says, 3)
        self._pair.addWidget(self.sign_card, 2, Qt.AlignmentFlag.AlignTop)
        for part in (self.head, self.after, self.photo_words, self.empty_card):
            self.area.body.addWidget(part)
        self.area.body.addLayout(self._pair)
        self.area.body.addStretch(1)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addWidget(self.area, 1)
        whole.addWidget(self.foot)

    def _build_foot(self) -> None:
        self.back_button = Button(self.tr("&Retour"), "secondary", "back")
        self.finish = Button(self.tr("&Terminer l’atelier"), "primary", "check-circle")
        self.nobody = Button(self.tr("&Personne n’est venu"), "primary", "check-circle")
        self.print_button = Button(self.tr("&Imprimer la feuille"), "primary", "print")
        self.note_button = Button(self.tr("Écrire le &bilan"), "secondary", "note")
        self.amend_button = Button(self.tr("&Corriger la feuille"), "secondary", "sign")
        self.save_button = Button(self.tr("&Enregistrer pour vérification"), "secondary", "lock")
        self.photo_button = Button(self.tr("&Joindre une photo"), "secondary", "paper")
        self.photo_words = Text("", "hint")
        self.today_button = Button(self.tr("Retour à A&ujourd’hui"), "secondary", "today")
        self.foot = PageFoot(self.area)
        self.foot.row.addWidget(self.back_button)
        self.foot.row.addStretch(1)
        self.foot.row.addWidget(self.nobody)
        self.foot.row.addWidget(self.finish)
        self.after = _beside(
            self.print_button,
            self.note_button,
            self.amend_button,
            self.save_button,
            self.photo_button,
            self.today_button,
        )

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Put the signature beside the lines where there is room."""
        super().resizeEvent(event)
        self._turn()

    def _turn(self) -> None:
        across = self.width() >= _BESIDE * theme.points(100) / 100
        kinds = QBoxLayout.Direction
        self._pair.setDirection(kinds.LeftToRight if across else kinds.TopToBottom)

    # --- showing ----------------------------------------------------------------------------------

    def _on_roster(self, roster: Roster) -> None:
        if roster.workshop.id == self._workshop_id:
            rows = [row for row in roster.rows if words.can_sign(row)]
            self._unsigned = tuple(row.attendance_id for row in rows)

    def _on_view(self, view: SheetView) -> None:
        if view.workshop.id != self._workshop_id:
            return
        self._view = view
        self.area.setEnabled(True)
        self.foot.setEnabled(True)
        closed, empty = view.closed_at is not None, view.present == 0
        workshop = view.workshop
        self.head.set_words(
            self.title(),
            f"{workshop.title} · {when_words(workshop)}",
        )
        self.says.setVisible(closed or not empty)
        self.says.set_look("here" if closed else "true")
        self.sign_card.setVisible(not closed and not empty)
        self.empty_card.setVisible(not closed and empty)
        self._say_numbers(view)
        self.signer.setText(self.tr("Votre signature, {name}").format(name=view.facilitator))
        self.table.show_view(view)
        self.finish.setVisible(not empty)
        self.nobody.setVisible(empty)
        self.after.setVisible(closed)
        self.photo_words.hide()
        if closed:
            counted = functools.partial(self.photos.show, self._workshop_id)
            self.desk.ask(photos.count, self._workshop_id, then=counted)
        self.foot.setVisible(not closed)
        self._turn()
        self.main.retitle()
        if self.main.page is self:
            self.focus_first()

    def _say_numbers(self, view: SheetView) -> None:
        closed = view.closed_at is not None
        self.done.setVisible(closed)
        if view.closed_at is not None:
            moment = local(view.closed_at, view.workshop.tz)
            said = self.tr("Terminée le {day} à {hour}. Elle ne change plus.")
            self.done.setText(
                said.format(
                    day=moment.strftime("%d/%m/%Y"),
                    hour=hour_at(view.closed_at, view.workshop.tz),
                )
            )
            if view.received_at is not None:
                received = self.tr("Reçue par le programme le {day} à {hour}.")
                at = local(view.received_at, view.workshop.tz)
                said = received.format(
                    day=at.strftime("%d/%m/%Y"), hour=hour_at(view.received_at, view.workshop.tz)
                )
                self.done.setText(f"{self.done.text()} {said}")
        self.amended.setVisible(bool(view.amendments))
        self.amended.setText(
            "\n".join(amendment_words.mention(made, view.workshop.tz) for made in view.amendments)
        )
        self.numbers.setText(f"{view.present} {words.present_words(view.present)}")
        parts = []
        if view.first_timers:
            parts.append(self.tr("{count} pour la 1re fois").format(count=view.first_timers))
        if view.anonymous:
            parts.append(self.tr("{count} sans nom").format(count=view.anonymous))
        signed = words.signed_words(sum(1 for line in view.lines if line.mode))
        unable = sum(1 for line in view.lines if line.mode == words.UNABLE)
        if unable:
            said = (
                self.tr("{signed}, dont {count} n’a pas pu signer")
                if unable < 2
                else self.tr("{signed}, dont {count} n’ont pas pu signer")
            )
            signed = said.format(signed=signed, count=unable)
        parts.append(signed)
        self.details.setText(" · ".join(parts))
        missing = [line for line in view.lines if not line.mode and not line.anonymous]
        self._missing.setVisible(bool(missing) and not closed)
        if missing:
            names = [_short(f"{line.first_name} {line.last_name}") for line in missing]
            listed = ", ".join(names[:_MOST_NAMES])
            others = len(names) - _MOST_NAMES
            if others > 0:
                more = (
                    self.tr("{names} et une autre personne")
                    if others == 1
                    else self.tr("{names} et {count} autres personnes")
                )
                listed = more.format(names=listed, count=others)
            said = self.tr("Pas encore d’émargement\u00a0: {names}. Vous pouvez terminer ainsi.")
            self.unsigned.setText(said.format(names=listed))

    def _on_gone(self, error: KnownError) -> None:
        self.main.navigate("today")
        self.main.say_problem(error)

    # --- acts -------------------------------------------------------------------------------------

    @Slot()
    def _on_again(self) -> None:
        self.pad.clear()

    @Slot()
    def _on_have_sign(self) -> None:
        if self._unsigned:
            self.main.navigate(
                "signing", workshop_id=self._workshop_id, attendance_ids=self._unsigned
            )

    @Slot()
    def _on_type_paper(self) -> None:
        self.main.navigate("paper", workshop_id=self._workshop_id)

    @Slot()
    def _on_finish(self) -> None:
        if self._busy or self._view is None:
            return
        if self.pad.is_empty:
            self.pad.show_problem(problem_text(EmptySignature()))
            self.area.show_field(self.pad)
            return
        self._busy = True
        size = self.pad.size()
        self.desk.ask(
            closing.close,
            self._workshop_id,
            self.pad.strokes(),
            float(size.width()),
            float(size.height()),
            then=self._on_closed,
            failed=self._on_refused,
        )

    def _on_closed(self, view: SheetView) -> None:
        self._busy = False
        self.desk.changed.sheet_closed.emit()
        self.desk.changed.workshops_changed.emit()
        self.desk.changed.attendance_changed.emit(view.workshop.id)
        if view.workshop.id != self._workshop_id or self.main.page is not self:
            return
        self.pad.clear()
        self._on_view(view)
        self.area.verticalScrollBar().setValue(0)
        a11y.announce(self, self.tr("Feuille terminée"))

    def _on_refused(self, error: KnownError) -> None:
        self._busy = False
        if isinstance(error, EmptySignature):
            self.pad.show_problem(problem_text(error))
        else:
            self.main.say_problem(error)

    @Slot()
    def _on_nobody(self) -> None:
        if not self._busy:
            self._busy = True
            self.desk.ask(
                workshops.nobody_came,
                self._workshop_id,
                then=functools.partial(self._on_nobody_noted, self._workshop_id),
                failed=self._on_refused,
            )

    def _on_nobody_noted(self, workshop_id: str, _result: None) -> None:
        self._busy = False
        self.desk.changed.workshops_changed.emit()
        self.desk.changed.attendance_changed.emit(workshop_id)
        self.main.navigate("today")
        self.main.say(self.tr("C’est noté\u00a0: personne n’est venu."))

    def _on_sheet(self, view: SheetView) -> None:
        said = print_sheet(view, self.main)
        if said:
            self.main.say(said)
            if view.closed_at is None:
                self.desk.ask(paper_numbers.printed, view.workshop.id, view.lines)

    @Slot()
    def _on_note(self) -> None:
        self.main.navigate("note", workshop_id=self._workshop_id)

    @Slot()
    def _on_amend(self) -> None:
        self.main.navigate("amend", workshop_id=self._workshop_id)

    @Slot()
    def _on_save(self) -> None:
        self.desk.ask(exporting.export, self._workshop_id, then=self._on_exported)

    def _on_exported(self, exported: Exported) -> None:
        place = QStandardPaths.StandardLocation.DocumentsLocation
        start = Path(QStandardPaths.writableLocation(place) or Path.home()) / exported.name
        name, _ = QFileDialog.getSaveFileName(self, self.tr("Enregistrer"), str(start))
        if name:
            self.desk.run(exporting.save, Path(name), exported, then=self._on_saved)

    def _on_saved(self, _result: None) -> None:
        self.main.say(self.tr("Le fichier est enregistré. Le programme sait le vérifier."))

    @Slot()
    def _on_today(self) -> None:
        self.main.navigate("today")


def _beside(*buttons: Button) -> QWidget:
    """Return buttons side by side, going on below where there is no room."""
    row = QWidget()
    flow = FlowLayout(row, spacing=12)
    for button in buttons:
        flow.addWidget(button)
    return row


def _short(name: str) -> str:
    """Return a name that does not widen the screen: the table has it whole."""
    name = name.strip()
    return name if len(name) <= _NAME_LENGTH else name[: _NAME_LENGTH - 1] + "…"
