"""How this program starts again in the place of itself, or once more beside itself."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import Final

__all__ = ["LOCKED", "TRAINING", "command_line", "for_training", "start_again", "start_beside"]

LOCKED: Final = "--locked"
"""Tells a new process that it comes after a full lock."""
TRAINING: Final = "--training"
"""Tells a new process that it is for training."""

Command = tuple[str, ...]


def command_line() -> Command:
    """Return what starts this program again after a full lock."""
    frozen = getattr(sys, "frozen", False)
    given = sys.argv[1:] if frozen else sys.orig_argv[1:]
    return (sys.executable, *(word for word in given if word != LOCKED), LOCKED)


def for_training(command: Command) -> Command:
    """Return what starts the training with the options of a command."""
    return (*(word for word in command if word not in (LOCKED, TRAINING)), TRAINING)


def start_again(command: Command) -> None:
    """Put a new process in the place of this one, whose memory goes with it."""
    if os.name == "nt":
        # Windows replaces no process: the new one begins, this one ends.
        start_beside(command)
    else:
        os.execv(command[0], command)  # noqa: S606 - our own command line


def start_beside(command: Command) -> subprocess.Popen[bytes]:
    """Start a new process that lives on when this one ends.

    Raises:
        OSError: the system starts none.
    """
    return subprocess.Popen(  # noqa: S603 - our own command line
        command, stdin=subprocess.DEVNULL, close_fds=True, start_new_session=os.name != "nt"
    )
