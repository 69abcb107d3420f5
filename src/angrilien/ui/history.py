"""The way back: the screens that were in sight before this one."""

from __future__ import annotations

from typing import Any

HOME = "today"


class History:
    """The screens left behind, the last one first to come back."""

    def __init__(self) -> None:
        self._left: list[tuple[str, dict[str, Any]]] = []

    def leave(self, name: str, args: dict[str, Any]) -> None:
        """Remember a screen that gives place to another."""
        self._left.append((name, args))

    def arrive(self, name: str, args: dict[str, Any]) -> None:
        """Take note of the screen that comes: coming back to one forgets the way from it.

        The help of another screen is another screen.
        """
        same = [left == name and (left != "help" or shown == args) for left, shown in self._left]
        if any(same):
            del self._left[same.index(True) :]
        if name == HOME:
            self.clear()

    def back(self) -> tuple[str, dict[str, Any]]:
        """Return the screen to come back to, the first one where none is left."""
        return self._left.pop() if self._left else (HOME, {})

    def clear(self) -> None:
        """Forget the way."""
        self._left.clear()
