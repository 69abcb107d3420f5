"""Names, roles, targets and the way of the Tab key."""

from __future__ import annotations

from collections import Counter

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QAccessible
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QScrollArea, QWidget

from angrilien.ui import theme
from angrilien.ui.widgets.keypad import Keypad
from angrilien.ui.widgets.month_grid import DayCell
from angrilien.ui.widgets.signature_pad import SignaturePad
from visual.sight import interactive, place, said_of, shown

NO_ROLE = (QAccessible.Role.NoRole, QAccessible.Role.Client, QAccessible.Role.Pane)
_LONGEST_RING = 250
_OWN_ROLE = (Keypad, SignaturePad)
"""Qt has no role for them; their names say what they are for."""


def nameless(window: QWidget) -> list[str]:
    """Return what a screen reader would find without a name or without a role."""
    found = []
    for widget in interactive(window):
        seen = QAccessible.queryAccessibleInterface(widget)
        if seen is None or not seen.text(QAccessible.Text.Name).strip():
            found.append(f"no name: {said_of(widget)}")
        elif seen.role() in NO_ROLE and not isinstance(widget, _OWN_ROLE):
            found.append(f"no role: {said_of(widget)}")
    return found


def twins(window: QWidget) -> list[str]:
    """Return buttons that a screen reader cannot tell apart: one name, one description."""
    said = Counter(
        (widget.accessibleName(), widget.accessibleDescription())
        for widget in interactive(window)
        if isinstance(widget, QAbstractButton)
    )
    return [f"{count} × {name!r}" for (name, _), count in said.items() if count > 1]


def small(window: QWidget, *, least: int = theme.SMALLEST_TARGET) -> list[str]:
    """Return what is smaller than a finger needs, in logical pixels."""
    return [
        f"{widget.width()} × {widget.height()} px: {said_of(widget)}"
        for widget in interactive(window)
        if widget.width() < least or widget.height() < least
    ]


def walked(window: QWidget) -> tuple[list[QWidget], list[str]]:
    """Press Tab until it comes round; return the ring, and what was out of sight at its turn."""
    ring: list[QWidget] = []
    hidden = []
    for _ in range(_LONGEST_RING):
        QTest.keyClick(window.focusWidget() or window, Qt.Key.Key_Tab)
        now = window.focusWidget()
        if now is None or now in ring or not now.isVisible():
            break
        ring.append(now)
        if shown(now).isEmpty():
            hidden.append(f"out of sight at its turn: {said_of(now)}")
    return ring, hidden


def lost_by_tab(window: QWidget) -> list[str]:
    """Return where the Tab key fails: a trap, something left out, a jump against the reading."""
    wanted = [widget for widget in interactive(window) if not _by_pointer_only(widget)]
    ring, found = walked(window)
    left_out = [w for w in wanted if w not in ring and not _by_arrows(w, ring)]
    found += [f"never reached: {said_of(widget)}" for widget in left_out]
    if ring and (window.focusWidget() is not ring[0] or len(ring) == 1 < len(wanted)):
        found.append(f"a trap: {said_of(window.focusWidget() or window)}")
    return found + against_the_reading(ring)


def against_the_reading(ring: list[QWidget]) -> list[str]:
    """Return the steps that go up or left; one, the way round, is none of them."""
    back = []
    for here, there in zip(ring, (*ring[1:], *ring[:1]), strict=True):
        a, b = apart(here, there)
        above = b.bottom() <= a.top() + 2 and b.left() < a.right()
        left = b.right() <= a.left() + 2 and b.top() < a.bottom() and b.bottom() > a.top()
        if above or left:
            back.append(f"goes back: {said_of(here)} → {said_of(there)}")
    return back if len(back) > 1 else []


def apart(one: QWidget, other: QWidget) -> tuple[QRect, QRect]:
    """Return the places of two widgets; what scrolls and holds one of them stands for it."""
    return place(_stand_in(one, other)), place(_stand_in(other, one))


def _stand_in(widget: QWidget, other: QWidget) -> QWidget:
    found = around = widget
    while (above := around.parentWidget()) is not None and not above.isAncestorOf(other):
        if isinstance(above, QScrollArea):
            found = above
        around = above
    return found


def _by_arrows(widget: QWidget, ring: list[QWidget]) -> bool:
    """Tell what the arrow keys reach from a neighbour: one of a choice, a day of a month."""
    if isinstance(widget, QAbstractButton) and widget.group() is not None:
        return any(button in ring for button in widget.group().buttons())
    near = [other for other in ring if other.parentWidget() is widget.parentWidget()]
    return isinstance(widget, DayCell) and any(isinstance(other, DayCell) for other in near)


def _by_pointer_only(widget: QWidget) -> bool:
    """Tell what the keyboard has another way to.

    The keys of a keypad: the digits of the keyboard. The frame to sign in: a signature is the path
    of a hand; "Je préfère le papier" and "N’a pas pu signer" stand beside it.
    """
    return isinstance(widget.parentWidget(), Keypad) or isinstance(widget, SignaturePad)
