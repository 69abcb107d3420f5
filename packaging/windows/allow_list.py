"""What of the wheels and of the runtime is laid on a laptop: a list of what is kept.

What stands in no rule stays out, so that a new version of a library brings nothing unseen. Paths
are relative to `site-packages`, with forward slashes.
"""

from __future__ import annotations

import re
from typing import Final

RUNTIME_LEFT_OUT: Final = frozenset(
    {
        "python.cat",  # only proves where the runtime comes from
        "python311._pth",  # written anew
        "pythonw.exe",  # Angrilien.exe is our own
        "_msi.pyd",
        "winsound.pyd",
        # The notebook is SQLCipher's; the plain SQLite is not used.
        "_sqlite3.pyd",
        "sqlite3.dll",
    }
)
"""Files of the embeddable Python that are not laid."""

PACKAGES: Final = frozenset(
    {
        "alembic", "annotated_types", "certifi", "charset_normalizer", "idna", "mako", "markupsafe",
        "mnemonic", "nacl", "platformdirs", "pydantic", "pydantic_core", "requests", "segno",
        "sqlalchemy", "sqlcipher3", "sqlmodel", "truststore", "typing_extensions.py",
        "typing_inspection", "tzdata", "urllib3", "uuid_utils",
        # nacl speaks to libsodium by it; cffi itself, which compiles, is not needed.
        "_cffi_backend.cp311-win_amd64.pyd",
    }
)  # fmt: skip
"""First part of the paths of what is kept but for the rules below; PySide6 and shiboken6 apart."""

_QT_MODULES: Final = ("Core", "DBus", "Gui", "Network", "PrintSupport", "Svg", "Widgets")
_PLUGINS: Final = frozenset(
    {
        "iconengines/qsvgicon.dll",
        "imageformats/qico.dll",
        "imageformats/qjpeg.dll",  # photos of paper sheets
        "imageformats/qsvg.dll",
        "networkinformation/qnetworklistmanager.dll",
        "platforms/qoffscreen.dll",
        "platforms/qwindows.dll",
    }
)
# The C++ runtime that Qt was built with; the other Microsoft libraries of the wheel are not used.
_CPP_RUNTIME: Final = frozenset(
    {
        "msvcp140.dll", "msvcp140_1.dll", "msvcp140_2.dll", "vcruntime140.dll",
        "vcruntime140_1.dll",
    }
)  # fmt: skip
_PYSIDE: Final = (
    {f"Qt6{name}.dll" for name in _QT_MODULES}
    | {f"Qt{name}.pyd" for name in _QT_MODULES}
    | {f"plugins/{name}" for name in _PLUGINS}
    | {f"translations/qtbase_{language}.qm" for language in ("fr", "en")}
    | {"pyside6.abi3.dll", "support/__init__.py", "support/deprecated.py"}
    | _CPP_RUNTIME
)
_SHIBOKEN: Final = {"Shiboken.pyd", "shiboken6.abi3.dll", "msvcp140.dll"}
_LEFT_OUT: Final = re.compile(
    r"(^|/)(__pycache__|tests?|testing)/"
    r"|^alembic/templates/"
    r"|\.(pyi|pxd|pyx|h|c|lib|a|exe)$|(^|/)py\.typed$"
)
APPLICATION_LEFT_OUT: Final = ("demo", "server")
"""Folders of our own package that the installed program does not have: both need the server."""


def keeps(path: str) -> bool:
    """Tell whether a file of `site-packages` is laid."""
    first, _slash, rest = path.partition("/")
    if first == "PySide6":
        return rest in _PYSIDE or ("/" not in rest and rest.endswith(".py"))
    if first == "shiboken6":
        return rest in _SHIBOKEN or ("/" not in rest and rest.endswith(".py"))
    if first.endswith(".dist-info"):
        # Names and versions, which the self-test tells; licences are gathered in one file.
        return rest == "METADATA" and not first.startswith("pycparser-")
    # SQLAlchemy stays whole: Alembic imports what speaks to every database.
    return first in PACKAGES and _LEFT_OUT.search(path) is None


def is_licence(path: str) -> bool:
    """Tell whether a file of `site-packages` is a licence or a notice of a wheel."""
    first, _slash, rest = path.partition("/")
    if not first.endswith(".dist-info") or first.startswith("pycparser-"):
        return False
    name = rest.rpartition("/")[2].upper()
    # PySide6 may be had under Qt's own terms as well; we have it under the LGPL.
    return name.startswith(("LICENSE", "LICENCE", "COPYING", "NOTICE", "AUTHORS")) and (
        "COMMERCIAL" not in name
    )


def keeps_of_runtime(name: str) -> bool:
    """Tell whether a file of the embeddable Python is laid."""
    return name not in RUNTIME_LEFT_OUT


def keeps_of_ours(path: str) -> bool:
    """Tell whether a file of our own package (path below `angrilien`) is laid."""
    return path.partition("/")[0] not in APPLICATION_LEFT_OUT and _LEFT_OUT.search(path) is None
