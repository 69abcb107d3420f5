"""Identifiers made on the laptop: UUIDv7, which sort by the time they were made."""

from __future__ import annotations

import re

import uuid_utils

from angrilien.wire.canonical import BadMessage

_UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")


def new_id() -> str:
    """Return a new UUIDv7 as lower-case text."""
    return str(uuid_utils.uuid7())


def read_id(value: object) -> str:
    """Return `value` if it is a UUID in lower-case text.

    Raises:
        BadMessage: it is not.
    """
    if not isinstance(value, str) or not _UUID.fullmatch(value):
        raise BadMessage("not a UUID")
    return value


def id_bytes(value: str) -> bytes:
    """Return the 16 bytes of a UUID's text."""
    return bytes.fromhex(value.replace("-", ""))
