"""Closing a sheet: it is copied line by line, committed, signed by the laptop, and frozen."""

from __future__ import annotations

import json
import secrets
from collections.abc import Sequence
from dataclasses import replace

from angrilien.domain import drawing
from angrilien.domain.amendment import read_statement
from angrilien.domain.entities import (
    Amendment,
    Attendance,
    Facilitator,
    Sheet,
    SheetLine,
    Signature,
    Workshop,
)
from angrilien.domain.rows import AmendmentRow, RosterRow, SheetLineRow, SheetView, WorkshopRow
from angrilien.domain.sheet import ATTENDANCE_LINE, FACILITATOR_LINE, HEADING_LINE, sheet_order
from angrilien.errors import BugError, WorkshopGone
from angrilien.services import paper_numbers
from angrilien.services.deeds import editable
from angrilien.services.notebook import Notebook
from angrilien.store import log, sheets, workshops
from angrilien.store import roster as rosters
from angrilien.store.store import Act
from angrilien.vault.signing import Signer
from angrilien.wire import dsse
from angrilien.wire.canonical import b64
from angrilien.wire.change import SALT_SIZE
from angrilien.wire.ids import new_id
from angrilien.wire.sheet import fingerprint, line_commitment, sealed_sheet, signature_digest


def preview(nb: Notebook, workshop_id: str) -> SheetView:
    """Return what the sheet will say when it is closed: only those present stand on it."""
    view = sheet(nb, workshop_id)
    if view.closed_at is not None:
        return view
    present = {n.attendance_id: n for n in view.lines if n.state == "present"}
    with nb.store.read() as connection:
        rows = rosters.rows(connection, workshop_id)
    ids = [r.attendance_id for r in sheet_order(rows) if r.attendance_id in present]
    return replace(
        view,
        lines=tuple(
            replace(present[one], number=number, attendance_id="")
            for number, one in enumerate(ids, start=1)
        ),
    )


def sheet(nb: Notebook, workshop_id: str) -> SheetView:
    """Return the sheet to print: sealed if it is closed, else everyone who is on the list.

    An open one keeps the numbers of the sheets that were printed before it.

    Raises:
        WorkshopGone: there is no such workshop.
    """
    with nb.store.read() as connection:
        workshop = workshops.find(connection, workshop_id)
        if workshop is None:
            raise WorkshopGone
        drawn = rosters.drawings(connection, workshop_id)
        sealed = sheets.of_workshop(connection, workshop_id)
        if sealed is not None:
            lines = sheets.lines(connection, sealed.id)
            person = log.read(connection, Facilitator, sealed.facilitator_id)
            made = sheets.amendments(connection, sealed.id)
            authors = log.read_many(connection, Facilitator, {a.facilitator_id for a in made})
            names = {author.id: author.name for author in authors}
            return replace(
                _sealed_view(workshop, sealed, lines, drawn, person.name if person else ""),
                received_at=sheets.receipt_date(connection, sealed.id),
                amendments=tuple(_amendment(one, names, drawn) for one in made),
            )
        listed = paper_numbers.to_print(connection, workshop_id)
        mine = log.read_many(connection, Attendance, [row.attendance_id for _, row in listed])
        witnesses = rosters.witnesses(connection, workshop_id)
    pictures = {a.id: drawn.get(a.signature_id or "") for a in mine}
    return SheetView(
        workshop=workshop,
        lines=tuple(
            _open_line(
                number,
                row,
                picture=pictures.get(row.attendance_id),
                witness=witnesses.get(row.attendance_id, ""),
            )
            for number, row in listed
        ),
        present=workshop.present,
        first_timers=workshop.first_timers,
        anonymous=workshop.anonymous,
        facilitator=workshop.facilitators[0] if workshop.facilitators else "",
    )


