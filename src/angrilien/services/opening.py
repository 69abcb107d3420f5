"""Is there a notebook here, and what its first animateur types. Light: imported before any window.

Making and opening the notebook itself imports SQL, so it stands in `making`, loaded when called.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

from angrilien.domain.clock import DEFAULT_ZONE, Clock
from angrilien.domain.code_secret import check_code_secret
from angrilien.domain.codes import read_code
from angrilien.domain.forms import NAME_LIMIT, clean
from angrilien.domain.rows import FirstStart
from angrilien.errors import Missing, NotACode, NotebookForeign, PassphraseDiffers, TooLong
from angrilien.vault import passphrase
from angrilien.vault.programme import Programme
from angrilien.vault.slots import DEFAULT_KDF, Kdf

if TYPE_CHECKING:
    from angrilien.services.notebook import Notebook
    from angrilien.wire.profile import Profile

DATABASE = "cahier.db"
UNFINISHED = f"{DATABASE}.new"
SLOTS = "cles.json"
_PLAIN_SQLITE: Final = b"SQLite format 3\0"


def exists(folder: Path) -> bool:
    """Tell whether a data folder holds a notebook, or the keys of one that is missing.

    Keys without a notebook are those of a file that somebody, or something, took away: they are
    never replaced. Keys beside an unfinished notebook are of a first start that was cut.
    """
    if (folder / DATABASE).exists():
        return True
    return (folder / SLOTS).exists() and not (folder / UNFINISHED).exists()


def is_plain(file: Path) -> bool:
    """Tell whether a file is an SQLite database that anybody can read: never one of ours."""
    with file.open("rb") as stream:
        return stream.read(len(_PLAIN_SQLITE)) == _PLAIN_SQLITE


def check_ours(folder: Path) -> None:
    """Look from outside whether the notebook of a data folder may be ours at all.

    Raises:
        NotebookForeign: it is not encrypted, or there are no keys beside it.
    """
    database = folder / DATABASE
    try:
        foreign = database.exists() and (is_plain(database) or not (folder / SLOTS).exists())
    except OSError:
        return  # what cannot be read is said when it is opened
    if foreign:
        raise NotebookForeign


def new_passphrase() -> str:
    """Return six random French words."""
    return passphrase.generate()


def compare_passphrases(shown: str, typed: str) -> None:
    """Check the phrase typed back.

    Raises:
        PassphraseDiffers: it names the first word that differs.
    """
    word = passphrase.first_difference(shown, typed)
    if word is not None:
        raise PassphraseDiffers("passphrase", word=word)


def check_first_start(start: FirstStart) -> None:
    """Check D0's name and codes.

    Raises:
        Missing, TooLong: the name.
        NotACode: the venue's code is not empty and not a code.
        CodeNotSixDigits, CodeTooSimple, CodeLooksLikeADate: the code secret is not empty and cannot
            be taken.
    """
    name = clean(start.name)
    if not name:
        raise Missing("name")
    if len(name) > NAME_LIMIT:
        raise TooLong("name", limit=NAME_LIMIT)
    if start.venue_code.strip() and read_code(start.venue_code) is None:
        raise NotACode("venue_code")
    if start.code_secret:
        check_code_secret(start.code_secret)


def create(
    folder: Path,
    start: FirstStart,
    programme: Programme,
    *,
    clock: Clock | None = None,
    kdf: Kdf = DEFAULT_KDF,
    zone: str = DEFAULT_ZONE,
    profile: Profile | None = None,
) -> Notebook:
    """Make the notebook of a data folder; see `making.create`."""
    from angrilien.services import making  # noqa: PLC0415

    return making.create(folder, start, programme, clock=clock, kdf=kdf, zone=zone, profile=profile)


def open_notebook(
    folder: Path,
    phrase: str,
    programme: Programme,
    *,
    clock: Clock | None = None,
    zone: str = DEFAULT_ZONE,
) -> Notebook:
    """Open the notebook of a data folder; see `making.open_notebook`."""
    from angrilien.services import making  # noqa: PLC0415

    return making.open_notebook(folder, phrase, programme, clock=clock, zone=zone)
