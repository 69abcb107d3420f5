"""`angrilien-server bundle`: publish venues, themes and what the programme planned."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from angrilien.domain.clock import SystemClock
from angrilien.domain.french import number
from angrilien.paths import resource
from angrilien.server.bundles import publish, read_plans, read_themes
from angrilien.server.folder import open_programme


def add_commands(commands: Any) -> None:
    """Add the commands to the server's command line."""
    bundle = commands.add_parser("bundle", help="ce que les ordinateurs reçoivent")
    actions = bundle.add_subparsers(dest="action", required=True, metavar="ACTION")
    made = actions.add_parser("publish", help="publier lieux, thèmes et ateliers prévus")
    made.add_argument(
        "--workshops", type=Path, metavar="FICHIER", help="ateliers prévus, fichier CSV"
    )
    made.add_argument(
        "--themes", type=Path, metavar="FICHIER", help="catalogue des thèmes, fichier JSON"
    )
    made.add_argument(
        "--data", required=True, type=Path, metavar="DOSSIER", help="dossier du serveur"
    )
    made.set_defaults(run=_publish)


def _publish(asked: argparse.Namespace) -> int:
    themes = read_themes(asked.themes or resource("data/themes.json"))
    plans = read_plans(asked.workshops) if asked.workshops else {}
    clock = SystemClock()
    keyring, database, _ = open_programme(asked.data, clock)
    try:
        made = publish(database, keyring, themes, plans, clock.now())
    finally:
        database.close()
    if made:
        print(f"Publié : {number(made)}. Chaque ordinateur le prend à son prochain contact.")
    else:
        print("Rien n’a changé depuis la dernière publication.")
    return 0
