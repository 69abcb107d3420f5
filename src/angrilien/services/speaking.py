"""Who speaks to the server: this laptop, under its present incarnation or one before."""

from __future__ import annotations

from angrilien import __version__
from angrilien.services.notebook import Notebook
from angrilien.store.store import Identity
from angrilien.sync.jobs import Sender
from angrilien.vault.signing import Signer


def who(nb: Notebook) -> Sender:
    """Return who speaks now."""
    return who_of(nb, nb.store.identity)


def who_of(nb: Notebook, identity: Identity) -> Sender:
    """Return who speaks under an identity."""
    return Sender(
        aud=nb.programme.aud,
        dev=identity.dev,
        inc=identity.inc,
        key=identity.public,
        sign=Signer(identity.seed).header,
        app=__version__,
        keys=nb.programme.keys.number,
    )
