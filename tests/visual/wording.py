"""The words as they stand on the screen, after all that was put together in them."""

from __future__ import annotations

import re

from PySide6.QtWidgets import QAbstractButton, QLineEdit, QPlainTextEdit, QTextBrowser, QWidget

from angrilien.ui.widgets.sending_line import SendingLine
from helpers.french import BANNED, LONGEST_BUTTON, WRONG_SIGNS, banned, long_sentences, words_in
from visual.sight import all_texts, text_of

_BANNED = [banned(word) for word in BANNED]
_WRONG = [re.compile(wrong) for wrong in WRONG_SIGNS]


def ill_worded(window: QWidget) -> list[str]:
    """Return the texts with a banned word, a long sentence or a wrong sign; and long buttons."""
    found = []
    for widget, text in all_texts(window):
        if _typed(widget, text):
            continue
        found += [f"banned: {text!r}" for one in _BANNED if one.search(text)]
        found += [f"long: {one!r}" for one in long_sentences(_apart(text))]
        found += [f"sign {one.pattern}: {text!r}" for one in _WRONG if one.search(text)]
        if (
            isinstance(widget, QAbstractButton)
            and not isinstance(widget, SendingLine)
            and widget.property("kind") != "row"
            and text == text_of(widget)
            and len(words_in(text)) > LONGEST_BUTTON
        ):
            found.append(f"long button: {text!r}")
    return found


def _typed(widget: QWidget, text: str) -> bool:
    """Tell what a person wrote, and the pages of help, which are read whole elsewhere."""
    if isinstance(widget, QTextBrowser):
        return True
    if isinstance(widget, QLineEdit):
        return text == widget.text()
    return isinstance(widget, QPlainTextEdit) and text == widget.toPlainText()


def _apart(text: str) -> str:
    """Read facts that a point in the middle parts as sentences of their own."""
    return text.replace(" · ", "\n")
