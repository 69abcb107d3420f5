"""Every screen in every state, in the real window: what each must keep, and its approved picture.

By default in two windows, the tightest and the widest; `make visual` takes all 27, and compares
those that have approved pictures with them.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from angrilien.ui.page_names import PAGES
from visual import approved, pixels, reach, room, wording
from visual.corners import APPROVED, EVERY, EXTREMES, Corner, has_picture
from visual.scenes import Scene, every
from visual.stage import KINDS, Originals, Stage, play

WINDOWS = [
    pytest.param(corner, id=corner.name, marks=() if corner in EXTREMES else pytest.mark.visual)
    for corner in (*EXTREMES, *(corner for corner in EVERY if corner not in EXTREMES))
]


@pytest.mark.parametrize("corner", WINDOWS)
def test_every_scene(
    qtbot: QtBot,
    app: QApplication,
    originals: Originals,
    tmp_path: Path,
    corner: Corner,
    approving: bool,
    comparing: bool,
) -> None:
    """One window after another walks through its scenes; all that is found is told at the end."""
    if approving and corner not in APPROVED:
        pytest.skip("no picture of this window is approved")
    found: list[str] = []
    pictures: dict[str, QImage] = {}
    visited: set[str] = set()
    for kind in KINDS:
        with play(qtbot, app, kind, corner, originals, tmp_path) as stage:
            for scene in every():
                if scene.kind == kind:
                    image = show(stage, scene)
                    visited.add(stage.page.name)
                    if scene.same and has_picture(corner, scene.name):
                        pictures[scene.name] = image
                    if not approving:
                        found += (f"{scene.name}: {one}" for one in look(stage, scene, image))
                    stage.strike()
    if approving:
        approved.approve(pictures, corner.name)
    elif comparing and not approved.why_not_here():
        manifest = approved.read_manifest()
        for name, image in pictures.items():
            unlike = approved.unlike(image, corner.name, name, manifest)
            found += (f"{name}: {one}" for one in unlike)
    found += (f"{page}: no scene shows it" for page in PAGES.keys() - visited)
    assert not found, "\n".join(found)


def show(stage: Stage, scene: Scene) -> QImage:
    """Bring the window to a scene; return its picture."""
    scene.way(stage)
    if scene.waits:
        stage.lay_out()
    else:
        stage.settle()
    return pixels.picture(stage.window)


def look(stage: Stage, scene: Scene, image: QImage) -> Iterator[str]:
    """Give what is wrong with a scene."""
    window = stage.window
    with room.elisions() as shortened:
        window.repaint()
    yield from shortened
    yield from reach.nameless(window)
    yield from reach.twins(window)
    yield from reach.small(window)
    yield from room.cut(window)
    yield from room.sideways(window)
    yield from pixels.pale_texts(window, image)
    yield from pixels.faint_parts(window, image)
    yield from wording.ill_worded(window)
    if not scene.waits:
        # Last: it takes the focus through the whole screen.
        yield from reach.lost_by_tab(window)


def test_the_pictures_hold_on_this_machine(comparing: bool) -> None:
    """Elsewhere letters are drawn otherwise: nothing is compared, and that is said."""
    reason = approved.why_not_here()
    if reason:
        pytest.skip(f"approved pictures are not compared here: {reason}")
    manifest = approved.read_manifest()
    names = {scene.name for scene in every() if scene.same}
    for corner in APPROVED:
        wanted = {name for name in names if has_picture(corner, name)}
        made = set(manifest.digests[corner.name])
        there = {path.stem for path in (approved.FOLDER / corner.name).glob("*.png")}
        assert there == made <= wanted
        # A scene that is new has no picture until it is approved.
        assert not comparing or made == wanted, "make visual-approve"


def test_the_approved_pictures_are_small() -> None:
    size = sum(path.stat().st_size for path in approved.FOLDER.rglob("*.png"))
    assert size < 6_000_000
