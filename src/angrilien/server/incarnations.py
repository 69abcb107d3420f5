"""A laptop's new incarnations, and giving it back its own changes."""

from __future__ import annotations

from contextlib import suppress
from typing import Any, Final

from sqlalchemy import Row
from sqlalchemy import select as select_rows
from sqlmodel import Session, col, func, select

from angrilien.server.base import table
from angrilien.server.database import one_by_one
from angrilien.server.erasure import erased_among
from angrilien.server.ingest import own_head, own_previous_of
from angrilien.server.keyring import Keyring
from angrilien.server.registration import certificate_of, certify
from angrilien.server.tables import (
    ChangeRow,
    Device,
    DeviceKey,
    DeviceVenue,
    Incarnation,
    VenueRow,
)
from angrilien.vault.signing import BadSignature, verify
from angrilien.wire import dsse
from angrilien.wire.canonical import BadMessage, b64
from angrilien.wire.change import Body, Change, genesis
from angrilien.wire.introduction import MOST, Introduction
from angrilien.wire.keys import Certificate, key_id, read_certificate
from angrilien.wire.push import PushHeader, encode_lines, pack_within
from angrilien.wire.vouch import SignedVouch

NOT_VOUCHED: Final = "not_vouched"
"""Signed refusal: nothing proves that the incarnation and its key are this laptop's."""
AT_ONCE: Final = 500
"""Changes given back at once."""
AT_ONCE_TEXT: Final = 1 << 20
"""Characters of their bodies that are read for it, about."""
AT_ONCE_BYTES: Final = 40 << 10
"""Compressed bytes of them, about: the answer stays below 64 KiB, unless one change is larger."""


def introduce(session: Session, keyring: Keyring, dev: str, said: Introduction, now: int) -> None:
    """Make known what a laptop proves of its incarnations; what is known already stays as it is.

    A certificate is the programme's own word. A vouch counts where the key before it is known. What
    proves nothing is passed over.
    """
    one_by_one(session)
    for text, signature in said.certificates:
        try:
            certificate = keyring.programme.check_certificate(text, signature)
        except (BadSignature, BadMessage):
            continue
        if certificate.dev == dev:
            _remember(session, keyring, certificate, now)
    for one in said.vouches:
        if one.vouch.aud == keyring.aud and one.vouch.dev == dev:
            _follow(session, one, now)


def _remember(session: Session, keyring: Keyring, certificate: Certificate, now: int) -> None:
    """Know again, after a return to a backup, a laptop that the programme had certified."""
    if session.get(Device, certificate.dev) is None:
        text, signature = certify(keyring, certificate)
        session.add(
            Device(
                id=certificate.dev,
                app="",
                made_at=certificate.since,
                registered_at=certificate.issued,
                last_contact=now,
                boxes="[]",
                certificate=text,
                certificate_sig=signature,
            )
        )
        session.flush()
        for number, (venue, _code, since) in enumerate(certificate.venues):
            if session.get(VenueRow, venue) is not None:
                session.add(
                    DeviceVenue(
                        device_id=certificate.dev, venue_id=venue, since=since, home=number == 0
                    )
                )
    if _is_new(session, certificate.inc, certificate.key):
        _add(session, certificate.dev, certificate.inc, certificate.key, certificate.issued)


def _follow(session: Session, one: SignedVouch, now: int) -> None:
    """Make a vouched incarnation known, and which one it follows."""
    vouch = one.vouch
    former = session.get(Incarnation, vouch.former)
    if former is None or former.device_id != vouch.dev:
        return
    before = session.get_one(DeviceKey, former.key_id)
    try:
        verify(before.public, dsse.VOUCH, vouch.canonical(), one.signature)
        verify(vouch.key, dsse.VOUCH, vouch.canonical(), one.proof)
    except BadSignature:
        return
    if _is_new(session, vouch.inc, vouch.key):
        _add(session, vouch.dev, vouch.inc, vouch.key, vouch.made)
    inc = session.get(Incarnation, vouch.inc)
    if inc is not None and inc.former is None and inc.device_id == vouch.dev:
        inc.former, inc.common, inc.vouched_at = vouch.former, vouch.common, now
        session.add(inc)
        session.flush()


