"""The program's log: small, rotating, free of personal data, and never a reason to stop.

A log leaves the laptop when someone asks for help, so it must not hold what people typed. Two rules
make that so, whoever writes the line:

* a message is a constant template; of its arguments only numbers, dates, identifiers,
  enumerations and strings declared :class:`Plain` are written, all others become ``[…]``;
* of an exception only its type and the places in the code are written, never its text, which may
  quote a row.
"""

import datetime as dt
import enum
import logging
import logging.handlers
import traceback
import types
import uuid
from pathlib import Path, PurePath
from typing import Final

__all__ = ["HIDDEN", "Plain", "SafeFormatter", "safe_exception", "start", "stop"]

HIDDEN: Final = "[…]"
"""What stands in the log in the place of a value that might be personal."""

_SAFE: Final = (int, float, dt.datetime, dt.date, dt.timedelta, uuid.UUID, enum.Enum, type(None))
_MAX_BYTES: Final = 512 * 1024
_KEPT: Final = 4


class Plain(str):
    """A string its writer declares free of personal data: a code, a version, a table's name."""

    __slots__ = ()


class SafeFormatter(logging.Formatter):
    """Write a record without what people typed."""

    def __init__(self) -> None:
        super().__init__("%(asctime)s %(levelname)s %(name)s %(message)s")

    def format(self, record: logging.LogRecord) -> str:
        """Return the line of a record, with its exception if it carries one."""
        when = dt.datetime.fromtimestamp(record.created, dt.UTC).isoformat(timespec="milliseconds")
        line = f"{when} {record.levelname} {record.name} {_message(record)}"
        if record.exc_info and record.exc_info[1] is not None:
            line += "\n" + safe_exception(record.exc_info[1])
        return line


def _message(record: logging.LogRecord) -> str:
    if type(record.msg) is not str:
        return HIDDEN  # an exception, say, logged in the place of a template
    args = record.args
    if not args:
        return record.msg
    try:
        if isinstance(args, dict):
            return record.msg % {key: _safe(value) for key, value in args.items()}
        return record.msg % tuple(_safe(value) for value in args)
    except (TypeError, ValueError, KeyError):
        # A hidden value does not fit "%d": the template alone still tells what happened.
        return record.msg


def _safe(value: object) -> object:
    return value if isinstance(value, _SAFE) or type(value) is Plain else HIDDEN


def safe_exception(error: BaseException) -> str:
    """Return the types of an exception and of its causes, and where they passed in the code."""
    lines: list[str] = []
    seen: set[int] = set()
    current: BaseException | None = error
    while current is not None and id(current) not in seen:
        seen.add(id(current))
        kind = type(current)
        lines.append(f"  {kind.__module__}.{kind.__qualname__}")
        lines += [f"    {place}" for place in _places(current.__traceback__)]
        current = current.__cause__ or current.__context__
    return "\n".join(lines)


def _places(trace: types.TracebackType | None) -> list[str]:
    """Module, line and function of each frame; no source line, no folder (it names the user)."""
    return [
        f"{frame.f_globals.get('__name__') or PurePath(frame.f_code.co_filename).name}"
        f":{line} {frame.f_code.co_name}"
        for frame, line in traceback.walk_tb(trace)
    ]


class _QuietFileHandler(logging.handlers.RotatingFileHandler):
    """A full or absent disk must not stop a workshop for the sake of a log line."""

    def emit(self, record: logging.LogRecord) -> None:
        try:
            super().emit(record)
        except OSError:
            self.handleError(record)

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 - logging's own name
        """Say nothing: there is nowhere left to say it."""


def start(folder: Path, *, level: int = logging.INFO) -> logging.Handler:
    """Send the program's log to ``angrilien.log`` in a folder, five files of 512 kB at most.

    Args:
        folder: Made if it is not there.
        level: Lowest level written.

    Returns:
        The handler, for :func:`stop`. One that writes nowhere if the file cannot be opened.
    """
    handler: logging.Handler
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        handler = _QuietFileHandler(
            folder / "angrilien.log", maxBytes=_MAX_BYTES, backupCount=_KEPT, encoding="utf-8"
        )
    except OSError:
        handler = logging.NullHandler()
    handler.setFormatter(SafeFormatter())
    handler.setLevel(level)
    root = logging.getLogger()
    root.addHandler(handler)
    # Other libraries write what they like at lower levels: addresses, SQL.
    root.setLevel(logging.WARNING)
    logging.getLogger("angrilien").setLevel(level)
    return handler


def stop(handler: logging.Handler) -> None:
    """Take a handler of :func:`start` away and close its file."""
    logging.getLogger().removeHandler(handler)
    handler.close()
