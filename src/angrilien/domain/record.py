"""A record: one row of the change log, each field *shared* or *private*, said once.

`shared` is what a venue of privacy level *pseudonyme* may send: ids, states, dates, vocabulary
codes. `private` is all the rest. `split` gives the two JSON-ready halves that the log hashes,
stores and sends; `join` reads them back. Absent means "no value": there is no null on the wire.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable
from dataclasses import MISSING, dataclass, field, fields
from typing import Any, ClassVar, TypeVar, get_type_hints

Json = str | int | bool | list["Json"] | dict[str, "Json"]

_PRIVACY = "privacy"


def shared(default: Any = MISSING) -> Any:
    """Declare a field that may leave a *pseudonyme* venue."""
    return field(default=default, metadata={_PRIVACY: "shared"})


def private(default: Any = MISSING) -> Any:
    """Declare a field that stays with the person's own venue in a *pseudonyme* venue."""
    return field(default=default, metadata={_PRIVACY: "private"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """Base of every entity of the change log. `ENTITY` is its name in the log and on the wire."""

    ENTITY: ClassVar[str] = ""

    id: str = shared()


R = TypeVar("R", bound=Record)


class BadRecord(ValueError):
    """A body does not have the shape of its entity. The text names the field, never its value."""


def is_shared(record_type: type[Record], name: str) -> bool:
    """Tell whether the field `name` of a record type is declared shared."""
    return any(f.name == name and f.metadata[_PRIVACY] == "shared" for f in fields(record_type))


def split(record: Record) -> tuple[dict[str, Json], dict[str, Json]]:
    """Return the (shared, private) halves of a record, without its id and without absent values.

    Bytes become base64 text, tuples become lists.
    """
    halves: dict[str, dict[str, Json]] = {"shared": {}, "private": {}}
    for f in fields(record):
        if f.name == "id":
            continue
        value = getattr(record, f.name)
        if value is None or value in ((), ""):
            continue
        halves[f.metadata[_PRIVACY]][f.name] = _to_json(value)
    return halves["shared"], halves["private"]


def join(
    record_type: type[R], entity_id: str, shared_half: dict[str, Any], private_half: dict[str, Any]
) -> R:
    """Read a record back from its two halves.

    Fields that this version does not know are ignored: a newer laptop may have written them, and
    the change log keeps them as they are.

    Raises:
        BadRecord: a field is missing, stands in the wrong half or has the wrong type.
    """
    required, of_shared, of_private = _readers(record_type)
    values: dict[str, Any] = {"id": entity_id}
    for half, readers in ((shared_half, of_shared), (private_half, of_private)):
        for name, value in half.items():
            read = readers.get(name)
            if read is not None:
                values[name] = read(value, name)
    if not values.keys() >= required:
        name = min(required - values.keys())
        raise BadRecord(f"{record_type.ENTITY}.{name} is missing")
    return record_type(**values)


def without_names(record_type: type[Record]) -> dict[str, Json]:
    """Return a private half for a record whose own did not travel (a *pseudonyme* venue)."""
    hints = get_type_hints(record_type)
    return {
        f.name: ""
        for f in fields(record_type)
        if f.metadata[_PRIVACY] == "private" and hints[f.name] in (str, bytes)
    }


def _readers(record_type: type[Record]) -> _Readers:
    # Looking at the annotations again for each row took longer than reading it.
    known = _READERS.get(record_type.ENTITY)
    if known is None:
        hints = get_type_hints(record_type)
        required: set[str] = set()
        halves: tuple[dict[str, _Read], dict[str, _Read]] = {}, {}
        for f in fields(record_type):
            if f.name != "id":
                halves[not is_shared(record_type, f.name)][f.name] = _reader(hints[f.name])
                if f.default is MISSING:
                    required.add(f.name)
        known = _READERS[record_type.ENTITY] = (frozenset(required), *halves)
    return known


_Read = Callable[[Any, str], Any]
_Readers = tuple[frozenset[str], dict[str, _Read], dict[str, _Read]]
"""Of an entity: the fields that must be there; how each shared and each private one is read."""
_READERS: dict[str, _Readers] = {}


def _to_json(value: Any) -> Json:
    if isinstance(value, bytes):
        return base64.b64encode(value).decode("ascii")
    if isinstance(value, tuple):
        return [_to_json(item) for item in value]
    if isinstance(value, (bool, int, str)):
        return value
    raise TypeError(f"a record holds no {type(value).__name__}")


def _reader(hint: Any) -> _Read:
    text = str(hint)
    if "tuple" in text:
        return _read_list
    if "bytes" in text:
        return _read_bytes
    wanted: type = bool if "bool" in text else int if "int" in text else str

    def read(value: Any, name: str) -> Any:
        if type(value) is not wanted:
            raise BadRecord(f"{name} is not a {wanted.__name__}")
        return value

    return read


def _read_list(value: Any, name: str) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        raise BadRecord(f"{name} is not a list of texts")
    return tuple(value)


def _read_bytes(value: Any, name: str) -> bytes:
    try:
        return base64.b64decode(value, validate=True)
    except (TypeError, ValueError, binascii.Error) as error:
        raise BadRecord(f"{name} is not base64") from error
