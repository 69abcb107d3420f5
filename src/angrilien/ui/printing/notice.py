"""The organisation, its strip of names and the information notice: resources/data."""

from __future__ import annotations

import functools
import json
from dataclasses import dataclass

from angrilien.paths import resource


@dataclass(frozen=True, slots=True)
class Paragraph:
    """One column of the notice."""

    title: str
    text: str


@dataclass(frozen=True, slots=True)
class Notice:
    """What the programme says of itself on each sheet."""

    organisation: str
    strip: str
    paragraphs: tuple[Paragraph, ...]


@functools.cache
def load() -> Notice:
    """Return the notice, read once."""
    told = json.loads(resource("data/sheet_notice.json").read_text(encoding="utf-8"))
    return Notice(
        organisation=told["organisation"],
        strip=" · ".join(told["strip"]),
        paragraphs=tuple(
            Paragraph(part["title"], part["text"].replace("{contact}", told["contact"]))
            for part in told["notice"]
        ),
    )
