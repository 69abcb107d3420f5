"""The locked screen: a first name, a code to type, and nothing of what is behind."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from angrilien.errors import KnownError
from angrilien.ui import a11y
from angrilien.ui.widgets import Button, Card, ScrollPage, Text
from angrilien.ui.widgets.keypad import Dots, Keypad
from angrilien.ui.widgets.sign import Sign
from angrilien.ui.words import problem_text


class LockScreen(QWidget):
    """Asks the code secret of whoever has opened the notebook."""

    code_typed = Signal(str)
    """Six digits were typed."""
    end_asked = Signal()
    """The phrase is wanted in the place of the code."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("page")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._sign = Sign(36)
        self._sign.show_icon("lock", "primary")
        self.greeting = Text("", "title")
        self.sentence = Text(self.tr("L’écran est verrouillé. Tapez votre code secret."))
        self.dots = Dots()
        self.told = Text("", "problem")
        self.keypad = Keypad()
        self.phrase = Button(self.tr("Ouvrir avec la phrase"), "quiet", "key")
        words = QVBoxLayout()
        words.setSpacing(10)
        hello = QHBoxLayout()
        hello.setSpacing(14)
        hello.addWidget(self._sign)
        hello.addWidget(self.greeting, 1)
        words.addLayout(hello)
        words.addWidget(self.sentence)
        words.addSpacing(6)
        words.addWidget(self.dots)
        words.addWidget(self.told)
        words.addStretch(1)
        words.addWidget(self.phrase, 0, Qt.AlignmentFlag.AlignLeft)
        card = Card()
        card.body.setContentsMargins(28, 20, 28, 20)
        sides = QHBoxLayout()
        sides.setSpacing(36)
        sides.addLayout(words, 5)
        sides.addWidget(self.keypad, 6)
        card.body.addLayout(sides)
        scroll = ScrollPage(width=900, centred=True)
        # The smallest window holds the whole keypad, with the largest letters too.
        scroll.body.setContentsMargins(20, 12, 20, 12)
        scroll.body.addStretch(1)
        scroll.body.addWidget(card)
        scroll.body.addStretch(2)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(scroll)
        self.keypad.typed_changed.connect(self.dots.show_count)
        self.keypad.typed_changed.connect(self._on_typed)
        self.keypad.completed.connect(self.code_typed)
        self.phrase.clicked.connect(self.end_asked)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Give the keypad what is typed while the focus is on the button."""
        self.keypad.keyPressEvent(event)

    def greet(self, first_name: str) -> None:
        """Begin: name whoever can open."""
        hello = self.tr("Bonjour {name}").format(name=first_name) if first_name else ""
        self.greeting.setText(hello or self.tr("Bonjour"))
        self.told.setText("")
        self.keypad.clear()

    def focus_first(self) -> None:
        """Put the focus where the digits go, and say what is asked."""
        self.keypad.setFocus()
        a11y.announce(self, f"{self.greeting.text()}. {self.sentence.text()}")

    def say_wrong(self, tries_left: int) -> None:
        """Say that the code was wrong, and how many tries are left."""
        if tries_left == 1:
            left = self.tr("Encore un essai, puis la phrase sera demandée.")
        else:
            left = self.tr("Encore {count} essais.").format(count=tries_left)
        said = f"{self.tr('Ce n’est pas le bon code.')} {left}"
        self.keypad.clear()
        self.told.setText(said)
        self.keypad.setFocus()
        a11y.announce(self, said)

    def say_problem(self, error: KnownError) -> None:
        """Say why the code could not be checked."""
        self.keypad.clear()
        self.told.setText(problem_text(error))
        a11y.announce(self, self.told.text())

    @Slot(int)
    def _on_typed(self, count: int) -> None:
        if count:
            self.told.setText("")
