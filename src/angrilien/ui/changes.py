"""What kind of thing has changed in the notebook. Screens decide what that means for them."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal


class ChangeHub(QObject):
    """One signal per kind of thing, emitted in the window's thread after a write."""

    workshops_changed = Signal()
    """A workshop was planned, opened, cancelled or closed."""
    sheet_closed = Signal()
    """A sheet was ended."""
    attendance_changed = Signal(str)
    """Somebody came, left or signed; carries the workshop's id."""
    people_changed = Signal()
    """A person was added or changed."""
    notes_changed = Signal()
    """A bilan was written."""
    sending_changed = Signal()
    """Something was sent, or could not be."""
    others_wrote = Signal()
    """Something came from another laptop of the venue."""
