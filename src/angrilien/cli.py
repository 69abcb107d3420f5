"""The command line of the application: what it understands, in French, without Qt."""

from __future__ import annotations

import argparse
import io
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from angrilien import __version__, paths
from angrilien.arguments import FrenchParser
from angrilien.domain.paper import read_fingerprint
from angrilien.errors import CannotSaveFile, FileThere, FileUnreadable, KnownError


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What the command line asks for.

    Attributes:
        data_dir: folder of the notebook; the system's own place without it.
        programme: file of the programme; the one shipped without it.
        profile: file of the venue's profile; those laid by an installer without it.
        demo: show the application on invented people, in a folder of its own.
        out: where the demonstration leaves its pictures and its summary.
        selftest: look whether all is in its place on this computer.
        diagnostic: file into which what the technician needs is written.
        verify: file of ended sheets to check.
        printed: the fingerprint on a printed sheet, or what its QR says; empty for none.
        training: open the training in the place of the notebook.
        locked: it starts again after a full lock; nobody types that.
        trial_start: start unseen in a throw-away folder; an installer asks that.
    """

    data_dir: Path | None = None
    programme: Path | None = None
    profile: Path | None = None
    demo: bool = False
    out: Path | None = None
    selftest: bool = False
    diagnostic: Path | None = None
    verify: Path | None = None
    printed: str = ""
    training: bool = False
    locked: bool = False
    trial_start: bool = False


def read_arguments(argv: Sequence[str] | None = None) -> Asked:
    """Read the command line.

    Raises:
        SystemExit: help or version was asked for (0), or the line is not understood (2).
    """
    understood = parser()
    found = understood.parse_args(argv)
    if found.words and (len(found.words) not in (2, 3) or found.words[0] != "verify"):
        understood.refuse("écrivez « angrilien verify FICHIER »")
    printed = found.words[2] if len(found.words) == 3 else ""
    if printed and read_fingerprint(printed) is None:
        understood.refuse("cette empreinte n’est pas juste, vérifiez chaque lettre")
    if found.out is not None and not found.demo:
        understood.refuse("--out ne va qu’avec --demo")
    return Asked(
        data_dir=found.data_dir,
        programme=found.programme,
        profile=found.profile,
        demo=found.demo,
        out=found.out,
        selftest=found.selftest,
        diagnostic=found.diagnostic,
        verify=Path(found.words[1]) if found.words else None,
        printed=printed,
        training=found.training,
        locked=found.locked,
        trial_start=found.trial_start,
    )


def parser() -> FrenchParser:
    """Return what understands the command line."""
    made = FrenchParser(
        prog="angrilien",
        description="La feuille d’émargement et le cahier des ateliers numériques.",
    )
    made.add_argument(
        "--version",
        action="version",
        version=f"angrilien {__version__}",
        help="montrer la version",
    )
    made.add_argument(
        "words",
        nargs="*",
        metavar="verify FICHIER [EMPREINTE]",
        help="vérifier un fichier de feuilles d’émargement, et une feuille imprimée",
    )
    made.add_argument("--data-dir", type=Path, metavar="DOSSIER", help="dossier du cahier")
    made.add_argument(
        "--programme",
        type=Path,
        metavar="FICHIER",
        help="fichier du programme (programme.json)",
    )
    made.add_argument("--profile", type=Path, metavar="FICHIER", help="fichier de lieu")
    made.add_argument("--demo", action="store_true", help="montrer avec des personnes inventées")
    made.add_argument(
        "--training", action="store_true", help="s’entraîner avec des personnes inventées"
    )
    made.add_argument(
        "--out", type=Path, metavar="DOSSIER", help="dossier des images de la démonstration"
    )
    made.add_argument("--selftest", action="store_true", help="vérifier cet ordinateur")
    made.add_argument(
        "--diagnostic", type=Path, metavar="FICHIER", help="écrire ce qu’il faut à qui vous aide"
    )
    made.add_argument("--locked", action="store_true", help=argparse.SUPPRESS)
    made.add_argument("--trial-start", action="store_true", help=argparse.SUPPRESS)
    return made


def run(asked: Asked) -> int | None:
    """Do what needs no window, and return the exit code; None where a window is asked for."""
    if asked.verify is not None:
        return _verify(asked.verify, asked.programme, asked.printed)
    if asked.selftest:
        return _selftest(asked)
    if asked.diagnostic is not None:
        return _diagnostic(asked, asked.diagnostic)
    return None


def _verify(file: Path, programme: Path | None, printed: str) -> int:
    """Print what was found of a file of ended sheets; 0 only where everything is right.

    A printed sheet, where one is named, has to be one of them.
    """
    from angrilien.reports import verification  # noqa: PLC0415 - for this command only
    from angrilien.vault.programme import load_programme  # noqa: PLC0415
    from angrilien.vault.verifying import verify_export  # noqa: PLC0415

    try:
        known = load_programme(programme)
        data = file.read_bytes()
    except KnownError as error:
        print(error.text(), file=sys.stderr)
        return 2
    except OSError:
        print(FileUnreadable().text(), file=sys.stderr)
        return 2
    report = verify_export(data, known)
    said = verification.lines(report)
    confirmed = True
    if printed:
        sentence, confirmed = verification.printed(report, read_fingerprint(printed) or "")
        said.append(sentence)
    _say("\n".join(said))
    return 0 if report.is_right and confirmed else 1


def _selftest(asked: Asked) -> int:
    """Print one line for each check; 0 where all is well, 1 where something is to be looked at."""
    from angrilien.services import selftest  # noqa: PLC0415 - SQL comes with it

    checks = selftest.run(paths.data_dir(asked.data_dir), programme=asked.programme)
    _say("\n".join(check.line() for check in checks))
    return 0 if all(check.good for check in checks) else 1


def _diagnostic(asked: Asked, file: Path) -> int:
    """Write what the technician needs into a new file; 1 where it cannot be written."""
    from angrilien.services import diagnostic  # noqa: PLC0415 - SQL comes with it

    text = diagnostic.of_folder(paths.data_dir(asked.data_dir), asked.programme)
    try:
        diagnostic.save(file, text)
    except OSError as error:
        problem = FileThere() if isinstance(error, FileExistsError) else CannotSaveFile()
        print(problem.text(), file=sys.stderr)
        return 1
    _say(f"Écrit dans {file}. Lisez-le avant de l’envoyer.")
    return 0


def _say(text: str) -> None:
    """Print a text, on a terminal or into a file whose letters are too few for it as well."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="replace")
    print(text)
