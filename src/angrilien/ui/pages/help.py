"""F1: a page of help for each screen, offline, and the looks of the window."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QCoreApplication, Qt, Slot
from PySide6.QtWidgets import QSizePolicy, QTextBrowser, QVBoxLayout

from angrilien import __version__
from angrilien.paths import resource
from angrilien.settings import SCHEME, TEXT_PERCENT
from angrilien.ui import a11y, theme
from angrilien.ui.pages.base import Page
from angrilien.ui.widgets import AdaptiveRow, Button, Card, Choice, PageHead, ScrollPage, Text

if TYPE_CHECKING:
    from angrilien.ui.desk import Desk
    from angrilien.ui.main_window import MainWindow


class HelpPage(Page):
    """The help of the screen one comes from, and below it the text size and the colours."""

    name = "help"
    entry = "help"
    remembered = False

    def __init__(self, desk: Desk, window: MainWindow) -> None:
        super().__init__(desk, window)
        self._screen = ""
        self.head = PageHead(self.tr("Aide"))
        self.back_button = Button(self.tr("&Retour"), "primary", "back")
        self.back_button.clicked.connect(self.go_back)
        self.head.add(self.back_button)
        self.text = QTextBrowser()
        self.text.setOpenLinks(False)
        self.text.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.text.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.text.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        a11y.named(self.text, self.tr("Aide"))
        looks = Card()
        looks.body.setContentsMargins(24, 18, 24, 20)
        looks.body.addWidget(Text(self.tr("Lire plus facilement"), "heading"))
        self.text_size = Choice(
            self.tr("&Taille du texte"),
            ((str(percent), _word(word)) for percent, word in TEXT_PERCENT.choices),
        )
        self.colors = Choice(
            self.tr("&Couleurs"), ((name, _word(word)) for name, word in SCHEME.choices)
        )
        pair = AdaptiveRow(spacing=16)
        pair.add(self.text_size)
        pair.add(self.colors)
        looks.body.addWidget(pair)
        scroll = ScrollPage(width=960)
        scroll.body.addWidget(self.head)
        scroll.body.addWidget(self.text)
        scroll.body.addWidget(looks)
        version = self.tr("Angrilien, version {version}").format(version=__version__)
        scroll.body.addWidget(Text(version, "hint"))
        scroll.body.addStretch(1)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(scroll)
        self.text_size.choose(str(window.settings.get(TEXT_PERCENT)))
        self.colors.choose(window.settings.get(SCHEME))
        self.text_size.chosen_changed.connect(self._on_size)
        self.colors.chosen_changed.connect(self._on_colors)
        self.text.document().documentLayout().documentSizeChanged.connect(self._on_text_size)

    def title(self) -> str:
        """Return the screen's name."""
        return self.tr("Aide")

    def show_for(self, **args: Any) -> None:
        """Show the help of a screen; without one, that of today."""
        self._screen = str(args.get("screen") or "today")
        self._fill()

    def focus_first(self) -> None:
        """Put the focus on the way back."""
        self.back_button.setFocus()

    def _fill(self) -> None:
        html = resource(f"help/{self._screen}.html").read_text(encoding="utf-8")
        self.text.document().setDefaultStyleSheet(_style())
        self.text.setHtml(html)

    @Slot()
    def _on_text_size(self) -> None:
        margins = 2 * self.text.frameWidth() + 24
        self.text.setFixedHeight(round(self.text.document().size().height()) + margins)

    @Slot(str)
    def _on_size(self, percent: str) -> None:
        self.main.settings.set(TEXT_PERCENT, int(percent))
        self._restyle()

    @Slot(str)
    def _on_colors(self, scheme: str) -> None:
        self.main.settings.set(SCHEME, scheme)
        self._restyle()

    def _restyle(self) -> None:
        self.main.apply_looks()
        self._fill()


def _word(word: str) -> str:
    return QCoreApplication.translate("Settings", word)


def _style() -> str:
    return (
        f"p.title {{ font-size: {theme.points(18)}pt; font-weight: 700; margin-bottom: 8px; }}"
        f"p.part {{ font-size: {theme.points(14)}pt; font-weight: 600; margin-top: 16px; }}"
        "p { margin-top: 3px; margin-bottom: 5px; }"
    )
