"""A command line that speaks French: the standard parser, with its own words in French."""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Iterable
from typing import Any, Final, NoReturn

# The standard library's English sentences, and ours; what is in brackets is kept.
_SENTENCES: Final = (
    (r"unrecognized arguments: (.+)", "mots non compris : {0}"),
    (r"the following arguments are required: (.+)", "il manque : {0}"),
    (r"argument (.+): expected one argument", "{0} demande une valeur"),
    (r"argument (.+): expected at least one argument", "{0} demande au moins une valeur"),
    (r"argument (.+): not allowed with argument (.+)", "{0} ne va pas avec {1}"),
    (r"argument (.+): invalid choice: (.+) \(choose from (.+)\)", "{0} : choisissez parmi {2}"),
    (r"argument (.+): invalid int value: (.+)", "{0} demande un nombre entier"),
    (r"argument (.+): invalid .+ value: (.+)", "{0} : valeur non comprise"),
    (r"ambiguous option: (.+) could match (.+)", "{0} peut vouloir dire {1}"),
    (r"argument (.+): ignored explicit argument (.+)", "{0} ne prend pas de valeur"),
    # What one of our own readers says of a value is French already.
    (
        r"argument (.+?): (?!expected|ignored|invalid|not allowed|unknown|conflicting)(.+)",
        "{0} : {1}",
    ),
)


class FrenchHelp(argparse.HelpFormatter):
    """Says "utilisation" where the standard one says "usage"."""

    def add_usage(
        self,
        usage: str | None,
        actions: Iterable[argparse.Action],
        groups: Iterable[Any],
        prefix: str | None = None,
    ) -> None:
        """Begin the help."""
        # An empty prefix is a wish too: sub-commands take their name from a usage without one.
        super().add_usage(usage, actions, groups, "utilisation : " if prefix is None else prefix)


class FrenchParser(argparse.ArgumentParser):
    """`argparse.ArgumentParser` in French; sub-commands made from it are French too."""

    def __init__(self, **options: Any) -> None:
        options.setdefault("formatter_class", FrenchHelp)
        super().__init__(add_help=False, **options)
        self._positionals.title = "arguments"
        self._optionals.title = "options"
        self.add_argument("-h", "--help", action="help", help="montrer cette aide")

    def error(self, message: str) -> NoReturn:
        """Say what the parser did not understand, and end with 2."""
        self.refuse(in_french(message))

    def refuse(self, sentence: str) -> NoReturn:
        """Say in our own words what does not go, and end with 2."""
        self.print_usage(sys.stderr)
        self.exit(2, f"{self.prog} : {sentence}\n")


def in_french(message: str) -> str:
    """Return one of the parser's sentences in French; an unknown one says where to look."""
    for english, french in _SENTENCES:
        found = re.fullmatch(english, message, re.DOTALL)
        if found:
            return french.format(*found.groups())
    return "commande non comprise, essayez --help"
