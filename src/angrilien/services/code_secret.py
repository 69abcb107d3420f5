"""The code secret of whoever has opened the notebook: chosen, changed, checked."""

from __future__ import annotations

from angrilien.domain.code_secret import check_code_secret
from angrilien.domain.entities import Facilitator
from angrilien.domain.rows import AnimateurRow, LockedBy
from angrilien.errors import NotebookDamaged, WrongPassphrase
from angrilien.services import animateurs
from angrilien.services.notebook import Notebook
from angrilien.services.opening import SLOTS
from angrilien.store import code_secrets, log, slots
from angrilien.vault.code_secret import hash_code, is_code
from angrilien.vault.slots import SlotFile


def locked_by(nb: Notebook) -> LockedBy:
    """Return whom the locked screen greets, and whether a code opens it."""
    with nb.store.read() as connection:
        person = log.read(connection, Facilitator, nb.facilitator_id)
        hashed = code_secrets.load(connection, nb.facilitator_id)
    name = person.name.split() if person is not None else []
    return LockedBy(first_name=name[0] if name else "", has_code=hashed is not None)


def choose(nb: Notebook, code: str, facilitator_id: str = "") -> None:
    """Keep a code; whoever has opened the notebook chooses theirs.

    Args:
        nb: the notebook.
        code: six digits.
        facilitator_id: another animateur, who is being added and chooses it at this moment.

    Raises:
        CodeNotSixDigits, CodeTooSimple, CodeLooksLikeADate: it cannot be taken.
    """
    hashed = hash_code(check_code_secret(code))
    with nb.store.write() as connection:
        code_secrets.save(connection, facilitator_id or nb.facilitator_id, hashed, nb.clock.now())


def add_animateur(nb: Notebook, name: str, phrase: str, code: str) -> AnimateurRow:
    """Let one more animateur open this computer, with a phrase and a code of their own.

    Raises:
        CodeNotSixDigits, CodeTooSimple, CodeLooksLikeADate: the code cannot be taken.
        Missing, TooLong, TooManySlots, DiskFull, FolderReadOnly: as `animateurs.add`.
    """
    check_code_secret(code)
    added = animateurs.add(nb, name, phrase)
    choose(nb, code, added.facilitator_id)
    return added


def change(nb: Notebook, phrase: str, code: str) -> None:
    """Change one's own code, with one's own phrase: a code may be forgotten.

    Raises:
        WrongPassphrase: it is not the phrase of whoever has opened the notebook.
        CodeNotSixDigits, CodeTooSimple, CodeLooksLikeADate: the code cannot be taken.
        NotebookDamaged: the slot file cannot be read.
    """
    check_code_secret(code)
    check_phrase(nb, phrase)
    choose(nb, code)


def check_phrase(nb: Notebook, phrase: str) -> None:
    """Check the phrase of whoever has opened the notebook; one derivation for each slot tried.

    Raises:
        WrongPassphrase: it opens nothing, or is another animateur's.
        NotebookDamaged: the slot file cannot be read.
    """
    try:
        opened = SlotFile.parse((nb.folder / SLOTS).read_bytes()).open(phrase)
    except OSError as error:
        raise NotebookDamaged from error
    with nb.store.read() as connection:
        if slots.owner(connection, opened.slot_id) != nb.facilitator_id:
            raise WrongPassphrase


def check(nb: Notebook, code: str) -> bool:
    """Tell whether this is the code of whoever has opened the notebook. Tries are not counted here.

    Args:
        nb: the notebook.
        code: six digits; anything else is wrong.
    """
    with nb.store.read() as connection:
        hashed = code_secrets.load(connection, nb.facilitator_id)
    return hashed is not None and code.isascii() and is_code(hashed, code)