def close(
    nb: Notebook,
    workshop_id: str,
    strokes: Sequence[drawing.Stroke],
    width: float,
    height: float,
) -> SheetView:
    """Close the sheet with the animateur's own signature, in one durable act.

    Raises:
        EmptySignature: the animateur drew nothing.
        SheetAlreadyClosed: it is closed.
        BugError: nobody is present (the screen offers "personne n’est venu" then).
    """
    coded = drawing.encode(strokes, width, height)
    now = nb.clock.now()
    with nb.store.act(nb.stamp()) as act:
        workshop = editable(act, workshop_id)
        rows = [r for r in rosters.rows(act.connection, workshop_id) if r.state == "present"]
        if not rows:
            raise BugError("a sheet without anybody is not closed, it says that nobody came")
        sheet_id = new_id()
        own = Signature(
            id=new_id(),
            workshop_id=workshop_id,
            facilitator_id=nb.facilitator_id,
            drawing=coded,
        )
        lines = _lines(nb, act, sheet_id, rows, own)
        sealed = _seal(nb, act, workshop, sheet_id, lines, now)
        act.put(own, *lines, sealed, replace(workshop, state="closed"))
        paper_numbers.forget(act.connection, workshop_id)
    nb.history.forget(workshop_id)
    return sheet(nb, workshop_id)


def _lines(
    nb: Notebook, act: Act, sheet_id: str, rows: Sequence[RosterRow], own: Signature
) -> list[SheetLine]:
    drawn = rosters.drawings(act.connection, own.workshop_id)
    records = log.read_many(act.connection, Attendance, [r.attendance_id for r in rows])
    signatures = {a.id: a.signature_id for a in records}
    witnesses = rosters.witnesses(act.connection, own.workshop_id)
    lines = []
    for number, row in enumerate(sheet_order(rows), start=1):
        picture = drawn.get(signatures[row.attendance_id] or "")
        lines.append(
            _committed(
                SheetLine(
                    id=new_id(),
                    sheet_id=sheet_id,
                    number=number,
                    kind=ATTENDANCE_LINE,
                    attendance_id=row.attendance_id,
                    mode=row.mode,
                    arrival=row.arrival,
                    departure=row.departure,
                    first_time=row.first_time,
                    commitment="",
                    last_name=row.last_name,
                    first_name=row.first_name,
                    note=row.unable_reason or None,
                    witness=witnesses.get(row.attendance_id),
                    signature_digest=signature_digest(picture) if picture else None,
                    salt=secrets.token_bytes(SALT_SIZE),
                )
            )
        )
    lines.append(_committed(_heading(act, sheet_id, own.workshop_id, number=len(rows) + 1)))
    animateur = act.read(Facilitator, nb.facilitator_id)
    lines.append(
        _committed(
            SheetLine(
                id=new_id(),
                sheet_id=sheet_id,
                number=len(rows) + 2,
                kind=FACILITATOR_LINE,
                mode="screen",
                commitment="",
                last_name=animateur.name if animateur else "",
                signature_digest=signature_digest(own.drawing),
                salt=secrets.token_bytes(SALT_SIZE),
            )
        )
    )
    return lines


def _heading(act: Act, sheet_id: str, workshop_id: str, *, number: int) -> SheetLine:
    """Return what the sheet says at its head, beside the times that stand in the sheet itself."""
    workshop = workshops.find(act.connection, workshop_id)
    if workshop is None:
        raise WorkshopGone
    return SheetLine(
        id=new_id(),
        sheet_id=sheet_id,
        number=number,
        kind=HEADING_LINE,
        commitment="",
        salt=secrets.token_bytes(SALT_SIZE),
        code=workshop.code,
        after_the_fact=workshop.after_the_fact,
        title=workshop.title or None,
        facilitators=", ".join(workshop.facilitators) or None,
        venue=workshop.venue.name or None,
        address=workshop.venue.address or None,
        commune=workshop.venue.commune or None,
    )


def _seal(
    nb: Notebook,
    act: Act,
    workshop: Workshop,
    sheet_id: str,
    lines: Sequence[SheetLine],
    now: int,
) -> Sheet:
    identity = nb.store.identity
    signer = Signer(identity.seed)
    people = [line for line in lines if line.kind == ATTENDANCE_LINE]
    sheet = Sheet(
        id=sheet_id,
        workshop_id=workshop.id,
        venue_id=workshop.venue_id,
        date=workshop.date,
        starts_at=workshop.starts_at,
        ends_at=workshop.ends_at,
        tz=workshop.tz,
        closed_at=now,
        facilitator_id=nb.facilitator_id,
        lines=len(lines),
        present=len(people),
        first_timers=sum(line.first_time is True for line in people),
        anonymous=sum(is_anonymous(line) for line in people),
        prev=sheets.last_digest(act.connection, identity.inc),
        digest="",
        key=signer.id,
        signature="",
    )
    says = sealed_sheet(
        sheet,
        aud=nb.programme.aud,
        dev=identity.dev,
        inc=identity.inc,
        commitments=[line.commitment for line in lines],
    )
    return replace(
        sheet,
        digest=says.digest(),
        signature=b64(signer.sign(dsse.SHEET, says.canonical())),
    )


