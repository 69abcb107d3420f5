"""The report of the last mistake: one small file, types and places only, offered at the next start.

Whatever nobody caught (in the window, in a thread, in a destructor) and whatever was logged as an
error with its exception becomes that file, by the rules of `logs`: never the text of an exception,
never a value. What kills the process itself (a fault in a library) is noted by `faulthandler` into
a raw file, which is put in the same form at the next start: it would name folders.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import faulthandler
import logging
import platform
import re
import sys
import threading
from pathlib import Path, PurePath
from types import TracebackType
from typing import IO, Final

from angrilien import __version__, logs

__all__ = ["FILE", "NEW", "RAW", "Crashes", "forget", "is_new", "last", "look_at"]

NEW: Final = "probleme-nouveau.txt"
"""The report that nobody has looked at yet."""
FILE: Final = "probleme.txt"
"""The one that somebody has looked at."""
RAW: Final = "probleme.brut"
"""Where a fault of the process writes; empty, or gone, while all is well."""
_LONGEST: Final = 64 * 1024
_PLACE: Final = re.compile(r'File "(.*)", line (\d+) in (\S+)')
_WORD: Final = re.compile(r"[A-Za-z0-9 :,.()<>_/\-\[\]]*")
"""A line of a fault that is no place: words of the interpreter, never quotes nor accents."""
_log = logging.getLogger(__name__)


class Crashes(logging.Handler):
    """Listens to what nobody caught, from `start` to `stop`.

    Args:
        folder: of the logs; made by them.
    """

    def __init__(self, folder: Path) -> None:
        super().__init__(logging.ERROR)
        self._folder = folder
        self._raw: IO[bytes] | None = None
        self._was_enabled = False
        self._hooks = (sys.excepthook, threading.excepthook, sys.unraisablehook)

    def start(self) -> None:
        """Put the last fault in its form, and listen."""
        _take_raw(self._folder)
        self._hooks = (sys.excepthook, threading.excepthook, sys.unraisablehook)
        sys.excepthook = _on_uncaught
        threading.excepthook = _on_thread
        sys.unraisablehook = _on_unraisable
        logging.getLogger().addHandler(self)
        with contextlib.suppress(OSError):
            self._raw = (self._folder / RAW).open("wb")
            self._was_enabled = faulthandler.is_enabled()
            faulthandler.enable(self._raw)

    def stop(self) -> None:
        """Listen no longer."""
        logging.getLogger().removeHandler(self)
        sys.excepthook, threading.excepthook, sys.unraisablehook = self._hooks
        if self._raw is not None:
            faulthandler.disable()
            if self._was_enabled and sys.__stderr__ is not None:
                with contextlib.suppress(OSError, ValueError):
                    faulthandler.enable(sys.__stderr__)
            self._raw.close()
            self._raw = None
            with contextlib.suppress(OSError):
                (self._folder / RAW).unlink()

    def emit(self, record: logging.LogRecord) -> None:
        """Write the report of an error that was logged with its exception."""
        if record.exc_info and record.exc_info[1] is not None:
            when = dt.datetime.fromtimestamp(record.created, dt.UTC)
            _write(self._folder, when, f"{record.name}\n{logs.safe_exception(record.exc_info[1])}")


def last(folder: Path) -> str:
    """Return the last report, empty where there is none.

    Args:
        folder: of the logs.
    """
    for name in (NEW, FILE):
        with contextlib.suppress(OSError):
            return (folder / name).read_bytes()[:_LONGEST].decode("utf-8", "replace")
    return ""


def is_new(folder: Path) -> bool:
    """Tell whether there is a report that nobody has looked at."""
    return (folder / NEW).exists()


def look_at(folder: Path) -> None:
    """Take note that the report was looked at: it is not offered again."""
    with contextlib.suppress(OSError):
        (folder / NEW).replace(folder / FILE)


def forget(folder: Path) -> None:
    """Delete the report."""
    for name in (NEW, FILE):
        with contextlib.suppress(OSError):
            (folder / name).unlink()


def _write(folder: Path, when: dt.datetime, what: str) -> None:
    """Write the report. A disk that refuses it must not make things worse."""
    head = (
        f"Angrilien {__version__}, Python {platform.python_version()}, "
        f"{platform.system()} {platform.release()} {platform.machine()}"
    )
    text = f"{head}\n{when.isoformat(timespec='seconds')}\n{what}\n"
    draft = folder / f"{NEW}.new"
    with contextlib.suppress(OSError):
        draft.write_bytes(text.encode("utf-8", "replace")[:_LONGEST])
        draft.replace(folder / NEW)


def _take_raw(folder: Path) -> None:
    """Make a report of what a fault of the process left, without the folders that it names."""
    file = folder / RAW
    try:
        when = dt.datetime.fromtimestamp(file.stat().st_mtime, dt.UTC)
        raw = file.read_bytes()[:_LONGEST].decode("utf-8", "replace")
        file.unlink()
    except OSError:
        return
    lines = [_plain(line) for line in raw.splitlines() if line.strip()]
    if lines:
        _write(folder, when, "\n".join(lines))


def _plain(line: str) -> str:
    place = _PLACE.search(line)
    if place:
        path, number, function = place.groups()
        parts = PurePath(path.replace("\\", "/")).parts
        start = max((i for i, part in enumerate(parts) if part == "angrilien"), default=-1)
        return f"    {'/'.join(parts[start:])}:{number} {function}"
    return line if _WORD.fullmatch(line) else logs.HIDDEN


def _on_uncaught(
    _kind: type[BaseException], error: BaseException, trace: TracebackType | None
) -> None:
    if isinstance(error, KeyboardInterrupt):
        return
    _tell(error.with_traceback(trace))


def _on_thread(args: threading.ExceptHookArgs) -> None:
    if args.exc_value is not None:
        _tell(args.exc_value)


def _on_unraisable(args: sys.UnraisableHookArgs) -> None:
    if args.exc_value is not None:
        _tell(args.exc_value)


def _tell(error: BaseException) -> None:
    """Log what nobody caught, and print it as safely: stderr may be kept by the system."""
    _log.critical("nobody caught this", exc_info=error)
    if sys.stderr is not None:
        with contextlib.suppress(OSError, ValueError):
            sys.stderr.write(logs.safe_exception(error) + "\n")
