"""Canonical JSON: one text for one value, so that both sides hash the same bytes.

UTF-8, keys sorted by code point, no spaces, no floats, no null (absent instead), no duplicate keys.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
import re
from collections.abc import Mapping
from typing import Any, Final

MAX_DEPTH: Final = 8
MAX_INT: Final = 2**53
_SURROGATE: Final = re.compile("[\ud800-\udfff]")


class BadMessage(ValueError):
    """Bytes that are no message of this protocol. The text says where, never what they hold."""


def dumps(value: Mapping[str, Any]) -> bytes:
    """Return the canonical JSON of a mapping.

    Raises:
        TypeError: it holds a float, a null, or something that is not JSON.
    """
    _refuse(value)
    return dumps_again(value).encode("utf-8")


def dumps_again(value: Mapping[str, Any]) -> str:
    """Return the canonical text of a part of what `loads` has read, which need not be checked."""
    return _ENCODER.encode(value) if value else "{}"


def loads(data: bytes) -> dict[str, Any]:
    """Read a JSON object, strictly.

    Raises:
        BadMessage: not UTF-8, not one object, a float, a null, a duplicate key, a lone surrogate, a
            NUL, a number over 2^53 or a nesting deeper than 8.
    """
    try:
        text = data.decode("utf-8")
        opened = text.count("[") + text.count("{")
        # The depth is bounded before parsing, because the parser itself recurses.
        if opened > 8 * MAX_DEPTH:
            _bound_depth(text)
        value = _DECODER.decode(text)
    except (UnicodeDecodeError, json.JSONDecodeError, RecursionError) as error:
        raise BadMessage("not JSON") from error
    except ValueError as error:
        # Python bounds the digits of an integer: such a number is no number of ours.
        raise error if isinstance(error, BadMessage) else BadMessage("not JSON") from error
    if not isinstance(value, dict):
        raise BadMessage("not an object")
    # What the decoder lets pass shows in the text itself: a NUL and a lone surrogate can only be
    # escapes. Nearly no text needs the long look, which takes as long as decoding it.
    if opened > MAX_DEPTH or "\\u" in text or "null" in text:
        try:
            _refuse(value)
        except TypeError as error:
            raise BadMessage(str(error)) from error
    return value


def loads_again(text: str) -> dict[str, Any]:
    """Read a canonical text that was checked when it was kept."""
    value: dict[str, Any] = json.loads(text) if text != "{}" else {}
    return value


def sha256(*parts: bytes) -> bytes:
    """Return the SHA-256 of the parts one after another."""
    return hashlib.sha256(b"".join(parts)).digest()


def b64(data: bytes) -> str:
    """Return base64url without padding, the protocol's text form of bytes."""
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode("ascii")


def unb64(text: object, size: int | None = None) -> bytes:
    """Read `b64` back.

    Raises:
        BadMessage: not base64url without padding, or not `size` bytes.
    """
    if not isinstance(text, str):
        raise BadMessage("not base64url")
    try:
        data = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except (binascii.Error, ValueError) as error:
        raise BadMessage("not base64url") from error
    # One text for one value: the decoder passes over what is no base64url, and drops the bits that
    # the last character may carry besides.
    if (size is not None and len(data) != size) or b64(data) != text:
        raise BadMessage("not base64url of this size")
    return data


def _refuse(value: Any, depth: int = 0) -> None:
    if depth > MAX_DEPTH:
        raise TypeError("nested too deeply")
    if isinstance(value, str):
        _refuse_text(value)
    elif isinstance(value, int):
        if abs(value) > MAX_INT:
            raise TypeError("a number over 2^53")
    elif isinstance(value, Mapping):
        _refuse_fields(value, depth + 1)
    elif isinstance(value, (list, tuple)):
        for item in value:
            _refuse(item, depth + 1)
    else:
        raise TypeError(f"no {type(value).__name__} in canonical JSON")


def _refuse_fields(value: Mapping[Any, Any], depth: int) -> None:
    for key, item in value.items():
        if not isinstance(key, str):
            raise TypeError("a key that is no text")
        _refuse_text(key)
        # Nearly all fields are texts: one call less for each is a tenth of reading a line.
        if type(item) is str:
            _refuse_text(item)
        else:
            _refuse(item, depth)


def _refuse_text(text: str) -> None:
    if not text.isascii() and _SURROGATE.search(text):
        raise TypeError("a lone surrogate")
    if "\x00" in text:
        raise TypeError("a NUL")


def _bound_depth(text: str) -> None:
    depth, inside, escaped = 0, False, False
    for c in text:
        if inside:
            if escaped:
                escaped = False
            elif c == "\\":
                escaped = True
            elif c == '"':
                inside = False
        elif c == '"':
            inside = True
        elif c in "[{":
            depth += 1
            if depth > MAX_DEPTH + 1:
                raise BadMessage("nested too deeply")
        elif c in "]}":
            depth -= 1


def _no_float(_text: str) -> Any:
    raise BadMessage("a number with a fraction")


def _bounded(text: str) -> int:
    number = int(text)
    if abs(number) > MAX_INT:
        raise BadMessage("a number over 2^53")
    return number


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise BadMessage("a key twice")
    return found


# Made once: the library would make a new one for each text, which takes longer than a short text.
_ENCODER: Final = json.JSONEncoder(
    ensure_ascii=False,
    sort_keys=True,
    separators=(",", ":"),
    allow_nan=False,
    check_circular=False,  # the depth is bounded
)
_DECODER: Final = json.JSONDecoder(
    parse_int=_bounded,
    parse_float=_no_float,
    parse_constant=_no_float,
    object_pairs_hook=_unique,
)
