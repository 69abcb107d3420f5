"""A laptop's new incarnations, and giving it back its own changes."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Final

from sqlalchemy import Row, select
from sqlmodel import Session

from angrilien.server.base import table
from angrilien.server.ingest import own_head, own_previous_of
from angrilien.server.keyring import Keyring
from angrilien.server.registration import certify
from angrilien.server.tables import ChangeRow, Device, DeviceKey, Incarnation
from angrilien.wire.canonical import b64
from angrilien.wire.change import Body, Change, genesis
from angrilien.wire.keys import key_id, read_certificate
from angrilien.wire.push import PushHeader, encode_push
from angrilien.wire.vouch import Vouch

NOT_VOUCHED: Final = "not_vouched"
"""Signed refusal: the new incarnation or its key is another laptop's."""
MOST: Final = 500
"""Changes given back at once."""


def follow(session: Session, keyring: Keyring, vouch: Vouch, now: int) -> str:
    """Make a vouched incarnation and its key known; the same vouch again has no second effect.

    The signatures are checked by the caller, and that the former incarnation is the device's.

    Returns:
        The code of a refusal, empty where it is known now.
    """
    there = session.get(Incarnation, vouch.inc)
    key = session.get(DeviceKey, key_id(vouch.key))
    if there is not None or key is not None:
        same = (
            there is not None
            and key is not None
            and there.device_id == key.device_id == vouch.dev
            and there.key_id == key.id
        )
        return "" if same else NOT_VOUCHED
    device = session.get_one(Device, vouch.dev)
    session.add(
        DeviceKey(id=key_id(vouch.key), device_id=device.id, public=vouch.key, since=vouch.made)
    )
    session.flush()
    session.add(
        Incarnation(
            id=vouch.inc,
            device_id=device.id,
            key_id=key_id(vouch.key),
            chain=genesis(vouch.inc, vouch.key),
            former=vouch.former,
            common=vouch.common,
            vouched_at=now,
        )
    )
    before = read_certificate(device.certificate.encode("utf-8"))
    certificate = replace(before, key=vouch.key, inc=vouch.inc, issued=now)
    device.certificate, device.certificate_sig = certify(keyring, certificate)
    session.add(device)
    session.flush()
    return ""


def given_back(session: Session, keyring: Keyring, inc: Incarnation, after: int) -> str:
    """Return an envelope of an incarnation's changes above `after`, base64url; empty for none."""
    changes = table(ChangeRow)
    rows = list(
        session.connection().execute(
            select(changes)
            .where(
                changes.c.inc == inc.id,
                changes.c.seq > after,
                changes.c.seq <= min(inc.ack, after + MOST),
            )
            .order_by(changes.c.seq)
        )
    )
    if not rows or rows[0].seq != after + 1:
        return ""
    key = session.get_one(DeviceKey, inc.key_id)
    query = select(changes.c.chain).where(changes.c.inc == inc.id, changes.c.seq == after)
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
    own = own_previous_of(session, inc.id, rows)
    whole = all(row.salt is not None or row.shared is None for row in rows)
    return b64(
        encode_push(header, [_change(row) for row in rows], own, names_stay=False) if whole else b""
    )


def _change(row: Row[Any]) -> Change:
    body = None
    if row.salt is not None:
        body = Body(salt=row.salt, shared=row.shared, private=row.private)
    return Change(head=own_head(row), commit=row.commit, chain=row.chain, body=body)
