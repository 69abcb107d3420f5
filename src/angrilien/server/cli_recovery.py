"""`angrilien-server recovery`: the custodians' keys, and their part when a phrase is forgotten."""

from __future__ import annotations

import argparse
import getpass
import os
import sys
from pathlib import Path
from typing import Any

from angrilien.domain.clock import SystemClock
from angrilien.errors import FileThere, FileUnreadable
from angrilien.server.custodians import MOST, do_part, enlist, look
from angrilien.server.errors import CannotWrite, PhrasesDiffer
from angrilien.server.folder import open_programme
from angrilien.vault.custody import CustodianKey
from angrilien.vault.passphrase import normalise
from angrilien.vault.programme import load_programme
from angrilien.wire.canonical import BadMessage, b64, unb64
from angrilien.wire.recovery import RecoveryAnswer


def add_commands(commands: Any) -> None:
    """Add the command and its actions to the server's command line."""
    recovery = commands.add_parser("recovery", help="le secours quand une phrase est oubliée")
    actions = recovery.add_subparsers(dest="action", required=True, metavar="ACTION")

    made = actions.add_parser("keygen", help="créer la clé d’un gardien")
    made.add_argument(
        "--out", required=True, type=Path, metavar="FICHIER", help="fichier de la clé, à garder"
    )
    made.set_defaults(run=_keygen)

    listed = actions.add_parser("enlist", help="inscrire les gardiens dans le programme")
    listed.add_argument("keys", nargs="+", metavar="CLÉ", help="la partie publique de chaque clé")
    listed.add_argument(
        "--root", required=True, type=Path, metavar="FICHIER", help="root.key, sorti de son coffre"
    )
    listed.add_argument(
        "--data", required=True, type=Path, metavar="DOSSIER", help="dossier du serveur"
    )
    listed.set_defaults(run=_enlist)

    shown = actions.add_parser("show", help="lire une demande sans rien ouvrir")
    shown.add_argument("file", type=Path, metavar="FICHIER", help="fichier de la demande")
    shown.set_defaults(run=_show)

    opened = actions.add_parser("open", help="faire sa part d’une demande")
    opened.add_argument(
        "file", type=Path, metavar="FICHIER", help="fichier de la demande, ou de la première part"
    )
    opened.add_argument(
        "--key", required=True, type=Path, metavar="FICHIER", help="fichier de sa clé de gardien"
    )
    opened.add_argument(
        "--out", required=True, type=Path, metavar="FICHIER", help="fichier à rendre"
    )
    opened.add_argument(
        "--words", required=True, metavar="MOTS", help="les six mots dits au téléphone"
    )
    opened.add_argument(
        "--data",
        type=Path,
        metavar="DOSSIER",
        help="dossier du serveur, s’il est sur cette machine",
    )
    opened.set_defaults(run=_open)


def _keygen(asked: argparse.Namespace) -> int:
    if asked.out.exists():
        raise FileThere
    phrase = _ask("Phrase de passe de ce gardien : ")
    if normalise(phrase) != normalise(_ask("La même, encore une fois : ")) or not phrase.strip():
        raise PhrasesDiffer
    key = CustodianKey.generate()
    while b64(key.public).startswith("-"):
        key = CustodianKey.generate()  # it is typed as an argument, where that is an option
    _write(asked.out, key.to_file(phrase))
    print(f"Clé écrite dans {asked.out}. Gardez-la, et sa phrase, loin l’une de l’autre.")
    print(f"Partie publique, à donner au programme : {b64(key.public)}")
    return 0


def _enlist(asked: argparse.Namespace) -> int:
    if not 2 <= len(asked.keys) <= MOST:
        print(f"De 2 à {MOST} gardiens.", file=sys.stderr)
        return 2
    try:
        publics = [unb64(text, 32) for text in asked.keys]
    except BadMessage as error:
        raise FileUnreadable from error
    programme = enlist(asked.data, asked.root, publics, SystemClock().now())
    print(f"{len(publics)} gardiens inscrits, liste de clés n° {programme.keys.number}.")
    print("Remettez root.key dans son coffre. Les ordinateurs prennent la liste d’eux-mêmes.")
    return 0


def _show(asked: argparse.Namespace) -> int:
    looked = look(asked.file)
    print(f"Programme : {looked.request.aud}")
    print(f"Mots à faire dire au téléphone : {looked.words}")
    print(f"Attend la clé : {' ou '.join(looked.waits_for)}")
    return 0


def _open(asked: argparse.Namespace) -> int:
    looked = look(asked.file)
    if normalise(asked.words) != normalise(looked.words):
        print("Ces mots ne sont pas ceux de cette demande. N’ouvrez rien.", file=sys.stderr)
        return 1
    key = CustodianKey.from_file(_read(asked.key), _ask("Phrase de passe de votre clé : "))
    if asked.data is None:
        part = do_part(looked, key)
    else:
        _, database, _ = open_programme(asked.data, SystemClock())
        try:
            aud = load_programme(asked.data / "programme.json").aud
            with database.reading() as session:
                part = do_part(looked, key, aud=aud, session=session)
        finally:
            database.close()
    _write(asked.out, part.canonical() + b"\n")
    if isinstance(part, RecoveryAnswer):
        print(f"Réponse écrite dans {asked.out}. Rendez-la à l’ordinateur qui a demandé.")
    else:
        print(f"Première part écrite dans {asked.out}. Un second gardien doit faire la sienne.")
    return 0


def _ask(question: str) -> str:
    if sys.stdin.isatty():
        return getpass.getpass(question)
    return sys.stdin.readline().rstrip("\n")


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise FileUnreadable from error


def _write(path: Path, data: bytes) -> None:
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
    except FileExistsError as error:
        raise FileThere from error
    except OSError as error:
        raise CannotWrite from error
