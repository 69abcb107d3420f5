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


@dataclass(slots=True, kw_only=True)
class SheetReport:
    """What was found of one sheet.

    Attributes:
        date, tz: of the workshop.
        closed_at: when the sheet was ended, by the laptop's clock; milliseconds UTC.
        present: how many presences it says.
        digest: of the seal.
        has_receipt: it came with a receipt of the programme, right or not.
        venue_code: as the certificate names it, empty where it does not.
        received_at: by the programme's receipt, milliseconds UTC, None without a right one.
        erased: numbers of the lines that were erased.
        amendments: how many corrections there are.
        problems: nothing where all is right.
    """

    date: str
    tz: str
    closed_at: int
    present: int
    digest: str
    has_receipt: bool
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
