"""`angrilien-server backup`, `restore-drill` and `restore`."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from angrilien.domain.clock import DEFAULT_ZONE, SystemClock, local
from angrilien.domain.french import number
from angrilien.server import backups
from angrilien.server.blobs import BLOBS
from angrilien.server.database import Database
from angrilien.server.erasure import erase_again
from angrilien.server.errors import NoBackup
from angrilien.server.folder import DATABASE_VARIABLE, open_programme
from angrilien.server.keyring import load_keyring

_TOLD_EVERY = 50_000


def add_commands(commands: Any) -> None:
    """Add the commands to the server's command line."""
    made = commands.add_parser("backup", help="sauvegarder la base, pendant que le serveur répond")
    made.add_argument(
        "--out", required=True, type=Path, metavar="DOSSIER", help="dossier des sauvegardes"
    )
    made.add_argument("--keep-all", action="store_true", help="n’en effacer aucune ancienne")
    made.set_defaults(run=_backup)

    drilled = commands.add_parser(
        "restore-drill", help="remettre une sauvegarde à part et la vérifier en entier"
    )
    drilled.add_argument(
        "--from", dest="source", required=True, type=Path, metavar="SOURCE",
        help="sauvegarde, ou dossier dont la dernière est prise",
    )  # fmt: skip
    drilled.set_defaults(run=_drill)

    restored = commands.add_parser(
        "restore", help="remettre une sauvegarde dans une base vide, serveur arrêté"
    )
    restored.add_argument(
        "--from", dest="source", required=True, type=Path, metavar="FICHIER", help="sauvegarde"
    )
    restored.set_defaults(run=_restore)

    for command in (made, drilled, restored):
        command.add_argument(
            "--data", required=True, type=Path, metavar="DOSSIER", help="dossier du serveur"
        )


def _backup(asked: argparse.Namespace) -> int:
    _, database, _ = open_programme(asked.data, SystemClock())
    try:
        path = backups.make(
            database, asked.data / BLOBS, asked.out, SystemClock().now(), told=_teller("copiées")
        )
    finally:
        database.close()
    with backups.opened(path) as connection:
        total = backups.read_manifest(connection).total
    print(f"{path} : {number(total)} lignes, relues")
    if not asked.keep_all:
        gone = backups.prune(asked.out)
        if gone:
            print(f"{number(gone)} anciennes sauvegardes effacées")
    print("Elle ne compte qu’une fois éprouvée : « angrilien-server restore-drill ».")
    return 0


def _drill(asked: argparse.Namespace) -> int:
    from angrilien.server.drills import drill  # noqa: PLC0415 - for this command only

    keyring, database, _ = open_programme(asked.data, SystemClock())
    try:
        found = drill(
            database, keyring, _newest(asked.source), SystemClock().now(), told=_teller("remises")
        )
    finally:
        database.close()
    made = local(found.manifest.made_at, DEFAULT_ZONE).strftime("%d/%m/%Y %H:%M")
    print(f"Sauvegarde du {made} : remise à part et vérifiée en entier")
    print(f"{number(found.changes)}\tchangements, dont la chaîne est recalculée")
    print(f"{number(found.receipts)}\treçus de feuille, dont la signature est vérifiée")
    print(f"{number(found.photos)}\tphotos, dont l’empreinte est vérifiée")
    print(f"{number(found.raised)}\tordinateurs dont les envois sont sauvegardés plus loin")
    return 0


def _restore(asked: argparse.Namespace) -> int:
    keyring = load_keyring(asked.data)
    database = Database(asked.data, os.environ.get(DATABASE_VARIABLE, ""))
    path = _newest(asked.source)
    try:
        manifest = backups.restore(
            path, database, asked.data / BLOBS, keyring, SystemClock().now(),
            told=_teller("remises"),
        )  # fmt: skip
        again = erase_again(database, keyring, backups.erased_since(path), SystemClock().now())
    finally:
        database.close()
    print(f"{number(manifest.total)} lignes remises, sous une nouvelle époque")
    if again is not None:
        print(f"{number(again.rows)} lignes effacées depuis, d’après des sauvegardes plus récentes")
    print("Les ordinateurs renverront d’eux-mêmes ce qui manque.")
    return 0


def _newest(source: Path) -> Path:
    if not source.is_dir():
        return source
    found = backups.listed(source)
    if not found:
        raise NoBackup
    return found[0]


def _teller(word: str) -> Callable[[int], None]:
    """Tell of the progress on the error output, now and then, to whoever looks on."""
    said = 0

    def tell(count: int) -> None:
        nonlocal said
        if count - said >= _TOLD_EVERY and sys.stderr.isatty():
            said = count
            print(f"{number(count)} lignes {word}…", file=sys.stderr)

    return tell
