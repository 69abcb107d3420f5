"""Registration: a one-use code makes a laptop's key known, for one venue."""

from __future__ import annotations

import json
from dataclasses import replace

from sqlalchemy import update
from sqlmodel import Session, col

from angrilien.domain.codes import read_code
from angrilien.server.answers import Answerer, Signed
from angrilien.server.database import Database, one_by_one
from angrilien.server.keyring import Keyring
from angrilien.server.tables import (
    Device,
    DeviceKey,
    DeviceVenue,
    Incarnation,
    RegistrationCode,
    VenueRow,
)
from angrilien.wire import dsse
from angrilien.wire.change import genesis
from angrilien.wire.keys import Certificate, key_id, read_certificate
from angrilien.wire.request import Registration, Request

CODE_UNKNOWN = "code_unknown"
CODE_USED = "code_used"
CODE_EXPIRED = "code_expired"
DEVICE_KNOWN = "device_known"


def register(
    database: Database,
    answerer: Answerer,
    request: Request,
    registration: Registration,
    *,
    req: bytes,
    now: int,
    known: int,
) -> tuple[Signed, str]:
    """Register a laptop, its signature being checked already.

    The same laptop gets its certificate again with any code: its first answer may have been lost.
    `known` is the number of its list of keys.

    Returns:
        The signed answer, and the code of the refusal that it carries, empty if it is registered.
    """
    with database.writing() as session:
        one_by_one(session)
        refused = _use_code(session, answerer.keyring, request, registration, now)
        if refused:
            answer = answerer.refusal(
                inc=request.inc,
                device_key=registration.key,
                req=req,
                now=now,
                refused=refused,
            )
        else:
            session.flush()
            inc = session.get_one(Incarnation, request.inc)
            cert, signature = certificate_of(session, answerer.keyring, inc, now)
            answer = replace(
                answerer.about(session, inc, req=req, now=now), cert=cert, cert_sig=signature
            )
    return answerer.sign(answer, known=known), refused


def _use_code(
    session: Session, keyring: Keyring, request: Request, registration: Registration, now: int
) -> str:
    typed = read_code(registration.code)
    code = session.get(RegistrationCode, keyring.code_hash(typed)) if typed else None
    if code is None:
        return CODE_UNKNOWN
    known = _known(session, request, registration)
    if code.used_by is not None and (known != "same" or code.used_by != request.dev):
        return CODE_USED
    if known == "same":
        # Its first answer was lost. If another code was typed since, that one is not spent.
        return ""
    if known or now > code.expires_at:
        return DEVICE_KNOWN if known else CODE_EXPIRED
    # The condition stands in the statement itself: of two at once, one finds no row left.
    taken = session.connection().execute(
        update(RegistrationCode)
        .where(col(RegistrationCode.hash) == code.hash, col(RegistrationCode.used_by).is_(None))
        .values(used_by=request.dev, used_at=now)
    )
    if taken.rowcount != 1:
        return CODE_USED
    venue = session.get_one(VenueRow, code.venue_id)
    _add_device(session, keyring, request, registration, venue, now)
    return ""


def _known(session: Session, request: Request, registration: Registration) -> str:
    """Tell whether the device, its key or its incarnation exists: "", "same" or "other"."""
    device = session.get(Device, request.dev)
    key = session.get(DeviceKey, key_id(registration.key))
    inc = session.get(Incarnation, request.inc)
    if device is None and key is None and inc is None:
        return ""
    same = (
        key is not None
        and inc is not None
        and key.device_id == inc.device_id == request.dev
        and key.public == registration.key
    )
    return "same" if same else "other"


def _add_device(
    session: Session,
    keyring: Keyring,
    request: Request,
    registration: Registration,
    venue: VenueRow,
    now: int,
) -> None:
    made = max(registration.made, 0)
    text, signature = certify(
        keyring,
        Certificate(
            aud=keyring.aud,
            dev=request.dev,
            key=registration.key,
            inc=request.inc,
            since=made,
            issued=now,
            venues=((venue.id, venue.code, made),),
            level=venue.level,
        ),
    )
    session.add(
        Device(
            id=request.dev,
            app=registration.app,
            made_at=made,
            registered_at=now,
            last_contact=now,
            boxes=json.dumps(registration.boxes),
            boxes_inc=request.inc,
            certificate=text,
            certificate_sig=signature,
        )
    )
    session.flush()
    key = DeviceKey(
        id=key_id(registration.key), device_id=request.dev, public=registration.key, since=made
    )
    session.add(key)
    session.flush()
    session.add_all(
        [
            Incarnation(
                id=request.inc,
                device_id=request.dev,
                key_id=key.id,
                chain=genesis(request.inc, registration.key),
            ),
            DeviceVenue(device_id=request.dev, venue_id=venue.id, since=made, home=True),
        ]
    )


def certificate_of(
    session: Session, keyring: Keyring, inc: Incarnation, now: int
) -> tuple[str, str]:
    """Return the certificate of an incarnation, and its signature by the present key."""
    device = session.get_one(Device, inc.device_id)
    base = read_certificate(device.certificate.encode("utf-8"))
    key = session.get_one(DeviceKey, inc.key_id).public
    if (base.inc, base.key) != (inc.id, key):
        base = replace(base, key=key, inc=inc.id, issued=now)
    return certify(keyring, base)


def certify(keyring: Keyring, certificate: Certificate) -> tuple[str, str]:
    """Return a certificate's text and the text of its signature."""
    payload = certificate.canonical()
    return payload.decode("utf-8"), keyring.signer.header(dsse.DEVICE, payload)
