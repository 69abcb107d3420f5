"""Doing the same thing from several threads at the same moment."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

RACERS = 8


def race(times: int, send: Callable[[], Any]) -> list[Any]:
    """Call `send` from so many threads at the same moment; return what each gave or raised."""
    ready = threading.Barrier(times)

    def one() -> Any:
        ready.wait(timeout=20)
        try:
            return send()
        except Exception as error:  # noqa: BLE001 - the test looks at what each one raised
            return error

    with ThreadPoolExecutor(times) as pool:
        futures = [pool.submit(one) for _ in range(times)]
        return [future.result() for future in futures]
