"""The command lines speak French, and end with 2 where they are not understood."""

from __future__ import annotations

import argparse
import re
from collections.abc import Iterator

import pytest

from angrilien import cli
from angrilien.server import cli as server_cli

ENGLISH = re.compile(r"\b(usage|show this|error|unrecognized|required|invalid|expected)\b")


@pytest.mark.parametrize(
    "words",
    [["--oups"], ["--data-dir"], ["--out"], ["--dem", "--nothing"], ["--demo=oui"]],
)
def test_what_is_not_understood_is_said_in_french(
    words: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        cli.read_arguments(words)
    assert ended.value.code == 2
    said = capsys.readouterr().err
    assert said.startswith("utilisation : angrilien")
    assert not ENGLISH.search(said)


@pytest.mark.parametrize("words", [["--help"], ["venue", "--help"], ["serve", "--help"]])
def test_the_help_of_the_server_is_in_french(
    words: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert server_cli.main(words) == 0
    said = capsys.readouterr().out
    assert "montrer cette aide" in said
    assert not ENGLISH.search(said)


@pytest.mark.parametrize(
    "words",
    [
        [],
        ["oups"],
        ["serve", "--port", "abc"],
        ["venue", "code"],
        ["venue", "code", "X", "--days", "z"],
    ],
)
def test_what_the_server_does_not_understand_is_said_in_french(
    words: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert server_cli.main(words) == 2
    said = capsys.readouterr().err
    assert said.startswith("utilisation : ")
    assert said.count("utilisation : ") == 1
    assert not ENGLISH.search(said)


def test_the_help_and_the_version_are_in_french(capsys: pytest.CaptureFixture[str]) -> None:
    for words in (["--help"], ["--version"]):
        with pytest.raises(SystemExit) as ended:
            cli.read_arguments(words)
        assert ended.value.code == 0
    assert not ENGLISH.search(capsys.readouterr().out)


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["serve", "--data", "x", "--port", "99999"], "--port : un nombre de 0 à 65535"),
        (["serve", "--data", "x", "--port", "abc"], "--port : un nombre de 0 à 65535"),
        (
            ["programme", "new", "--data", "x", "--aud", " a "],
            "--aud : un nom court, sans espace autour",
        ),
        ([], "il manque : COMMANDE"),
        (["venue"], "il manque : ACTION"),
    ],
)
def test_the_reason_of_a_refusal_is_said(
    words: list[str], told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert server_cli.main(words) == 2
    assert capsys.readouterr().err.splitlines()[-1].endswith(f" : {told}")


def test_pictures_are_of_the_demonstration_only(capsys: pytest.CaptureFixture[str]) -> None:
    """Without this, `--out` alone would open the real notebook."""
    with pytest.raises(SystemExit) as ended:
        cli.read_arguments(["--out", "images"])
    assert ended.value.code == 2
    assert capsys.readouterr().err.endswith("--out ne va qu’avec --demo\n")
    assert cli.read_arguments(["--demo", "--out", "images"]).demo


def every_parser(parser: argparse.ArgumentParser) -> Iterator[argparse.ArgumentParser]:
    yield parser
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            for inner in action.choices.values():
                yield from every_parser(inner)


def test_each_value_that_is_asked_for_has_its_french_name() -> None:
    """argparse writes the English name of the code, DATA_DIR or {a,b}, where none is given."""
    parsers = [*every_parser(cli.parser()), *every_parser(server_cli.parser())]
    assert len(parsers) > 15
    nameless = [
        (one.prog, action.dest)
        for one in parsers
        for action in one._actions
        if action.nargs != 0 and action.metavar is None
    ]
    assert nameless == []
