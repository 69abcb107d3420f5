"""A laptop without an application: it makes changes and envelopes with `wire` and a key alone.

It is independent of the store and of the sync client, so that what they agree on with the server is
the protocol, and not each other's mistakes.
"""

from __future__ import annotations

import gzip
import os
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from angrilien.domain.entities import (
    Alias,
    Attendance,
    Facilitator,
    Participant,
    SessionNote,
    Sheet,
    SheetLine,
    Signature,
    Workshop,
)
from angrilien.domain.ids import alias_id, note_id, provisional_venue_id, venue_id
from angrilien.domain.record import Record, split
from angrilien.vault.signing import Signer
from angrilien.wire import dsse
from angrilien.wire.canonical import b64, dumps, sha256
from angrilien.wire.change import SCHEMA, Body, Change, Head, genesis, next_chain
from angrilien.wire.ids import new_id
from angrilien.wire.push import PushHeader, encode_push
from angrilien.wire.request import REQUEST_HEADER, Registration, Request
from angrilien.wire.sheet import SealedSheet, line_commitment, signature_digest

START = 1_795_600_000_000
"""An instant of November 2026."""
ZONE = "Europe/Paris"


@dataclass(frozen=True)
class Sent:
    """A request's body and headers, and the digest that its answer must name."""

    body: bytes
    headers: dict[str, str]
    req: bytes


@dataclass
class Laptop:
    """One incarnation of a laptop, with its whole log in memory."""

    aud: str = "essai"
    signer: Signer = field(default_factory=Signer.generate)
    dev: str = field(default_factory=new_id)
    inc: str = field(default_factory=new_id)
    author: str = field(default_factory=new_id)
    changes: list[Change] = field(default_factory=list)
    own_previous: dict[int, int] = field(default_factory=dict)
    now: int = START
    _last: dict[tuple[str, str], tuple[str, int]] = field(default_factory=dict)

    @property
    def provisional_venue(self) -> str:
        return provisional_venue_id(self.dev)

    def chain_at(self, seq: int) -> bytes:
        return self.changes[seq - 1].chain if seq else genesis(self.inc, self.signer.public)

    def write(
        self,
        record: Record,
        *,
        op: str = "put",
        entity: str = "",
        base: tuple[str, int] | None = None,
        salt: bytes | None = None,
        shared: str | None = None,
        hlc: int | None = None,
    ) -> Change:
        """Add a change to the log. What is named here stands in the place of what is right."""
        self.now += 1_000
        seq = len(self.changes) + 1
        key = (entity or type(record).ENTITY, record.id)
        own = self._last.get(key)
        if own is not None:
            self.own_previous[seq] = own[1]
        halves = [dumps(half).decode("utf-8") for half in split(record)]
        body = Body(salt=salt or os.urandom(16), shared=shared or halves[0], private=halves[1])
        head = Head(
            inc=self.inc,
            seq=seq,
            schema=SCHEMA,
            entity=key[0],
            entity_id=record.id,
            op=op,
            base=base or own,
            at=self.now,
            tz=ZONE,
            clock="ok",
            hlc=hlc if hlc is not None else self.now * 1000,
            author=self.author,
        )
        commit = body.commit()
        chain = next_chain(self.chain_at(seq - 1), head, commit)
        change = Change(head=head, commit=commit, chain=chain, body=body)
        self.changes.append(change)
        self._last[key] = (self.inc, seq)
        return change

    def erase(self, seq: int) -> None:
        """Forget a body before it was sent: only its commit travels."""
        self.changes[seq - 1] = replace(self.changes[seq - 1], body=None)

    def envelope(
        self, first: int = 1, last: int | None = None, *, names_stay: bool = False, **header: object
    ) -> bytes:
        """Return the bytes of an envelope of some changes; `header` replaces fields of its own."""
        last = last or len(self.changes)
        some = self.changes[first - 1 : last]
        fields = {
            "aud": self.aud,
            "dev": self.dev,
            "inc": self.inc,
            "app": "0.1.0",
            "first": first,
            "count": len(some),
            "prev": self.chain_at(first - 1),
            "order": 0,
        } | header
        return encode_push(
            PushHeader(**fields),  # type: ignore[arg-type]
            some,
            self.own_previous,
            names_stay=names_stay,
        )

    def push(self, first: int = 1, last: int | None = None, **options: object) -> Sent:
        """Return a signed push of some changes."""
        return self.sign_push(self.envelope(first, last, **options))  # type: ignore[arg-type]

    def sign_push(self, body: bytes) -> Sent:
        return Sent(body, {dsse.HEADER: self.signer.header(dsse.PUSH, body)}, sha256(body))

    def request(self, method: str, path: str, body: bytes = b"", /, **fields: object) -> Sent:
        """Return a signed request; `fields` replace those of the statement."""
        values = {
            "method": method,
            "path": path,
            "aud": self.aud,
            "dev": self.dev,
            "inc": self.inc,
            "nonce": os.urandom(16),
            "body": sha256(body),
        } | fields
        said = Request(**values)  # type: ignore[arg-type]
        payload = said.canonical()
        headers = {
            REQUEST_HEADER: said.header(),
            dsse.HEADER: self.signer.header(dsse.REQUEST, payload),
        }
        return Sent(body, headers, sha256(payload))

    def registration(self, code: str, **fields: object) -> Sent:
        """Return the request that registers this laptop with a code."""
        body = Registration(
            code=code, key=self.signer.public, made=START - 1_000, app="0.1.0"
        ).canonical()
        return self.request("POST", "/v1/register", body, **fields)

    def contact(self, **fields: object) -> Sent:
        return self.request("GET", "/v1/contact", **fields)


