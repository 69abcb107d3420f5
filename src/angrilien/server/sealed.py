"""What comes without a connection of its own: parts opened, and given to the service as requests.

A part is worth what its own signature is worth: whoever brings it needs no other right. It goes the
same way as a request by the network, so what came by both roads counts once.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import BinaryIO, Final

from angrilien.errors import KnownError
from angrilien.server.answers import Signed
from angrilien.server.asking import Asked, Rejected
from angrilien.server.errors import (
    CannotWrite,
    ForeignSending,
    NewerSending,
    NotASending,
    SealedElsewhere,
    SendingDamaged,
)
from angrilien.server.limits import MAX_INTRODUCTION, MAX_REGISTRATION
from angrilien.server.service import Service
from angrilien.vault.files import save_atomically
from angrilien.vault.sealing import open_sealed
from angrilien.wire.answer import Answer, read_answer
from angrilien.wire.canonical import BadMessage, sha256
from angrilien.wire.push import MAX_BODY
from angrilien.wire.sealed import (
    RECEIPT_SUFFIX,
    AnswerLine,
    NewerFile,
    NotAFile,
    Sealable,
    count_parts,
    parts_of,
    read_head,
    read_sealable,
    receipt_head,
)

_LOG = logging.getLogger(__name__)
_PUSH: Final = "/v1/push"
_BLOB: Final = re.compile(r"/v1/blob/([\w-]{43})\?offset=(\d{1,12})&size=(\d{1,12})")
_ASKED: Final[dict[str, tuple[int, Callable[[Service, Asked], Signed]]]] = {
    "/v1/contact": (0, Service.contact),
    "/v1/register": (MAX_REGISTRATION, Service.register),
    "/v1/boxes": (MAX_REGISTRATION, Service.boxes),
    "/v1/incarnations": (MAX_INTRODUCTION, Service.introduce),
}


def take_part(service: Service, part: bytes, *, address: str = "") -> Signed:
    """Open a part, and do what the request in it asks.

    `address` is that of whoever brought it.

    Returns:
        The signed answer; its `req` is the SHA-256 of the part.

    Raises:
        Rejected: it does not open, or its request is refused as one by the network is.
    """
    return _take(service, _open(service, part), sha256(part), address)


def _open(service: Service, part: bytes) -> Sealable:
    try:
        return read_sealable(open_sealed(service.keyring.box_seed, part))
    except BadMessage as error:
        raise Rejected(400, "bad_part") from error


def _take(service: Service, said: Sealable, req: bytes, address: str) -> Signed:
    if said.path == _PUSH:
        if len(said.body) > MAX_BODY:
            raise Rejected(413, "too_large")
        key = service.find_key(said.signature)
        return service.push(said.body, said.signature, key, known=said.known, req=req)
    blob = _BLOB.fullmatch(said.path)
    if blob is not None:
        digest, offset, size = blob[1], int(blob[2]), int(blob[3])
        asked = _asked(said, "PUT", MAX_BODY, req, address)
        return service.blob(asked, digest, offset, size)
    most, verb = _ASKED.get(said.path, (0, None))
    if verb is None:
        raise Rejected(400, "bad_part")
    method = "POST" if most else "GET"
    # A receipt has room for an answer, also where nothing is new.
    return replace(verb(service, _asked(said, method, most, req, address)), unchanged=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """What became of a sending file.

    Attributes:
        parts: how many there are in it.
        refused: how many of them the server did not take, unsigned refusals and signed ones.
        new: changes that were not stored before.
        receipt: what the laptop is to be given.
    """

    parts: int
    refused: int
    new: int
    receipt: bytes


def take_file(service: Service, stream: BinaryIO) -> Taken:
    """Take all the parts of a sending file, once it is known to be whole.

    Raises:
        NotASending, SendingDamaged, NewerSending, ForeignSending, SealedElsewhere: nothing of it
            was taken.
        OSError: it cannot be read.
    """
    _check(service, stream)
    parts = refused = new = 0
    lines = [receipt_head(service.keyring.aud)]
    last: dict[str, bytes] = {}
    for part in parts_of(stream):
        parts += 1
        try:
            said = _open(service, part)
            signed = _take(service, said, sha256(part), "")
        except Rejected as error:
            _LOG.info("a part of a file was refused: %s", error.code)
            refused += 1
            continue
        new += signed.new
        answer = read_answer(signed.body)
        refused += bool(answer.refused)
        line = AnswerLine(signed.body, signed.header).to_bytes()
        if _says_all(said, answer):
            lines.append(line)
        else:
            last[answer.inc] = line
    lines += last.values()
    return Taken(parts=parts, refused=refused, new=new, receipt=b"".join(lines))


def _says_all(said: Sealable, answer: Answer) -> bool:
    """Tell whether an answer must stand in the receipt; of the others the last one says all.

    A push says how far its log is held, which a later one says too; a piece of a photo, how much.
    """
    if said.path == _PUSH:
        return bool(answer.receipts or answer.refused)
    held, size = answer.blob or (0, 0)
    return held >= size or bool(answer.refused)


def receipt_beside(file: Path) -> Path:
    """Return where the receipt of a sending file goes: beside it, under its name."""
    return file.with_suffix(RECEIPT_SUFFIX)


def write_receipt(path: Path, receipt: bytes) -> None:
    """Write a receipt file, in the place of a former one.

    Raises:
        CannotWrite: the key is full, read-only or gone. What was taken stays taken.
    """
    try:
        save_atomically(path, receipt, keep_previous=False)
    except (OSError, KnownError) as error:
        raise CannotWrite from error


def _check(service: Service, stream: BinaryIO) -> None:
    """Read a file from end to end before anything of it is taken."""
    try:
        head = read_head(stream)
    except NewerFile as error:
        raise NewerSending from error
    except NotAFile as error:
        raise NotASending from error
    if head.aud != service.keyring.aud:
        raise ForeignSending
    if head.box != service.keyring.box_id:
        raise SealedElsewhere
    try:
        count_parts(stream)
    except BadMessage as error:
        raise SendingDamaged from error


def _asked(said: Sealable, method: str, most: int, req: bytes, address: str) -> Asked:
    if len(said.body) > most:
        raise Rejected(413, "too_large")
    return Asked(
        method=method,
        path=said.path,
        body=said.body,
        statement=said.said or None,
        signature=said.signature,
        address=address,
        known=said.known,
        tag=said.tag,
        req=req,
    )
