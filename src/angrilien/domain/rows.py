"""Frozen rows that cross from the store to the screens and the printed sheet. No row knows SQL."""

from __future__ import annotations

from dataclasses import dataclass, field

from angrilien.domain.amendment import Statement


@dataclass(frozen=True, slots=True, kw_only=True)
class VenueRow:
    """A venue as screens and sheets name it."""

    id: str
    name: str
    commune: str = ""
    address: str = ""
    tz: str = "Europe/Paris"
    provisional: bool = False
    departement: str = ""
    """Code, "49" or "976"; empty where it is not known."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkshopRow:
    """A workshop with its counts. Instants in milliseconds UTC, `tz` the venue's zone."""

    id: str
    title: str
    date: str
    starts_at: int
    ends_at: int
    tz: str
    state: str
    themes: tuple[str, ...]
    level: str | None
    venue: VenueRow
    facilitators: tuple[str, ...]
    """Names, the lead first."""
    after_the_fact: bool
    places: int | None = None
    code: str | None = None
    notes: str = ""
    expected: int = 0
    """Everyone on the list, present ones included (excused and removed ones are not)."""
    present: int = 0
    """Présences, sans nom included."""
    anonymous: int = 0
    signed: int = 0
    """Signatures drawn on the screen."""
    on_paper: int = 0
    unable: int = 0
    first_timers: int = 0
    has_note: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class TodoRow:
    """One line of "À faire".

    `kind`: "note", "sheet" (atelier sans feuille), "paper" (a paper sheet to type) or "follow_up".
    """

    kind: str
    id: str
    """Of the workshop, or of the follow-up."""
    text: str
    """The workshop's title, or the follow-up's text."""
    date: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TodayView:
    """D1."""

    facilitator: str
    venue: VenueRow
    workshops: tuple[WorkshopRow, ...]
    todos: tuple[TodoRow, ...]
    next: tuple[WorkshopRow, ...] = ()
    """The coming workshops of later days, at most three."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RosterRow:
    """One tile of D4. No participant: a présence sans nom."""

    attendance_id: str
    participant_id: str | None
    first_name: str
    last_name: str
    state: str
    mode: str | None
    arrival: int | None
    departure: int | None
    first_time: bool | None
    been_before: bool | None = None
    band: str | None = None
    gender: str | None = None
    status: str | None = None
    unable_reason: str = ""

    @property
    def name(self) -> str:
        """Return "Odette Lefèvre", or the empty text for a présence sans nom."""
        return " ".join(part for part in (self.first_name, self.last_name) if part)

    @property
    def short_name(self) -> str:
        """Return "Odette L.", all that a participant's screen shows of anybody."""
        if not self.first_name:
            return f"{self.last_name[:1]}." if self.last_name else ""
        return self.first_name + (f" {self.last_name[0]}." if self.last_name else "")


@dataclass(frozen=True, slots=True, kw_only=True)
class Roster:
    """D4: the workshop and its tiles in alphabetical order (people first, sans nom last)."""

    workshop: WorkshopRow
    rows: tuple[RosterRow, ...]
    can_undo: bool = False
    can_redo: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonRow:
    """A person found by a search. `attendance_id`, `state`: in the workshop searched from."""

    participant_id: str
    first_name: str
    last_name: str
    birth_year: int | None = None
    commune: str = ""
    last_visit: str = ""
    """ISO date of the last workshop attended."""
    attendance_id: str | None = None
    state: str | None = None
    has_card: bool = False

    @property
    def name(self) -> str:
        """Return "Odette Lefèvre"."""
        return " ".join(part for part in (self.first_name, self.last_name) if part)


@dataclass(frozen=True, slots=True, kw_only=True)
class CommuneRow:
    """A commune of the official list; `insee` is that of today's commune for a former one."""

    insee: str
    name: str
    postcodes: tuple[str, ...]
    department: str
    current: bool = True
    """False for a former commune."""
    today: str = ""
    """The name of today's commune, for a former one that was looked for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ThemeRow:
    """A theme of the programme's catalogue."""

    code: str
    title: str
    coop: tuple[str, ...]
    programme: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class NoteText:
    """D6. `saved_at` is the instant of the last save (draft or change), None when nothing is.

    `is_draft`: it is not a change yet.
    """

    workshop_id: str
    done: str = ""
    hard: str = ""
    next_time: str = ""
    equipment: tuple[str, ...] = ()
    """La Coop's words, `vocab.EQUIPMENT`."""
    saved_at: int | None = None
    is_draft: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class EarlierNote:
    """What was written after an earlier workshop of the same people."""

    workshop_id: str
    title: str
    date: str
    done: str
    hard: str
    next_time: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """A workshop at which somebody was present. Instants in milliseconds UTC."""

    title: str
    date: str
    starts_at: int
    ends_at: int
    tz: str
    venue: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Attestation:
    """What an attestation de participation says: who was at which workshops, and who says so."""

    name: str
    visits: tuple[Visit, ...]
    facilitator: str
    date: str
    """ISO date of the day on which it is made."""
    venue: VenueRow


