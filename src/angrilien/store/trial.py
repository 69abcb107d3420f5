"""Is what protects the notebook really at work here? A throw-away file, made the same way, tells.

Nothing of the notebook is read. The file lies on the same disk, and is gone at the end.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection, text

from angrilien.store import engine as engines
from angrilien.store import migrations

SOUND_SQLITE = (3, 51, 3)
"""Before it, resetting the write-ahead log could corrupt the file."""
PRAGMAS = ("journal_mode", "synchronous", "foreign_keys", "trusted_schema", "wal_autocheckpoint")


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """What the throw-away file showed.

    Attributes:
        cipher: version of SQLCipher.
        sqlite: version of SQLite.
        schema: revision that this version of the application writes.
        pragmas: read back from the file, as the engine set them.
        readable: whether a text written into it was found in the bytes on the disk.
    """

    cipher: str
    sqlite: str
    schema: str
    pragmas: tuple[tuple[str, str], ...]
    readable: bool

    @property
    def is_sound(self) -> bool:
        """Tell whether this SQLite is one without the known fault."""
        return tuple(int(part) for part in self.sqlite.split(".")[:3]) >= SOUND_SQLITE


def try_out(folder: Path) -> Trial:
    """Make an encrypted file in an empty folder, write and look at its bytes.

    Raises:
        KnownError: the disk's: full, read-only.
        BugError: this SQLite does not encrypt, or does not keep a pragma.
    """
    path, known = folder / "essai.db", secrets.token_hex(32)
    engine = engines.make_engine(path, secrets.token_bytes(32))
    try:
        with engines.writing(engine) as connection:
            connection.execute(text("CREATE TABLE essai (texte TEXT NOT NULL)"))
            connection.execute(text("INSERT INTO essai VALUES (:texte)"), {"texte": known})
        # The write-ahead log still holds it: that is looked at too.
        readable = _is_found(known, folder)
        with engines.reading(engine) as connection:
            cipher = _ask(connection, "PRAGMA cipher_version")
            sqlite = _ask(connection, "SELECT sqlite_version()")
            pragmas = tuple((name, _ask(connection, f"PRAGMA {name}")) for name in PRAGMAS)
    finally:
        engines.close(engine)
    return Trial(
        cipher=cipher,
        sqlite=sqlite,
        schema=migrations.HEAD,
        pragmas=pragmas,
        readable=readable or _is_found(known, folder),
    )


def _ask(connection: Connection, question: str) -> str:
    """Return the one value of an answer, "?" where there is none: a plain SQLite has no cipher."""
    answer = connection.exec_driver_sql(question)
    return str(answer.scalar()) if answer.returns_rows else "?"


def _is_found(known: str, folder: Path) -> bool:
    return any(known.encode() in file.read_bytes() for file in folder.iterdir() if file.is_file())
