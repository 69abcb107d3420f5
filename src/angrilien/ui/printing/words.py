"""What the printed sheet says: a `SheetView` in words, cell by cell. No geometry, no painting."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from PySide6.QtCore import QCoreApplication

from angrilien.domain import french
from angrilien.domain.clock import local
from angrilien.domain.codes import show_code
from angrilien.domain.drawing import Strokes, decode
from angrilien.domain.paper import SEAL_PREFIX
from angrilien.domain.rows import SheetLineRow, SheetView, VenueRow, WorkshopRow
from angrilien.ui import amendment_words
from angrilien.ui.printing import notice
from angrilien.ui.printing.notice import Brand
from angrilien.ui.words import capital, date_words, hour_at, hours_between


@dataclass(frozen=True, slots=True)
class Fact:
    """A labelled line of the header."""

    label: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LineWords:
    """One line of the table.

    Attributes:
        number: of the line: it is typed back by it.
        first_time: None where a box is to be ticked by hand.
        mark: main words of the signature's cell, small ones in `remark`.
        aside: whether the words leave the cell free, for a signature by hand.
    """

    last_name: str
    first_name: str
    first_time: str | None
    arrival: str
    departure: str
    number: int
    mark: str
    remark: str
    aside: bool
    strokes: Strokes


@dataclass(frozen=True, slots=True)
class Blank:
    """A sheet for a workshop that is in no notebook yet: all is written by hand but the venue."""

    venue: VenueRow


Printable = SheetView | Blank


@dataclass(frozen=True, slots=True)
class Count:
    """A number of the foot; empty where it is to be written by hand."""

    label: str
    value: str


@dataclass(frozen=True, slots=True)
class CorrectionWords:
    """A correction under the sheet, and the animateur's signature beside it."""

    text: str
    strokes: Strokes


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetWords:
    """The whole sheet."""

    title: str
    brands: tuple[Brand, ...]
    workshop: str
    facts: tuple[Fact, ...]
    """One without a text is written by hand, on a line of its own."""
    brief: tuple[str, ...]
    """Two lines under the title of the pages after the first."""
    code: str
    """As it is in the QR; empty when the workshop has none."""
    code_label: str
    code_shown: str
    heads: tuple[str, ...]
    lines: tuple[LineWords, ...]
    counts: tuple[Count, ...]
    closing: str
    fingerprint: str
    """Both empty while the sheet is open."""
    seal: str
    """As it is in the QR of the seal; empty while the sheet is open."""
    signer_label: str
    signer: Strokes
    folio: str
    """With `{number}` and `{count}`."""
    closed: bool
    corrections: tuple[CorrectionWords, ...] = ()


def say(view: Printable) -> SheetWords:
    """Return the words of a sheet."""
    if isinstance(view, Blank):
        return _blank(view)
    workshop = view.workshop
    closed = view.closed_at is not None
    code = workshop.code or ""
    when = _when(workshop)
    facilitators = ", ".join(clean(name) for name in workshop.facilitators)
    place = _place(workshop.venue)
    told = notice.load()
    return SheetWords(
        title=_tr("Feuille d’émargement"),
        brands=told.strip,
        workshop=clean(workshop.title),
        facts=tuple(
            fact
            for fact in (
                Fact(_tr("Date"), when),
                Fact(_tr("Lieu"), place),
                Fact(_tr("Animation"), facilitators or clean(view.facilitator)),
                Fact(_tr("Organisation"), told.organisation),
            )
            if fact.text
        ),
        brief=(clean(workshop.title), f"{when} – {place}"),
        code=code,
        code_label=_tr("Code de la feuille") if code else "",
        code_shown=show_code(code),
        heads=_heads(),
        lines=tuple(_line(line, workshop.tz, closed=closed) for line in view.lines),
        counts=_counts(view, closed=closed),
        closing=_closing(view),
        fingerprint=_fingerprint(view),
        seal=SEAL_PREFIX + view.fingerprint if view.fingerprint else "",
        signer_label=_signer_label(clean(view.facilitator)),
        signer=_strokes(view.facilitator_drawing),
        folio=_tr("n° {number}/{count}"),
        closed=closed,
        corrections=tuple(
            CorrectionWords(
                clean(amendment_words.mention(made, workshop.tz)), _strokes(made.drawing)
            )
            for made in view.amendments
        ),
    )


def _blank(view: Blank) -> SheetWords:
    told = notice.load()
    return SheetWords(
        title=_tr("Feuille d’émargement"),
        brands=told.strip,
        workshop="",
        facts=(
            Fact(_tr("Atelier"), ""),
            Fact(_tr("Date, heures"), ""),
            Fact(_tr("Lieu"), "" if view.venue.provisional else _place(view.venue)),
            Fact(_tr("Animation"), ""),
            Fact(_tr("Organisation"), told.organisation),
        ),
        brief=("", ""),
        code="",
        code_label="",
        code_shown="",
        heads=_heads(),
        lines=(),
        counts=(Count(_tr("Présences"), ""), Count(_tr("dont 1re fois"), "")),
        closing="",
        fingerprint="",
        seal="",
        signer_label=_signer_label(""),
        signer=(),
        folio=_tr("n° {number}/{count}"),
        closed=False,
    )


def _heads() -> tuple[str, ...]:
    return (
        _tr("N°"),
        _tr("Nom"),
        _tr("Prénom"),
        _tr("1re fois\u202f?"),
        _tr("Arrivée"),
        _tr("Signature"),
    )


def file_name(view: Printable) -> str:
    """Return a name for the sheet's file: the date and the workshop's title, nobody's name."""
    if isinstance(view, Blank):
        return "feuille-vierge.pdf"
    title = re.sub(r"[^a-z0-9]+", "-", french.fold(view.workshop.title))[:40].strip("-")
    return "-".join(part for part in ("feuille", view.workshop.date, title) if part) + ".pdf"


