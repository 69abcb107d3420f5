"""`angrilien-server usb`: what laptops without a network send by a USB key."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Any

from angrilien.domain.clock import SystemClock
from angrilien.domain.french import number
from angrilien.errors import FileUnreadable, KnownError
from angrilien.server.folder import open_programme
from angrilien.server.sealed import Taken, receipt_beside, take_file, write_receipt
from angrilien.server.service import Service


def add_commands(commands: Any) -> None:
    """Add the command to the server's command line."""
    usb = commands.add_parser("usb", help="les envois par clé USB")
    actions = usb.add_subparsers(dest="action", required=True, metavar="ACTION")
    taken = actions.add_parser("import", help="prendre des envois, et écrire leurs reçus à côté")
    taken.add_argument(
        "files", nargs="+", type=Path, metavar="FICHIER", help="fichier .angrilien-envoi"
    )
    taken.add_argument(
        "--data", required=True, type=Path, metavar="DOSSIER", help="dossier du serveur"
    )
    taken.set_defaults(run=_import)


def _import(asked: argparse.Namespace) -> int:
    """Take each file; one that is refused keeps no other from being taken."""
    clock = SystemClock()
    keyring, database, epoch = open_programme(asked.data, clock)
    service = Service(keyring, database, epoch, clock)
    code = 0
    try:
        for file in asked.files:
            try:
                _take(service, file)
            except KnownError as error:
                print(f"{file.name} : {error.text()}", file=sys.stderr)
                code = 1
    finally:
        database.close()
    return code


def _take(service: Service, file: Path) -> None:
    try:
        with file.open("rb") as stream:
            taken = take_file(service, stream)
    except OSError as error:
        raise FileUnreadable from error
    print(f"{file.name} : {_words(taken)}")
    receipt = receipt_beside(file)
    write_receipt(receipt, taken.receipt)
    print(f"Reçu écrit : {receipt.name}. Rapportez la clé à l’ordinateur.")


def _words(taken: Taken) -> str:
    if taken.new == 0:
        said = "rien de nouveau, tout était déjà là"
    else:
        said = f"{number(taken.new)} éléments pris"
    if taken.refused:
        said += f", {number(taken.refused)} parties refusées"
    return said + "."