@dataclass
class Story:
    """A workshop that a laptop wrote down: eight people, one sans nom, a bilan, a sealed sheet."""

    workshop: Workshop
    people: list[Participant]
    attendances: list[Attendance]
    sheet: Sheet | None = None
    lines: list[SheetLine] = field(default_factory=list)


FIRST_NAMES = ("Odette", "Ali", "Marie", "Jean-Luc", "Ksenia", "Bruno", "Fatou", "Yvette")


def write_workshop(laptop: Laptop, venue: str, *, people: int = 8, close: bool = True) -> Story:
    """Have a laptop write a whole workshop: six sign, one on paper, one could not, one sans nom."""
    laptop.write(Facilitator(id=laptop.author, name="Camille Martin"))
    begins = laptop.now + 3_600_000
    workshop = Workshop(
        id=new_id(),
        venue_id=venue,
        date="2026-11-25",
        starts_at=begins,
        ends_at=begins + 7_200_000,
        tz=ZONE,
        state="open",
        themes=("navigation",),
        title="Mes photos",
    )
    laptop.write(workshop)
    story = Story(workshop=workshop, people=[], attendances=[])
    for number in range(people):
        _someone_comes(laptop, story, number, venue)
    nobody = Attendance(
        id=new_id(),
        workshop_id=workshop.id,
        state="present",
        arrival=laptop.now,
        band="non_communique",
    )
    laptop.write(nobody)
    story.attendances.append(nobody)
    laptop.write(
        SessionNote(id=note_id(workshop.id), workshop_id=workshop.id, done="Trier ses photos.")
    )
    if close:
        seal(laptop, story)
        laptop.write(replace(workshop, state="closed"))
    return story


def _someone_comes(laptop: Laptop, story: Story, number: int, venue: str) -> None:
    person = Participant(
        id=new_id(),
        venue_id=venue,
        gender="non_communique",
        first_name=FIRST_NAMES[number % len(FIRST_NAMES)],
        last_name=f"Durand-{number}",
    )
    laptop.write(person)
    there = Attendance(
        id=new_id(),
        workshop_id=story.workshop.id,
        participant_id=person.id,
        state="present",
        arrival=laptop.now,
        first_time=number % 2 == 0,
        band="non_communique",
    )
    laptop.write(there)
    mode = {6: "paper", 7: "unable"}.get(number, "screen")
    if mode == "screen":
        drawing = Signature(
            id=new_id(),
            workshop_id=story.workshop.id,
            attendance_id=there.id,
            drawing=bytes([number]) * 40,
        )
        laptop.write(drawing)
        there = replace(there, mode=mode, signature_id=drawing.id)
    else:
        there = replace(there, mode=mode, witness_id=laptop.author)
    laptop.write(there)
    story.people.append(person)
    story.attendances.append(there)