def _committed(line: SheetLine) -> SheetLine:
    return replace(line, commitment=line_commitment(line))


def _amendment(made: Amendment, names: dict[str, str], drawn: dict[str, bytes]) -> AmendmentRow:
    return AmendmentRow(
        number=made.number,
        made_at=made.made_at,
        facilitator=names.get(made.facilitator_id, ""),
        statement=read_statement(json.loads(made.statement)) if made.salt else None,
        reason=made.reason,
        drawing=drawn.get(made.signature_id or ""),
    )


def is_erased(line: SheetLine) -> bool:
    """Tell whether a sealed line's text was erased: its salt went with it."""
    return not line.salt


def is_anonymous(line: SheetLine) -> bool:
    """Tell whether a sealed line is that of a présence sans nom."""
    return not (is_erased(line) or line.last_name or line.first_name)


def _open_line(number: int, row: RosterRow, *, picture: bytes | None, witness: str) -> SheetLineRow:
    return SheetLineRow(
        number=number,
        last_name=row.last_name,
        first_name=row.first_name,
        anonymous=row.participant_id is None,
        state=row.state,
        mode=row.mode,
        arrival=row.arrival,
        departure=row.departure,
        first_time=row.first_time,
        note=row.unable_reason,
        witness=witness,
        drawing=picture,
        attendance_id=row.attendance_id,
    )


def _sealed_view(
    workshop: WorkshopRow,
    sealed: Sheet,
    lines: Sequence[SheetLine],
    drawn: dict[str, bytes],
    animateur: str,
) -> SheetView:
    pictures = {signature_digest(picture): picture for picture in drawn.values()}
    people = [line for line in lines if line.kind == ATTENDANCE_LINE]
    own = next((line for line in lines if line.kind == FACILITATOR_LINE), None)
    heading = next((line for line in lines if line.kind == HEADING_LINE), None)
    return SheetView(
        workshop=_as_sealed(workshop, sealed, heading),
        lines=tuple(
            SheetLineRow(
                number=line.number,
                last_name=line.last_name,
                first_name=line.first_name,
                anonymous=is_anonymous(line),
                erased=is_erased(line),
                state="present",
                mode=line.mode,
                arrival=line.arrival,
                departure=line.departure,
                first_time=line.first_time,
                note=line.note or "",
                witness=line.witness or "",
                drawing=pictures.get(line.signature_digest or ""),
            )
            for line in people
        ),
        present=sealed.present,
        first_timers=sealed.first_timers,
        anonymous=sum(is_anonymous(line) for line in people)
        if sealed.anonymous is None
        else sealed.anonymous,
        closed_at=sealed.closed_at,
        facilitator=own.last_name if own else animateur,
        facilitator_drawing=pictures.get(own.signature_digest or "") if own else None,
        fingerprint=fingerprint(sealed.digest),
    )


def _as_sealed(workshop: WorkshopRow, sealed: Sheet, heading: SheetLine | None) -> WorkshopRow:
    """Return a workshop as its sheet says it, whatever was changed since.

    A sheet of the schemas before the third says less: the rest is the workshop's of today.
    """
    said = replace(
        workshop,
        date=sealed.date or workshop.date,
        starts_at=sealed.starts_at or workshop.starts_at,
        ends_at=sealed.ends_at or workshop.ends_at,
        tz=sealed.tz or workshop.tz,
    )
    if heading is None:
        return said
    return replace(
        said,
        code=heading.code,
        after_the_fact=bool(heading.after_the_fact),
        title=heading.title or "",
        facilitators=(heading.facilitators,) if heading.facilitators else (),
        venue=replace(
            workshop.venue,
            name=heading.venue or "",
            address=heading.address or "",
            commune=heading.commune or "",
        ),
    )
