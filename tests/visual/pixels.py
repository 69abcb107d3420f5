"""Contrasts measured where they are seen: in the pixels of the picture."""

from __future__ import annotations

from collections import Counter
from functools import cache

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QImage
from PySide6.QtWidgets import (
    QAbstractButton,
    QComboBox,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QWidget,
)

from angrilien.ui.widgets.signature_pad import SignaturePad
from angrilien.ui.widgets.tile_view import TileView
from visual.sight import in_sight, interactive, place, said_of, shown, text_of

TEXT = 7.0
PARTS = 3.0
_WRITTEN = (QLabel, QAbstractButton, QLineEdit, QComboBox, QPlainTextEdit)
_EDGE = 8
"""Pixels of a button or a field beside its words: its border and the air inside."""
_ENOUGH = 240
"""Pixels of a long text that show its colour."""
_SEEN = 3
"""Pixels of a colour under which it is an accident of smoothing."""


@cache
def luminance(pixel: int) -> float:
    """Return the relative luminance of a pixel 0xRRGGBB, as WCAG defines it."""
    parts = [(pixel >> shift & 0xFF) / 255 for shift in (16, 8, 0)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def ratio(one: int, other: int) -> float:
    """Return the contrast of two pixels, 1 to 21."""
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def picture(window: QWidget) -> QImage:
    """Return what is painted of a window, one pixel for each logical one."""
    return window.grab().toImage().convertToFormat(QImage.Format.Format_RGB32)


def colours(image: QImage, rect: QRect) -> Counter[int]:
    """Count the colours in a part of a picture."""
    part = image.copy(rect.intersected(image.rect()))
    if part.isNull():
        return Counter()
    return Counter(pixel & 0xFFFFFF for pixel in memoryview(part.constBits()).cast("I"))


def contrast_in(image: QImage, rect: QRect) -> float:
    """Return the best contrast of what is written in a place against its ground."""
    found = colours(image, rect)
    if not found:
        return 0.0
    ground = found.most_common(1)[0][0]
    return max(ratio(pixel, ground) for pixel, count in found.items() if count >= _SEEN or
               pixel == ground)  # fmt: skip


def pale_texts(window: QWidget, image: QImage) -> list[str]:
    """Return the texts in sight that are paler than 7:1."""
    found = []
    for widget in in_sight(window, QWidget):
        if not text_of(widget).strip() or not widget.isEnabled():
            continue
        if not isinstance(widget, _WRITTEN):
            continue
        if isinstance(widget, QAbstractButton) and widget.layout() is not None:
            continue  # its labels are looked at
        rect, whole = shown(widget), place(widget)
        least = widget.fontMetrics().height() if isinstance(widget, QLabel) else whole.height()
        if rect.top() != whole.top() or rect.height() < min(least, whole.height()):
            continue  # only an edge of it is in sight
        if isinstance(widget, QLabel):
            wide = min(rect.width(), max(_ENOUGH, widget.minimumSizeHint().width()))
            left = rect.left()
            if widget.alignment() & Qt.AlignmentFlag.AlignHCenter:
                left += (rect.width() - wide) // 2
            elif widget.alignment() & Qt.AlignmentFlag.AlignRight:
                left += rect.width() - wide
            rect.setLeft(left)
            rect.setWidth(wide)
        else:
            rect = rect.adjusted(_EDGE, _EDGE, -_EDGE, -_EDGE)
        measured = contrast_in(image, rect)
        if measured < TEXT:
            found.append(f"{measured:.1f}:1 {said_of(widget)}")
    return found


def faint_parts(window: QWidget, image: QImage) -> list[str]:
    """Return the borders and signs in sight that are fainter than 3:1."""
    found = []
    for widget in interactive(window):
        rect = shown(widget)
        if rect.height() < widget.height() or rect.isEmpty():
            continue
        if isinstance(widget, TileView):
            found += _faint_tiles(widget, image)
        elif _is_bordered(widget):
            measured = edge_contrast(image, rect)
            if measured < PARTS:
                found.append(f"edge {measured:.1f}:1 {said_of(widget)}")
    for label in in_sight(window, QLabel):
        if label.pixmap().isNull() or shown(label).height() < label.height():
            continue
        measured = contrast_in(image, shown(label))
        if measured < PARTS:
            found.append(f"sign {measured:.1f}:1 beside {said_of(label.parentWidget() or label)}")
    return found


def edge_contrast(image: QImage, rect: QRect) -> float:
    """Return the contrast of a border, or of a filled ground, with what is outside of it."""
    y = rect.center().y()
    outside = _pixel(image, rect.left() - 2, y)
    return max(ratio(_pixel(image, rect.left() + x, y), outside) for x in range(4))


def _pixel(image: QImage, x: int, y: int) -> int:
    return image.pixel(max(0, min(x, image.width() - 1)), max(0, y)) & 0xFFFFFF


def _is_bordered(widget: QWidget) -> bool:
    if isinstance(widget, QAbstractButton):
        kind = widget.property("kind")
        # A quiet button is a word and an icon: its text is what is measured.
        return kind not in ("quiet", None) and (kind != "nav" or widget.isChecked())
    return isinstance(widget, QLineEdit | QComboBox | QPlainTextEdit | SignaturePad)


def _faint_tiles(view: TileView, image: QImage) -> list[str]:
    found = []
    inside = shown(view.viewport())
    corner = view.viewport().mapTo(view.window(), view.viewport().rect().topLeft())
    for row in range(view.model().rowCount()):
        index = view.model().index(row, 0)
        rect = view.visualRect(index).translated(corner)
        if not inside.contains(rect):
            continue
        name = str(index.data(Qt.ItemDataRole.DisplayRole))
        edge = edge_contrast(image, rect)
        if edge < PARTS:
            found.append(f"edge {edge:.1f}:1 of the tile {name!r}")
        text = contrast_in(image, rect.adjusted(64, _EDGE, -_EDGE, -_EDGE))
        if text < TEXT:
            found.append(f"{text:.1f}:1 in the tile {name!r}")
    return found
