"""Words that nobody else writes, and every form in which one could hide in a file (A01)."""

from __future__ import annotations

import base64
import json
import re
import string
import sys
import unicodedata
import urllib.parse
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

BOUNDED = 8
"""Digits and letters of fewer than this are looked for only where nothing of the kind touches them:
six digits stand by chance in a hundred places."""


@dataclass(frozen=True, slots=True)
class Hit:
    """A canary in a file, or in a file's name."""

    name: str
    place: str
    form: str


def word(number: int) -> str:
    """Return a name of its own, with an accent: "Qzaëbwyk"."""
    high, low = divmod(number, 26)
    return f"Qz{string.ascii_lowercase[high]}ë{string.ascii_lowercase[low]}wyk"


def forms(text: str) -> Iterator[tuple[str, bytes]]:
    """Give every form of a text: as typed, folded, of other encodings, wrapped, escaped."""
    plain = "".join(c for c in unicodedata.normalize("NFD", text) if not unicodedata.combining(c))
    cases = {text, text.lower(), text.upper(), plain, plain.lower(), plain.upper()}
    cases |= {unicodedata.normalize("NFD", case) for case in cases}
    for case in sorted(cases):
        for encoding in ("utf-8", "utf-16-le", "utf-16-be", "utf-32-le", "latin-1", "cp850"):
            try:
                data = case.encode(encoding)
            except UnicodeEncodeError:
                continue
            yield encoding, data
            yield f"hex of {encoding}", data.hex().encode()
            for shift in range(3):
                yield f"base64 of {encoding}", _inner_base64(data, shift, b"+/")
                yield f"base64url of {encoding}", _inner_base64(data, shift, b"-_")
        yield "percent", urllib.parse.quote(case).encode()
        yield "percent, plus", urllib.parse.quote_plus(case).encode()
        yield "json", json.dumps(case)[1:-1].encode()
        yield "reversed", case[::-1].encode("utf-8")


def _inner_base64(data: bytes, shift: int, others: bytes) -> bytes:
    """Return what base64 makes of the middle of a text, whatever stands `shift` bytes before."""
    coded = base64.b64encode(b"\0" * shift + data, altchars=others).rstrip(b"=")
    # The first and the last sign depend on the neighbours.
    return coded[(0, 2, 3)[shift] : len(coded) - (1 if (len(data) + shift) % 3 else 0)]


def search(canaries: dict[str, str], places: Iterable[tuple[str, bytes]]) -> list[Hit]:
    """Look for every form of every canary.

    Args:
        canaries: texts by the name of what was typed.
        places: files and captured outputs, each with a name; the name is searched too.
    """
    wanted = {
        name: {form for form in forms(text) if len(form[1]) >= 4} for name, text in canaries.items()
    }
    found = []
    for place, data in places:
        content = place.encode("utf-8", "surrogateescape") + b"\0" + data
        begins = _words(content)
        for name, needles in wanted.items():
            short = len(canaries[name]) < BOUNDED
            for form, needle in needles:
                # Ten thousand forms in megabytes of noise: nearly none begins with four bytes
                # that stand there at all.
                if _word(needle) not in begins or needle not in content:
                    continue
                if not short or _stands_alone(needle, content):
                    found.append(Hit(name, place, form))
                    break
    return found


def _words(content: bytes) -> set[int]:
    """Return each four bytes that follow each other in a content, as a number."""
    found: set[int] = set()
    for shift in range(4):
        end = len(content) - (len(content) - shift) % 4
        found.update(memoryview(content)[shift:end].cast("I"))
    return found


def _word(needle: bytes) -> int:
    return int.from_bytes(needle[:4], sys.byteorder)


def _stands_alone(needle: bytes, content: bytes) -> bool:
    pattern = rb"(?<![0-9A-Za-z+/_-])" + re.escape(needle) + rb"(?![0-9A-Za-z+/_-])"
    return re.search(pattern, content) is not None


def files(*folders: Path) -> Iterator[tuple[str, bytes]]:
    """Give every file of some folders, folders themselves and links too, by their names."""
    for folder in folders:
        for path in sorted(folder.rglob("*")):
            name = str(path.relative_to(folder))
            if path.is_symlink():
                yield name, str(path.readlink()).encode()
            elif path.is_file():
                yield name, path.read_bytes()
            else:
                yield name, b""