@dataclass(frozen=True, slots=True, kw_only=True)
class FollowUpRow:
    """Something to do: its text, by when (ISO date, empty for no date), whether it is done."""

    id: str
    text: str
    due: str = ""
    finished: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetLineRow:
    """One line of the printed or previewed sheet.

    `erased`: what it said went, on the request of the person.
    """

    number: int
    last_name: str
    first_name: str
    anonymous: bool = False
    erased: bool = False
    state: str = "expected"
    mode: str | None = None
    arrival: int | None = None
    departure: int | None = None
    first_time: bool | None = None
    note: str = ""
    witness: str = ""
    drawing: bytes | None = None
    attendance_id: str = ""
    """Of an open sheet's line: what is printed is remembered by its number."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AmendmentRow:
    """A correction of an ended sheet, as it is shown and printed under it.

    Attributes:
        number: of the corrected line, None where a line is added.
        made_at: milliseconds UTC.
        facilitator: who made it.
        statement: what it says, None once it was erased.
        reason: why.
        drawing: the animateur's own signature.
    """

    number: int | None
    made_at: int
    facilitator: str
    statement: Statement | None
    reason: str
    drawing: bytes | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetView:
    """The feuille d'émargement: before closing (what it will say) and after (what it says)."""

    workshop: WorkshopRow
    lines: tuple[SheetLineRow, ...]
    present: int
    first_timers: int
    anonymous: int
    closed_at: int | None = None
    facilitator: str = ""
    facilitator_drawing: bytes | None = None
    fingerprint: str = ""
    """Of the seal, as a code; empty while the sheet is open."""
    received_at: int | None = None
    """When the programme held it, by its signed receipt; milliseconds UTC."""
    amendments: tuple[AmendmentRow, ...] = ()
    """Its corrections, in the order they were made."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SendingState:
    """All that the line of sending says, from one query. Counts are changes of the log."""

    waiting: int
    oldest_waiting: int | None
    has_venue: bool
    has_code: bool = False
    """A code du lieu is kept, and waits for Internet."""
    to_fix: int = 0
    revoked: bool = False
    last_sent: int | None = None
    """Instant of the last acknowledgement by the server."""
    last_try_failed: bool = False
    last_order: int = 0
    """Number of the programme's last order that was carried out here."""
    pulled: int = 0
    """How many times something came from other laptops since the notebook was opened."""
    again: int = 0
    """Of those that wait, changes that the server had and lost: they stand in no workshop's list,
    which says what was acknowledged last."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """A push under way: `done` changes of `total` are acknowledged."""

    done: int
    total: int


@dataclass(frozen=True, slots=True, kw_only=True)
class FirstStart:
    """D0 as typed."""

    name: str
    passphrase: str = field(repr=False)
    venue_code: str = ""
    code_secret: str = field(default="", repr=False)
    """Empty where none is chosen yet: it is asked for at the next opening."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LockedBy:
    """Who has opened the notebook, as the locked screen greets them."""

    first_name: str
    has_code: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Shelter:
    """A time in which only the code secret locks the laptop, instants in milliseconds UTC."""

    since: int
    until: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned:
    """What planning a workshop gave; an overlap is a warning, never a refusal."""

    workshop_id: str
    overlaps: tuple[str, ...] = field(default=())
    """Titles of the workshops at the same time."""
    times: int = 1
    """How many workshops were written: more than one where it is repeated."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CalendarView:
    """D2: the workshops of some days, and what these days are.

    Attributes:
        first, last: ISO dates of the days, both included.
        today: ISO date, where the home venue is.
        venue: the home venue.
        workshops: in the order of their start.
        holidays: French names by ISO date, as they are at the home venue.
    """

    first: str
    last: str
    today: str
    venue: VenueRow
    workshops: tuple[WorkshopRow, ...]
    holidays: dict[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class AnimateurRow:
    """Somebody who opens this computer. `since` in milliseconds UTC; `mine`: who opened it now."""

    slot_id: str
    facilitator_id: str
    name: str
    since: int
    mine: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class CopyRow:
    """A safety copy, as it was found when it was read from end to end.

    Attributes:
        name: of its file, without a name of anybody.
        made_at, last: when it was made, and when its last act was; milliseconds UTC.
        size: bytes.
        sound: it opens, and is what was written; its figures are none otherwise.
    """

    name: str
    made_at: int
    size: int
    sound: bool
    workshops: int = 0
    people: int = 0
    last: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RecoveryStart:
    """A request for the custodians: its bytes, and the six words to say by telephone."""

    request: bytes
    words: str
