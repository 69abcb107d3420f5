"""Generated signatures of 400 points: 300 bytes at most, and on paper what was drawn."""

from __future__ import annotations

import math
import random
from itertools import pairwise

import pytest

from angrilien.domain.drawing import BOX_HEIGHT, BOX_WIDTH, MAX_BYTES, decode, encode
from angrilien.ui.printing.geometry import ROW_HEIGHT, Fit, Rect, fit_ink

Points = list[tuple[float, float]]

FRAME = (1250.0, 420.0)
"""Pixels of the frame on a screen of 1366 × 768."""
CELL = Rect(0.0, 0.0, 57.0, ROW_HEIGHT)
POINTS = 400
QUARTER_MILLIMETRE = 0.25
HANDS = ("cursive", "zigzag", "flourish", "initials", "tremor")


def hand(seed: int, kind: str, most_turns: float) -> list[Points]:
    """A hand that signs: up and down, slanted, lifted now and then, never quite steady."""
    drawn = random.Random(seed)
    turns = drawn.uniform(4, most_turns)
    begin, end = drawn.uniform(0.03, 0.14), drawn.uniform(0.5, 0.97)
    tall, base = drawn.uniform(0.1, 0.38), drawn.uniform(0.42, 0.58)
    slant = drawn.uniform(-0.2, 0.6)
    phase = [drawn.uniform(0, math.tau) for _ in range(6)]
    width, height = FRAME
    points: Points = []
    for i in range(POINTS):
        t = i / (POINTS - 1)
        angle = math.tau * turns * t
        swell = 0.35 + 0.65 * abs(math.sin(3.1 * t * math.pi + phase[0]))
        x = width * (begin + (end - begin) * t)
        y = math.sin(angle + phase[1] + 0.7 * math.sin(6.9 * angle / turns + phase[2]))
        if kind == "zigzag":
            y = 2 / math.pi * math.asin(math.sin(angle))
        y *= height * tall * swell
        if kind in ("cursive", "initials", "tremor"):
            x += 0.55 * height * tall * math.cos(angle + phase[3])
        if kind == "flourish" and t > 0.7:
            back = (t - 0.7) / 0.3
            x = width * (end - (end - begin) * 0.9 * back)
            y = height * (0.3 + 0.08 * math.sin(5 * back))
        if kind == "tremor":
            y += 3 * math.sin(37 * t * turns + phase[4])
            x += 2 * math.sin(41 * t * turns + phase[5])
        x += slant * y + drawn.gauss(0, 0.4)
        y += height * base + drawn.gauss(0, 0.4)
        points.append((min(max(x, 0.0), width), min(max(y, 0.0), height)))
    lifts = sorted(drawn.sample(range(20, POINTS - 20), drawn.randint(0, 4)))
    if kind == "initials":
        lifts = lifts or [POINTS // 2]
    return [points[a:b] for a, b in pairwise([0, *lifts, POINTS])]


def on_paper(strokes: list[Points], fit: Fit) -> list[Points]:
    return [[fit.place(x, y) for x, y in stroke] for stroke in strokes]


def farthest(these: list[Points], those: list[Points]) -> float:
    """The largest distance of a point of these to the lines of those, in their unit."""
    segments = [(a, b) for stroke in those for a, b in pairwise([*stroke, stroke[-1]])]
    return max(
        min(_distance(point, a, b) for a, b in segments) for stroke in these for point in stroke
    )


def _distance(p: tuple[float, float], a: tuple[float, float], b: tuple[float, float]) -> float:
    dx, dy = b[0] - a[0], b[1] - a[1]
    square = dx * dx + dy * dy
    t = max(0.0, min(1.0, ((p[0] - a[0]) * dx + (p[1] - a[1]) * dy) / square)) if square else 0.0
    return math.hypot(p[0] - a[0] - t * dx, p[1] - a[1] - t * dy)


def off_by(strokes: list[Points]) -> tuple[float, int]:
    """How far the printed lines are from what was drawn, in millimetres, and the bytes kept."""
    coded = encode(strokes, *FRAME)
    kept = decode(coded)
    fit = fit_ink(kept, CELL)
    scale = min(BOX_WIDTH / FRAME[0], BOX_HEIGHT / FRAME[1])
    drawn = on_paper([[(x * scale, y * scale) for x, y in s] for s in strokes], fit)
    printed = on_paper([[(float(x), float(y)) for x, y in s] for s in kept], fit)
    return max(farthest(drawn, printed), farthest(printed, drawn)), len(coded)


@pytest.mark.parametrize("kind", HANDS)
def test_a_signature_of_400_points_is_redrawn_within_a_quarter_of_a_millimetre(kind: str) -> None:
    """Up to 12 ups and downs: what people write in a frame."""
    found = [off_by(hand(seed, kind, most_turns=12)) for seed in range(10)]
    worst, largest = max(off for off, _ in found), max(size for _, size in found)
    print(f"{kind}: {largest} bytes, {worst:.3f} mm at most")
    assert largest <= MAX_BYTES
    assert worst <= QUARTER_MILLIMETRE


def test_a_scribble_keeps_its_bytes_and_says_how_far_it_strays() -> None:
    """Twenty ups and downs over each other: beyond what 300 bytes hold exactly."""
    found = [off_by(hand(seed, kind, most_turns=20)) for seed in range(6) for kind in HANDS]
    assert max(size for _, size in found) <= MAX_BYTES
    strays = sorted(off for off, _ in found)
    print(f"median {strays[len(strays) // 2]:.3f} mm, {strays[-1]:.3f} mm at most")
    assert strays[len(strays) // 2] <= QUARTER_MILLIMETRE
    assert strays[-1] <= 1.0
