"""The count of wrong phrases and its file."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from angrilien.services.throttle import FILE, Throttle, wait_after


class Steady:
    def __init__(self) -> None:
        self.at = 1000.0

    def __call__(self) -> float:
        return self.at


def test_two_are_free_then_one_second_doubling_to_sixty() -> None:
    waits = [wait_after(wrong) for wrong in range(12)]
    assert waits == [0, 0, 0, 1, 2, 4, 8, 16, 32, 60, 60, 60]
    assert wait_after(10**9) == 60


def test_a_try_is_spent_before_it_is_made(tmp_path: Path) -> None:
    steady = Steady()
    throttle = Throttle(tmp_path, steady=steady)
    for _ in range(3):
        assert throttle.try_one()
        # The process dies here: nothing was said of the phrase.
        throttle = Throttle(tmp_path, steady=steady)
    assert throttle.wrong == 3
    assert throttle.left() == 1
    assert not throttle.try_one()
    steady.at += 1
    assert throttle.try_one()


def test_the_right_one_forgets_the_wrong_ones(tmp_path: Path) -> None:
    throttle = Throttle(tmp_path, steady=Steady())
    for _ in range(2):
        assert throttle.try_one()
        throttle.was_wrong()
    assert throttle.try_one()
    throttle.was_right()
    assert list(tmp_path.iterdir()) == []
    assert Throttle(tmp_path, steady=Steady()).wrong == 0


def test_what_failed_for_another_reason_is_no_guess(tmp_path: Path) -> None:
    throttle = Throttle(tmp_path, steady=Steady())
    for _ in range(5):
        assert throttle.try_one()
        throttle.was_none()
    assert throttle.wrong == 0
    assert throttle.left() == 0


@pytest.mark.parametrize(
    "content",
    [b"", b"{", b"[]", b"7", b'{"wrong":-3}', b'{"wrong":"9"}', b'{"wrong":true}', b"\xff" * 9000],
)
def test_a_file_that_says_nothing_counts_for_none(tmp_path: Path, content: bytes) -> None:
    (tmp_path / FILE).write_bytes(content)
    assert Throttle(tmp_path, steady=Steady()).left() == 0


def test_an_absurd_count_waits_no_longer_than_the_longest(tmp_path: Path) -> None:
    (tmp_path / FILE).write_text(json.dumps({"wrong": 10**30}), encoding="utf-8")
    assert Throttle(tmp_path, steady=Steady()).left() == 60


def test_a_folder_that_cannot_be_written_keeps_nobody_out_and_still_counts(tmp_path: Path) -> None:
    throttle = Throttle(tmp_path / "absent", steady=Steady())
    for _ in range(3):
        assert throttle.try_one()
        throttle.was_wrong()
    assert throttle.left() == 1
