"""The verifiable file of ended sheets: anyone checks it with `angrilien verify`, years later."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from angrilien.domain.entities import Sheet, SheetLine, Workshop
from angrilien.domain.sheet import with_times
from angrilien.errors import BugError, NoSheet
from angrilien.services.amending import sealed_amendment
from angrilien.services.notebook import Notebook
from angrilien.services.saving import save_whole
from angrilien.store import certificates, log, marks, sheets
from angrilien.vault.signing import Signer
from angrilien.wire import dsse
from angrilien.wire.canonical import dumps, unb64
from angrilien.wire.export import (
    SUFFIX,
    End,
    Seal,
    amendment_line,
    content_of,
    end_line,
    head_line,
    line_line,
    seal_line,
)
from angrilien.wire.keys import key_id
from angrilien.wire.sheet import SealedSheet, sealed_sheet


@dataclass(frozen=True, slots=True, kw_only=True)
class Exported:
    """A file to save: its name says nobody's name, and not what the workshop was about."""

    name: str
    data: bytes
    sheets: int
    certified: bool
    """Whether the programme certified this laptop: before, nobody else can verify the file."""


def export(nb: Notebook, workshop_id: str = "") -> Exported:
    """Return the file of one ended sheet, or of all that this laptop sealed where none is named.

    Raises:
        NoSheet: no sheet is ended.
    """
    with nb.store.read() as connection:
        every = sheets.every(connection)
        own = {key_id(one.public) for one in nb.store.identities(connection)}
    known = _sealers(nb)
    # Of another laptop's sheets not all are here: their chain would look broken.
    wanted = [
        one
        for one in every
        if one.key in known and (one.workshop_id == workshop_id if workshop_id else one.key in own)
    ]
    if not wanted:
        raise NoSheet
    now = nb.clock.now()
    lines, digests, amendments = _bodies(nb, wanted, known)
    identity = nb.store.identity
    end = End(
        aud=nb.programme.aud,
        dev=identity.dev,
        inc=identity.inc,
        made_at=now,
        sheets=len(wanted),
        amendments=amendments,
        last=wanted[-1].digest,
        content=content_of(digests),
    )
    signer = Signer(identity.seed)
    head = head_line(
        aud=nb.programme.aud,
        dev=identity.dev,
        inc=identity.inc,
        made_at=now,
        keys=nb.programme.keys_text,
        keys_sig=nb.programme.keys_signature,
    )
    certificates = _certificates(nb)
    last = end_line(end, signer.id, signer.sign(dsse.EXPORT, end.canonical()))
    data = b"".join(dumps(line) + b"\n" for line in (head, *certificates, *lines, last))
    day = _day(nb, workshop_id) if workshop_id else nb.today()
    return Exported(
        name=f"feuilles-{day.isoformat()}{SUFFIX}",
        data=data,
        sheets=len(wanted),
        certified=bool(certificates),
    )


def save(path: Path, exported: Exported) -> None:
    """Write a file durably.

    Raises:
        CannotSaveFile: what was there before under that name stays.
    """
    save_whole(path, exported.data)


def _day(nb: Notebook, workshop_id: str) -> dt.date:
    with nb.store.read() as connection:
        workshop = log.read(connection, Workshop, workshop_id)
    return dt.date.fromisoformat(workshop.date) if workshop else nb.today()


def _sealers(nb: Notebook) -> dict[str, tuple[str, str]]:
    """Return whose keys are known, by their ids: the device and its incarnation."""
    with nb.store.read() as connection:
        known = certificates.neighbours(connection)
        own = nb.store.identities(connection)
    return known | {key_id(one.public): (nb.store.identity.dev, one.inc) for one in own}


def _bodies(
    nb: Notebook, wanted: Sequence[Sheet], known: Mapping[str, tuple[str, str]]
) -> tuple[list[dict[str, Any]], list[str], int]:
    lines: list[dict[str, Any]] = []
    digests: list[str] = []
    count = 0
    with nb.store.read() as connection:
        receipts = sheets.receipts(connection)
        for one in wanted:
            sealed_lines = sheets.lines(connection, one.id)
            workshop = log.read(connection, Workshop, one.workshop_id)
            sealed = _sealed(nb, one, known[one.key], sealed_lines, workshop)
            receipt = receipts.get(one.id)
            seal = Seal(
                sealed=sealed,
                key=one.key,
                signature=unb64(one.signature, 64),
                receipt=(receipt.inc, receipt.date, receipt.key, receipt.signature)
                if receipt
                else None,
            )
            lines.append(seal_line(seal))
            lines += [line_line(line) for line in sealed_lines]
            digests.append(one.digest)
            for made in sheets.amendments(connection, one.id):
                if made.key not in known:
                    raise BugError("a correction by a laptop that nobody certified")
                dev, inc = known[made.key]
                says = sealed_amendment(made, one, aud=nb.programme.aud, dev=dev, inc=inc)
                lines.append(amendment_line(made, says))
                digests.append(made.digest)
                count += 1
    return lines, digests, count


def _sealed(
    nb: Notebook,
    one: Sheet,
    sealer: tuple[str, str],
    lines: Sequence[SheetLine],
    workshop: Workshop | None,
) -> SealedSheet:
    """Return what was signed."""
    if workshop is None:
        raise BugError("a sheet without its workshop")
    sealed = sealed_sheet(
        with_times(one, workshop),
        aud=nb.programme.aud,
        dev=sealer[0],
        inc=sealer[1],
        commitments=[line.commitment for line in lines],
    )
    if sealed.digest() != one.digest:
        raise BugError("a sealed sheet is not what was signed")
    return sealed


def _certificates(nb: Notebook) -> list[dict[str, Any]]:
    """Return the programme's word on the present key, those before it, and those of neighbours."""
    with nb.store.read() as connection:
        kept = marks.read(connection)
        former = certificates.others(connection) + certificates.of_neighbours(connection)
    if not kept.cert:
        return []
    found = [(kept.cert, kept.cert_sig), *former]
    return [{"kind": "certificate", "text": text, "sig": sig} for text, sig in found]
