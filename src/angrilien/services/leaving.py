"""What is done for the notebook's safety while it is open, once a day, and when it is closed."""

from __future__ import annotations

from angrilien.services import copies, heads, outbox_folder, photos
from angrilien.services.notebook import Notebook
from angrilien.store import ballast


def settle(nb: Notebook) -> None:
    """Write where the log ends, and look whether anything is unsent: within a second of an act."""
    heads.keep(nb)
    outbox_folder.settle(nb)


def look_after(nb: Notebook) -> None:
    """Make the day's safety copy if something was written, and the ballast if there is room.

    Photos that the server has had in a backup for long are let go of.
    """
    ballast.take_aboard(nb.folder)
    copies.make_if_due(nb)
    photos.look_after(nb)


def leave(nb: Notebook, *, with_copy: bool = True) -> None:
    """Close the notebook: its head, what is unsent, a safety copy, then the file.

    Args:
        nb: the notebook.
        with_copy: False where the system suspends in a few seconds; the next opening makes it.
    """
    if nb.is_closed:
        return
    try:
        heads.keep(nb)
        outbox_folder.leave(nb)
        if with_copy:
            copies.make_if_due(nb)
    finally:
        nb.close()
