"""The registry of scenes: every screen in every state, and the way there.

A scene begins wherever the one before it ended; it brings the window to its state and nothing more.
What it changes for those after it, it undoes by `Stage.ends`.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from visual.stage import Kind, Stage

Way = Callable[[Stage], object]


@dataclass(frozen=True, slots=True)
class Scene:
    """One state of one screen.

    Attributes:
        name: of its pictures; begins with the screen's number.
        kind: the stage on which it is played.
        way: brings the window there.
        participant: a participant uses it, not the animateur.
        same: what it shows is the same at each run, so that its picture can be approved.
        waits: something asked of the notebook is still under way.
    """

    name: str
    kind: Kind
    way: Way
    participant: bool = False
    same: bool = True
    waits: bool = False


SCENES: Final[list[Scene]] = []


def scene(
    name: str,
    kind: Kind = "full",
    *,
    participant: bool = False,
    same: bool = True,
    waits: bool = False,
) -> Callable[[Way], Way]:
    """Put a way in the registry."""

    def put(way: Way) -> Way:
        SCENES.append(Scene(name, kind, way, participant, same, waits))
        return way

    return put


def every() -> tuple[Scene, ...]:
    """Return the whole registry, in the order in which the scenes are played."""
    for module in ("closed", "workshop", "paper", "aside"):
        importlib.import_module(f"visual.scenes_{module}")
    return tuple(SCENES)
