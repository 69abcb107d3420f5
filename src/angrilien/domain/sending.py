"""What has been sent and what has not, as D9 shows it. Counts of changes say so; others are things.

One geste may be several changes, and a thing (a présence, a bilan) may have changed more than once:
the line of sending counts changes, and so does `SendingGroup.waiting`; the sum of all groups is the
line's number.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

from angrilien.domain.rows import SendingState

ItemState = Literal["fix", "here", "sent"]

STUMBLED: Final = "stumbled"
"""Code of a line over which the server stumbles, and which the laptop offers alone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """One exchange with the programme.

    Attributes:
        at: when it began, milliseconds UTC.
        kind: of the exchange (`sync.jobs`).
        lines: changes that it carried.
        size: bytes of its body.
        outcome: "answered", or a word of `services.attempts`.
        status: of HTTP, 0 where nothing answered.
        milliseconds: it took.
    """

    at: int
    kind: str
    lines: int
    size: int
    outcome: str
    status: int
    milliseconds: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SendingItem:
    """Some things of one kind in one state.

    Attributes:
        kind: "present", "expected", "absent", "signature", "sheet", "amendment", "note", "photo",
            "follow_up", "workshop", "person", "facilitator", "alias".
        count: how many things.
        state: to be mended, here, or sent.
        code: why they are to be mended.
    """

    kind: str
    count: int
    state: ItemState
    code: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SendingGroup:
    """The things of one workshop; of none where `workshop_id` is empty.

    Attributes:
        title, date, starts_at, tz, venue: of the workshop; `venue` is its name.
        ended: its sheet is closed.
        waiting: changes (and photos) that the programme has not.
        to_fix: changes to be mended.
        items: to be mended first, then here, then sent.
        received_at: when the programme held its sheet, by its receipt; milliseconds UTC.
    """

    workshop_id: str = ""
    title: str = ""
    date: str = ""
    starts_at: int = 0
    tz: str = ""
    venue: str = ""
    ended: bool = False
    waiting: int = 0
    to_fix: int = 0
    items: tuple[SendingItem, ...] = ()
    received_at: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SendingView:
    """D9.

    Attributes:
        state: what the line says.
        groups: of workshops, those to mend first, then those that wait, then the last ones sent; in
            the end what belongs to no workshop.
        more: workshops that are not shown.
        untold: changes that are held without a reason yet.
        attempts: the last exchanges, the latest first.
        figures: names and numbers for the technician, without anybody's name.
    """

    state: SendingState
    groups: tuple[SendingGroup, ...]
    more: int = 0
    untold: int = 0
    attempts: tuple[Attempt, ...] = ()
    figures: tuple[tuple[str, str], ...] = ()
