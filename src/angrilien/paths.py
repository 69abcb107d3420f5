"""Where things are: the resources shipped with the program, and the user's own data."""

import os
import sys
from pathlib import Path, PurePosixPath
from typing import Final

import platformdirs

__all__ = [
    "DATA_DIR_VARIABLE",
    "VENUE_DIR_VARIABLE",
    "data_dir",
    "log_dir",
    "make_private_dir",
    "resource",
    "venue_dirs",
]

DATA_DIR_VARIABLE: Final = "ANGRILIEN_DATA_DIR"
"""Name of the environment variable that moves the data folder."""

VENUE_DIR_VARIABLE: Final = "ANGRILIEN_VENUE_DIR"
"""Name of the environment variable that moves the folder of the venue's profile."""

_PACKAGE: Final = Path(__file__).resolve().parent


def _resources_root() -> Path:
    """Folder of the resources: beside the modules in a wheel, at the top of a source tree."""
    built_in = _PACKAGE / "_resources"
    if built_in.is_dir():
        return built_in
    return _PACKAGE.parent.parent / "resources"


def resource(name: str) -> Path:
    """Find a file or a folder shipped with the program.

    Args:
        name: Path below ``resources/``, with forward slashes: ``"data/communes.csv"``.

    Returns:
        Its absolute path.

    Raises:
        ValueError: The name leaves the folder of resources.
        FileNotFoundError: The program is incomplete: no such resource was installed.
    """
    relative = PurePosixPath(name)
    if relative.is_absolute() or ".." in relative.parts or "\\" in name or ":" in name:
        message = f"not a name of a resource: {name!r}"
        raise ValueError(message)
    found = _resources_root().joinpath(*relative.parts)
    if not found.exists():
        message = f"the resource {name!r} is missing from this installation"
        raise FileNotFoundError(message)
    return found


def data_dir(override: Path | None = None) -> Path:
    r"""Folder of the user's data, not created here.

    The order is: ``override`` (``--data-dir``), the variable ``ANGRILIEN_DATA_DIR``, then the
    system's own place: ``%LOCALAPPDATA%\angrilien`` on Windows (it never roams: a database must
    not be copied while it is open), ``~/.local/share/angrilien`` on Linux.

    Args:
        override: Folder chosen by the user.
    """
    if override is not None:
        return override.expanduser().absolute()
    chosen = os.environ.get(DATA_DIR_VARIABLE)
    if chosen:
        return Path(chosen).expanduser().absolute()
    return platformdirs.user_data_path("angrilien", appauthor=False, roaming=False)


def venue_dirs() -> tuple[Path, ...]:
    r"""Folders in which an installer may have laid the venue's profile; they need not exist.

    The program's own folder (`venue`, beside the program or above it: an installation for one
    user), then the computer's: `%PROGRAMDATA%\angrilien\venue` on Windows, and on Linux
    `/var/lib/angrilien/venue` and `/usr/share/angrilien/venue`. The variable ANGRILIEN_VENUE_DIR
    names another folder in the place of all of them.
    """
    chosen = os.environ.get(VENUE_DIR_VARIABLE)
    if chosen:
        return (Path(chosen).expanduser().absolute(),)
    program = Path(sys.executable).resolve().parent
    if sys.platform == "win32":
        everybody = Path(os.environ.get("PROGRAMDATA", r"C:\ProgramData"))
        return program / "venue", program.parent / "venue", everybody / "angrilien" / "venue"
    shared = (Path("/var/lib/angrilien/venue"), Path("/usr/share/angrilien/venue"))
    if not getattr(sys, "frozen", False):
        return shared
    return (program / "venue", program.parent / "venue", *shared)


def log_dir(data: Path) -> Path:
    """Folder of the logs below the data folder."""
    return data / "logs"


def make_private_dir(path: Path) -> Path:
    """Create a folder that only its owner can read, with its parents, and return it.

    An existing folder is left as it is, its permissions too: its owner may have chosen them.

    Raises:
        OSError: The folder cannot be made: full or read-only disk, a file in its place.
    """
    if not path.is_dir():
        path.mkdir(parents=True, exist_ok=True)
        if sys.platform != "win32":  # on Windows the profile's folder is private already
            path.chmod(0o700)
    return path
