"""The command lines speak French, and end with 2 where they are not understood."""

from __future__ import annotations

import re

import pytest

from angrilien import cli
from angrilien.server import cli as server_cli

ENGLISH = re.compile(r"\b(usage|show this|error|unrecognized|required|invalid|expected)\b")


@pytest.mark.parametrize(
    "words",
    [["--oups"], ["--data-dir"], ["--out"], ["--dem", "--nothing"]],
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
