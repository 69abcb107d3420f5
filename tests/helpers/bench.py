"""Measuring: medians printed, ratios asserted. No test asserts an absolute time."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Times:
    """Milliseconds of many runs of one thing."""

    name: str
    each: tuple[float, ...]

    @property
    def p50(self) -> float:
        return statistics.median(self.each)

    @property
    def p95(self) -> float:
        return sorted(self.each)[max(0, -(-len(self.each) * 95 // 100) - 1)]

    def __str__(self) -> str:
        runs = len(self.each)
        return f"{self.name}: p50 {self.p50:.1f} ms, p95 {self.p95:.1f} ms ({runs} runs)"


def measure(name: str, run: Callable[[], object], times: int, *, warm: int = 2) -> Times:
    """Run something many times, the first ones uncounted; print and return the times."""
    for _ in range(warm):
        run()
    found = []
    for _ in range(times):
        started = time.perf_counter()
        run()
        found.append((time.perf_counter() - started) * 1000)
    result = Times(name=name, each=tuple(found))
    print(f"\n{result}", end="")
    return result


def say(text: str) -> None:
    """Print a figure that is no time."""
    print(f"\n{text}", end="")