def _is_new(session: Session, inc: str, key: bytes) -> bool:
    """Tell whether neither the incarnation nor the key is known: of nobody else's, above all."""
    return session.get(Incarnation, inc) is None and session.get(DeviceKey, key_id(key)) is None


def _add(session: Session, dev: str, inc: str, key: bytes, since: int) -> None:
    session.add(DeviceKey(id=key_id(key), device_id=dev, public=key, since=since))
    session.flush()
    session.add(Incarnation(id=inc, device_id=dev, key_id=key_id(key), chain=genesis(inc, key)))
    session.flush()


def introduced_key(said: Introduction, inc: str) -> bytes | None:
    """Return the public key that an introduction gives to an incarnation, None where it does not.

    Nothing of it is checked yet.
    """
    for one in said.vouches:
        if one.vouch.inc == inc:
            return one.vouch.key
    for text, _ in said.certificates:
        with suppress(BadMessage):
            certificate = read_certificate(text.encode("utf-8"))
            if certificate.inc == inc:
                return certificate.key
    return None


def other_certificates(
    session: Session, keyring: Keyring, inc: Incarnation, now: int
) -> tuple[tuple[str, str], ...]:
    """Return the certificates of a laptop's other incarnations, the oldest first."""
    others = session.exec(
        select(Incarnation)
        .join(DeviceKey, col(DeviceKey.id) == Incarnation.key_id)
        .where(Incarnation.device_id == inc.device_id, Incarnation.id != inc.id)
        .order_by(col(DeviceKey.since).desc(), col(Incarnation.id))
        .limit(MOST)
    )
    return tuple(certificate_of(session, keyring, one, now) for one in reversed(others.all()))


def given_back(session: Session, keyring: Keyring, inc: Incarnation, after: int) -> str:
    """Return an envelope of an incarnation's changes above `after`, base64url; empty for none."""
    changes = table(ChangeRow)
    rows = list(
        session.connection().execute(
            select_rows(changes)
            .where(
                changes.c.inc == inc.id,
                changes.c.seq > after,
                changes.c.seq <= _last_at_once(session, inc, after),
            )
            .order_by(changes.c.seq)
        )
    )
    if not rows or rows[0].seq != after + 1:
        return ""
    key = session.get_one(DeviceKey, inc.key_id)
    query = select_rows(changes.c.chain).where(changes.c.inc == inc.id, changes.c.seq == after)
    prev = session.connection().execute(query).scalar()
    if after == 0:
        prev = genesis(inc.id, key.public)
    if prev is None:
        return ""
    header = PushHeader(
        aud=keyring.aud,
        dev=inc.device_id,
        inc=inc.id,
        app="server",
        first=after + 1,
        count=len(rows),
        prev=prev,
        order=0,
    )
    # What was erased and waits for something is given back as what it will be: its commit.
    erased = erased_among(session, {(row.entity, row.entity_id) for row in rows})
    whole = all(
        row.salt is not None or row.shared is None or (row.entity, row.entity_id) in erased
        for row in rows
    )
    if not whole:
        return ""
    own = own_previous_of(session, inc.id, rows)
    lines = encode_lines([_change(row) for row in rows], own, names_stay=False)
    return b64(pack_within(header, lines, AT_ONCE_BYTES)[1])


def _last_at_once(session: Session, inc: Incarnation, after: int) -> int:
    """Return the seq up to which changes above `after` are read at once."""
    changes = table(ChangeRow)
    said = [func.coalesce(func.length(changes.c[name]), 0) for name in ("shared", "private")]
    rows = session.connection().execute(
        select_rows(changes.c.seq, (said[0] + said[1]).label("size"))
        .where(
            changes.c.inc == inc.id,
            changes.c.seq > after,
            changes.c.seq <= min(inc.ack, after + AT_ONCE),
        )
        .order_by(changes.c.seq)
    )
    last, size = after, 0
    for row in rows:
        size += row.size
        if size > AT_ONCE_TEXT and last > after:
            break
        last = row.seq
    return last


def _change(row: Row[Any]) -> Change:
    body = None
    if row.salt is not None:
        body = Body(salt=row.salt, shared=row.shared, private=row.private)
    return Change(head=own_head(row), commit=row.commit, chain=row.chain, body=body)
