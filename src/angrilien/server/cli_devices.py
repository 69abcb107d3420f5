"""`angrilien-server device` and `erase`: what the programme decides of laptops and of people."""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any

from angrilien.domain.clock import DEFAULT_ZONE, SystemClock, local
from angrilien.domain.french import number
from angrilien.server.database import Database
from angrilien.server.devices import give_venues, revoke
from angrilien.server.erasure import erase_person
from angrilien.server.folder import open_programme
from angrilien.server.keyring import Keyring
from angrilien.server.listing import list_devices


def add_commands(commands: Any) -> None:
    """Add the commands to the server's command line."""
    device = commands.add_parser("device", help="les ordinateurs")
    actions = device.add_subparsers(dest="action", required=True, metavar="ACTION")

    listed = actions.add_parser("list", help="ordinateurs, lieux, dernier contact")
    listed.add_argument("--json", action="store_true", help="en JSON")
    listed.set_defaults(run=_list)

    revoked = actions.add_parser("revoke", help="retirer un ordinateur du programme")
    revoked.add_argument("device", metavar="NUMÉRO", help="numéro de l’ordinateur")
    revoked.set_defaults(run=_revoke)

    venues = actions.add_parser("venues", help="dire tous les lieux d’un ordinateur")
    venues.add_argument("device", metavar="NUMÉRO", help="numéro de l’ordinateur")
    venues.add_argument("codes", nargs="+", metavar="LIEU", help="codes des lieux, le sien d’abord")
    venues.set_defaults(run=_venues)

    erased = commands.add_parser("erase", help="effacer une personne, ici et sur les ordinateurs")
    erased.add_argument("--person", required=True, metavar="NUMÉRO", help="numéro de la personne")
    erased.set_defaults(run=_erase)

    for command in (listed, revoked, venues, erased):
        command.add_argument(
            "--data", required=True, type=Path, metavar="DOSSIER", help="dossier du serveur"
        )


@contextmanager
def _programme(asked: argparse.Namespace) -> Iterator[tuple[Keyring, Database]]:
    keyring, database, _ = open_programme(asked.data, SystemClock())
    try:
        yield keyring, database
    finally:
        database.close()


def _list(asked: argparse.Namespace) -> int:
    with _programme(asked) as (_, database), database.reading() as session:
        devices = list_devices(session)
    if asked.json:
        print(json.dumps([asdict(one) for one in devices], indent=1))
        return 0
    for one in devices:
        pushed = "jamais" if one.last_push is None else _when(one.last_push)
        print(
            one.id, " ".join(one.venues), one.app, _when(one.last_contact), f"envoi {pushed}",
            f"{number(one.held)} en attente", f"journaux : {number(one.incarnations)}",
            "retiré" if one.revoked else "", sep="\t",
        )  # fmt: skip
        for fork in one.forks:
            why = "les deux écrivent, disque copié ?" if fork.both_write else "copie remise ?"
            print(
                f"\tà vérifier : {fork.inc} suit {fork.former} depuis le changement "
                f"{number(fork.common)}, su le {_when(fork.known_at)} ({why})"
            )
    return 0


def _when(instant: int) -> str:
    return local(instant, DEFAULT_ZONE).strftime("%d/%m/%Y %H:%M")


def _revoke(asked: argparse.Namespace) -> int:
    with _programme(asked) as (keyring, database):
        done = revoke(database, keyring, asked.device, SystemClock().now())
    if done:
        print("Ordinateur retiré. Ce qu’il envoie encore est gardé, en attente.")
    else:
        print("Cet ordinateur était déjà retiré.")
    return 0


def _venues(asked: argparse.Namespace) -> int:
    with _programme(asked) as (keyring, database):
        give_venues(database, keyring, SystemClock(), asked.device, asked.codes)
    print("Lieux enregistrés. L’ordinateur les apprend à son prochain contact.")
    return 0


def _erase(asked: argparse.Namespace) -> int:
    with _programme(asked) as (keyring, database):
        done = erase_person(database, keyring, asked.person, SystemClock().now())
    print(f"{number(done.rows)} éléments effacés ici.")
    print(f"{number(done.laptops)} ordinateurs les effacent à leur prochain contact.")
    return 0
