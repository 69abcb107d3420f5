"""`angrilien-server access-key`, and `venue installers`: what a technician gives to each café."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from angrilien.domain.clock import DEFAULT_ZONE, SystemClock, local
from angrilien.domain.french import number
from angrilien.server.access import list_keys, new_key, revoke_key
from angrilien.server.errors import NotOurDays
from angrilien.server.folder import open_programme
from angrilien.server.installer_folder import SUMS, Making, make_all
from angrilien.server.installers import DEB, EXE, PROFILE, VENUE_DEB, Bases
from angrilien.server.venues import list_venues, read_venues

_MAX_DAYS = 366


def add_commands(commands: Any, of_venue: Any) -> None:
    """Add `access-key`, and `installers` to the command `venue`."""
    key = commands.add_parser("access-key", help="les clés d’accès des techniciens")
    actions = key.add_subparsers(dest="action", required=True, metavar="ACTION")
    created = actions.add_parser("create", help="créer une clé d’accès, montrée une seule fois")
    created.add_argument("name", type=_name, metavar="NOM", help="à qui, ou à quoi, elle sert")
    created.add_argument("--days", type=int, default=90, metavar="JOURS", help="validité (90)")
    created.set_defaults(run=_create)
    listed = actions.add_parser("list", help="les clés d’accès, sans leur secret")
    listed.set_defaults(run=_list)
    revoked = actions.add_parser("revoke", help="retirer une clé d’accès")
    revoked.add_argument("name", metavar="NOM", help="nom de la clé")
    revoked.set_defaults(run=_revoke)

    made = of_venue.add_parser("installers", help="les programmes d’installation des lieux")
    made.add_argument("codes", nargs="*", metavar="LIEU", help="codes des lieux ; tous sans cela")
    made.add_argument("--venues", type=Path, metavar="FICHIER", help="les lieux d’un fichier CSV")
    made.add_argument("--out", required=True, type=Path, metavar="DOSSIER", help="où les écrire")
    made.add_argument("--exe", type=Path, metavar="FICHIER", help="programme Windows de base")
    made.add_argument("--deb", type=Path, metavar="FICHIER", help="paquet Debian de base")
    made.add_argument(
        "--whole-deb",
        action="store_true",
        help="un paquet Debian entier pour chaque lieu, en plus du petit",
    )
    made.add_argument("--days", type=int, default=90, metavar="JOURS", help="validité (90)")
    made.set_defaults(run=_installers)

    for command in (created, listed, revoked, made):
        command.add_argument(
            "--data", required=True, type=Path, metavar="DOSSIER", help="dossier du serveur"
        )


def _create(asked: argparse.Namespace) -> int:
    _check_days(asked.days)
    clock = SystemClock()
    keyring, database, _ = open_programme(asked.data, clock)
    try:
        key = new_key(database, keyring, asked.name, days=asked.days, now=clock.now())
    finally:
        database.close()
    print(key)
    print("Notez-la : elle n’est montrée qu’une fois.", file=sys.stderr)
    return 0


def _list(asked: argparse.Namespace) -> int:
    clock = SystemClock()
    _, database, _ = open_programme(asked.data, clock)
    try:
        keys = list_keys(database)
    finally:
        database.close()
    for key in keys:
        used = _day(key.last_used) if key.last_used is not None else "jamais"
        print(f"{key.id}\t{key.name}\t{key.state(clock.now())}\t{_day(key.expires_at)}\t{used}")
    return 0


def _revoke(asked: argparse.Namespace) -> int:
    clock = SystemClock()
    _, database, _ = open_programme(asked.data, clock)
    try:
        revoke_key(database, asked.name, clock.now())
    finally:
        database.close()
    print(f"Clé d’accès « {asked.name} » retirée.")
    return 0


def _installers(asked: argparse.Namespace) -> int:
    _check_days(asked.days)
    wanted = list(asked.codes)
    if asked.venues is not None:
        wanted += [row["code"] for row in read_venues(asked.venues) if row["code"] not in wanted]
    clock = SystemClock()
    keyring, database, _ = open_programme(asked.data, clock)
    try:
        if not wanted:
            with database.reading() as session:
                wanted = [venue.code for venue in list_venues(session)]
        own = Bases.of(asked.data)
        bases = Bases(exe=asked.exe or own.exe, deb=asked.deb or own.deb)
        kinds = [VENUE_DEB, PROFILE]
        if bases.exe is not None:
            kinds.insert(0, EXE)
        if asked.whole_deb:
            kinds.insert(0, DEB)
        done = make_all(
            Making(
                database=database,
                keyring=keyring,
                bases=bases,
                out=asked.out,
                days=asked.days,
                now=clock.now(),
            ),
            wanted,
            kinds,
            _progress(),
        )
    finally:
        database.close()
    kept = f", dont {number(done.kept)} déjà là" if done.kept else ""
    size = f"{done.size / 1e6:.0f}"
    print(
        f"{number(done.venues)} lieux, {number(done.files)} fichiers{kept}, "
        f"{size} Mo en {done.seconds:.1f} s : {asked.out / SUMS}"
    )
    return 0


def _progress() -> Callable[[int, int, str], None]:
    """Return what shows how far it is: one line that changes, on a terminal only."""

    def show(done: int, total: int, venue: str) -> None:
        if sys.stderr.isatty():
            end = "\n" if done == total else ""
            sys.stderr.write(f"\r{done}/{total} {venue:<20}{end}")
            sys.stderr.flush()

    return show


def _check_days(days: int) -> None:
    if not 1 <= days <= _MAX_DAYS:
        raise NotOurDays(low=1, high=_MAX_DAYS)


def _day(instant: int) -> str:
    return local(instant, DEFAULT_ZONE).strftime("%d/%m/%Y %H:%M")


def _name(text: str) -> str:
    if not 0 < len(text) <= 60 or not text.isprintable() or text != text.strip():
        raise argparse.ArgumentTypeError("un nom court, sans espace autour")
    return text
