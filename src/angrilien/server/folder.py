"""Opening a programme's folder: its keys and its database."""

from __future__ import annotations

import os
from pathlib import Path

from angrilien.domain.clock import Clock
from angrilien.server.database import Database
from angrilien.server.keyring import Keyring, load_keyring
from angrilien.server.schema import prepare

DATABASE_VARIABLE = "ANGRILIEN_DATABASE_URL"
"""Environment variable with the address of another database than the folder's SQLite file."""


def open_programme(folder: Path, clock: Clock) -> tuple[Keyring, Database, str]:
    """Open the keys and the database of a data folder; return them with the database's epoch.

    Raises:
        KnownError: there is no programme, or the database cannot be used.
    """
    keyring = load_keyring(folder)
    database = Database(folder, os.environ.get(DATABASE_VARIABLE, ""))
    try:
        epoch = prepare(database, keyring.aud, clock.now()).epoch
    except BaseException:
        database.close()
        raise
    return keyring, database, epoch
