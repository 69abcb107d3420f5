"""What the server does with each request, between the routes and the database. No HTTP here."""

from __future__ import annotations

import logging
import threading
from contextlib import suppress
from dataclasses import replace
from typing import Final

from sqlalchemy import update
from sqlalchemy.exc import OperationalError
from sqlmodel import Session, col

from angrilien.domain.clock import Clock
from angrilien.errors import KnownError
from angrilien.server.access import use_key
from angrilien.server.answers import Answerer, Signed
from angrilien.server.asking import Asked, KnownKey, Rejected, Speaker, check, signer_of, speaker_of
from angrilien.server.blobs import Piece, take
from angrilien.server.boxes import keep_boxes
from angrilien.server.bundles import given, offered
from angrilien.server.database import Database
from angrilien.server.erasure import compact
from angrilien.server.errors import UnknownVenue
from angrilien.server.giving import newest, portion
from angrilien.server.held import held_items
from angrilien.server.incarnations import (
    NOT_VOUCHED,
    given_back,
    introduce,
    introduced_key,
    other_certificates,
)
from angrilien.server.ingest import store
from angrilien.server.installers import KINDS, Bases, Installer, check_base, installer
from angrilien.server.keyring import Keyring
from angrilien.server.limits import BUSY_SECONDS, Tries
from angrilien.server.orders import orders_after, tag_of
from angrilien.server.profiles import make_profile
from angrilien.server.projections import TRANSIENT, apply_new, retry_held
from angrilien.server.registration import certificate_of, register
from angrilien.server.tables import Device, DeviceKey, Incarnation
from angrilien.wire import dsse
from angrilien.wire.answer import Answer
from angrilien.wire.canonical import MAX_INT, BadMessage, sha256
from angrilien.wire.introduction import read_introduction
from angrilien.wire.keys import key_id
from angrilien.wire.push import open_push
from angrilien.wire.request import read_boxes, read_registration

