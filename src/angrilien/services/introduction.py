"""Saying to the server who this laptop is, and bringing both logs together after a loss.

Needed when a new incarnation began, when the server says that it was put back to a backup (its
epoch is another one), and when it does not know our key any more. In this order: the laptop shows
its certificates and vouches; it takes back what the server holds of its other incarnations and it
lacks; it offers again, of each incarnation before the present one, what the server lacks.
"""

from __future__ import annotations

from typing import Final

from angrilien.errors import NotOurServer, Refused
from angrilien.services import offering, photos
from angrilien.services.forks import INTRODUCING
from angrilien.services.memory import Memory
from angrilien.services.notebook import Notebook
from angrilien.services.revocation import BOXES_SENT
from angrilien.services.speaking import who
from angrilien.store import certificates, facts, log, marks, pull
from angrilien.store.store import PULL, Store
from angrilien.sync.jobs import (
    AGAIN,
    INTRODUCE,
    LOOK,
    OWN,
    Job,
    introduction_job,
    own_changes_job,
)
from angrilien.vault.signing import BadSignature
from angrilien.wire.answer import Answer
from angrilien.wire.canonical import BadMessage, unb64
from angrilien.wire.change import Change, next_chain
from angrilien.wire.introduction import Introduction
from angrilien.wire.keys import Certificate
from angrilien.wire.push import Push, decode_push

KINDS: Final = frozenset({INTRODUCE, OWN, LOOK, AGAIN})
"""Kinds of exchange of this module."""
TAKING_BACK: Final = "taking back"
"""Fact: incarnations of which the server may hold more than we do, separated by spaces."""


def server_was_put_back(nb: Notebook) -> None:
    """Take note of another epoch: what the server was told before may be lost there."""
    with nb.store.write() as connection:
        facts.put(connection, INTRODUCING, "1")
        facts.drop(connection, BOXES_SENT)
    photos.server_was_put_back(nb)
    offering.server_was_put_back(nb)


def next_job(nb: Notebook, limit: int) -> Job | None:
    """Return what must be exchanged before anything is pushed, None where nothing must."""
    introducing = is_needed(nb)
    with nb.store.read() as connection:
        taking_back = facts.get(connection, TAKING_BACK).split()
        last = log.last_seq(connection, taking_back[0]) if taking_back else 0
    if introducing:
        return own_job(nb)
    if taking_back:
        return own_changes_job(who(nb), taking_back[0], last)
    return offering.next_job(nb, limit)


def own_job(nb: Notebook) -> Job:
    """Return the request that tells the server who this laptop is, whether it knows or not."""
    return introduction_job(who(nb), _introduction(nb))


def record(nb: Notebook, job: Job, answer: Answer, memory: Memory | None = None) -> None:
    """Write down what the server said to one of these jobs.

    Raises:
        NotOurServer: it speaks of what was not asked.
        Refused: it does not believe us.
    """
    if answer.refused:
        raise Refused
    if job.kind == INTRODUCE:
        record_introduction(nb, answer)
    elif job.kind == OWN:
        _record_own_changes(nb, answer)
    else:
        offering.record(nb, job, answer, memory)


# --- who we are ----------------------------------------------------------------------------------


def _introduction(nb: Notebook) -> Introduction:
    with nb.store.read() as connection:
        kept = marks.read(connection)
        known = certificates.others(connection)
    if kept.cert:
        known.append((kept.cert, kept.cert_sig))
    return Introduction(certificates=tuple(known), vouches=tuple(offering.vouches(nb)))


def is_needed(nb: Notebook) -> bool:
    """Tell whether the server is to be told who we are."""
    with nb.store.read() as connection:
        return bool(facts.get(connection, INTRODUCING)) or nb.is_unknown_there


def record_introduction(nb: Notebook, answer: Answer) -> None:
    """Write down that the server knows this laptop's incarnations.

    Raises:
        NotOurServer: the certificate is not one of this laptop's.
    """
    identity = nb.store.identity
    certificate = _certificate(nb, answer.cert, answer.cert_sig)
    mine = (identity.dev, identity.public, identity.inc)
    if (certificate.dev, certificate.key, certificate.inc) != mine:
        raise NotOurServer
    others = [(_certificate(nb, text, sig), text, sig) for text, sig in answer.certs]
    nb.is_unknown_there = False
    with nb.store.write() as connection:
        marks.put(connection, cert=answer.cert, cert_sig=answer.cert_sig)
        for other, text, signature in others:
            if other.dev == identity.dev:
                certificates.keep(connection, other.key, text, signature)
                nb.store.remember_incarnation(connection, other.inc, other.key)
        facts.put(connection, TAKING_BACK, " ".join(other.inc for other, _, _ in others))
        facts.drop(connection, INTRODUCING)
    nb.venues_changed()


def _certificate(nb: Notebook, text: str, signature: str) -> Certificate:
    try:
        return nb.programme.check_certificate(text, signature)
    except (BadSignature, BadMessage) as error:
        raise NotOurServer from error


# --- what the server has and we lack -------------------------------------------------------------


def _record_own_changes(nb: Notebook, answer: Answer) -> None:
    with nb.store.read() as connection:
        inc, *rest = facts.get(connection, TAKING_BACK).split()
        identity = next(one for one in nb.store.identities(connection) if one.inc == inc)
        end = log.position(connection, inc, identity.public)
    push = _read(answer, inc, end.seq, end.chain)
    if push is None:
        with nb.store.write() as connection:
            facts.put(connection, TAKING_BACK, " ".join(rest))
        return
    changes = _follow(nb.store, inc, end.chain, push)
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
