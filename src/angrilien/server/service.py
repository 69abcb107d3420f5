"""What the server does with each request, between the routes and the database. No HTTP here.

Every check that needs no database comes first; a signature is verified before anything is parsed.
"""

from __future__ import annotations

import json
import threading
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Final

from sqlalchemy import update
from sqlalchemy.exc import OperationalError
from sqlmodel import col

from angrilien.domain.clock import Clock
from angrilien.server.answers import Answerer, Signed
from angrilien.server.database import Database
from angrilien.server.incarnations import (
    NOT_VOUCHED,
    given_back,
    introduce,
    other_certificates,
)
from angrilien.server.ingest import store
from angrilien.server.keyring import Keyring
from angrilien.server.limits import MAX_STATEMENT, Tries
from angrilien.server.projections import apply_new
from angrilien.server.registration import certificate_of, register
from angrilien.server.tables import Device, DeviceKey, Incarnation
from angrilien.vault.signing import BadSignature, verify
from angrilien.wire import dsse
from angrilien.wire.canonical import BadMessage, sha256, unb64
from angrilien.wire.introduction import Introduction, read_introduction
from angrilien.wire.keys import key_id, read_certificate
from angrilien.wire.push import open_push
from angrilien.wire.request import Request, read_boxes, read_registration, read_request

NOT_YOURS: Final = "not_yours"
"""Signed refusal: the device, or the incarnation, is not the one that owns the key."""


class Rejected(Exception):
    """An unsigned refusal.

    Attributes:
        status: HTTP status.
        code: what the small JSON body says.
        retry_after: seconds, 0 for none.
    """

    def __init__(self, status: int, code: str, *, retry_after: int = 0) -> None:
        super().__init__(code)
        self.status = status
        self.code = code
        self.retry_after = retry_after


@dataclass(frozen=True, slots=True)
class KnownKey:
    """A device's key as the database has it."""

    id: str
    device_id: str
    public: bytes


@dataclass(frozen=True, slots=True)
class _Asked:
    """A request other than a push, as it came."""

    method: str
    path: str
    body: bytes
    statement: str | None
    header: str | None