def seal(
    laptop: Laptop, story: Story, *, aud: str = "", prev: str = "", heading: bool = True
) -> Sheet:
    """Close a workshop's sheet: its lines, its head, the own one, the signature.

    Without a `heading` as the schemas before the third did: it says no times either.
    """
    workshop = story.workshop
    sheet_id = new_id()
    names = {person.id: person for person in story.people}
    for number, there in enumerate(story.attendances, start=1):
        person = names.get(there.participant_id or "")
        line = SheetLine(
            id=new_id(),
            sheet_id=sheet_id,
            number=number,
            kind="attendance",
            attendance_id=there.id,
            mode=there.mode,
            arrival=there.arrival,
            first_time=there.first_time,
            commitment="",
            last_name=person.last_name if person else "",
            first_name=person.first_name if person else "",
            signature_digest=signature_digest(b"x") if there.mode == "screen" else None,
            salt=os.urandom(16),
        )
        story.lines.append(replace(line, commitment=line_commitment(line)))
    head = SheetLine(
        id=new_id(),
        sheet_id=sheet_id,
        number=len(story.lines) + 1,
        kind="heading",
        commitment="",
        salt=os.urandom(16),
        after_the_fact=workshop.after_the_fact,
        title=workshop.title,
        venue="Café d’Angrie",
    )
    if heading:
        story.lines.append(replace(head, commitment=line_commitment(head)))
    own = SheetLine(
        id=new_id(),
        sheet_id=sheet_id,
        number=len(story.lines) + 1,
        kind="facilitator",
        commitment="",
        last_name="Camille Martin",
        signature_digest=signature_digest(b"y"),
        salt=os.urandom(16),
    )
    story.lines.append(replace(own, commitment=line_commitment(own)))
    first_timers = sum(there.first_time is True for there in story.attendances)
    unnamed = sum(there.participant_id is None for there in story.attendances)
    anonymous = unnamed if heading else None
    sealed = SealedSheet(
        aud=aud or laptop.aud,
        dev=laptop.dev,
        inc=laptop.inc,
        sheet_id=sheet_id,
        workshop_id=workshop.id,
        venue_id=workshop.venue_id,
        facilitator_id=laptop.author,
        date=workshop.date,
        starts_at=workshop.starts_at,
        ends_at=workshop.ends_at,
        tz=workshop.tz,
        closed_at=laptop.now,
        present=len(story.attendances),
        first_timers=first_timers,
        anonymous=anonymous,
        prev=prev,
        commitments=[line.commitment for line in story.lines],
    )
    story.sheet = Sheet(
        id=sheet_id,
        workshop_id=workshop.id,
        venue_id=workshop.venue_id,
        date=sealed.date if heading else None,
        starts_at=sealed.starts_at if heading else None,
        ends_at=sealed.ends_at if heading else None,
        tz=sealed.tz if heading else None,
        closed_at=sealed.closed_at,
        facilitator_id=laptop.author,
        lines=len(story.lines),
        present=sealed.present,
        first_timers=first_timers,
        anonymous=anonymous,
        prev=prev or None,
        digest=sealed.digest(),
        key=laptop.signer.id,
        signature=b64(laptop.signer.sign(dsse.SHEET, sealed.canonical())),
    )
    laptop.write(story.sheet)
    for line in story.lines:
        laptop.write(line)
    return story.sheet


def name_provisional(laptop: Laptop, venue_code: str) -> Alias:
    """Say which venue the laptop's "lieu à préciser" is."""
    alias = Alias(
        id=alias_id("venue", laptop.provisional_venue),
        kind="venue",
        from_id=laptop.provisional_venue,
        to_id=venue_id(venue_code),
    )
    laptop.write(alias)
    return alias


def line_seqs(laptop: Laptop, entity: str) -> Sequence[int]:
    """Return the seqs of an entity's changes."""
    return [change.head.seq for change in laptop.changes if change.head.entity == entity]


def raw_envelope(laptop: Laptop, *lines: bytes, count: int | None = None) -> Sent:
    """Sign an envelope whose lines are any bytes at all, under a header that is right."""
    header = PushHeader(
        aud=laptop.aud,
        dev=laptop.dev,
        inc=laptop.inc,
        app="0.1.0",
        first=1,
        count=count or len(lines),
        prev=laptop.chain_at(0),
        order=0,
    )
    plain = b"\n".join((header.canonical(), *lines)) + b"\n"
    return laptop.sign_push(gzip.compress(plain, mtime=0))
