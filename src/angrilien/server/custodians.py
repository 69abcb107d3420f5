"""The programme's custodians: their keys in the programme's list, and their part of a recovery."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from sqlmodel import Session, select

from angrilien.errors import FileUnreadable
from angrilien.server.errors import NotOurProgramme, RevokedLaptop
from angrilien.server.keyring import LIFETIME, renew_list
from angrilien.server.tables import Device
from angrilien.vault.custody import CustodianKey, answer, fingerprint, waits_for
from angrilien.vault.programme import Programme
from angrilien.wire.canonical import BadMessage
from angrilien.wire.keys import ListedKey
from angrilien.wire.recovery import RecoveryAnswer, RecoveryRequest, read_recovery_request

MOST: Final = 5
"""Custodians of a programme at the most: their pairs must fit a QR code."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Looked:
    """What a custodian reads of a request before opening anything."""

    request: RecoveryRequest
    words: str
    waits_for: tuple[str, ...]


def look(path: Path) -> Looked:
    """Read a request's file.

    Raises:
        FileUnreadable: it is none.
    """
    try:
        request = read_recovery_request(path.read_bytes())
    except (OSError, BadMessage) as error:
        raise FileUnreadable from error
    return Looked(request=request, words=fingerprint(request), waits_for=waits_for(request))


def do_part(
    looked: Looked, key: CustodianKey, *, aud: str = "", session: Session | None = None
) -> RecoveryRequest | RecoveryAnswer:
    """Do a custodian's part of a request.

    Args:
        looked: the request.
        key: the custodian's.
        aud: the programme's name where it is known here.
        session: of the server's database, where it is at hand: a revoked laptop is refused.

    Raises:
        NotOurProgramme: the request is for another programme.
        RevokedLaptop: the laptop of these boxes is revoked.
        BoxNotYours: nothing of it waits for this key.
    """
    if aud and looked.request.aud != aud:
        raise NotOurProgramme
    if session is not None:
        _refuse_revoked(session, looked.request)
    return answer(looked.request, key)


def enlist(folder: Path, root: Path, publics: list[bytes], now: int) -> Programme:
    """List recovery keys in the programme: the next list of keys, signed by the root.

    Keys of custodians that are not among `publics` are withdrawn from the list.

    Raises:
        KeysUnreadable: the programme or the root key cannot be read, or do not belong together.
        CannotWrite: nothing was changed.
    """
    wanted = set(publics)

    def next_keys(keys: tuple[ListedKey, ...]) -> tuple[ListedKey, ...]:
        kept = tuple(
            replace(key, withdrawn=True)
            if key.use == "recovery" and key.public not in wanted
            else key
            for key in keys
        )
        known = {key.public for key in kept if key.use == "recovery" and not key.withdrawn}
        new = tuple(
            ListedKey(public=public, use="recovery", since=now, until=now + LIFETIME)
            for public in publics
            if public not in known
        )
        return (*kept, *new)

    return renew_list(folder, root, next_keys, now)


def _refuse_revoked(session: Session, request: RecoveryRequest) -> None:
    for device in session.exec(select(Device)):
        boxes = json.loads(device.boxes or "[]")
        if device.revoked_at is not None and set(boxes) & set(request.boxes):
            raise RevokedLaptop
