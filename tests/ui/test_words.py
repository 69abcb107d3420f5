"""Every word on the desktop's screens: none banned, short sentences, French spacing."""

from __future__ import annotations

import ast
import html
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

import pytest

import angrilien
from angrilien import errors
from angrilien.paths import resource
from angrilien.services import forms, making, workshops
from helpers.french import BANNED, LONGEST_BUTTON, WRONG_SIGNS, banned, long_sentences, words_in

ROOT = Path(angrilien.__file__).parent
READ = [ROOT / "app.py", *sorted((ROOT / "ui").rglob("*.py"))]
COMMAND_LINE = (errors.PortInUse,)
"""Said in a terminal only."""


class Prose(HTMLParser):
    """The texts of a help page, one per block."""

    def __init__(self) -> None:
        super().__init__()
        self.blocks: list[str] = [""]

    def handle_starttag(self, tag: str, attrs: object) -> None:
        if tag in ("p", "li", "h1", "h2", "h3", "td", "th", "br"):
            self.blocks.append("")

    def handle_data(self, data: str) -> None:
        self.blocks[-1] += data


def translated(tree: ast.AST) -> Iterator[tuple[str, int]]:
    """Give the source strings of tr() and translate(), each with its line."""
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        name = getattr(node.func, "attr", getattr(node.func, "id", ""))
        place = {"tr": 0, "_tr": 0, "translate": 1}.get(name)
        if place is None or len(node.args) <= place:
            continue
        text = node.args[place]
        if isinstance(text, ast.Constant) and isinstance(text.value, str):
            yield text.value, node.lineno


def on_buttons(tree: ast.AST) -> Iterator[tuple[str, int]]:
    """Give the source strings of what is written on a button."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            name = getattr(node.func, "attr", getattr(node.func, "id", ""))
            if name in ("Button", "addButton", "QPushButton", "set_text") and node.args:
                yield from translated(node.args[0])


def known_errors(
    kind: type[errors.KnownError] = errors.KnownError,
) -> Iterator[type[errors.KnownError]]:
    # Errors of the server and of the demonstration are said to technicians, on a command line;
    # whether they are found here would depend on what the tests before have imported.
    ours = kind.__module__.startswith("angrilien.")
    ours = ours and not kind.__module__.startswith(("angrilien.server.", "angrilien.demo."))
    if ours and kind not in COMMAND_LINE:
        yield kind
        for under in kind.__subclasses__():
            yield from known_errors(under)


def sources() -> Iterator[tuple[str, str]]:
    for path in READ:
        for text, line in translated(ast.parse(path.read_text(encoding="utf-8"))):
            yield f"{path.relative_to(ROOT)}:{line}", text
    for kind in known_errors():
        yield kind.__name__, kind.sentence
        if kind.button:
            yield kind.__name__, kind.button
    yield "making", making.PROVISIONAL_NAME
    yield "workshops", workshops.UNPLANNED_TITLE
    for path in sorted(resource("help").glob("*.html")):
        prose = Prose()
        prose.feed(path.read_text(encoding="utf-8"))
        for block in prose.blocks:
            if block.strip():
                yield path.name, re.sub(r"[ \n\t]+", " ", html.unescape(block)).strip()


def buttons() -> Iterator[tuple[str, str]]:
    for path in READ:
        for text, line in on_buttons(ast.parse(path.read_text(encoding="utf-8"))):
            yield f"{path.relative_to(ROOT)}:{line}", text
    for kind in known_errors():
        if kind.button:
            yield kind.__name__, kind.button


SOURCES = [(place, text.replace("&", "")) for place, text in sources()]


def test_something_is_read() -> None:
    assert issubclass(forms.FormProblems, errors.KnownError)
    places = {place.split(":")[0] for place, _ in SOURCES}
    assert len(SOURCES) > 250
    assert {"ui/pages/roster.py", "CodeRefused", "roster.html", "FormProblems"} <= places


@pytest.mark.parametrize("word", BANNED)
def test_no_word_that_is_banned(word: str) -> None:
    assert [source for source in SOURCES if banned(word).search(source[1])] == []


def test_sentences_are_short() -> None:
    long = [(place, one) for place, text in SOURCES for one in long_sentences(text)]
    assert long == []


def test_buttons_are_short() -> None:
    found = list(buttons())
    assert len(found) > 40
    assert [one for one in found if len(words_in(one[1])) > LONGEST_BUTTON] == []


@pytest.mark.parametrize("wrong", WRONG_SIGNS)
def test_french_signs_and_spaces(wrong: str) -> None:
    assert [source for source in SOURCES if re.search(wrong, source[1])] == []
