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
from collections.abc import Sequence
from typing import Final

from angrilien.services import heads
from angrilien.services.notebook import Notebook
from angrilien.services.revocation import BOXES_SENT
from angrilien.store import certificates, facts, fork, marks
from angrilien.store.store import FORK, Identity
from angrilien.vault.signing import Signer
from angrilien.wire import dsse
from angrilien.wire.ids import new_id
from angrilien.wire.vouch import SignedVouch, Vouch

INTRODUCING: Final = "introducing"
"""Fact: the server is to be told who we are, until it has taken it."""
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


def begin_anew(
    nb: Notebook,
    *,
    keep_head: bool = False,
    from_the_start: bool = False,
    besides: Sequence[tuple[str, int, int]] = (),
) -> None:
    """Begin a new incarnation, whatever the reason.

    Args:
        nb: the notebook.
        keep_head: the head stays, which tells that acts are missing.
        from_the_start: what was acknowledged is offered again too.
        besides: acts of incarnations before that are offered again, as `store.fork.begin`.
    """
    former, signer = nb.store.identity, Signer.generate()
    fresh = Identity(dev=former.dev, inc=new_id(), seed=signer.seed, public=signer.public)
    now = nb.clock.now()
    with nb.store.write(FORK) as connection:
        # What was acknowledged was compared: up to there both logs are one.
        common = min(marks.read(connection).ack, nb.store.position(connection).seq)
        if from_the_start:
            common = 0
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
            besides=besides,
        )
        certificates.keep_present(connection, former)
        facts.put(connection, INTRODUCING, "1")
        # The server may hold those of a later key than a notebook that was put back has.
        facts.drop(connection, BOXES_SENT)
    nb.store.identity = fresh
    nb.forget_what_was_read()
    if nb.has_vault and not keep_head:
        heads.renew(nb)
    _log.info("a new incarnation began, %d changes above %d come again", moved, common)
