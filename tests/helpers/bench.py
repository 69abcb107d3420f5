"""Measuring: medians printed, ratios asserted. No test asserts an absolute time."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QObject, QTimer


@dataclass(frozen=True, slots=True, kw_only=True)
class Times:
    """Milliseconds of many runs of one thing."""

    name: str
    each: tuple[float, ...]
    work: tuple[float, ...]
    """Milliseconds of this process's own work, run by run: what a loaded machine does not change
    much."""

    @property
    def cpu(self) -> float:
        return statistics.median(self.work)

    @property
    def p50(self) -> float:
        return statistics.median(self.each)

    @property
    def p95(self) -> float:
        return sorted(self.each)[max(0, -(-len(self.each) * 95 // 100) - 1)]

    def __str__(self) -> str:
        runs = len(self.each)
        times = f"p50 {self.p50:.1f} ms, p95 {self.p95:.1f} ms, work {self.cpu:.1f} ms"
        return f"{self.name}: {times} ({runs} runs)"


def measure(name: str, run: Callable[[], object], times: int, *, warm: int = 2) -> Times:
    """Run something many times, the first ones uncounted; print and return the times."""
    (result,) = compare({name: run}, times, warm=warm)
    return result


def compare(
    runs: dict[str, Callable[[], object]], times: int, *, warm: int = 2
) -> tuple[Times, ...]:
    """Measure several things by turns, so that whatever slows the machine slows them alike."""
    found: dict[str, list[tuple[float, float]]] = {name: [] for name in runs}
    for number in range(warm + times):
        for name, run in runs.items():
            started, worked = time.perf_counter(), time.process_time()
            run()
            if number >= warm:
                passed = time.perf_counter() - started, time.process_time() - worked
                found[name].append((passed[0] * 1000, passed[1] * 1000))
    results = tuple(
        Times(
            name=name,
            each=tuple(wall for wall, _ in each),
            work=tuple(cpu for _, cpu in each),
        )
        for name, each in found.items()
    )
    for result in results:
        print(f"\n{result}", end="")
    return results


def dearer(
    runs: dict[str, Callable[[], object]], times: int, *, at_most: float, rounds: int = 5
) -> float:
    """How many times the second thing's processor time the first takes, measured by turns.

    The median of the ratios of neighbouring turns: both saw the same machine. As long as it lies
    over ``at_most``, another round is added to the same sample, never in the place of it: chance
    thins out with more turns, a thing that really is dearer stays dearer.
    """
    assert len(runs) == 2
    ratios: list[float] = []
    for _ in range(rounds):
        took, floor = compare(runs, times)
        ratios += [one / other for one, other in zip(took.work, floor.work, strict=True)]
        if statistics.median(ratios) <= at_most:
            break
    return statistics.median(ratios)


def say(text: str) -> None:
    """Print a figure that is no time."""
    print(f"\n{text}", end="")


class Heartbeat(QObject):
    """Beats every 5 ms in the window's thread, and remembers its longest silences."""

    def __init__(self) -> None:
        super().__init__()
        self.gaps: list[float] = []
        self._last = time.perf_counter()
        self._timer = QTimer(self)
        self._timer.setInterval(5)
        self._timer.timeout.connect(self._on_beat)
        self._timer.start()

    def _on_beat(self) -> None:
        now = time.perf_counter()
        self.gaps.append(now - self._last)
        self._last = now

    def longest(self) -> float:
        """Return the longest silence since the last call."""
        gaps, self.gaps = self.gaps, []
        return max(gaps, default=0.0)

    def stop(self) -> None:
        self._timer.stop()
