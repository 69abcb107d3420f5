"""A drawn signature, simplified and coded in 300 bytes at most. No pressure, speed or timing.

Coordinates are tenths of a millimetre at the printed size (a box of 55 × 15.5 mm, the sheet's
signature cell), so that the coding step alone moves a line by less than 0.1 mm.

Format: one byte of version (1), then for every stroke a varint count of points, then zigzag varint
deltas x, y from the previous point (the first from 0, 0; the next stroke goes on from the last).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from itertools import pairwise

from angrilien.errors import EmptySignature

BOX_WIDTH = 550
BOX_HEIGHT = 155
MAX_BYTES = 300
_VERSION = 1
_FINEST = 0.25
"""Tenths of a millimetre. The sheet may print a small drawing 2.5 times as large."""
_COARSEST = 80.0
_MANY_POINTS = 1_000
"""A longer scribble is thinned before anything is tried on it."""
_LONGEST_STEP = 80
"""Points over which one straight line is tried."""
_PATIENCE = 6
"""Points in a row that a line may miss before the next is begun."""

Point = tuple[float, float]
Stroke = Sequence[Point]
Strokes = tuple[tuple[tuple[int, int], ...], ...]


def encode(strokes: Iterable[Stroke], width: float, height: float) -> bytes:
    """Fit a drawing made in a frame of `width` × `height` into the box, and code it.

    The aspect is kept. It is simplified with the smallest tolerance whose result fits in
    `MAX_BYTES`; a drawing with more strokes than fit loses its shortest ones last of all.

    Raises:
        EmptySignature: there is no point in it (a dot is a signature, nothing is not).
    """
    drawn = [list(stroke) for stroke in strokes if stroke]
    if not drawn or width <= 0 or height <= 0:
        raise EmptySignature
    scale = min(BOX_WIDTH / width, BOX_HEIGHT / height)
    scaled = [
        [(_clamp(x * scale, BOX_WIDTH), _clamp(y * scale, BOX_HEIGHT)) for x, y in stroke]
        for stroke in drawn
    ]
    if sum(len(stroke) for stroke in scaled) > _MANY_POINTS:
        scaled = [_heavier(stroke, _weights(stroke), _FINEST) for stroke in scaled]
    fitted = _finest_that_fits(scaled)
    if fitted is not None:
        return fitted
    longest_first = sorted(range(len(scaled)), key=lambda i: -_length(scaled[i]))
    for kept in range(len(scaled), 0, -1):
        chosen = sorted(longest_first[:kept])
        coded = _pack([_stepped(scaled[i], _COARSEST) for i in chosen])
        if len(coded) <= MAX_BYTES:
            return coded
    return _pack([[scaled[longest_first[0]][0], scaled[longest_first[0]][-1]]])


def decode(coded: bytes) -> Strokes:
    """Return the strokes of a coded drawing, in tenths of a millimetre of the printed box.

    Raises:
        ValueError: it is not such a coding.
    """
    if not coded or coded[0] != _VERSION or len(coded) > MAX_BYTES:
        raise ValueError("not a coded drawing")
    numbers = iter(_varints(coded[1:]))
    strokes = []
    x = y = 0
    for count in numbers:
        points = []
        for _ in range(count):
            try:
                x += _unzigzag(next(numbers))
                y += _unzigzag(next(numbers))
            except StopIteration:
                raise ValueError("a coded drawing ends in mid-stroke") from None
            points.append((x, y))
        strokes.append(tuple(points))
    return tuple(strokes)


def _clamp(value: float, high: int) -> float:
    return min(max(value, 0.0), float(high))


def _length(stroke: Stroke) -> float:
    return sum(abs(a[0] - b[0]) + abs(a[1] - b[1]) for a, b in pairwise(stroke))


def _finest_that_fits(strokes: Sequence[Stroke]) -> bytes | None:
    """Return the coding whose tolerance is the smallest that fits, None where none does.

    Neither way of simplifying is always the better one: both are tried.
    """
    weights = [_weights(stroke) for stroke in strokes]

    def divided(tolerance: float) -> bytes:
        return _pack([_heavier(s, w, tolerance) for s, w in zip(strokes, weights, strict=True)])

    def stepped(tolerance: float) -> bytes:
        return _pack([_stepped(stroke, tolerance) for stroke in strokes])

    fitting = [found for way in (divided, stepped) if (found := _bisect(way)) is not None]
    return min(fitting)[1] if fitting else None


def _bisect(way: Callable[[float], bytes]) -> tuple[float, bytes] | None:
    """Return the smallest tolerance found at which a way of coding fits, and the coding."""
    coded = way(_FINEST)
    if len(coded) <= MAX_BYTES:
        return _FINEST, coded
    coded = way(_COARSEST)
    if len(coded) > MAX_BYTES:
        return None
    low, high = _FINEST, _COARSEST
    for _ in range(12):
        middle = math.sqrt(low * high)
        attempt = way(middle)
        if len(attempt) <= MAX_BYTES:
            high, coded = middle, attempt
        else:
            low = middle
    return high, coded


def _weights(stroke: Stroke) -> list[float]:
    """Return for each point the tolerance at which Ramer-Douglas-Peucker lets it go.

    The two ends are never let go; no point outweighs the one that its segment was cut at.
    """
    weights = [0.0] * len(stroke)
    weights[0] = weights[-1] = math.inf
    stack = [(0, len(stroke) - 1, math.inf)]
    while stack:
        first, last, most = stack.pop()
        worst, index = -1.0, -1
        for i in range(first + 1, last):
            distance = _distance(stroke[i], stroke[first], stroke[last])
            if distance > worst:
                worst, index = distance, i
        if index >= 0:
            weights[index] = weight = min(worst, most)
            stack += [(first, index, weight), (index, last, weight)]
    return weights


def _heavier(stroke: Stroke, weights: Sequence[float], tolerance: float) -> list[Point]:
    """Return the points that a tolerance keeps: no point of the stroke is farther away than it."""
    return [point for point, weight in zip(stroke, weights, strict=True) if weight > tolerance]


def _stepped(stroke: Stroke, tolerance: float) -> list[Point]:
    """Return points of a stroke, each the farthest that a straight line reaches from the last."""
    kept = [stroke[0]]
    here = 0
    while here < len(stroke) - 1:
        best = here + 1
        last = min(len(stroke), best + _LONGEST_STEP)
        for there in range(here + 2, last):
            if there - best > _PATIENCE:
                break
            if all(
                _distance(stroke[i], stroke[here], stroke[there]) <= tolerance
                for i in range(here + 1, there)
            ):
                best = there
        kept.append(stroke[best])
        here = best
    return kept


def _distance(p: Point, a: Point, b: Point) -> float:
    """Return the distance of p to the segment a-b."""
    dx, dy = b[0] - a[0], b[1] - a[1]
    square = dx * dx + dy * dy
    t = (
        0.0
        if square == 0
        else max(0.0, min(1.0, ((p[0] - a[0]) * dx + (p[1] - a[1]) * dy) / square))
    )
    ex, ey = p[0] - a[0] - t * dx, p[1] - a[1] - t * dy
    return float((ex * ex + ey * ey) ** 0.5)


def _pack(strokes: Sequence[Stroke]) -> bytes:
    out = bytearray([_VERSION])
    last_x = last_y = 0
    for stroke in strokes:
        points = [(round(x), round(y)) for x, y in stroke]
        out += _varint(len(points))
        for x, y in points:
            out += _varint(_zigzag(x - last_x)) + _varint(_zigzag(y - last_y))
            last_x, last_y = x, y
    return bytes(out)


def _zigzag(value: int) -> int:
    return value * 2 if value >= 0 else -value * 2 - 1


def _unzigzag(value: int) -> int:
    return value // 2 if value % 2 == 0 else -(value + 1) // 2


def _varint(value: int) -> bytes:
    out = bytearray()
    while value > 0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    out.append(value)
    return bytes(out)


def _varints(data: bytes) -> list[int]:
    numbers, value, shift = [], 0, 0
    for byte in data:
        value |= (byte & 0x7F) << shift
        shift += 7
        if shift > 28:
            raise ValueError("a number is too long")
        if not byte & 0x80:
            numbers.append(value)
            value = shift = 0
    if shift:
        raise ValueError("a number is cut")
    return numbers
