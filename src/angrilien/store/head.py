"""The head file: where the change log ended, kept beside the notebook.

A flipped bit in the write-ahead log makes SQLite roll committed rows back without a word (200 of
200 flips, measured), and yesterday's file is as sound as today's. The head says what must be found
in the log: its place behind the log's end is normal, its absence from the log is an alarm.

    line 1: canonical JSON {"v", "vault", "inc", "seq", "chain", "token"}
    line 2: base64url of HMAC-SHA256(HMAC-SHA256(database key, label), line 1)

A whole folder put back is consistent in itself: only the server finds that.
"""

from __future__ import annotations

import contextlib
import hmac
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from angrilien.wire.canonical import BadMessage, b64, dumps, loads, unb64
from angrilien.wire.ids import read_id

FILE: Final = "tete.json"
_LABEL: Final = b"angrilien head file 1"
_LONGEST: Final = 4096


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """Where a log ended.

    Attributes:
        vault: the vault's id.
        inc, seq, chain: the last change.
        token: the same as in the notebook, unless one of the two was put back.
    """

    vault: str
    inc: str
    seq: int
    chain: bytes
    token: str


def write(folder: Path, key: bytes, head: Head) -> None:
    """Replace the head file; what was there stays whole until the new one is durable.

    Raises:
        OSError: the folder cannot be written; the former head stays.
    """
    text = dumps(
        {
            "v": 1,
            "vault": head.vault,
            "inc": head.inc,
            "seq": head.seq,
            "chain": b64(head.chain),
            "token": head.token,
        }
    )
    path = folder / FILE
    draft = path.with_name(FILE + ".new")
    try:
        with draft.open("wb") as file:
            file.write(text + b"\n" + b64(_code(key, text)).encode("ascii") + b"\n")
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)
    except OSError:
        with contextlib.suppress(OSError):
            draft.unlink(missing_ok=True)
        raise


def read(folder: Path, key: bytes) -> Head | None:
    """Return the head of a folder, None where there is none, or none that this key made."""
    try:
        with (folder / FILE).open("rb") as file:
            data = file.read(_LONGEST + 1)
    except OSError:
        return None
    text, _, code = data.rstrip(b"\n").partition(b"\n")
    try:
        if not hmac.compare_digest(_code(key, text), unb64(code.decode("ascii"), 32)):
            return None
        value = loads(text)
        seq, token = value["seq"], value["token"]
        if value["v"] != 1 or type(seq) is not int or type(token) is not str:
            return None
        return Head(
            vault=read_id(value["vault"]),
            inc=read_id(value["inc"]),
            seq=seq,
            chain=unb64(value["chain"], 32),
            token=token,
        )
    except (BadMessage, KeyError, UnicodeDecodeError):
        return None


def _code(key: bytes, text: bytes) -> bytes:
    return hmac.digest(hmac.digest(key, _LABEL, "sha256"), text, "sha256")