class Service:
    """One programme's server.

    Args:
        keyring: the programme's keys.
        database: prepared by `schema.prepare`.
        epoch: of the database.
        clock: the server's.
    """

    def __init__(self, keyring: Keyring, database: Database, epoch: str, clock: Clock) -> None:
        self.keyring = keyring
        self.database = database
        self.clock = clock
        self.tries = Tries()
        self.cut_uploads = 0
        self._answerer = Answerer(keyring=keyring, epoch=epoch)
        # Decoding holds a whole envelope in memory: few at a time, the others wait as bytes.
        self._gate = threading.BoundedSemaphore(1 if database.is_sqlite else 4)

    def find_key(self, header: str | None) -> KnownKey:
        """Return the registered key that a signature header names.

        Raises:
            Rejected: the header is malformed, or the key is unknown.
        """
        wanted, _ = _read_header(header)
        with self.database.reading() as session:
            key = session.get(DeviceKey, wanted)
            if key is None:
                raise Rejected(401, "unknown_key")
            return KnownKey(key.id, key.device_id, key.public)

    def push(self, body: bytes, header: str | None, key: KnownKey, *, known: int = 1) -> Signed:
        """Take an envelope and return the signed answer.

        `known` is here and below the number of the list of keys that the laptop has.

        Raises:
            Rejected: the signature, the envelope or the programme is not right.
        """
        _check(key.public, dsse.PUSH, body, header)
        with self._gate:
            return self._push(body, key, known)

    def _push(self, body: bytes, key: KnownKey, known: int) -> Signed:
        req = sha256(body)
        try:
            header, lines = open_push(body)
            if header.aud != self.keyring.aud:
                raise Rejected(400, "wrong_aud")
            inc_key = self._owned(key, header.dev, header.inc)
            if inc_key is None:
                return self._refuse(key, header.inc, req, known)
            stored = store(self.database, header, lines, inc_key, self.clock.now())
        except BadMessage as error:
            raise Rejected(400, "bad_envelope") from error
        # What was pushed is durable, and applied at the next push if it cannot be now.
        with suppress(OperationalError):
            stored.sheets |= apply_new(self.database, self.keyring, self.clock).sheets
        with self.database.reading() as session:
            inc = session.get_one(Incarnation, header.inc)
            answer = self._answerer.about(
                session,
                inc,
                req=req,
                now=self.clock.now(),
                fork=stored.fork,
                sheets=stored.sheets,
            )
        return self._answerer.sign(answer, known=known)

    def contact(
        self, statement_header: str | None, header: str | None, *, known: int = 1
    ) -> Signed:
        """Answer a laptop that has nothing to send.

        Raises:
            Rejected: the statement or its signature is not right.
        """
        asked = _Asked("GET", "/v1/contact", b"", statement_header, header)
        return self._answer(asked, known=known)

    def boxes(
        self, body: bytes, statement_header: str | None, header: str | None, *, known: int = 1
    ) -> Signed:
        """Keep the recovery boxes of a laptop's new database key, in the place of the former ones.

        Raises:
            Rejected: the body, the statement or its signature is not right.
        """
        try:
            boxes = read_boxes(body)
        except BadMessage as error:
            raise Rejected(400, "bad_request") from error
        asked = _Asked("POST", "/v1/boxes", body, statement_header, header)
        return self._answer(asked, known=known, boxes=json.dumps(boxes.boxes))

    def introduce(
        self, body: bytes, statement_header: str | None, header: str | None, *, known: int = 1
    ) -> Signed:
        """Learn a laptop's incarnations, by what it proves of them; answer about its present one.

        Raises:
            Rejected: the body, the statement or its signature is not right.
        """
        try:
            said = read_introduction(body)
        except BadMessage as error:
            raise Rejected(400, "bad_request") from error
        path = "/v1/incarnations"
        payload, request = _read_statement(statement_header, "POST", path, self.keyring.aud)
        # The key need not be known yet: it is among those that are introduced.
        public = _introduced_key(said, request)
        if _read_header(header)[0] != key_id(public):
            raise Rejected(401, "unknown_key")
        _check(public, dsse.REQUEST, payload, header)
        if request.body != sha256(body):
            raise Rejected(400, "bad_request")
        req, now = sha256(payload), self.clock.now()
        key = KnownKey(key_id(public), request.dev, public)
        with self.database.writing() as session:
            introduce(session, self.keyring, request.dev, said, now)
        if self._owned(key, request.dev, request.inc) != public:
            answer = self._answerer.refusal(
                inc=request.inc, device_key=public, req=req, now=now, refused=NOT_VOUCHED
            )
            return self._answerer.sign(answer, known=known)
        with self.database.writing() as session:
            session.get_one(Device, request.dev).last_contact = now
            inc = session.get_one(Incarnation, request.inc)
            answer = self._answerer.about(session, inc, req=req, now=now)
            cert, signature = certificate_of(session, self.keyring, inc, now)
            answer = replace(answer, cert=cert, cert_sig=signature)
            if not answer.revoked:
                others = other_certificates(session, self.keyring, inc, now)
                answer = replace(answer, certs=others)
        return self._answerer.sign(answer, known=known)

    def own_changes(
        self,
        inc: str,
        after: int,
        statement_header: str | None,
        header: str | None,
        *,
        known: int = 1,
    ) -> Signed:
        """Give a laptop back its own changes of one of its incarnations, above a seq.

        A revoked one is given nothing.

        Raises:
            Rejected: the statement or its signature is not right.
        """
        path = f"/v1/changes?inc={inc}&after={after}"
        payload, request = _read_statement(statement_header, "GET", path, self.keyring.aud)
        key = self.find_key(header)
        _check(key.public, dsse.REQUEST, payload, header)
        req = sha256(payload)
        wanted = self._owned(key, request.dev, inc)
        if self._owned(key, request.dev, request.inc) is None or wanted is None:
            return self._refuse(key, request.inc, req, known)
        with self.database.reading() as session:
            of = session.get_one(Incarnation, inc)
            about = session.get_one(Incarnation, request.inc)
            answer = self._answerer.about(session, about, req=req, now=self.clock.now())
            if not answer.revoked:
                answer = replace(answer, changes=given_back(session, self.keyring, of, after))
        return self._answerer.sign(answer, known=known)

    def _answer(self, asked: _Asked, *, known: int, **device: str) -> Signed:
        """Check a request of a registered laptop, note it on the device, and answer it."""
        payload, request = _read_statement(
            asked.statement, asked.method, asked.path, self.keyring.aud
        )
        key = self.find_key(asked.header)
        _check(key.public, dsse.REQUEST, payload, asked.header)
        if request.body != sha256(asked.body):
            raise Rejected(400, "bad_request")
        req = sha256(payload)
        if self._owned(key, request.dev, request.inc) is None:
            return self._refuse(key, request.inc, req, known)
        now = self.clock.now()
        with self.database.writing() as session:
            session.connection().execute(
                update(Device)
                .where(col(Device.id) == request.dev)
                .values(last_contact=now, **device)
            )
        with self.database.reading() as session:
            inc = session.get_one(Incarnation, request.inc)
            answer = self._answerer.about(session, inc, req=req, now=now)
        return self._answerer.sign(answer, known=known)

    def register(
        self,
        body: bytes,
        statement_header: str | None,
        header: str | None,
        address: str,
        *,
        known: int = 1,
    ) -> Signed:
        """Register a laptop with a one-use code.

        Raises:
            Rejected: too many wrong codes, or the request is not right.
        """
        wait = self.tries.wait(address)
        if wait:
            raise Rejected(429, "too_many_tries", retry_after=wait)
        payload, request = _read_statement(
            statement_header, "POST", "/v1/register", self.keyring.aud
        )
        try:
            registration = read_registration(body)
        except BadMessage as error:
            raise Rejected(400, "bad_request") from error
        signer, _ = _read_header(header)
        if signer != key_id(registration.key):
            raise Rejected(401, "unknown_key")
        _check(registration.key, dsse.REQUEST, payload, header)
        if request.body != sha256(body):
            raise Rejected(400, "bad_request")
        signed, refused = register(
            self.database,
            self._answerer,
            request,
            registration,
            req=sha256(payload),
            now=self.clock.now(),
            known=known,
        )
        if refused:
            self.tries.note_wrong(address)
        return signed

    def _owned(self, key: KnownKey, dev: str, inc_id: str) -> bytes | None:
        """Return the key that an incarnation began with, if it and the device own `key`."""
        with self.database.reading() as session:
            inc = session.get(Incarnation, inc_id)
            if inc is None or not inc.device_id == dev == key.device_id:
                return None
            return session.get_one(DeviceKey, inc.key_id).public

    def _refuse(self, key: KnownKey, inc: str, req: bytes, known: int) -> Signed:
        answer = self._answerer.refusal(
            inc=inc, device_key=key.public, req=req, now=self.clock.now(), refused=NOT_YOURS
        )
        return self._answerer.sign(answer, known=known)


