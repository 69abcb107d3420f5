"""The command line of the application: what it understands, in French, without Qt."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from angrilien import __version__
from angrilien.arguments import FrenchParser


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What the command line asks for.

    Attributes:
        data_dir: folder of the notebook; the system's own place without it.
        programme: file of the programme; the one shipped without it.
        demo: show the application on invented people, in a folder of its own.
        out: where the demonstration leaves its pictures and its summary.
    """

    data_dir: Path | None = None
    programme: Path | None = None
    demo: bool = False
    out: Path | None = None


def read_arguments(argv: Sequence[str] | None = None) -> Asked:
    """Read the command line.

    Raises:
        SystemExit: help or version was asked for (0), or the line is not understood (2).
    """
    parser = FrenchParser(
        prog="angrilien",
        description="La feuille d’émargement et le cahier des ateliers numériques.",
    )
    parser.add_argument(
        "--version",
        action="version",
        version=f"angrilien {__version__}",
        help="montrer la version",
    )
    parser.add_argument("--data-dir", type=Path, help="dossier du cahier")
    parser.add_argument("--programme", type=Path, help="fichier du programme (programme.json)")
    parser.add_argument("--demo", action="store_true", help="montrer avec des personnes inventées")
    parser.add_argument("--out", type=Path, help="dossier des images de la démonstration")
    found = parser.parse_args(argv)
    return Asked(data_dir=found.data_dir, programme=found.programme, demo=found.demo, out=found.out)
