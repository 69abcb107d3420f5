"""What was not finished when the process ended, said once the notebook is open again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Slot

from angrilien.services import drafts
from angrilien.services.drafts import Unfinished

if TYPE_CHECKING:
    from angrilien.ui.main_window import MainWindow


class Restored(QObject):
    """Looks for what was being typed, says so in one sentence, and leads back to it.

    Args:
        window: whose message bar says it.
    """

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        self._found: Unfinished | None = None
        window.desk.ask(drafts.unfinished, then=self._on_found)

    def _on_found(self, found: Unfinished | None) -> None:
        page = self._window.page
        if found is None or page is None or page.name != "today":
            return
        sentences = {
            "workshop_form": self.tr("Un nouvel atelier n’est pas terminé. Rien n’est perdu."),
            "person_form": self.tr("Une nouvelle personne n’est pas notée. Rien n’est perdu."),
            "note": self.tr("Un bilan n’est pas terminé. Rien n’est perdu."),
            "search": self.tr("Vous cherchiez une personne. La liste est là."),
            "paper": self.tr("Une feuille papier n’est pas toute saisie. Rien n’est perdu."),
            "signing": self.tr("Une signature n’était pas finie. La personne signe de nouveau."),
        }
        self._found = found
        self._window.say(sentences[found.kind], action=self.tr("&Reprendre"), do=self._on_resume)

    @Slot()
    def _on_resume(self) -> None:
        found = self._found
        if found is None:
            return
        args: dict[str, Any] = {"workshop_id": found.workshop_id}
        if found.kind == "workshop_form":
            self._window.navigate("workshop_form")
            return
        # The list first: Esc comes back to it from what was not finished.
        self._window.navigate("roster", **args)
        if found.kind in ("person_form", "note", "paper"):
            self._window.navigate(found.kind, **args)