def _read_header(header: str | None) -> tuple[str, bytes]:
    try:
        return dsse.read_header(header)
    except BadMessage as error:
        raise Rejected(400, "no_signature") from error


def _check(public: bytes, payload_type: str, payload: bytes, header: str | None) -> None:
    _, signature = _read_header(header)
    try:
        verify(public, payload_type, payload, signature)
    except BadSignature as error:
        raise Rejected(401, "bad_signature") from error


def _introduced_key(said: Introduction, request: Request) -> bytes:
    """Return the public key that an introduction gives to the incarnation that makes it."""
    for one in said.vouches:
        if one.vouch.inc == request.inc:
            return one.vouch.key
    for text, _ in said.certificates:
        try:
            certificate = read_certificate(text.encode("utf-8"))
        except BadMessage as error:
            raise Rejected(400, "bad_request") from error
        if certificate.inc == request.inc:
            return certificate.key
    raise Rejected(400, "bad_request")


def _read_statement(header: str | None, method: str, path: str, aud: str) -> tuple[bytes, Request]:
    """Read a request statement and check that it is over this very request."""
    if header is None or len(header) > MAX_STATEMENT:
        raise Rejected(400, "bad_request")
    try:
        payload = unb64(header)
        request = read_request(payload)
    except BadMessage as error:
        raise Rejected(400, "bad_request") from error
    if request.aud != aud:
        raise Rejected(400, "wrong_aud")
    if (request.method, request.path) != (method, path):
        raise Rejected(400, "bad_request")
    return payload, request
