"""What checking an exported file of sheets finds: nothing of keys here, only what is said of it."""

from __future__ import annotations

import enum
from dataclasses import dataclass, field


class Fault(enum.Enum):
    """What is wrong with a file, or with a sheet of it. The French sentences stand in `reports`."""

    NOT_AN_EXPORT = "not_an_export"
    OTHER_PROGRAMME = "other_programme"
    KEYS = "keys"
    LINE_UNREADABLE = "line_unreadable"
    CERTIFICATE = "certificate"
    NO_CERTIFICATE = "no_certificate"
    SIGNATURE = "signature"
    VENUE = "venue"
    LINES_MISSING = "lines_missing"
    LINE_CHANGED = "line_changed"
    CHAIN = "chain"
    RECEIPT = "receipt"
    AMENDMENT = "amendment"
    END_MISSING = "end_missing"
    END = "end"


@dataclass(frozen=True, slots=True)
class Problem:
    """A fault, and where: the number of a line of the sheet, or of the file; 0 for the whole."""

    fault: Fault
    where: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class HeadingReport:
    """What a sheet says at its head, as it was printed."""

    title: str = ""
    facilitators: str = ""
    venue: str = ""
    address: str = ""
    commune: str = ""
    after_the_fact: bool = False


@dataclass(slots=True, kw_only=True)
class SheetReport:
    """What was found of one sheet.

    Attributes:
        date, starts_at, ends_at, tz: of the workshop; milliseconds UTC.
        closed_at: when the sheet was ended, by the laptop's clock; milliseconds UTC.
        present: how many presences it says.
        anonymous: how many of them without a name, None where it does not say.
        digest: of the seal.
        has_receipt: it came with a receipt of the programme, right or not.
        heading: None where it has none, or none that is right.
        venue_code: as the certificate names it, empty where it does not.
        received_at: by the programme's receipt, milliseconds UTC, None without a right one.
        erased: numbers of the lines that were erased.
        amendments: how many corrections there are.
        problems: nothing where all is right.
    """

    date: str
    starts_at: int
    ends_at: int
    tz: str
    closed_at: int
    present: int
    anonymous: int | None
    digest: str
    has_receipt: bool
    heading: HeadingReport | None = None
    venue_code: str = ""
    received_at: int | None = None
    erased: list[int] = field(default_factory=list)
    amendments: int = 0
    problems: list[Problem] = field(default_factory=list)


@dataclass(slots=True, kw_only=True)
class Report:
    """What was found of a file."""

    sheets: list[SheetReport] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    @property
    def is_right(self) -> bool:
        """Tell whether nothing is wrong anywhere."""
        return not self.problems and not any(sheet.problems for sheet in self.sheets)
