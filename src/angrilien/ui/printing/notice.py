"""The organisation, its strip of names and the information notice: resources/data."""

from __future__ import annotations

import functools
import json
from dataclasses import dataclass
from pathlib import Path

from angrilien.paths import resource


@dataclass(frozen=True, slots=True)
class Paragraph:
    """One column of the notice."""

    title: str
    text: str


@dataclass(frozen=True, slots=True)
class Brand:
    """One name of the strip; `logo` is the content of a picture (SVG, PNG), empty for none."""

    name: str
    logo: bytes = b""


@dataclass(frozen=True, slots=True)
class Notice:
    """What the programme says of itself on each sheet."""

    organisation: str
    strip: tuple[Brand, ...]
    paragraphs: tuple[Paragraph, ...]


@functools.cache
def load() -> Notice:
    """Return the notice, read once."""
    file = resource("data/sheet_notice.json")
    return read(file.read_text(encoding="utf-8"), file.parent)


def read(text: str, folder: Path) -> Notice:
    """Return the notice that a programme wrote.

    Args:
        text: JSON. A name of the strip is a text, or an object of `name` and `logo`.
        folder: where the files of the logos are.
    """
    told = json.loads(text)
    return Notice(
        organisation=told["organisation"],
        strip=tuple(_brand(one, folder) for one in told["strip"]),
        paragraphs=tuple(
            Paragraph(part["title"], part["text"].replace("{contact}", told["contact"]))
            for part in told["notice"]
        ),
    )


def _brand(told: str | dict[str, str], folder: Path) -> Brand:
    if isinstance(told, str):
        return Brand(told)
    return Brand(told["name"], (folder / told["logo"]).read_bytes())
