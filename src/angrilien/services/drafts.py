"""What is typed in a form, kept across a crash, a lock and a closed lid."""

from __future__ import annotations

from angrilien.domain.forms import storable
from angrilien.services.notebook import Notebook
from angrilien.store import drafts


def save(nb: Notebook, key: str, text: str) -> None:
    """Keep the text of a form."""
    with nb.store.write() as connection:
        drafts.save(connection, key, storable(text), nb.clock.now())


def load(nb: Notebook, key: str) -> str:
    """Return the text kept of a form, empty if none is."""
    with nb.store.read() as connection:
        found = drafts.load(connection, key)
    return found[0] if found else ""


def clear(nb: Notebook, key: str) -> None:
    """Forget the text of a form: it was written, or given up."""
    with nb.store.write() as connection:
        drafts.clear(connection, key)
