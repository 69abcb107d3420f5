"""Checking an exported file with the programme's root key, and nobody's word else (docs/keys.md).

What is checked of each sheet: the laptop's certificate, the laptop's signature over the seal, every
line against its commitment, the chain from sheet to sheet, the corrections, the programme's
receipt. Of the whole: the signed statement at the end.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from angrilien.domain.entities import SheetLine
from angrilien.domain.ids import provisional_venue_id
from angrilien.domain.sheet import HEADING_LINE
from angrilien.domain.verification import Fault, HeadingReport, Problem, Report, SheetReport
from angrilien.errors import BadProgramme, KnownError
from angrilien.vault.programme import Programme
from angrilien.vault.signing import BadSignature, verify
from angrilien.wire import dsse
from angrilien.wire.amendment import amendment_commitment
from angrilien.wire.answer import receipt_payload
from angrilien.wire.canonical import BadMessage, b64, unb64
from angrilien.wire.export import (
    Seal,
    content_of,
    read_amendment,
    read_end,
    read_line,
    read_lines,
    read_seal,
)
from angrilien.wire.keys import Certificate, key_id
from angrilien.wire.sheet import SealedSheet, line_commitment


def verify_export(data: bytes, programme: Programme) -> Report:
    """Check an exported file; never raises for what it holds.

    `programme` gives its name and the root's public key; the list of keys is the file's own, if it
    is not older than the programme's.
    """
    checking = _Checking(programme)
    number = 0
    try:
        for number, value in enumerate(read_lines(data), start=1):
            checking.take(number, value)
            if checking.stop:
                return checking.report
    except BadMessage:
        checking.wrong(Fault.LINE_UNREADABLE if number else Fault.NOT_AN_EXPORT, number + 1)
        return checking.report
    checking.finish()
    return checking.report


@dataclass(slots=True)
class _Known:
    """A laptop's key that the programme certified."""

    certificate: Certificate
    venues: Mapping[str, str]


