"""`angrilien-server`: make a programme, import its venues, give codes, serve, read figures."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path

from angrilien.arguments import FrenchParser
from angrilien.domain.clock import DEFAULT_ZONE, SystemClock, local
from angrilien.domain.codes import show_code
from angrilien.domain.french import number
from angrilien.errors import KnownError
from angrilien.server import (
    cli_backups,
    cli_bundles,
    cli_devices,
    cli_installers,
    cli_profiles,
    cli_recovery,
    cli_usb,
)
from angrilien.server.errors import CannotWrite, NotOurDays, ProgrammeExists, UnknownWorkshop
from angrilien.server.folder import open_programme
from angrilien.server.keyring import load_keyring, make_keyring, save_keyring, write_programme
from angrilien.server.projections import retry_held
from angrilien.server.venues import (
    import_venues,
    list_venues,
    new_code,
    read_venues,
    revoke_codes,
)

_MAX_DAYS = 366


def main(argv: Sequence[str] | None = None) -> int:
    """Run a command; return the exit code: 0, 1 for a refusal said in words, 2 for bad usage."""
    try:
        asked = parser().parse_args(argv)
    except SystemExit as ended:
        return int(ended.code or 0)
    try:
        return int(asked.run(asked))
    except KnownError as error:
        print(error.text(), file=sys.stderr)
        return 1


def _programme_new(asked: argparse.Namespace) -> int:
    keyring, root = make_keyring(asked.aud, asked.server, SystemClock().now())
    if asked.out is not None and asked.out.exists():
        raise ProgrammeExists
    save_keyring(asked.data, keyring, root)
    if asked.out is not None:
        try:
            write_programme(asked.out, keyring.programme)
        except OSError as error:
            raise CannotWrite from error
    print(f"Programme « {asked.aud} » créé dans {asked.data}")
    print("Mettez root.key à l’abri, hors de cet ordinateur : il ne sert qu’à signer les clés.")
    return 0


def _programme_show(asked: argparse.Namespace) -> int:
    print(load_keyring(asked.data).programme.to_json())
    return 0


def _venue_import(asked: argparse.Namespace) -> int:
    rows = read_venues(asked.file)
    clock = SystemClock()
    keyring, database, _ = open_programme(asked.data, clock)
    try:
        print(f"{number(import_venues(database, rows))} lieux enregistrés")
        retry_held(database, keyring, clock)
    finally:
        database.close()
    return 0


def _venue_code(asked: argparse.Namespace) -> int:
    if not 1 <= asked.days <= _MAX_DAYS:
        raise NotOurDays(low=1, high=_MAX_DAYS)
    clock = SystemClock()
    keyring, database, _ = open_programme(asked.data, clock)
    try:
        if asked.revoke:
            ended = revoke_codes(database, asked.code, clock.now())
            print(f"Codes du lieu retirés : {number(ended)}.")
        else:
            code = new_code(database, keyring, asked.code, asked.days, clock.now())
            print(show_code(code))
    finally:
        database.close()
    return 0


def _venue_list(asked: argparse.Namespace) -> int:
    _, database, _ = open_programme(asked.data, SystemClock())
    try:
        with database.reading() as session:
            venues = list_venues(session)
    finally:
        database.close()
    for venue in venues:
        last = "jamais"
        if venue.last_contact is not None:
            last = local(venue.last_contact, DEFAULT_ZONE).strftime("%d/%m/%Y %H:%M")
        print(f"{venue.code}\t{venue.name}\t{venue.laptops}\t{last}")
    return 0


def _figures(asked: argparse.Namespace) -> int:
    from angrilien.server.figures import read_figures  # noqa: PLC0415 - read by this command only

    _, database, _ = open_programme(asked.data, SystemClock())
    try:
        with database.reading() as session:
            figures = read_figures(session, asked.workshop)
    finally:
        database.close()
    if figures is None:
        raise UnknownWorkshop
    if asked.json:
        print(json.dumps(figures.as_dict()))
        return 0
    labels = {
        "workshops": "ateliers",
        "participations": "participations",
        "people": "personnes différentes",
        "anonymous": "présences sans nom",
        "first_timers": "premières fois",
        "on_screen": "signatures à l’écran",
        "on_paper": "signatures sur papier",
        "unable": "n’ont pas pu signer",
        "notes": "bilans",
        "sheets": "feuilles",
        "receipts": "reçus de feuille",
        "changes": "changements reçus",
        "held": "changements en attente",
        "received": "fois au plus où le même changement est reçu",
    }
    for name, value in figures.as_dict().items():
        print(f"{number(value)}\t{labels[name]}")
    return 0


def _serve(asked: argparse.Namespace) -> int:
    from angrilien.server.serving import serve  # noqa: PLC0415 - slow, and for this command only

    return serve(asked.data, asked.host, asked.port)


def parser() -> argparse.ArgumentParser:
    """Return what understands the command line."""
    made = FrenchParser(
        prog="angrilien-server", description="Le serveur du programme : reçoit, garde, compte."
    )
    commands = made.add_subparsers(dest="command", required=True, metavar="COMMANDE")

    programme = commands.add_parser("programme", help="les clés du programme")
    of_programme = programme.add_subparsers(dest="action", required=True, metavar="ACTION")
    new = of_programme.add_parser("new", help="créer un programme et ses clés")
    new.add_argument(
        "--aud",
        required=True,
        type=_name,
        metavar="NOM",
        help="nom du programme, par exemple angrilien",
    )
    new.add_argument(
        "--server", default="", metavar="ADRESSE", help="adresse du serveur, https://…"
    )
    new.add_argument(
        "--out",
        type=Path,
        metavar="FICHIER",
        help="où écrire programme.json pour les ordinateurs",
    )
    new.set_defaults(run=_programme_new)
    show = of_programme.add_parser("show", help="écrire programme.json")
    show.set_defaults(run=_programme_show)

    venue = commands.add_parser("venue", help="les lieux")
    of_venue = venue.add_subparsers(dest="action", required=True, metavar="ACTION")
    imported = of_venue.add_parser("import", help="prendre une liste de lieux")
    imported.add_argument("file", type=Path, metavar="FICHIER", help="fichier CSV")
    imported.set_defaults(run=_venue_import)
    code = of_venue.add_parser("code", help="donner un code du lieu, pour un ordinateur")
    code.add_argument("code", metavar="LIEU", help="le lieu, par exemple CAF-49008")
    code.add_argument(
        "--days", type=int, default=30, metavar="JOURS", help="jours de validité (30)"
    )
    code.add_argument(
        "--revoke",
        action="store_true",
        help="retirer les codes de ce lieu qui n’ont pas servi, sans en donner",
    )
    code.set_defaults(run=_venue_code)
    listed = of_venue.add_parser("list", help="lieux, ordinateurs, dernier contact")
    listed.set_defaults(run=_venue_list)

    figures = commands.add_parser("figures", help="ce que le serveur a reçu")
    figures.add_argument("--workshop", metavar="NUMÉRO", help="d’un seul atelier")
    figures.add_argument("--json", action="store_true", help="en JSON")
    figures.set_defaults(run=_figures)

    served = commands.add_parser("serve", help="répondre aux ordinateurs")
    served.add_argument("--host", default="127.0.0.1", metavar="HÔTE", help="adresse écoutée")
    served.add_argument(
        "--port", type=_port, default=8790, metavar="PORT", help="port écouté, 8790 sans cela"
    )
    served.set_defaults(run=_serve)

    cli_profiles.add_commands(of_programme, of_venue)
    cli_installers.add_commands(commands, of_venue)
    cli_devices.add_commands(commands)
    cli_recovery.add_commands(commands)
    cli_backups.add_commands(commands)
    cli_bundles.add_commands(commands)
    cli_usb.add_commands(commands)

    for command in (new, show, imported, code, listed, figures, served):
        command.add_argument(
            "--data", required=True, type=Path, metavar="DOSSIER", help="dossier du serveur"
        )
    return made


def _name(text: str) -> str:
    if not 0 < len(text) <= 40 or not text.isprintable() or text != text.strip():
        raise argparse.ArgumentTypeError("un nom court, sans espace autour")
    return text


def _port(text: str) -> int:
    if not text.isdecimal() or int(text) > 65_535:
        raise argparse.ArgumentTypeError("un nombre de 0 à 65535")
    return int(text)


if __name__ == "__main__":
    sys.exit(main())
