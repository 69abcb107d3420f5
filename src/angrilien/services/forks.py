"""When this laptop's log may have been written on elsewhere: a new incarnation, by itself.

A safety copy was put back, acts are missing, a disk was cloned, the server holds other changes
under our numbers. A new incarnation and a new key begin, vouched for by the old one, before another
act is written where it is seen at the opening. What the server had not acknowledged is offered
again under new numbers (no second effect: the same rows, the same commits); what it has and we lack
is taken back.
"""

from __future__ import annotations

import logging
import secrets
from typing import Final

from angrilien.errors import NotOurServer
from angrilien.services import heads
from angrilien.services.notebook import Notebook
from angrilien.services.speaking import who, who_of
from angrilien.store import facts, fork, log, marks, pull
from angrilien.store.store import FORK, PULL, Identity, Store
from angrilien.sync.jobs import Job, own_changes_job, vouch_job
from angrilien.vault.signing import BadSignature, Signer
from angrilien.wire import dsse
from angrilien.wire.answer import Answer
from angrilien.wire.canonical import BadMessage, unb64
from angrilien.wire.change import Change, next_chain
from angrilien.wire.ids import new_id
from angrilien.wire.keys import key_id
from angrilien.wire.push import Push, decode_push
from angrilien.wire.vouch import SignedVouch, Vouch

VOUCHING: Final = "vouching incarnation"
"""Fact: the incarnation whose key vouches for the present one, until the server has taken it."""
TAKING_BACK: Final = "taking back"
"""Fact: the incarnation whose changes the server may have beyond ours."""
CERTIFICATE: Final = "certificate "
"""Facts: the certificates of former keys, by key id: their sheets are verified with them."""
_log = logging.getLogger(__name__)


def begin_at_opening(nb: Notebook) -> None:
    """Begin a new incarnation before anything is written on what was put back, or has lost acts.

    Under the former one, new acts would take the numbers of those that the server still has.
    """
    found = heads.check(nb)
    if found not in (heads.Found.PUT_BACK, heads.Found.LOST) or not _is_registered(nb):
        return
    if heads.is_of(nb, nb.store.identity.inc):
        # Missing acts are said until they are back, or until somebody decided: the head stays.
        begin_anew(nb, keep_head=found is heads.Found.LOST)


def begin_if_put_back(nb: Notebook) -> None:
    """Begin a new incarnation if the notebook was put back since it was opened.

    Before its registration a laptop is known to nobody: the token alone is made anew.
    """
    if not nb.has_vault or heads.check(nb) is not heads.Found.PUT_BACK:
        return
    if _is_registered(nb):
        begin_anew(nb)
    else:
        with nb.store.write() as connection:
            facts.put(connection, "token", secrets.token_hex(16))
        heads.renew(nb)


def _is_registered(nb: Notebook) -> bool:
    with nb.store.read() as connection:
        return bool(marks.read(connection).cert)


def begin_anew(nb: Notebook, *, keep_head: bool = False) -> None:
    """Begin a new incarnation, whatever the reason; the head follows unless it is to be kept."""
    former, signer = nb.store.identity, Signer.generate()
    fresh = Identity(dev=former.dev, inc=new_id(), seed=signer.seed, public=signer.public)
    now = nb.clock.now()
    with nb.store.write(FORK) as connection:
        # What was acknowledged was compared: up to there both logs are one.
        common = min(marks.read(connection).ack, nb.store.position(connection).seq)
        vouch = Vouch(
            aud=nb.programme.aud,
            dev=former.dev,
            inc=fresh.inc,
            key=fresh.public,
            former=former.inc,
            common=common,
            made=max(now, 0),
        )
        said = vouch.canonical()
        body = SignedVouch(
            vouch=vouch,
            signature=Signer(former.seed).sign(dsse.VOUCH, said),
            proof=signer.sign(dsse.VOUCH, said),
        ).canonical()
        moved = fork.begin(
            connection,
            former,
            fresh,
            common=common,
            made_at=now,
            vouch=body,
            token=secrets.token_hex(16),
        )
        facts.put(connection, VOUCHING, former.inc)
        facts.put(connection, TAKING_BACK, former.inc)
    nb.store.identity = fresh
    nb.forget_what_was_read()
    if nb.has_vault and not keep_head:
        heads.renew(nb)
    _log.info("a new incarnation began, %d changes above %d come again", moved, common)


def next_job(nb: Notebook) -> Job | None:
    """Return what must be exchanged before anything is pushed: a vouch, what is taken back."""
    begin_if_put_back(nb)
    with nb.store.read() as connection:
        vouching = facts.get(connection, VOUCHING)
        taking_back = facts.get(connection, TAKING_BACK)
        if vouching:
            former = next(o for o in nb.store.identities(connection) if o.inc == vouching)
            body = log.vouch_of(connection, nb.store.identity.inc)
            return vouch_job(who_of(nb, former), body)
        if taking_back:
            return own_changes_job(who(nb), taking_back, log.last_seq(connection, taking_back))
    return None


def record_vouch(nb: Notebook, answer: Answer) -> None:
    """Write down that the server knows the new incarnation.

    Raises:
        NotOurServer: the certificate is not one of this device and key.
    """
    identity = nb.store.identity
    try:
        certificate = nb.programme.check_certificate(answer.cert, answer.cert_sig)
    except (BadSignature, BadMessage) as error:
        raise NotOurServer from error
    mine = (identity.dev, identity.public, identity.inc)
    if (certificate.dev, certificate.key, certificate.inc) != mine:
        raise NotOurServer
    with nb.store.write() as connection:
        kept = marks.read(connection)
        former = next(
            one
            for one in nb.store.identities(connection)
            if one.inc == facts.get(connection, VOUCHING)
        )
        facts.put(connection, CERTIFICATE + key_id(former.public), f"{kept.cert_sig}\n{kept.cert}")
        marks.put(connection, cert=answer.cert, cert_sig=answer.cert_sig)
        facts.drop(connection, VOUCHING)
    nb.venues_changed()


def record_own_changes(nb: Notebook, answer: Answer) -> None:
    """Take back what the server has of a former incarnation beyond ours."""
    with nb.store.read() as connection:
        former = facts.get(connection, TAKING_BACK)
        identity = next(one for one in nb.store.identities(connection) if one.inc == former)
        end = log.position(connection, former, identity.public)
    push = _read(answer, former, end.seq, end.chain)
    if push is None:
        with nb.store.write() as connection:
            facts.drop(connection, TAKING_BACK)
        return
    changes = _follow(nb.store, former, end.chain, push)
    with nb.store.write(PULL) as connection:
        pull.take(connection, changes, end.chain)
    nb.forget_what_was_read()
    nb.store.has_grown = True


def _follow(store: Store, inc: str, chain: bytes, push: Push) -> list[Change]:
    keys = [(line.entity, line.entity_id) for line in push.lines]
    with store.read() as connection:
        last = log.last_revisions(connection, inc, keys)
    changes = []
    for line in push.lines:
        key = (line.entity, line.entity_id)
        head = line.head(inc, last.get(key))
        last[key] = line.seq
        chain = next_chain(chain, head, line.commit)
        changes.append(Change(head=head, commit=line.commit, chain=chain, body=line.body))
    return changes


def _read(answer: Answer, inc: str, seq: int, chain: bytes) -> Push | None:
    """Return what follows our own end, None where nothing does, or another log."""
    if not answer.changes:
        return None
    try:
        push = decode_push(unb64(answer.changes))
    except BadMessage:
        return None
    follows = (push.header.inc, push.header.first, push.header.prev) == (inc, seq + 1, chain)
    return push if follows else None