_LOG = logging.getLogger(__name__)
CODE_DAYS: Final = 30
"""How long the code of an installer is good that was fetched."""
NOT_YOURS: Final = "not_yours"
"""Signed refusal: the device, or the incarnation, is not the one that owns the key."""


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
        wanted = signer_of(header)
        with self.database.reading() as session:
            key = session.get(DeviceKey, wanted)
            if key is None:
                raise Rejected(401, "unknown_key")
            return KnownKey(key.id, key.device_id, key.public)

    def push(
        self,
        body: bytes,
        header: str | None,
        key: KnownKey,
        *,
        known: int = 1,
        req: bytes = b"",
    ) -> Signed:
        """Take an envelope and return the signed answer.

        `known` is the number of the list of keys that the laptop has; `req` is the SHA-256 of the
        sealed part in which the envelope came, if it did.

        Raises:
            Rejected: the signature, the envelope or the programme is not right.
        """
        check(key.public, dsse.PUSH, body, header)
        with self._gate:
            return self._push(body, key, known, req or sha256(body))

    def _push(self, body: bytes, key: KnownKey, known: int, req: bytes) -> Signed:
        try:
            header, lines = open_push(body)
            if header.aud != self.keyring.aud:
                raise Rejected(400, "wrong_aud")
            inc_key = self._owned(key, header.dev, header.inc)
            if inc_key is None:
                return self._refuse(
                    Speaker(key=key, dev=header.dev, inc=header.inc, req=req, known=known)
                )
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
        return replace(self._answerer.sign(answer, known=known), new=stored.new)

    def contact(self, asked: Asked) -> Signed:
        """Answer a laptop that has nothing to send: with the orders that it lacks, if it does.

        Raises:
            Rejected: the statement or its signature is not right.
        """
        speaker = self._speaker(asked)
        if not self._is_owner(speaker):
            return self._refuse(speaker)
        self._note_contact(speaker)
        with self.database.reading() as session:
            answer = self._about(session, speaker)
            # A revoked laptop is told of nothing but its orders.
            feed = 0 if answer.revoked else newest(session, speaker.dev)
            bundles = () if answer.revoked else offered(session, speaker.dev)
            others = (feed, max((number for _, number in bundles), default=0))
            new, more = orders_after(session, speaker.dev, asked.tag, others)
            tag = tag_of(session, speaker.dev, new if more else None, others)
        if not new and tag == asked.tag:
            return self._answerer.sign(answer, known=speaker.known, unchanged=True)
        answer = replace(
            answer,
            orders=tuple((o.payload, o.signature) for o in new),
            more=more,
            tag=tag,
            feed=feed,
            bundles=bundles,
        )
        return self._answerer.sign(answer, known=speaker.known)

    def boxes(self, asked: Asked) -> Signed:
        """Keep the recovery boxes of a laptop's database key, in the place of older ones.

        Raises:
            Rejected: the body, the statement or its signature is not right.
        """
        try:
            boxes = read_boxes(asked.body)
        except BadMessage as error:
            raise Rejected(400, "bad_request") from error
        speaker = self._speaker(asked)
        if not self._is_owner(speaker):
            return self._refuse(speaker)
        self._note_contact(speaker)
        with self.database.writing() as session:
            if not keep_boxes(session, speaker.inc, boxes):
                _LOG.info("recovery boxes came that are older than those kept")
        return self._answer(speaker)

    def blob(self, asked: Asked, digest: str, offset: int, size: int) -> Signed:
        """Keep a piece of a photo's file; tell how much of it is held.

        Raises:
            Rejected: the request, the statement or its signature is not right, or there is no room.
        """
        piece = Piece(digest=digest, offset=offset, size=size, data=asked.body)
        if not piece.is_possible():
            raise Rejected(400, "bad_request")
        speaker = self._speaker(asked)
        if not self._is_owner(speaker):
            return self._refuse(speaker)
        try:
            taken = take(self.database, speaker.dev, piece)
        except OSError as error:
            _LOG.error("a piece of a photo could not be written: %d", error.errno or 0)
            raise Rejected(503, "busy", retry_after=BUSY_SECONDS) from error
        with self.database.reading() as session:
            answer = self._about(session, speaker)
        answer = replace(answer, refused=taken.refused, blob=(taken.held, size))
        return self._answerer.sign(answer, known=speaker.known)

    def held(self, asked: Asked) -> Signed:
        """Tell which changes of a laptop are held, and why.

        Raises:
            Rejected: the statement or its signature is not right.
        """
        speaker = self._speaker(asked)
        if not self._is_owner(speaker):
            return self._refuse(speaker)
        with self.database.reading() as session:
            answer = self._about(session, speaker)
            answer = replace(answer, items=held_items(session, speaker.dev))
        return self._answerer.sign(answer, known=speaker.known)

    def introduce(self, asked: Asked) -> Signed:
        """Learn a laptop's incarnations, by what it proves of them; answer about its present one.

        Raises:
            Rejected: the body, the statement or its signature is not right.
        """
        try:
            said = read_introduction(asked.body)
        except BadMessage as error:
            raise Rejected(400, "bad_request") from error
        request, _ = asked.read(self.keyring.aud)
        # The key need not be known yet: it is among those that are introduced.
        public = introduced_key(said, request.inc)
        if public is None:
            raise Rejected(400, "bad_request")
        if signer_of(asked.signature) != key_id(public):
            raise Rejected(401, "unknown_key")
        key = KnownKey(key_id(public), request.dev, public)
        speaker, now = speaker_of(asked, key, self.keyring.aud), self.clock.now()
        with self.database.writing() as session:
            introduce(session, self.keyring, speaker.dev, said, now)
        if self._owned(key, speaker.dev, speaker.inc) != public:
            return self._refuse(speaker, NOT_VOUCHED)
        self._note_contact(speaker)
        with self.database.reading() as session:
            inc = session.get_one(Incarnation, speaker.inc)
            cert, signature = certificate_of(session, self.keyring, inc, now)
            answer = replace(self._about(session, speaker), cert=cert, cert_sig=signature)
            if not answer.revoked:
                others = other_certificates(session, self.keyring, inc, now)
                answer = replace(answer, certs=others)
        return self._answerer.sign(answer, known=speaker.known)

    def own_changes(self, asked: Asked, inc: str, after: int) -> Signed:
        """Give a laptop back its own changes of one of its incarnations, above a seq.

        A revoked one is given nothing.

        Raises:
            Rejected: the statement or its signature is not right.
        """
        if not 0 <= after <= MAX_INT:
            raise Rejected(400, "bad_request")
        speaker = self._speaker(asked)
        if not self._is_owner(speaker) or self._owned(speaker.key, speaker.dev, inc) is None:
            return self._refuse(speaker)
        with self.database.reading() as session:
            of = session.get_one(Incarnation, inc)
            answer = self._about(session, speaker)
            if not answer.revoked:
                answer = replace(answer, changes=given_back(session, self.keyring, of, after))
        return self._answerer.sign(answer, known=speaker.known)

    def bundle(self, asked: Asked, scope: str) -> Signed:
        """Give a laptop the last bundle of one of its scopes; a revoked one is given nothing.

        Raises:
            Rejected: the statement or its signature is not right.
        """
        speaker = self._speaker(asked)
        if not self._is_owner(speaker):
            return self._refuse(speaker)
        with self.database.reading() as session:
            answer = self._about(session, speaker)
            found = None if answer.revoked else given(session, speaker.dev, scope)
        if found is not None:
            answer = replace(answer, bundle=found)
        return self._answerer.sign(answer, known=speaker.known)

    def pull(self, asked: Asked, after: int) -> Signed:
        """Give a laptop what the others of its venues wrote there, above a number.

        A revoked one is given nothing.

        Raises:
            Rejected: the statement or its signature is not right.
        """
        if not 0 <= after <= MAX_INT:
            raise Rejected(400, "bad_request")
        speaker = self._speaker(asked)
        if not self._is_owner(speaker):
            return self._refuse(speaker)
        with self.database.reading() as session:
            answer = self._about(session, speaker)
            if not answer.revoked:
                now = self.clock.now()
                found = portion(session, self.keyring, speaker.dev, after, now)
                answer = replace(
                    answer,
                    pulled=found.text,
                    feed=found.upto,
                    more=found.more,
                    certs=found.certificates,
                )
        return self._answerer.sign(answer, known=speaker.known)

    def register(self, asked: Asked) -> Signed:
        """Register a laptop with a one-use code.

        Raises:
            Rejected: too many wrong codes, or the request is not right.
        """
        wait = self.tries.wait(asked.address)
        if wait:
            raise Rejected(429, "too_many_tries", retry_after=wait)
        request, payload = asked.read(self.keyring.aud)
        try:
            registration = read_registration(asked.body)
        except BadMessage as error:
            raise Rejected(400, "bad_request") from error
        if signer_of(asked.signature) != key_id(registration.key):
            raise Rejected(401, "unknown_key")
        check(registration.key, dsse.REQUEST, payload, asked.signature)
        signed, refused = register(
            self.database,
            self._answerer,
            request,
            registration,
            req=asked.req or sha256(payload),
            now=self.clock.now(),
            known=asked.known,
        )
        if refused:
            self.tries.note_wrong(asked.address)
        return signed

    def technician(self, shown: str, address: str) -> str:
        """Return the id of the access key that somebody shows.

        Raises:
            Rejected: it is not good, or too many were tried from this address.
        """
        wait = self.tries.wait(address)
        if wait:
            raise Rejected(429, "too_many_tries", retry_after=wait)
        who = use_key(self.database, self.keyring, shown, self.clock.now())
        if not who:
            self.tries.note_wrong(address)
            raise Rejected(401, "unknown_access_key")
        return who

    def installer(self, shown: str, address: str, venue: str, kind: str) -> Installer:
        """Make a venue's installer for whoever shows an access key; nothing of it is kept here.

        Raises:
            Rejected: the key is not good, the venue is not known, or its base is not here.
        """
        who, now = self.technician(shown, address), self.clock.now()
        if kind not in KINDS:
            raise Rejected(400, "bad_request")
        bases = Bases.of(self.database.folder)
        try:
            check_base(kind, bases)
            made = make_profile(
                self.database, self.keyring, venue, days=CODE_DAYS, now=now, made_by=who
            )
            found = installer(kind, bases, made)
        except UnknownVenue as error:
            raise Rejected(404, "unknown_venue") from error
        except KnownError as error:
            _LOG.info("an installer could not be made: %s", type(error).__name__)
            raise Rejected(409, "no_installer") from error
        _LOG.info("installer %s of %s, by the access key %s", kind, venue, who)
        return found

    def retry(self) -> None:
        """Try again what the server stumbled over, or could not apply because it was busy.

        What was erased since the last time leaves the database's file, too.
        """
        retry_held(self.database, self.keyring, self.clock, codes=TRANSIENT)
        compact(self.database)

    # --- what they share -------------------------------------------------------------------------

    def _speaker(self, asked: Asked) -> Speaker:
        asked.read(self.keyring.aud)
        return speaker_of(asked, self.find_key(asked.signature), self.keyring.aud)

    def _is_owner(self, speaker: Speaker) -> bool:
        return self._owned(speaker.key, speaker.dev, speaker.inc) is not None

    def _owned(self, key: KnownKey, dev: str, inc_id: str) -> bytes | None:
        """Return the key that an incarnation began with, if it and the device own `key`."""
        with self.database.reading() as session:
            inc = session.get(Incarnation, inc_id)
            if inc is None or not inc.device_id == dev == key.device_id:
                return None
            return session.get_one(DeviceKey, inc.key_id).public

    def _note_contact(self, speaker: Speaker) -> None:
        with self.database.writing() as session:
            session.connection().execute(
                update(Device)
                .where(col(Device.id) == speaker.dev)
                .values(last_contact=self.clock.now())
            )

    def _about(self, session: Session, speaker: Speaker) -> Answer:
        inc = session.get_one(Incarnation, speaker.inc)
        return self._answerer.about(session, inc, req=speaker.req, now=self.clock.now())

    def _answer(self, speaker: Speaker) -> Signed:
        with self.database.reading() as session:
            answer = self._about(session, speaker)
        return self._answerer.sign(answer, known=speaker.known)

    def _refuse(self, speaker: Speaker, refused: str = NOT_YOURS) -> Signed:
        answer = self._answerer.refusal(
            inc=speaker.inc,
            device_key=speaker.key.public,
            req=speaker.req,
            now=self.clock.now(),
            refused=refused,
        )
        return self._answerer.sign(answer, known=speaker.known)