class _Checking:
    def __init__(self, programme: Programme) -> None:
        self.report = Report()
        self.stop = False
        self._programme = programme
        self._keys: dict[str, _Known] = {}
        self._sheet: SheetReport | None = None
        self._sealed: SealedSheet | None = None
        self._lines: list[int] = []
        self._last: dict[str, str] = {}
        self._amended = ""
        self._digests: list[str] = []
        self._says: tuple[object, ...] = ()
        self._ended = False
        self._amendments = 0

    def wrong(self, fault: Fault, where: int = 0) -> None:
        self.report.problems.append(Problem(fault, where))

    def take(self, number: int, value: Mapping[str, Any]) -> None:
        kind = value.get("kind")
        if number == 1:
            self._head(value)
        elif self._ended:
            self.wrong(Fault.END, number)
        else:
            try:
                self._take(str(kind), number, value)
            except BadMessage:
                self.wrong(Fault.LINE_UNREADABLE, number)

    def _take(self, kind: str, number: int, value: Mapping[str, Any]) -> None:
        match kind:
            case "certificate":
                self._certificate(number, value)
            case "sheet":
                self._seal(value)
            case "line":
                self._line(value)
            case "amendment":
                self._amendment(value)
            case "end":
                self._end(number, value)
            case _:
                raise BadMessage("a line of no kind that we know")

    def finish(self) -> None:
        self._close_sheet()
        if not self._ended and not self.stop:
            self.wrong(Fault.END_MISSING)

    def _head(self, value: Mapping[str, Any]) -> None:
        names = {"v", "kind", "aud", "dev", "inc", "made_at", "keys", "keys_sig"}
        if set(value) != names or value["v"] != 1 or value["kind"] != "export":
            self.wrong(Fault.NOT_AN_EXPORT, 1)
            self.stop = True
        elif value["aud"] != self._programme.aud:
            self.wrong(Fault.OTHER_PROGRAMME, 1)
            self.stop = True
        else:
            self._says = (value["aud"], value["dev"], value["inc"], value["made_at"])
            try:
                _strict(value["keys_sig"])
                self._programme = self._programme.newer(value["keys"], value["keys_sig"])
            except (BadProgramme, BadMessage, AttributeError, TypeError):
                self.wrong(Fault.KEYS, 1)
                self.stop = True

    def _certificate(self, number: int, value: Mapping[str, Any]) -> None:
        if set(value) != {"kind", "text", "sig"}:
            raise BadMessage("not a certificate")
        try:
            _strict(value["sig"])
            found = self._programme.check_certificate(value["text"], value["sig"])
        except (KnownError, AttributeError, UnicodeEncodeError):
            self.wrong(Fault.CERTIFICATE, number)
            return
        venues = {venue: code for venue, code, _since in found.venues}
        self._keys[key_id(found.key)] = _Known(found, venues)

    def _seal(self, value: Mapping[str, Any]) -> None:
        self._close_sheet()
        seal = read_seal(value)
        sealed = self._sealed = seal.sealed
        found = self._sheet = SheetReport(
            date=sealed.date,
            starts_at=sealed.starts_at,
            ends_at=sealed.ends_at,
            tz=sealed.tz,
            closed_at=sealed.closed_at,
            present=sealed.present,
            anonymous=sealed.anonymous,
            digest=sealed.digest(),
            has_receipt=seal.receipt is not None,
        )
        self.report.sheets.append(found)
        self._digests.append(found.digest)
        self._check_signature(found, seal)
        self._check_chain(found, sealed)
        self._check_receipt(found, seal)

    def _check_signature(self, found: SheetReport, seal: Seal) -> None:
        sealed = seal.sealed
        known = self._keys.get(seal.key)
        if known is None:
            found.problems.append(Problem(Fault.NO_CERTIFICATE))
            return
        ours = (sealed.aud, sealed.dev, sealed.inc) == (
            self._programme.aud,
            known.certificate.dev,
            known.certificate.inc,
        )
        try:
            verify(known.certificate.key, dsse.SHEET, sealed.canonical(), seal.signature)
        except BadSignature:
            ours = False
        if not ours:
            found.problems.append(Problem(Fault.SIGNATURE))
        found.venue_code = known.venues.get(sealed.venue_id, "")
        if sealed.venue_id == provisional_venue_id(sealed.dev):
            # It was closed before the laptop was registered: it counts for its home venue.
            found.venue_code = known.certificate.venues[0][1] if known.certificate.venues else ""
        if not found.venue_code:
            found.problems.append(Problem(Fault.VENUE))

    def _check_chain(self, found: SheetReport, sealed: SealedSheet) -> None:
        before = self._last.get(sealed.inc)
        if before is not None and sealed.prev != before:
            found.problems.append(Problem(Fault.CHAIN))
        self._last[sealed.inc] = found.digest

    def _check_receipt(self, found: SheetReport, seal: Seal) -> None:
        if seal.receipt is None:
            return
        inc, date, key, signature = seal.receipt
        payload = receipt_payload(
            aud=self._programme.aud,
            dev=seal.sealed.dev,
            inc=inc,
            sheet_id=seal.sealed.sheet_id,
            digest=found.digest,
            date=date,
            key=key,
        )
        try:
            self._programme.check_signed(dsse.RECEIPT, payload, f"{key}, {b64(signature)}")
        except BadSignature:
            found.problems.append(Problem(Fault.RECEIPT))
        else:
            found.received_at = date

    def _line(self, value: Mapping[str, Any]) -> None:
        line, found = read_line(value), self._sheet
        if found is None or self._sealed is None or self._amended:
            raise BadMessage("a line without its sheet")
        self._lines.append(line.number)
        wanted = self._sealed.commitments
        place = len(self._lines)
        right = line.number == place <= len(wanted) and line.commitment == wanted[place - 1]
        if not line.salt:
            if right and set(value) == {"kind", "number", "commitment"}:
                found.erased.append(line.number)
                return
            right = False
        if not right or line_commitment(line) != line.commitment:
            found.problems.append(Problem(Fault.LINE_CHANGED, place))
        elif line.kind == HEADING_LINE:
            found.heading = _heading(line)

    def _amendment(self, value: Mapping[str, Any]) -> None:
        made, sealed = read_amendment(value)
        found, corrected = self._sheet, self._sealed
        if found is None or corrected is None:
            raise BadMessage("a correction without its sheet")
        self._amendments += 1
        found.amendments += 1
        digest = sealed.digest()
        self._digests.append(digest)
        known = self._keys.get(made.key)
        right = (
            known is not None
            and (sealed.aud, sealed.dev, sealed.inc)
            == (self._programme.aud, known.certificate.dev, known.certificate.inc)
            and sealed.sheet_id == corrected.sheet_id
            and sealed.sheet_digest == found.digest
            and sealed.prev == self._amended
            and (not made.salt or amendment_commitment(made) == sealed.commitment)
        )
        self._amended = digest
        if known is not None and right:
            try:
                signature = unb64(made.signature, 64)
                verify(known.certificate.key, dsse.AMENDMENT, sealed.canonical(), signature)
            except BadSignature:
                right = False
        if not right:
            found.problems.append(Problem(Fault.AMENDMENT, found.amendments))

    def _end(self, number: int, value: Mapping[str, Any]) -> None:
        self._close_sheet()
        self._ended = True
        end, key, signature = read_end(value)
        known = self._keys.get(key)
        digests = [sheet.digest for sheet in self.report.sheets]
        says = (end.aud, end.dev, end.inc)
        right = known is not None and (*says, end.made_at) == self._says
        if known is not None:
            certified = (self._programme.aud, known.certificate.dev, known.certificate.inc)
            right = right and says == certified
        if known is not None and right:
            try:
                verify(known.certificate.key, dsse.EXPORT, end.canonical(), signature)
            except BadSignature:
                right = False
        counted = (len(digests), self._amendments, digests[-1] if digests else "")
        if known is None:
            self.wrong(Fault.NO_CERTIFICATE, number)
        elif (
            not right
            or counted != (end.sheets, end.amendments, end.last)
            or content_of(self._digests) != end.content
        ):
            self.wrong(Fault.END, number)

    def _close_sheet(self) -> None:
        found, sealed = self._sheet, self._sealed
        if found and sealed and len(self._lines) != len(sealed.commitments):
            found.problems.append(Problem(Fault.LINES_MISSING, len(self._lines) + 1))
        self._sheet = self._sealed = None
        self._lines, self._amended = [], ""


def _heading(line: SheetLine) -> HeadingReport:
    return HeadingReport(
        title=line.title or "",
        facilitators=line.facilitators or "",
        venue=line.venue or "",
        address=line.address or "",
        commune=line.commune or "",
        after_the_fact=bool(line.after_the_fact),
    )


def _strict(header: str) -> None:
    """Refuse a signature's text that is written otherwise: a proxy may touch one, a file has none.

    Raises:
        BadMessage: it is not what `wire.dsse.write_header` writes.
    """
    if dsse.write_header(*dsse.read_header(header)) != header:
        raise BadMessage("a signature that is written otherwise")
