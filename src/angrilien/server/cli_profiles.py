"""`angrilien-server programme profile-key` and `venue profile`: the files that installers carry."""

from __future__ import annotations

import argparse
import os
from pathlib import Path
from typing import Any

from angrilien.domain.clock import SystemClock
from angrilien.errors import FileThere
from angrilien.server.errors import CannotWrite, NotOurDays
from angrilien.server.folder import open_programme
from angrilien.server.profiles import list_profile_key, make_profile

_MAX_DAYS = 366


def add_commands(of_programme: Any, of_venue: Any) -> None:
    """Add the actions to the commands `programme` and `venue`."""
    key = of_programme.add_parser("profile-key", help="créer la clé des fichiers de lieu")
    key.add_argument(
        "--root", required=True, type=Path, metavar="FICHIER", help="root.key, sorti de son coffre"
    )
    key.set_defaults(run=_profile_key)

    made = of_venue.add_parser("profile", help="le fichier de lieu, pour un ordinateur")
    made.add_argument("code", metavar="LIEU", help="le lieu, par exemple CAF-49008")
    made.add_argument(
        "--out", required=True, type=Path, metavar="FICHIER", help="*.angrilien-venue à écrire"
    )
    made.add_argument("--days", type=int, default=90, metavar="JOURS", help="validité (90)")
    made.set_defaults(run=_venue_profile)

    for command in (key, made):
        command.add_argument(
            "--data", required=True, type=Path, metavar="DOSSIER", help="dossier du serveur"
        )


def _profile_key(asked: argparse.Namespace) -> int:
    programme = list_profile_key(asked.data, asked.root, SystemClock().now())
    print(f"Clé des fichiers de lieu créée, liste de clés n° {programme.keys.number}.")
    print("Remettez root.key dans son coffre, puis refaites les programmes d’installation :")
    print("ceux d’avant ne connaissent pas cette clé.")
    return 0


def _venue_profile(asked: argparse.Namespace) -> int:
    if not 1 <= asked.days <= _MAX_DAYS:
        raise NotOurDays(low=1, high=_MAX_DAYS)
    if asked.out.exists():
        raise FileThere
    clock = SystemClock()
    keyring, database, _ = open_programme(asked.data, clock)
    try:
        made = make_profile(database, keyring, asked.code, days=asked.days, now=clock.now())
    finally:
        database.close()
    write_profile(asked.out, made.text)
    print(f"{made.profile.venue_name} : {asked.out}")
    return 0


def write_profile(path: Path, text: str) -> None:
    """Write a profile's file, which holds a code: its owner alone reads it.

    Raises:
        FileThere: it exists already.
        CannotWrite: the folder cannot be written.
    """
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w", encoding="ascii") as file:
            file.write(text + "\n")
    except FileExistsError as error:
        raise FileThere from error
    except OSError as error:
        raise CannotWrite from error
