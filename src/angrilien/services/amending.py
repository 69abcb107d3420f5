"""Correcting an ended sheet: the sealed line stays; a dated, signed correction stands under it.

What the notebook says of the person and of the presence follows the correction, so that figures do
too. The sealed copy never changes.
"""

from __future__ import annotations

import datetime as dt
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from angrilien.domain import drawing
from angrilien.domain.amendment import ADD, CORRECT, WITHDRAW, Statement, Value
from angrilien.domain.clock import at_local, local
from angrilien.domain.entities import (
    Amendment,
    Attendance,
    Participant,
    Sheet,
    SheetLine,
    Signature,
    Workshop,
)
from angrilien.domain.forms import NAME_LIMIT, clean
from angrilien.domain.rows import SheetView
from angrilien.domain.sheet import ATTENDANCE_LINE
from angrilien.domain.typed import read_hour
from angrilien.errors import (
    BugError,
    LineErased,
    Missing,
    NameMissing,
    NothingToCorrect,
    TooLong,
    WorkshopGone,
)
from angrilien.services import attendance, closing
from angrilien.services.notebook import Notebook
from angrilien.store import log, people, sheets
from angrilien.store import roster as rosters
from angrilien.store.store import Act
from angrilien.vault.signing import Signer
from angrilien.wire import dsse
from angrilien.wire.amendment import SealedAmendment, amendment_commitment
from angrilien.wire.canonical import b64, dumps
from angrilien.wire.change import SALT_SIZE
from angrilien.wire.ids import new_id
from angrilien.wire.sheet import signature_digest

REASON_LIMIT: Final = 200
ON_PAPER: Final = "paper"


@dataclass(frozen=True, slots=True, kw_only=True)
class Correction:
    """What is typed on D13.

    Attributes:
        number: of the line, 0 to add a person who was forgotten.
        withdraw: the person was not there.
        last_name, first_name: as they should be.
        arrival, departure: hours as people type them, empty for none.
        reason: why the sheet is corrected.
    """

    number: int
    withdraw: bool = False
    last_name: str = ""
    first_name: str = ""
    arrival: str = ""
    departure: str = ""
    reason: str = ""


def check(nb: Notebook, workshop_id: str, wanted: Correction) -> Statement:
    """Return what a correction would say, so that it is shown before it is signed.

    Raises:
        WorkshopGone: the workshop has no ended sheet.
        NameMissing, TooLong, NotAnHour, Missing: a field.
        NothingToCorrect: nothing differs from the line.
        LineErased: the line was erased at the person's request.
    """
    with nb.store.read() as connection:
        sealed = sheets.of_workshop(connection, workshop_id)
        workshop = log.read(connection, Workshop, workshop_id)
        if sealed is None or workshop is None:
            raise WorkshopGone
        line = _line(sheets.lines(connection, sealed.id), wanted.number)
    return _statement(workshop, line, wanted)


def amend(
    nb: Notebook,
    workshop_id: str,
    wanted: Correction,
    strokes: Sequence[drawing.Stroke],
    width: float,
    height: float,
) -> SheetView:
    """Correct an ended sheet with the animateur's own signature, in one durable act.

    Raises:
        EmptySignature: the animateur drew nothing.
        WorkshopGone, NameMissing, TooLong, NotAnHour, Missing, NothingToCorrect, LineErased: as
            `check`.
    """
    statement = check(nb, workshop_id, wanted)
    coded = drawing.encode(strokes, width, height)
    now = nb.clock.now()
    with nb.store.act(nb.stamp()) as act:
        sealed = sheets.of_workshop(act.connection, workshop_id)
        workshop = act.read(Workshop, workshop_id)
        if sealed is None or workshop is None:
            raise WorkshopGone
        own = Signature(
            id=new_id(),
            workshop_id=workshop_id,
            facilitator_id=nb.facilitator_id,
            drawing=coded,
        )
        line = _line(sheets.lines(act.connection, sealed.id), wanted.number)
        act.put(own, _signed(nb, act, sealed, statement, wanted, own, now))
        _follow(nb, act, workshop, line, statement)
    return closing.sheet(nb, workshop_id)


def _line(lines: Sequence[SheetLine], number: int) -> SheetLine | None:
    if not number:
        return None
    for line in lines:
        if line.number == number and line.kind == ATTENDANCE_LINE:
            if closing.is_erased(line):
                raise LineErased
            return line
    raise BugError("a line that the sheet does not have")


def _statement(workshop: Workshop, line: SheetLine | None, wanted: Correction) -> Statement:
    reason = clean(wanted.reason)
    if wanted.withdraw and line is not None:
        _check_reason(reason)
        return Statement(kind=WITHDRAW)
    last, first = clean(wanted.last_name), clean(wanted.first_name)
    for name, text in (("last_name", last), ("first_name", first)):
        if len(text) > NAME_LIMIT:
            raise TooLong(name, limit=NAME_LIMIT)
    named = line is None or line.last_name or line.first_name
    if named and not (last or first):
        raise NameMissing("first_name")
    says: dict[str, Value] = {
        "last_name": last,
        "first_name": first,
        "arrival": _instant(workshop, wanted.arrival, "arrival", line.arrival if line else None),
        "departure": _instant(
            workshop, wanted.departure, "departure", line.departure if line else None
        ),
    }
    if line is None:
        _check_reason(reason)
        kept = {name: value for name, value in says.items() if value != ""}
        return Statement(kind=ADD, line=kept | {"mode": ON_PAPER})
    before: dict[str, Value] = {
        "last_name": line.last_name,
        "first_name": line.first_name,
        "arrival": "" if line.arrival is None else line.arrival,
        "departure": "" if line.departure is None else line.departure,
    }
    changes = tuple(
        (name, before[name], value) for name, value in says.items() if value != before[name]
    )
    if not changes:
        raise NothingToCorrect
    _check_reason(reason)
    return Statement(kind=CORRECT, changes=changes)


