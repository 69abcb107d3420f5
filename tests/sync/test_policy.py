"""How much is sent at once, and when it is tried again."""

from __future__ import annotations

import random

import pytest

from angrilien.sync.policy import (
    FIRST_BATCH,
    FIRST_DELAY,
    LARGEST_BATCH,
    LONGEST_DELAY,
    SMALLEST_BATCH,
    TRY_AGAIN_AFTER,
    BatchSize,
    Pace,
)


def test_doubled_by_success_up_to_the_largest() -> None:
    size = BatchSize()
    seen = [size.now]
    for _ in range(6):
        size.succeeded(size.now)
        seen.append(size.now)
    assert seen == [FIRST_BATCH << n for n in range(5)] + [LARGEST_BATCH, LARGEST_BATCH]


def test_a_few_facts_say_nothing_of_a_large_batch() -> None:
    size = BatchSize()
    for _ in range(100):
        size.succeeded(1_400)
        size.failed(1_400)
    assert size.now == FIRST_BATCH


def test_the_size_that_failed_is_the_ceiling_until_twenty_successes() -> None:
    size = BatchSize()
    size.failed(size.now)
    assert size.now == FIRST_BATCH // 2
    for number in range(TRY_AGAIN_AFTER):
        assert size.now == FIRST_BATCH // 2, number
        size.succeeded(size.now)
    assert size.now == FIRST_BATCH  # tried again
    size.failed(size.now)
    assert size.now == FIRST_BATCH // 2


def test_halved_down_to_the_smallest() -> None:
    size = BatchSize()
    for _ in range(20):
        size.failed(size.now)
    assert size.now == SMALLEST_BATCH


def test_a_refusal_for_size_is_about_the_batch_as_it_was() -> None:
    size = BatchSize()
    size.now = LARGEST_BATCH
    size.failed(9_000, too_large=True)
    assert size.now == 4_500


def test_remembered_by_the_next_run() -> None:
    size = BatchSize()
    size.failed(size.now)
    size.succeeded(size.now)
    again = BatchSize()
    again.remember(size.to_text())
    assert again == size


@pytest.mark.parametrize(
    "text", ["", "1 2", "a b c", "0 0 0", "-1 5 5", "16384 999999999 0", "16384 8192 0", "² ² ²"]
)
def test_what_is_no_size_is_forgotten(text: str) -> None:
    size = BatchSize()
    size.remember(text)
    assert size == BatchSize()


def test_full_jitter_from_thirty_seconds_to_six_hours() -> None:
    pace = Pace(random.Random(4).random)
    bound = FIRST_DELAY
    for _ in range(20):
        assert 1.0 <= pace.failed() <= bound
        bound = min(bound * 2, LONGEST_DELAY)
    pace.succeeded()
    assert pace.failed() <= FIRST_DELAY


def test_the_wish_of_the_server_is_obeyed_and_spread() -> None:
    pace = Pace(random.Random(4).random)
    waits = [pace.failed(retry_after=100) for _ in range(50)]
    assert all(100 <= wait <= 130 for wait in waits)
    assert max(waits) - min(waits) > 15
