"""Is the standard library of the embeddable Python what its signed catalogue says?

The zip with the compiled modules carries no signature of its own. The catalogue beside it does, and
lists the sha256 of each source file. So each source that the catalogue lists is compiled here, by
the same minor version of Python, and its code compared with the compiled module.
"""

from __future__ import annotations

import hashlib
import marshal
import sys
import types
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from runtime_lock import NotOurRuntime

HEADER = 16
"""Bytes before the code in a compiled module."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """What was found of the modules.

    Attributes:
        same: how many are what their catalogued source compiles to.
        unlisted: names of those whose source the catalogue does not list.
    """

    same: int
    unlisted: tuple[str, ...]

    def line(self) -> str:
        """Return a line for people."""
        return (
            f"standard library: {self.same} modules are what their catalogued source compiles to, "
            f"{len(self.unlisted)} not in the catalogue: {', '.join(self.unlisted)}"
        )


def compare(folder: Path, sources: Mapping[str, bytes], tag: str) -> Compared:
    """Compare the compiled modules with their sources.

    Args:
        folder: of the embeddable Python; its `python.cat` must have been verified.
        sources: text of each module by its path below `Lib`.
        tag: of the version, as "311".

    Raises:
        NotOurRuntime: a module differs from its source, or another Python than that runs here.
    """
    if "{}{}".format(*sys.version_info[:2]) != tag:
        raise NotOurRuntime(f"the standard library is compared by Python {tag}")
    catalogue = (folder / "python.cat").read_bytes()
    same, unlisted = 0, []
    with zipfile.ZipFile(folder / f"python{tag}.zip") as packed:
        for name in packed.namelist():
            if not name.endswith(".pyc"):
                if not name.endswith("/"):
                    unlisted.append(name)
                continue
            source = sources.get(name.removesuffix("c"))
            if source is None or hashlib.sha256(source).digest() not in catalogue:
                unlisted.append(name)
                continue
            if not _is_compiled_from(packed.read(name), source):
                raise NotOurRuntime(f"{name} is not what its source compiles to")
            same += 1
    return Compared(same=same, unlisted=tuple(unlisted))


def _is_compiled_from(module: bytes, source: bytes) -> bool:
    code = marshal.loads(module[HEADER:])  # noqa: S302 - read, never run
    return any(
        _plain(compile(source, code.co_filename, "exec", dont_inherit=True, optimize=level))
        == _plain(code)
        for level in (0, 1, 2)
    )


def _plain(code: types.CodeType) -> tuple[object, ...]:
    """Return all of a code that two compilations of one source have in common."""
    constants = tuple(_constant(value) for value in code.co_consts)
    return (
        code.co_code,
        code.co_names,
        code.co_varnames,
        code.co_freevars,
        code.co_cellvars,
        code.co_flags,
        (code.co_argcount, code.co_posonlyargcount, code.co_kwonlyargcount),
        (code.co_name, code.co_qualname, code.co_firstlineno),
        (code.co_linetable, code.co_exceptiontable),
        constants,
    )


def _constant(value: object) -> object:
    if isinstance(value, types.CodeType):
        return _plain(value)
    if isinstance(value, frozenset):
        return ("frozenset", sorted(map(repr, value)))
    return (type(value).__name__, repr(value))
