#!/usr/bin/env python3
"""Build the reference data and the fonts of ``resources/`` from their public sources.

    make_resources.py data  --communes F --departements F --venues F
    make_resources.py fonts --package DIRECTORY
    make_resources.py sounds

The result is committed, so this runs only when a source changes. Where the sources come from, and
under which licences, stands in ``resources/data/README.md`` and ``resources/fonts/README.md``.
"""

from __future__ import annotations

import argparse
import csv
import math
import re
import shutil
import struct
import sys
import wave
from collections import Counter
from pathlib import Path
from typing import Any, Final

RESOURCES: Final = Path(__file__).resolve().parent.parent / "resources"

Row = dict[str, str]


class SourceError(Exception):
    """A source is not what this script was written for; nothing was written."""


# --- Data ----------------------------------------------------------------------------------------


def typographic(text: str) -> str:
    """Write a French text with its own apostrophe, single spaces and none before a comma."""
    return re.sub(r"\s+(?=,)", "", re.sub(r"\s+", " ", text.replace("'", "’"))).strip()


def read(path: Path, columns: set[str]) -> list[Row]:
    """Read a CSV file which has at least these columns."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        reader = csv.DictReader(file)
        missing = columns - set(reader.fieldnames or ())
        if missing:
            raise SourceError(f"{path.name}: no column {', '.join(sorted(missing))}")
        return list(reader)


def write(name: str, header: list[str], rows: list[list[str]]) -> None:
    """Write a CSV file of ``resources/data``, the same bytes on every system."""
    target = RESOURCES / "data" / name
    target.parent.mkdir(parents=True, exist_ok=True)
    with target.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(header)
        writer.writerows(rows)
    print(f"{name}: {len(rows)} lines")


def make_communes(source: Path) -> set[str]:
    """Write ``communes.csv``; return all its INSEE codes.

    The source gives former communes no postal code: they take those of today's commune, which is
    where their letters go. So that someone who says the old name can still choose a postal code,
    none is left without, but for the five uninhabited lands which have no post at all.
    """
    rows = read(
        source, {"code_insee", "nom", "type", "commune_actuelle", "codes_postaux", "departement"}
    )
    today = {row["code_insee"]: row for row in rows if row["type"] == "commune-actuelle"}
    made: list[list[str]] = []
    for row in rows:
        # Today's commune of a former one or of a municipal district.
        parent = row["commune_actuelle"]
        if row["type"] != "commune-actuelle" and parent not in today:
            raise SourceError(f"{row['nom']} belongs to {parent!r}, which is no commune of today")
        codes = row["codes_postaux"] or (today[parent]["codes_postaux"] if parent else "")
        if not all(re.fullmatch(r"\d{5}", code) for code in codes.split("|") if code):
            raise SourceError(f"{row['nom']}: postal codes {codes!r}")
        made.append([row["code_insee"], typographic(row["nom"]), codes, row["departement"], parent])
    write("communes.csv", ["insee", "name", "postal_codes", "departement", "today"], made)
    return {row["code_insee"] for row in rows}


def make_departements(source: Path) -> None:
    """Write ``departements.csv``."""
    rows = read(source, {"code", "nom", "region"})
    write(
        "departements.csv",
        ["code", "name", "region"],
        [[row["code"], typographic(row["nom"]), row["region"]] for row in rows],
    )


def venue_name(row: Row) -> str:
    """Name of a venue as it is shown.

    Announcements spelled communes as they could; a café without a name of its own takes the
    commune's official spelling. Capitals of the organisation are lowered, nothing else is touched.
    """
    name = row["nom"].strip()
    if name.startswith("Café 1000 cafés – "):
        name = f"Café 1000 cafés – {row['commune']}"
    return typographic(name.replace("(GROUPE SOS)", "(Groupe SOS)"))


def make_venues(source: Path, communes: set[str]) -> None:
    """Write ``venues.csv``, after checking that codes and SIRET numbers are unique and sound."""
    columns = ["code", "kind", "nom", "commune", "code_insee", "code_postal", "adresse"]
    columns += ["latitude", "longitude", "siret", "fuseau"]
    rows = read(source, set(columns))
    for column in ("code", "siret"):
        for value, count in Counter(row[column] for row in rows).items():
            if value and count > 1:
                raise SourceError(f"{source.name}: {count} venues share the {column} {value}")
    made: list[list[str]] = []
    for row in rows:
        if row["siret"] and not sound_siret(row["siret"]):
            raise SourceError(f"{row['code']}: {row['siret']} is no SIRET")
        if row["code_insee"] not in communes:
            raise SourceError(f"{row['code']}: no commune {row['code_insee']}")
        cells = {column: typographic(row[column]) for column in columns}
        cells["nom"] = venue_name(row)
        made.append([cells[column] for column in columns])
    header = ["code", "kind", "name", "commune", "insee", "postal_code", "address"]
    write("venues.csv", [*header, "latitude", "longitude", "siret", "zone"], made)


def sound_siret(siret: str) -> bool:
    """Tell whether these are 14 digits, not all zeros, with a right check digit (Luhn)."""
    if not re.fullmatch(r"\d{14}", siret) or not int(siret):
        return False
    doubled = (int(digit) * (1 + rank % 2) for rank, digit in enumerate(reversed(siret)))
    return sum(sum(divmod(value, 10)) for value in doubled) % 10 == 0


# --- Fonts ---------------------------------------------------------------------------------------

WEIGHTS: Final = {"Regular": 400, "SemiBold": 600, "Bold": 700}

Outline = list[list[tuple[float, float]]]


def make_fonts(package: Path) -> None:
    """Write one TrueType file per weight from the web font's parts.

    The package has Latin and Latin Extended apart, compressed for the web: names of people need
    both in one file. The font has neither the narrow no-break space of French typography nor the
    signs of the tiles, so they are added: its licence allows it and reserves no name.
    """
    from fontTools.merge import Merger, Options
    from fontTools.ttLib import TTFont

    target = RESOURCES / "fonts"
    target.mkdir(parents=True, exist_ok=True)
    for style, weight in WEIGHTS.items():
        parts: list[str] = []
        have: set[int] = set()
        for subset in ("latin", "latin-ext"):
            stem = f"atkinson-hyperlegible-next-{subset}-{weight}-normal"
            font = TTFont(package / "files" / f"{stem}.woff2")
            font.flavor = None
            # Of use to variable fonts only, and it cannot be merged.
            del font["STAT"]
            without(font, have)
            have |= set(font.getBestCmap())
            part = target / f"{stem}.part.ttf"
            font.save(part)
            parts.append(str(part))
            born = font["head"].created
        try:
            merged = Merger(options=Options()).merge(parts)
        finally:
            for part_name in parts:
                Path(part_name).unlink()
        add_signs(merged)
        # The same bytes from the same source: no date of today.
        merged.recalcTimestamp = False
        merged["head"].created = merged["head"].modified = born
        name = f"AtkinsonHyperlegibleNext-{style}.ttf"
        merged.save(target / name)
        print(f"{name}: {len(merged.getBestCmap())} characters")
    shutil.copyfile(package / "LICENSE", target / "OFL.txt")


def without(font: Any, characters: set[int]) -> None:
    """Take characters out of a font.

    Both parts have the space, the A and a few accents. Merged as they are, each would have two
    shapes, of which text is set with the second: no reader finds its letter in a PDF file again.
    """
    from fontTools.subset import Options, Subsetter

    kept = set(font.getBestCmap()) - characters
    if kept == set(font.getBestCmap()):
        return
    options = Options(layout_features="*", name_IDs="*", name_languages="*", glyph_names=True)
    options.notdef_outline = options.hinting = options.legacy_cmap = True
    subsetter = Subsetter(options)
    subsetter.populate(unicodes=kept)
    subsetter.subset(font)


def add_signs(font: Any) -> None:
    """Add to a font the characters our screens need and it does not have."""
    from fontTools.pens.ttGlyphPen import TTGlyphPen

    cmap = font.getBestCmap()
    space = font["hmtx"][cmap[0x20]][0]
    height = font["OS/2"].sCapHeight
    stroke = 90 if font["OS/2"].usWeightClass < 600 else 120

    signs: dict[int, tuple[str, int, Outline]] = {
        # Where a font has no tab, Qt takes the space for one, and says so in a PDF file's text.
        0x0009: ("tab", space, []),
        # Three quarters of a space: a fine space, and one that people who see poorly still see.
        0x202F: ("nnbspace", round(space * 0.75), []),
        0x2190: ("arrowleft", 900, arrow(height, stroke, mirrored=True)),
        0x2192: ("arrowright", 900, arrow(height, stroke, mirrored=False)),
        0x25B2: ("triangleup", 900, [[(60, 0), (450, height), (840, 0)]]),
        0x25CB: ("circle", 860, [disc(430, height / 2, 330), disc(430, height / 2, 330 - stroke)]),
        0x25CF: ("filledcircle", 860, [disc(430, height / 2, 330)]),
        0x270E: ("pencil", 900, pencil(stroke)),
        0x2714: ("checkmark", 860, check(height, stroke * 1.5)),
    }
    hyphen = cmap[0x2D]
    for table in font["cmap"].tables:
        if table.isUnicode():
            table.cmap.setdefault(0x2011, hyphen)
    for code, (name, width, outline) in signs.items():
        if code in cmap:
            continue
        pen = TTGlyphPen(None)
        for rank, contour in enumerate(outline):
            # TrueType fills what turns clockwise; the second contour of a pair is a hole.
            points = contour if (area(contour) < 0) == (rank % 2 == 0) else contour[::-1]
            pen.moveTo(rounded(points[0]))
            for point in points[1:]:
                pen.lineTo(rounded(point))
            pen.closePath()
        glyph = pen.glyph()
        font.setGlyphOrder([*font.getGlyphOrder(), name])
        font["glyf"][name] = glyph
        glyph.recalcBounds(font["glyf"])
        font["hmtx"][name] = (width, getattr(glyph, "xMin", 0) if outline else 0)
        for table in font["cmap"].tables:
            if table.isUnicode():
                table.cmap[code] = name


def rounded(point: tuple[float, float]) -> tuple[int, int]:
    """Put a point on the grid of the font."""
    return round(point[0]), round(point[1])


def area(points: list[tuple[float, float]]) -> float:
    """Twice the signed area: negative if the contour turns clockwise."""
    pairs = zip(points, points[1:] + points[:1], strict=True)
    return sum(x1 * y2 - x2 * y1 for (x1, y1), (x2, y2) in pairs)


def disc(x: float, y: float, radius: float) -> list[tuple[float, float]]:
    """Draw a circle as 64 sides: no eye sees them at these sizes."""
    from math import cos, pi, sin

    angles = (2 * pi * step / 64 for step in range(64))
    return [(x + radius * cos(a), y + radius * sin(a)) for a in angles]


def arrow(height: float, stroke: float, *, mirrored: bool) -> Outline:
    """Draw a plain arrow at mid-height."""
    y, s = height / 2, stroke / 2
    points = [
        (70, y - s), (600, y - s), (440, y - 160), (500, y - 230), (830, y), (500, y + 230),
        (440, y + 160), (600, y + s), (70, y + s),
    ]  # fmt: skip
    return [[(900 - x, y) if mirrored else (x, y) for x, y in points]]


def check(height: float, stroke: float) -> Outline:
    """Draw a tick."""
    s = stroke * 0.7
    return [
        [
            (80, height * 0.42), (80 + s, height * 0.42 + s), (320, height * 0.42 - 240 + 2 * s),
            (780 - s, height * 0.98), (780, height * 0.98 - s), (320, height * 0.42 - 240),
        ]
    ]  # fmt: skip


def pencil(stroke: float) -> Outline:
    """Draw a pencil pointing down to the left, its tip on the line."""
    s = stroke * 1.35
    return [
        [(80, 0), (110, 80 + s), (600, 570 + s), (600 + 2 * s, 570 - s), (110 + 2 * s, 80 - s)],
        [
            (230 + s / 2, 170 + s / 2), (560, 500 + s / 2), (560 + s, 500 - s / 2),
            (230 + 1.4 * s, 160 - s / 2),
        ],
    ]  # fmt: skip


# --- Command line --------------------------------------------------------------------------------


# --- Sounds --------------------------------------------------------------------------------------

RATE: Final = 22_050
"""Samples a second, one channel of 16 bits."""
NOTES: Final = {"noted": (659.26, 880.0), "problem": (329.63, 261.63)}
"""Hertz: a fourth up says yes, a third down asks to look."""


def make_sounds() -> None:
    """Write the two sounds: two notes of a tenth of a second each, soft at both ends."""
    folder = RESOURCES / "sounds"
    folder.mkdir(parents=True, exist_ok=True)
    length = RATE // 10
    for name, notes in NOTES.items():
        samples = [
            round(9_000 * math.sin(math.pi * i / length) * math.sin(math.tau * note * i / RATE))
            for note in notes
            for i in range(length)
        ]
        with wave.open(str(folder / f"{name}.wav"), "wb") as file:
            file.setnchannels(1)
            file.setsampwidth(2)
            file.setframerate(RATE)
            file.writeframes(struct.pack(f"<{len(samples)}h", *samples))


def main() -> int:
    """Run one of the three commands."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    commands = parser.add_subparsers(dest="command", required=True)
    data = commands.add_parser("data", help="communes, départements, venues")
    data.add_argument("--communes", type=Path, required=True)
    data.add_argument("--departements", type=Path, required=True)
    data.add_argument("--venues", type=Path, required=True)
    fonts = commands.add_parser("fonts", help="the font, from its unpacked npm package")
    fonts.add_argument("--package", type=Path, required=True)
    commands.add_parser("sounds", help="the two sounds, from their notes")
    chosen = parser.parse_args()
    try:
        if chosen.command == "sounds":
            make_sounds()
        elif chosen.command == "data":
            communes = make_communes(chosen.communes)
            make_departements(chosen.departements)
            make_venues(chosen.venues, communes)
        else:
            make_fonts(chosen.package)
    except (OSError, SourceError) as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
