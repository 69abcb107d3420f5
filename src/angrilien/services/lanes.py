"""Two one-worker lanes: the store lane owns the file, the network lane owns requests."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")


class Lane:
    """One worker thread: what is submitted runs in order, one at a time."""

    def __init__(self, name: str) -> None:
        self._pool = ThreadPoolExecutor(max_workers=1, thread_name_prefix=f"angrilien-{name}")

    def submit(self, fn: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        """Run `fn` in the lane, after what was submitted before it."""
        return self._pool.submit(fn, *args, **kwargs)

    def close(self) -> None:
        """Finish what was submitted and end the thread."""
        self._pool.shutdown(wait=True)


class Lanes:
    """The two lanes of one running application."""

    def __init__(self) -> None:
        self.store = Lane("store")
        self.network = Lane("network")

    def close(self) -> None:
        """End both, the network first: its last results are still written."""
        self.network.close()
        self.store.close()