def clean(text: str) -> str:
    """Return a text on one line, without what would turn its neighbours round.

    Line ends and control characters become spaces; the signs that steer the direction of writing
    are left out (the direction of each cell is found from its letters).
    """
    kept = []
    for sign in text:
        category = unicodedata.category(sign)
        if category in ("Cc", "Zl", "Zp", "Cs"):
            kept.append(" ")
        elif sign not in _STEERING:
            kept.append(sign)
    return re.sub(r" {2,}", " ", "".join(kept)).strip(" ")


_STEERING = frozenset("\u200e\u200f\u061c\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def _when(workshop: WorkshopRow) -> str:
    starts, ends = local(workshop.starts_at, workshop.tz), local(workshop.ends_at, workshop.tz)
    hours = hours_between(workshop.starts_at, workshop.ends_at, workshop.tz)
    if ends.date() > starts.date():
        hours = _tr("{hours} le lendemain").format(hours=hours)
    minutes = (workshop.ends_at - workshop.starts_at) // 60_000
    text = _tr("{date}, {hours} ({duration})").format(
        date=capital(date_words(workshop.date)), hours=hours, duration=french.duration(minutes)
    )
    mentions = []
    if workshop.after_the_fact:
        mentions.append(_tr("saisi après coup"))
    if workshop.state == "cancelled":
        mentions.append(_tr("atelier annulé"))
    if workshop.state == "nobody":
        mentions.append(_tr("personne n’est venu"))
    return ", ".join([text, *mentions])


def _place(venue: VenueRow) -> str:
    parts = [clean(venue.name)]
    for part in (clean(venue.address), clean(venue.commune)):
        # "Café de Beaulon" or "3 place du Bourg, 49440 Angrie" already say the commune.
        if part and f" {french.fold(part)} " not in f" {french.fold(' '.join(parts))} ":
            parts.append(part)
    return ", ".join(part for part in parts if part)


def _line(line: SheetLineRow, tz: str, *, closed: bool) -> LineWords:
    mark, remark, aside, strokes = _signature(line, closed=closed)
    present = line.state == "present"
    first_time: str | None = ""
    if line.first_time is not None:
        first_time = _tr("oui") if line.first_time else _tr("non")
    elif not closed and line.state != "excused":
        first_time = None
    return LineWords(
        number=line.number,
        last_name=_last_name(line),
        first_name="" if line.anonymous else clean(line.first_name),
        first_time=first_time,
        arrival=hour_at(line.arrival, tz) if present and line.arrival is not None else "",
        departure=_tr("départ {hour}").format(hour=hour_at(line.departure, tz))
        if present and line.departure is not None
        else "",
        mark=mark,
        remark=remark,
        aside=aside,
        strokes=strokes,
    )


def _last_name(line: SheetLineRow) -> str:
    if line.erased:
        return _tr("ligne effacée")
    return _tr("sans nom") if line.anonymous else clean(line.last_name)


def _signature(line: SheetLineRow, *, closed: bool) -> tuple[str, str, bool, Strokes]:
    """Return the words of the signature's cell, whether they stand aside, and the drawing."""
    note = clean(line.note)
    if line.state == "excused":
        return _tr("absence excusée"), note, not closed, ()
    if line.state != "present":
        return (_tr("absence"), note, False, ()) if closed else ("", "", False, ())
    if line.mode == "screen":
        strokes = _strokes(line.drawing)
        return ("", "", False, strokes) if strokes else (_tr("a signé à l’écran"), note, False, ())
    if line.mode == "paper":
        return _tr("a signé sur papier"), note, not closed, ()
    if line.mode == "unable":
        seen = _tr("vu par {name}").format(name=clean(line.witness)) if line.witness else ""
        return (
            _tr("n’a pas pu signer"),
            " · ".join(part for part in (note, seen) if part),
            False,
            (),
        )
    return (_tr("sans émargement"), note, False, ()) if closed else ("", note, True, ())


def _strokes(drawing: bytes | None) -> Strokes:
    if not drawing:
        return ()
    try:
        return decode(drawing)
    except ValueError:
        return ()  # a line that cannot be read is told in words; the sheet is printed all the same


def _counts(view: SheetView, *, closed: bool) -> tuple[Count, ...]:
    def shown(value: int) -> str:
        # Before closing the sheet is still to be filled in, and counted, by hand.
        return french.number(value) if closed else ""

    counts = [
        Count(_tr("Présences"), shown(view.present)),
        Count(_tr("dont 1re fois"), shown(view.first_timers)),
    ]
    if closed and view.anonymous:
        counts.append(Count(_tr("dont sans nom"), shown(view.anonymous)))
    return tuple(counts)


def _closing(view: SheetView) -> str:
    if view.closed_at is None:
        return ""
    moment = local(view.closed_at, view.workshop.tz)
    sentence = _tr("Feuille terminée le {date} à {hour}.").format(
        date=french.long_date(moment.date()), hour=french.hour(moment)
    )
    return "\n".join(part for part in (sentence, _fingerprint(view)) if part)


def _fingerprint(view: SheetView) -> str:
    if not view.fingerprint:
        return ""
    shown = show_code(view.fingerprint)
    return _tr("Empreinte\u00a0: {fingerprint}").format(fingerprint=shown)


def _signer_label(name: str) -> str:
    if not name:
        return _tr("Signature de l’animation")
    return _tr("Signature de l’animation\u00a0: {name}").format(name=name)


def _tr(text: str) -> str:
    return QCoreApplication.translate("sheet", text)
