"""What the other laptops of the same venues wrote: taken from the server, a portion at a time.

A cursor tells how far; it rises with what it stands for, in one transaction. What is not known to
be whole changes nothing, and is asked for again.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from typing import Final

from angrilien import __version__
from angrilien.errors import NotOurServer, Refused
from angrilien.services.notebook import Notebook
from angrilien.services.speaking import who
from angrilien.services.venues import VENUES_ORDER
from angrilien.store import certificates, facts, marks, merging, pull, workshops
from angrilien.store.store import PULL
from angrilien.sync.jobs import Job, pull_job
from angrilien.vault.signing import BadSignature
from angrilien.wire.answer import Answer
from angrilien.wire.canonical import BadMessage, sha256
from angrilien.wire.keys import Certificate
from angrilien.wire.pull import Given, decode_given

PULLED: Final = "pulled"
"""Fact: number of the last change of others that is here, and what it was counted under."""
OFFERED: Final = "offered by others"
"""Fact: number of the last change of others that the server told of."""
AROUND: Final = 3_600_000
"""Milliseconds before and after a workshop in which it may be shared."""
_log = logging.getLogger(__name__)


def told(nb: Notebook, answer: Answer) -> None:
    """Take note of how far others have written (in the store lane)."""
    with nb.store.write() as connection:
        facts.put(connection, OFFERED, str(answer.feed))


def next_job(nb: Notebook) -> Job | None:
    """Return the question for what others wrote, None where all of it is here."""
    with nb.store.read() as connection:
        kept = marks.read(connection)
        offered = int(facts.get(connection, OFFERED) or 0)
    if kept.revoked or not kept.cert:
        return None
    after = _cursor(nb)
    if offered <= after:
        return None
    nb.asked_others = (_count(nb), after)
    return pull_job(who(nb), after)


def is_shared(nb: Notebook) -> bool:
    """Tell whether a workshop goes on that another laptop of the venue may note people at too."""
    now = nb.clock.now()
    with nb.store.read() as connection:
        if not certificates.of_neighbours(connection):
            return False
        return workshops.is_one_under_way(connection, now - AROUND, now + AROUND)


def record(nb: Notebook, answer: Answer) -> int:
    """Keep what others wrote; return how many rows are other ones than before.

    Raises:
        NotOurServer: it is not what a server of ours gives; nothing of it was kept.
        Refused: we are given nothing.
    """
    if answer.refused or answer.revoked:
        raise Refused
    count, after = nb.asked_others
    some, authors = _checked(nb, answer)
    if answer.feed <= after and (some or answer.more):
        raise NotOurServer  # it would be asked the same for ever
    # Other venues since it was asked, or a server that was put back: what came is kept, and all of
    # it asked for anew.
    holds = count == _count(nb)
    try:
        with nb.store.write(PULL) as connection:
            made = pull.take_others(connection, some)
            for one, text, signature in authors:
                certificates.keep_of_another(connection, one.key, text, signature)
            if holds:
                facts.put(connection, PULLED, f"{answer.feed} {count}")
            if holds and not answer.more:
                facts.put(connection, OFFERED, str(answer.feed))
                made += merging.settle(connection, merging.orphans(connection))
    except pull.OtherChange as error:
        _log.warning("the server gives another change than the one that is here")
        raise NotOurServer from error
    if made:
        nb.others_wrote()
    return made


def _cursor(nb: Notebook) -> int:
    """Return how far the changes of others are here.

    For other venues than before, after the server was put back, or for another version of the
    application, it begins anew.
    """
    with nb.store.read() as connection:
        number, _, count = facts.get(connection, PULLED).partition(" ")
    return int(number) if number and count == _count(nb) else 0


def _count(nb: Notebook) -> str:
    """Return what a cursor counts in: this server, since it was last put back, and these venues."""
    with nb.store.read() as connection:
        kept = marks.read(connection)
        venues = facts.get(connection, VENUES_ORDER)
    # An application of another version may read what this one could not.
    return sha256(f"{kept.epoch}\n{kept.cert}\n{venues}\n{__version__}".encode()).hex()[:16]


def _checked(
    nb: Notebook, answer: Answer
) -> tuple[Sequence[Given], list[tuple[Certificate, str, str]]]:
    """Return the changes that came, and the certificates of those who wrote them.

    Each author is another laptop that the programme certified; each body is the one that its commit
    names, for the commit is computed from it.
    """
    if not answer.pulled:
        return (), []
    try:
        some = decode_given(answer.pulled)
        authors = [
            (nb.programme.check_certificate(text, signature), text, signature)
            for text, signature in answer.certs
        ]
    except (BadMessage, BadSignature) as error:
        raise NotOurServer from error
    own = nb.store.identity.dev
    certified = {one.inc for one, _, _ in authors if one.dev != own}
    if not {one.head.inc for one in some} <= certified:
        raise NotOurServer
    return some, authors
