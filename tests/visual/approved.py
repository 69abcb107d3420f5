"""The approved pictures: how they are kept, and how another is compared with them.

They are kept with 256 colours at most, so that all of them are a few megabytes. They hold for one
version of Qt, one platform and the program's own font: elsewhere letters are drawn otherwise.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import sys
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from PySide6.QtCore import qVersion
from PySide6.QtGui import QGuiApplication, QImage

from angrilien.ui import theme

FOLDER: Final = Path(__file__).with_name("approved")
MANIFEST: Final = FOLDER / "manifest.json"
DIFFERENCES: Final = Path(__file__).resolve().parents[2] / "visual-out"
"""Where a comparison that fails leaves what is there and what differs; git ignores it."""
_COLOURS: Final = 256
NEAR: Final = 40
"""Steps of a colour, out of 255, that the eye does not tell: what 256 colours leave out."""
FEW: Final = 24
"""Pixels that may differ more than that: smoothing at the edge of a letter."""


@dataclass(frozen=True, slots=True)
class Difference:
    """What two pictures have not in common: the number of pixels, and where they are."""

    pixels: int
    picture: QImage | None = None


@dataclass(frozen=True, slots=True)
class Manifest:
    """What the approved pictures depend on, and by corner and scene what they looked like."""

    made_on: dict[str, str]
    digests: dict[str, dict[str, str]]


def platform() -> dict[str, str]:
    """Return what the pictures depend on."""
    return {
        "system": sys.platform,
        "qt": qVersion(),
        "window system": QGuiApplication.platformName(),
        "font": theme.FAMILY,
    }


def why_not_here() -> str:
    """Return why the pictures cannot be compared on this machine, empty where they can."""
    made, here = read_manifest().made_on, platform()
    if not made:
        return "no picture is approved yet: make visual-approve"
    other = [name for name in here if made.get(name) != here[name]]
    return "; ".join(f"{name} {made.get(name)} there, {here[name]} here" for name in other)


def path_of(corner: str, scene: str) -> Path:
    """Return where the picture of a scene stands."""
    return FOLDER / corner / f"{scene}.png"


def digest(image: QImage) -> str:
    """Return what tells a picture from another at once, whatever colours were left out of it."""
    plain = image.convertToFormat(QImage.Format.Format_RGB32)
    return hashlib.blake2b(plain.constBits(), digest_size=12).hexdigest()


def keep(image: QImage, path: Path) -> None:
    """Approve a picture."""
    path.parent.mkdir(parents=True, exist_ok=True)
    few_colours(image).save(str(path), "PNG", 0)  # type: ignore[call-overload]


def few_colours(image: QImage) -> QImage:
    """Return a picture with the 256 colours that it has most, and the nearest for the others."""
    plain = image.convertToFormat(QImage.Format.Format_RGB32)
    pixels = memoryview(plain.constBits()).cast("I")
    counted = Counter(pixels)
    palette: list[int] = []
    near: dict[int, int] = {}
    place: dict[int, int] = {}
    for pixel, _ in counted.most_common():
        # Colours that share the upper half of red, green and blue are 15 steps apart at most.
        shade = pixel >> 4 & 0x0F0F0F
        if shade not in near and len(palette) < _COLOURS:
            near[shade] = len(palette)
            palette.append(pixel)
        elif shade not in near:
            near[shade] = min(range(_COLOURS), key=lambda n, p=pixel: apart(palette[n], p))
        place[pixel] = near[shade]
    width, height = image.width(), image.height()
    line = bytes(-width % 4)
    numbers = bytes(map(place.__getitem__, pixels))
    rows = b"".join(numbers[y * width : (y + 1) * width] + line for y in range(height))
    made = QImage(rows, width, height, width + len(line), QImage.Format.Format_Indexed8)
    made.setColorTable(palette)
    return made.copy()


def apart(one: int, other: int) -> int:
    """Return how far two pixels are from each other: the largest step of red, green or blue."""
    return max(abs((one >> s & 0xFF) - (other >> s & 0xFF)) for s in (0, 8, 16))


def compare(image: QImage, approved: QImage) -> Difference:
    """Return what differs more than the eye forgives, and more than a few pixels."""
    if image.size() != approved.size():
        return Difference(image.width() * image.height())
    rgb = QImage.Format.Format_RGB32
    one, other = image.convertToFormat(rgb), approved.convertToFormat(rgb)
    ours, theirs = memoryview(one.constBits()).cast("I"), memoryview(other.constBits()).cast("I")
    width = image.width()
    far: dict[tuple[int, int], bool] = {}
    found = []
    for y in range(image.height()):
        part = slice(y * width, (y + 1) * width)
        if ours[part] == theirs[part]:
            continue
        here = set(zip(ours[part], theirs[part], strict=True))
        far |= {pair: apart(*pair) > NEAR for pair in here - far.keys()}
        if any(map(far.__getitem__, here)):
            pairs = zip(ours[part], theirs[part], strict=True)
            found += [(x, y) for x, pair in enumerate(pairs) if far[pair]]
    if len(found) <= FEW:
        return Difference(0)
    shown = image.convertToFormat(QImage.Format.Format_Grayscale8).convertToFormat(rgb)
    for x, y in found:
        shown.setPixel(x, y, 0xFFFF00FF)
    return Difference(len(found), shown)


def unlike(image: QImage, corner: str, scene: str, manifest: Manifest) -> list[str]:
    """Return how a picture differs from the approved one, and leave both where one can look."""
    wanted = manifest.digests.get(corner, {}).get(scene)
    if wanted == digest(image):
        return []
    difference = compare(image, QImage(str(path_of(corner, scene))))
    if not difference.pixels:
        return []
    folder = DIFFERENCES / corner
    folder.mkdir(parents=True, exist_ok=True)
    image.save(str(folder / f"{scene}.png"))
    if difference.picture is not None:
        difference.picture.save(str(folder / f"{scene}-difference.png"))
    seen = f"see visual-out/{corner}/{scene}.png"
    return [f"{difference.pixels} pixels differ from the approved picture, {seen}"]


def read_manifest() -> Manifest:
    """Return what the approved pictures depend on, and the digest of each as it was drawn."""
    if not MANIFEST.exists():
        return Manifest({}, {})
    read = json.loads(MANIFEST.read_text(encoding="utf-8"))
    return Manifest(read["made on"], read["digests"])


def approve(pictures: dict[str, QImage], corner: str) -> None:
    """Make the approved pictures of a corner anew, and say so in the manifest."""
    folder = FOLDER / corner
    shutil.rmtree(folder, ignore_errors=True)
    for scene, image in pictures.items():
        keep(image, path_of(corner, scene))
    digests = read_manifest().digests
    digests[corner] = {scene: digest(image) for scene, image in pictures.items()}
    told = {"made on": platform(), "digests": dict(sorted(digests.items()))}
    MANIFEST.write_text(json.dumps(told, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
