"""Finding somebody on D4: the tiles that fit at once, then who else the notebook knows."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from angrilien.domain.cards import looks_like_card
from angrilien.domain.rows import PersonRow
from angrilien.services import drafts, people
from angrilien.ui import a11y
from angrilien.ui.draft_pause import DraftPause
from angrilien.ui.models.tiles import Kind, Look, TileModel
from angrilien.ui.widgets.roster_head import RosterHead
from angrilien.ui.widgets.tile_view import TileView

if TYPE_CHECKING:
    from angrilien.ui.desk import Desk

_PAUSE_MILLISECONDS: Final = 150
_LIMIT: Final = 8


class RosterSearch(QObject):
    """Two letters and Enter: the marked tile is the one that Enter means.

    Enter notes somebody present and never takes a presence back.

    Args:
        head: holds the search field.
        model: the tiles.
        view: where they are shown.
        desk: to search the whole notebook.
        parent: as for every object.
    """

    chosen = Signal(object)
    """Enter on a `Tile` that can be noted present."""
    number_typed = Signal(str)
    """Enter on what is a numéro de carte."""
    already_here = Signal(object)
    """Enter on the `Tile` of somebody who is here."""
    shown_changed = Signal()
    """Other tiles are in sight."""

    def __init__(
        self, head: RosterHead, model: TileModel, view: TileView, desk: Desk, *, parent: QObject
    ) -> None:
        super().__init__(parent)
        self._field = head.search
        self._model = model
        self._view = view
        self._desk = desk
        self._workshop_id = ""
        self._answered = ""
        self._enter_for = ""
        self._kept = ""
        self._restored: set[str] = set()
        self._draft_pause = DraftPause(self)
        self._draft_pause.timeout.connect(self.keep)
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(_PAUSE_MILLISECONDS)
        self._pause.timeout.connect(self._on_pause)
        self._field.textChanged.connect(self._on_typed)
        self._field.moved.connect(self._on_moved)
        head.entered.connect(self._on_enter)

    def begin(self, workshop_id: str) -> None:
        """Search from a workshop, with nothing typed but what a cut left."""
        self._workshop_id = workshop_id
        self._field.clear()
        if workshop_id not in self._restored:
            self._restored.add(workshop_id)
            self._desk.ask(
                drafts.load, self._key(), then=functools.partial(self._on_draft, workshop_id)
            )

    @Slot()
    def keep(self) -> None:
        """Keep what is typed, for after a cut."""
        self._draft_pause.stop()
        typed = self._typed()
        if self._workshop_id and typed != self._kept:
            self._kept = typed
            if typed:
                self._desk.ask(drafts.save, self._key(), typed)
            else:
                self._desk.ask(drafts.clear, self._key())

    def forget(self) -> None:
        """Forget what was kept: the list was left on purpose."""
        self._draft_pause.stop()
        if self._kept:
            self._kept = ""
            self._desk.ask(drafts.clear, self._key())

    def _key(self) -> str:
        return drafts.key_of("search", self._workshop_id)

    def _on_draft(self, workshop_id: str, text: str) -> None:
        if text and workshop_id == self._workshop_id and not self._field.text():
            self._kept = text
            self._field.setText(text)

    def stop(self) -> None:
        """Ask nothing more."""
        self._pause.stop()
        self._enter_for = ""

    def next_name(self) -> None:
        """Make room for the next name."""
        if self._field.text():
            self._field.clear()
            self._field.setFocus()

    def number_taken(self) -> None:
        """Make room again: the number that was typed has led to somebody, or to a question."""
        if looks_like_card(self._typed()):
            self._field.clear()

    def mark(self) -> None:
        """Mark the tile that Enter means."""
        self._view.set_target(self._model.target_row())

    def _typed(self) -> str:
        return self._field.text().strip()

    def _show(self) -> None:
        self.mark()
        self.shown_changed.emit()

    @Slot()
    def _on_typed(self) -> None:
        self.stop()
        self._answered = ""
        typed = self._typed()
        self._model.set_search(typed)
        if typed:
            self._pause.start()
        if typed or self._kept:
            self._draft_pause.touch()
        self._show()

    @Slot()
    def _on_pause(self) -> None:
        typed = self._typed()
        if typed and self._workshop_id:
            search = functools.partial(people.search, workshop_id=self._workshop_id, limit=_LIMIT)
            self._desk.ask(search, typed, then=functools.partial(self._on_found, typed))

    def _on_found(self, typed: str, found: tuple[PersonRow, ...]) -> None:
        if typed != self._typed():
            return
        self._answered = typed
        # What holds a digit is a card or a number, not a name to write down.
        nameable = not any(sign.isdigit() for sign in typed)
        self._model.set_search(typed, found, offers_new=nameable)
        self._show()
        if self._model.rowCount() == 0:
            a11y.announce(self._field, self.tr("Rien de tel ici."))
        if self._enter_for == typed:
            self._enter_for = ""
            # Enter came before the answer: it holds only where there is nothing to choose.
            if self._model.rowCount() in (1, 1 + int(nameable)):
                self._on_enter()

    @Slot()
    def _on_enter(self) -> None:
        typed = self._typed()
        tile = self._model.tile(self._model.target_row())
        if not typed:
            return
        if tile is None and looks_like_card(typed):
            self.number_typed.emit(typed)
            return
        if tile is None or (tile.kind is not Kind.PERSON and self._answered != typed):
            self._enter_for = typed
        elif tile.kind is Kind.PERSON and tile.look not in (Look.WAITING, Look.AWAY):
            self.already_here.emit(tile)
        else:
            self.chosen.emit(tile)

    @Slot(int)
    def _on_moved(self, step: int) -> None:
        if step > 0 and self._model.rowCount():
            self._view.setFocus()
            self._view.setCurrentIndex(self._model.index(max(0, self._model.target_row())))
