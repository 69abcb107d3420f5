"""What the programme publishes, taken whole or not at all: venues, themes, workshops it planned.

A bundle counts if the programme signed it, for a scope of ours, under a higher number than the one
that is here; it is applied in one transaction, and the one before stays beside it.
"""

from __future__ import annotations

import json
import logging
from typing import Final

from angrilien.domain.ids import venue_id
from angrilien.services import reference
from angrilien.services.notebook import Notebook
from angrilien.services.speaking import who
from angrilien.store import bundles, facts, marks
from angrilien.sync.jobs import Job, bundle_job
from angrilien.vault.signing import BadSignature
from angrilien.wire import dsse
from angrilien.wire.answer import Answer
from angrilien.wire.bundle import Bundle, read_bundle
from angrilien.wire.canonical import BadMessage

EVERYBODY: Final = ""
OFFERED: Final = "offered bundles"
"""Fact: scopes with the number of the bundle that the server has for each, as JSON."""
_log = logging.getLogger(__name__)


def told(nb: Notebook, answer: Answer) -> None:
    """Take note of what there is (in the store lane)."""
    with nb.store.write() as connection:
        facts.put(connection, OFFERED, json.dumps([list(pair) for pair in answer.bundles]))


def next_job(nb: Notebook) -> Job | None:
    """Return the question for a bundle that is not here, None where all are."""
    with nb.store.read() as connection:
        kept = marks.read(connection)
        for scope, number in _offered(facts.get(connection, OFFERED)):
            if number > bundles.number(connection, scope) and not kept.revoked:
                return bundle_job(who(nb), scope)
    return None


def record(nb: Notebook, scope: str, answer: Answer) -> None:
    """Apply a bundle; one that may not be applied is left, and asked for at a later contact."""
    payload, signature = answer.bundle
    found = _checked(nb, scope, payload, signature) if payload else None
    with nb.store.write() as connection:
        left = [pair for pair in _offered(facts.get(connection, OFFERED)) if pair[0] != scope]
        facts.put(connection, OFFERED, json.dumps([list(pair) for pair in left]))
        if found is None or found.number <= bundles.number(connection, scope):
            _log.warning("a bundle that came is not one for this laptop")
            return
        bundles.keep(connection, found, payload.encode("utf-8"), signature)
        bundles.put_venues(connection, ((venue_id(one.code), one) for one in found.venues))
    if found.scope == EVERYBODY:
        reference.renew_themes(found.themes)
        nb.venues_changed()
    nb.others_wrote()


def _checked(nb: Notebook, scope: str, payload: str, signature: str) -> Bundle | None:
    text = payload.encode("utf-8")
    try:
        nb.programme.check_signed(dsse.BUNDLE, text, signature)
        found = read_bundle(text)
    except (BadSignature, BadMessage):
        return None
    return found if (found.aud, found.scope) == (nb.programme.aud, scope) else None


def _offered(text: str) -> list[tuple[str, int]]:
    return [(scope, number) for scope, number in json.loads(text or "[]")]
