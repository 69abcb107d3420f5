"""A drawn signature is small, and looks like what was drawn."""

from __future__ import annotations

import math

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from angrilien.domain.drawing import BOX_HEIGHT, BOX_WIDTH, MAX_BYTES, decode, encode
from angrilien.errors import EmptySignature

Points = list[tuple[float, float]]
FRAME = (1100.0, 310.0)  # twice the box: a unit of the box is two pixels
QUARTER_MILLIMETRE = 2.5

coordinate = st.floats(-2_000, 4_000)
stroke = st.lists(st.tuples(coordinate, coordinate), min_size=1, max_size=40)


def written(points: int = 400) -> list[Points]:
    """A cursive hand: loops that move to the right and vary in height, in three strokes."""
    line = [
        (
            60 + 950 * i / points + 34 * math.cos(i / 9),
            155 + (70 + 40 * math.sin(i / 47)) * math.sin(i / 9),
        )
        for i in range(points)
    ]
    return [line[:180], line[180:300], line[300:]]


def apart(drawn: list[Points], kept: list[Points]) -> float:
    """The largest distance of a drawn point to the kept polylines, in units of the box."""

    def to_segment(p: tuple[float, float], a: tuple[float, float], b: tuple[float, float]) -> float:
        dx, dy = b[0] - a[0], b[1] - a[1]
        square = dx * dx + dy * dy
        t = max(0.0, min(1.0, ((p[0] - a[0]) * dx + (p[1] - a[1]) * dy) / square)) if square else 0
        return math.hypot(p[0] - a[0] - t * dx, p[1] - a[1] - t * dy)

    segments = [(a, b) for s in kept for a, b in zip(s, s[1:] or s, strict=False)]
    return max(min(to_segment(p, a, b) for a, b in segments) for s in drawn for p in s)


def test_a_signature_of_400_points_is_within_a_quarter_of_a_millimetre_in_300_bytes() -> None:
    drawn = written()
    coded = encode(drawn, *FRAME)
    distance = apart(
        [[(x / 2, y / 2) for x, y in s] for s in drawn], [list(s) for s in decode(coded)]
    )
    print(f"400 points: {len(coded)} bytes, {distance / 10:.3f} mm at most")
    assert len(coded) <= MAX_BYTES
    assert distance <= QUARTER_MILLIMETRE


def test_a_simple_cross_keeps_its_two_strokes_exactly() -> None:
    cross = [[(500.0, 100.0), (600.0, 200.0)], [(600.0, 100.0), (500.0, 200.0)]]
    assert decode(encode(cross, *FRAME)) == (
        ((250, 50), (300, 100)),
        ((300, 50), (250, 100)),
    )


def test_a_dot_is_a_signature_and_nothing_is_not() -> None:
    assert decode(encode([[(550.0, 155.0)]], *FRAME)) == (((275, 78),),)
    for nothing in ([], [[]], [[], []]):
        with pytest.raises(EmptySignature):
            encode(nothing, *FRAME)
    with pytest.raises(EmptySignature):
        encode([[(1.0, 1.0)]], 0, 0)


def test_the_aspect_is_kept_in_a_frame_of_another_shape() -> None:
    square = [[(0.0, 0.0), (100.0, 0.0), (100.0, 100.0), (0.0, 100.0)]]
    kept = decode(encode(square, 1_000, 1_000))[0]
    assert kept[1][0] == kept[2][1] == pytest.approx(BOX_HEIGHT / 10, abs=1)


@given(st.lists(stroke, min_size=1, max_size=12))
@example([[(0.0, 0.0), (3_999.0, 3_999.0)] * 200] * 3)
@example([[(float(i * 7 % 1100), float(i * 13 % 310))] for i in range(600)])
@settings(max_examples=25, deadline=None, derandomize=True)
def test_any_drawing_fits_and_stays_in_its_box(strokes: list[Points]) -> None:
    coded = encode(strokes, *FRAME)
    assert len(coded) <= MAX_BYTES
    kept = decode(coded)
    assert kept
    assert all(kept)
    assert all(0 <= x <= BOX_WIDTH and 0 <= y <= BOX_HEIGHT for s in kept for x, y in s)


@given(st.binary(max_size=310))
@example(b"\x01")
@example(b"\x01\xff\xff\xff\xff\x0f")
@example(b"\x01\x02\x00\x00")
@example(b"\x01\xff\xff\xff\x7f\x00\x00")
@settings(max_examples=120, deadline=None, derandomize=True)
def test_bytes_that_are_no_drawing_are_refused_and_never_crash(data: bytes) -> None:
    for coded in (data, b"\x01" + data):
        try:
            strokes = decode(coded)
        except ValueError:
            continue
        assert coded[0] == 1
        assert all(len(point) == 2 for s in strokes for point in s)


@pytest.mark.parametrize(
    "coded", [b"", b"\x02\x01\x00\x00", b"\x01" * 301, b"\x01\x05\x00", b"\x01\x80"]
)
def test_a_cut_or_foreign_coding_is_refused(coded: bytes) -> None:
    with pytest.raises(ValueError, match=r"."):
        decode(coded)