def _check_reason(reason: str) -> None:
    if not reason:
        raise Missing("reason")
    if len(reason) > REASON_LIMIT:
        raise TooLong("reason", limit=REASON_LIMIT)


def _instant(workshop: Workshop, typed: str, name: str, before: int | None) -> Value:
    """Read an hour on the workshop's day or the next; the minute that stood there stays exact."""
    if not typed.strip():
        return ""
    hour = read_hour(typed, field=name)
    if before is not None:
        was = local(before, workshop.tz).time()
        if (was.hour, was.minute) == (hour.hour, hour.minute):
            return before
    day = local(workshop.starts_at, workshop.tz).date()
    both = [at_local(day + dt.timedelta(days=n), hour, workshop.tz) for n in (0, 1)]
    return min(both, key=lambda at: max(workshop.starts_at - at, at - workshop.ends_at, 0))


def _signed(
    nb: Notebook,
    act: Act,
    sealed: Sheet,
    statement: Statement,
    wanted: Correction,
    own: Signature,
    now: int,
) -> Amendment:
    identity = nb.store.identity
    signer = Signer(identity.seed)
    made = Amendment(
        id=new_id(),
        sheet_id=sealed.id,
        number=wanted.number or None,
        made_at=now,
        facilitator_id=nb.facilitator_id,
        prev=sheets.last_amendment(act.connection, sealed.id),
        commitment="",
        signature_id=own.id,
        digest="",
        key=signer.id,
        signature="",
        statement=dumps(statement.to_json()).decode("utf-8"),
        reason=clean(wanted.reason),
        signature_digest=signature_digest(own.drawing),
        salt=secrets.token_bytes(SALT_SIZE),
    )
    made = replace(made, commitment=amendment_commitment(made))
    says = sealed_amendment(made, sealed, aud=nb.programme.aud, dev=identity.dev, inc=identity.inc)
    return replace(
        made,
        digest=says.digest(),
        signature=b64(signer.sign(dsse.AMENDMENT, says.canonical())),
    )


def sealed_amendment(
    made: Amendment, sealed: Sheet, *, aud: str, dev: str, inc: str
) -> SealedAmendment:
    """Return what the device signs, or signed, of a correction."""
    return SealedAmendment(
        aud=aud,
        dev=dev,
        inc=inc,
        amendment_id=made.id,
        sheet_id=made.sheet_id,
        sheet_digest=sealed.digest,
        facilitator_id=made.facilitator_id,
        number=made.number,
        made_at=made.made_at,
        prev=made.prev or "",
        commitment=made.commitment,
    )


def _follow(
    nb: Notebook, act: Act, workshop: Workshop, line: SheetLine | None, statement: Statement
) -> None:
    """Have the presence and the person say what the correction says."""
    if line is None:
        _add(nb, act, workshop, statement)
        return
    there = act.read(Attendance, line.attendance_id) if line.attendance_id else None
    if there is None:
        return
    if statement.kind == WITHDRAW:
        act.put(replace(there, state="removed"))
        return
    said = {name: after for name, _, after in statement.changes}
    if "arrival" in said or "departure" in said:
        arrival = _hour(said.get("arrival", there.arrival))
        act.put(
            replace(there, arrival=arrival, departure=_hour(said.get("departure", there.departure)))
        )
    person = act.read(Participant, there.participant_id) if there.participant_id else None
    if person is not None and ("last_name" in said or "first_name" in said):
        person = replace(
            person,
            last_name=str(said.get("last_name", person.last_name)),
            first_name=str(said.get("first_name", person.first_name)),
        )
        act.put(person)
        people.index(act.connection, [person])


def _hour(said: Value | None) -> int | None:
    return said if isinstance(said, int) else None


def _add(nb: Notebook, act: Act, workshop: Workshop, statement: Statement) -> None:
    says = statement.line
    person = Participant(
        id=new_id(),
        venue_id=workshop.venue_id,
        last_name=str(says.get("last_name", "")),
        first_name=str(says.get("first_name", "")),
    )
    # One person of that very name, and one only, is taken for the same.
    same = people.of_name(act.connection, person.first_name, person.last_name)
    if len(same) != 1:
        act.put(person)
        people.index(act.connection, [person])
        same = [person.id]
    line = attendance.new_line(act, workshop, same[0])
    arrival, departure = says.get("arrival"), says.get("departure")
    act.put(
        replace(
            line,
            state="present",
            arrival=arrival if isinstance(arrival, int) else None,
            departure=departure if isinstance(departure, int) else None,
            first_time=not rosters.has_attended(act.connection, same[0], before=workshop.starts_at),
            mode=ON_PAPER,
            witness_id=nb.facilitator_id,
        )
    )
