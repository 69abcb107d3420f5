"""The themes of a workshop: the programme's own, and the others once they are asked for."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import QCoreApplication, Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from angrilien.domain.rows import ThemeRow
from angrilien.ui.widgets.button import Button
from angrilien.ui.widgets.chips import Chips
from angrilien.ui.widgets.field import Labelled


class ThemesField(Labelled[QWidget]):
    """Any number of themes.

    Args:
        label: shown above.
    """

    chosen_changed = Signal()

    def __init__(self, label: str) -> None:
        self.chips = Chips(_tr("Thèmes du programme"))
        self.more_chips = Chips(_tr("Autres thèmes"))
        self.more_chips.hide()
        self.more = Button(_tr("Plus de t&hèmes"), "quiet", "down")
        holder = QWidget()
        inside = QVBoxLayout(holder)
        inside.setContentsMargins(0, 0, 0, 0)
        inside.setSpacing(8)
        inside.addWidget(self.chips)
        inside.addWidget(self.more_chips)
        row = QHBoxLayout()
        row.addWidget(self.more)
        row.addStretch(1)
        inside.addLayout(row)
        super().__init__(label, holder, "")
        self.more.clicked.connect(self._on_more)
        for chips in (self.chips, self.more_chips):
            chips.chosen_changed.connect(self.chosen_changed)

    @property
    def is_offered(self) -> bool:
        """Tell whether the catalogue is there."""
        return bool(self.chips.values())

    def offer(self, themes: Iterable[ThemeRow]) -> None:
        """Offer the catalogue's themes, those of the programme first."""
        both = tuple(themes)
        self.chips.add((theme.code, theme.title) for theme in both if theme.programme)
        self.more_chips.add((theme.code, theme.title) for theme in both if not theme.programme)
        # They came after what stands below them: Tab goes as one reads.
        before: QWidget | None = None
        for button in (*self.chips.buttons(), *self.more_chips.buttons(), self.more):
            if before is not None:
                QWidget.setTabOrder(before, button)
            before = button

    def buttons(self) -> tuple[Button, ...]:
        """Return everything that takes the focus, in the order of the screen."""
        return (*self.chips.buttons(), *self.more_chips.buttons(), self.more)

    def button(self, code: str) -> Button:
        """Return the button of a theme."""
        chips = self.chips if code in self.chips.values() else self.more_chips
        return chips.button(code)

    def chosen(self) -> tuple[str, ...]:
        """Return the chosen codes in the order of the screen."""
        return self.chips.chosen() + self.more_chips.chosen()

    def choose(self, codes: Iterable[str]) -> None:
        """Choose these themes and no other; one of the others shows them all."""
        wanted = tuple(codes)
        self.chips.choose(wanted)
        self.more_chips.choose(wanted)
        self.show_more(shown=bool(self.more_chips.chosen()))

    def focus_first(self) -> None:
        """Put the focus on the first theme."""
        self.chips.focus_first()

    def show_more(self, *, shown: bool) -> None:
        """Show or hide the themes that are not the programme's own."""
        self.more_chips.setVisible(shown)
        self.more.set_text(_tr("Moins de t&hèmes") if shown else _tr("Plus de t&hèmes"))
        self.more.set_icon("up" if shown else "down")

    @Slot()
    def _on_more(self) -> None:
        self.show_more(shown=self.more_chips.isHidden())


def _tr(text: str) -> str:
    return QCoreApplication.translate("ThemesField", text)
