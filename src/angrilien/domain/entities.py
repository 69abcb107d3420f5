"""The entities of the change log. PRODUCT's words are the names; docs/data.md tells each column.

Times are whole milliseconds since 1970-01-01 UTC; dates are ISO texts in the venue's zone.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Final

from angrilien.domain.record import Record, private, shared


@dataclass(frozen=True, slots=True, kw_only=True)
class Facilitator(Record):
    """Animateur or animatrice: runs workshops and signs their sheets. One id across laptops."""

    ENTITY: ClassVar[str] = "facilitator"
    name: str = private()


@dataclass(frozen=True, slots=True, kw_only=True)
class Workshop(Record):
    """Atelier: one dated event. `venue_id` is where it counts, whatever laptop wrote it."""

    ENTITY: ClassVar[str] = "workshop"
    venue_id: str = shared()
    date: str = shared()
    starts_at: int = shared()
    ends_at: int = shared()
    tz: str = shared()
    state: str = shared()
    themes: tuple[str, ...] = shared(())
    level: str | None = shared(None)
    place: str | None = shared(None)
    places: int | None = shared(None)
    code: str | None = shared(None)
    after_the_fact: bool = shared(False)
    title: str = private()
    notes: str | None = private(None)


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkshopFacilitator(Record):
    """Who runs a workshop: one lead, possibly a second."""

    ENTITY: ClassVar[str] = "workshop_facilitator"
    workshop_id: str = shared()
    facilitator_id: str = shared()
    role: str = shared()
    active: bool = shared(True)


@dataclass(frozen=True, slots=True, kw_only=True)
class Participant(Record):
    """Personne: belongs to the venue that noted it. Birth year or band, never both."""

    ENTITY: ClassVar[str] = "participant"
    venue_id: str = shared()
    band: str | None = shared(None)
    gender: str | None = shared(None)
    status: str | None = shared(None)
    pseudonym: str | None = shared(None)
    first_name: str = private("")
    last_name: str = private("")
    birth_year: int | None = private(None)
    insee: str | None = private(None)
    postcode: str | None = private(None)
    phone: str | None = private(None)
    card: str | None = private(None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Attendance(Record):
    """Présence of one participant, or *sans nom* (no participant), at one workshop.

    `band`, `gender` and `status` are those at the workshop's date, and stay so.
    """

    ENTITY: ClassVar[str] = "attendance"
    workshop_id: str = shared()
    participant_id: str | None = shared(None)
    state: str = shared()
    arrival: int | None = shared(None)
    departure: int | None = shared(None)
    first_time: bool | None = shared(None)
    been_before: bool | None = shared(None)
    mode: str | None = shared(None)
    signature_id: str | None = shared(None)
    witness_id: str | None = shared(None)
    band: str | None = shared(None)
    gender: str | None = shared(None)
    status: str | None = shared(None)
    unable_reason: str | None = private(None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Signature(Record):
    """Émargement drawn on the screen: the coded polyline of `domain.drawing`, 300 bytes at most.

    Of a participant (`attendance_id`) or of the animateur (`facilitator_id`).
    """

    ENTITY: ClassVar[str] = "signature"
    workshop_id: str = shared()
    attendance_id: str | None = shared(None)
    facilitator_id: str | None = shared(None)
    drawing: bytes = private()


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionNote(Record):
    """Bilan: what was done, what was hard, what to do next time."""

    ENTITY: ClassVar[str] = "session_note"
    workshop_id: str = shared()
    equipment: tuple[str, ...] = shared(())
    done: str = private("")
    hard: str = private("")
    next_time: str = private("")


@dataclass(frozen=True, slots=True, kw_only=True)
class FollowUp(Record):
    """À faire: something to do for someone, with a date."""

    ENTITY: ClassVar[str] = "follow_up"
    workshop_id: str | None = shared(None)
    participant_id: str | None = shared(None)
    due: str | None = shared(None)
    finished: bool = shared(False)
    text: str = private()


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet(Record):
    """Feuille d'émargement, sealed at closing: `digest` and `signature` as docs/keys.md says.

    `prev` is the digest of the sheet that this laptop sealed before (absent for its first).
    `date`, `starts_at`, `ends_at` and `tz` are the workshop's at closing, `anonymous` the number of
    présences sans nom: absent from sheets of the schemas before the third.
    """

    ENTITY: ClassVar[str] = "sheet"
    workshop_id: str = shared()
    venue_id: str = shared()
    closed_at: int = shared()
    facilitator_id: str = shared()
    lines: int = shared()
    present: int = shared()
    first_timers: int = shared()
    prev: str | None = shared(None)
    digest: str = shared()
    key: str = shared()
    signature: str = shared()
    date: str | None = shared(None)
    starts_at: int | None = shared(None)
    ends_at: int | None = shared(None)
    tz: str | None = shared(None)
    anonymous: int | None = shared(None)


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetLine(Record):
    """One line of a sealed sheet, as it was printed.

    What stands at the sheet's head is one more line (from `code` on, all but its salt and
    commitment), and so is the animateur's signature.

    `commitment` = base64url of SHA-256(salt ‖ canonical JSON of what the line says).
    """

    ENTITY: ClassVar[str] = "sheet_line"
    sheet_id: str = shared()
    number: int = shared()
    kind: str = shared()
    attendance_id: str | None = shared(None)
    mode: str | None = shared(None)
    arrival: int | None = shared(None)
    departure: int | None = shared(None)
    first_time: bool | None = shared(None)
    commitment: str = shared()
    last_name: str = private("")
    first_name: str = private("")
    note: str | None = private(None)
    witness: str | None = private(None)
    signature_digest: str | None = private(None)
    salt: bytes = private()
    code: str | None = shared(None)
    after_the_fact: bool | None = shared(None)
    title: str | None = private(None)
    facilitators: str | None = private(None)
    venue: str | None = private(None)
    address: str | None = private(None)
    commune: str | None = private(None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Amendment(Record):
    """A correction of a sealed sheet: visible, dated, signed; the sealed line stays as it was.

    `number` is the line's, absent where a line is added. `statement` is canonical JSON
    (`domain.amendment`). `commitment` = base64url of SHA-256(salt ‖ canonical JSON of what it
    says); `prev` is the digest of the sheet's correction before it. `signature_id` is the
    animateur's drawing.
    """

    ENTITY: ClassVar[str] = "amendment"
    sheet_id: str = shared()
    number: int | None = shared(None)
    made_at: int = shared()
    facilitator_id: str = shared()
    prev: str | None = shared(None)
    commitment: str = shared()
    signature_id: str | None = shared(None)
    digest: str = shared()
    key: str = shared()
    signature: str = shared()
    statement: str = private()
    reason: str = private()
    signature_digest: str | None = private(None)
    salt: bytes = private()


@dataclass(frozen=True, slots=True, kw_only=True)
class Photo(Record):
    """A photo of a paper sheet. The picture stands outside the log, encrypted under `key`.

    `digest` is the SHA-256 of the encrypted bytes, base64url, and `size` their number: a random key
    makes both say nothing of the picture.
    """

    ENTITY: ClassVar[str] = "photo"
    workshop_id: str = shared()
    digest: str = shared()
    size: int = shared()
    key: bytes = private()


@dataclass(frozen=True, slots=True, kw_only=True)
class Alias(Record):
    """`from_id` is the same thing as `to_id` while `active`: merging is a fact, and undoable."""

    ENTITY: ClassVar[str] = "alias"
    kind: str = shared()
    from_id: str = shared()
    to_id: str = shared()
    active: bool = shared(True)


RECORD_TYPES: Final[tuple[type[Record], ...]] = (
    Facilitator,
    Workshop,
    WorkshopFacilitator,
    Participant,
    Attendance,
    Signature,
    SessionNote,
    FollowUp,
    Sheet,
    SheetLine,
    Amendment,
    Photo,
    Alias,
)
BY_ENTITY: Final[dict[str, type[Record]]] = {kind.ENTITY: kind for kind in RECORD_TYPES}
FROZEN: Final = (Sheet.ENTITY, SheetLine.ENTITY)
"""Entities whose rows never change once written (the triggers see to it)."""
