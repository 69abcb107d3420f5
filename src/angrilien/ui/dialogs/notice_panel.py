"""« Pourquoi signer ? »: the information notice of the sheet, in letters for the participant."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from angrilien.ui.printing import notice
from angrilien.ui.widgets import Text
from angrilien.ui.widgets.panel import Panel
from angrilien.ui.widgets.participant import set_points


class NoticePanel(Panel):
    """The same words as on the printed sheet."""

    def __init__(self, over: QWidget, behind: QWidget) -> None:
        super().__init__(over, behind, width=1100)
        for paragraph in notice.load().paragraphs:
            self.body.addWidget(Text(paragraph.title, "heading"))
            self.body.addWidget(Text(paragraph.text, "participant"))

    def show_notice(self, points: int) -> None:
        """Show it with letters of `points`."""
        for text in self.findChildren(Text):
            set_points(text, points)
        set_points(self.close_button, points)
        self.open_with(self.tr("Pourquoi signer\u202f?"))
