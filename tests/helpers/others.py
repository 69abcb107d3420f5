"""Changes of another laptop of the café, as a pull brings them."""

from __future__ import annotations

from angrilien.domain.record import Record, split
from angrilien.services.notebook import Notebook
from angrilien.store import certificates, pull
from angrilien.store.store import PULL
from angrilien.vault.signing import Signer
from angrilien.wire.canonical import dumps
from angrilien.wire.change import SCHEMA, Body, Head, Revision
from angrilien.wire.ids import new_id
from angrilien.wire.keys import Certificate
from angrilien.wire.pull import Given

OTHER = {"dev": new_id(), "inc": new_id()}


def comes(nb: Notebook, *records: Record, base: Revision | None = None, first: int = 1) -> None:
    """Have changes of another laptop of the café arrive, as a pull brings them."""
    given = []
    for seq, record in enumerate(records, start=first):
        halves = [dumps(half).decode() for half in split(record)]
        body = Body(salt=bytes(16), shared=halves[0], private=halves[1])
        head = Head(
            inc=OTHER["inc"],
            seq=seq,
            schema=SCHEMA,
            entity=record.ENTITY,
            entity_id=record.id,
            op="put",
            base=base,
            at=nb.clock.now(),
            tz="Europe/Paris",
            clock="ok",
            hlc=nb.clock.now() * 1000,
            author=new_id(),
        )
        given.append(
            Given(
                head=head,
                commit=body.commit(),
                body=body,
                shared=body.shared,
                digest=body.private_digest(),
            )
        )
    key = Signer.generate().public
    certificate = Certificate(
        aud="essai", key=key, since=1, issued=1, venues=(), level="complet", **OTHER
    )
    with nb.store.write(PULL) as connection:
        pull.take_others(connection, given)
        text = certificate.canonical().decode()
        certificates.keep_of_another(connection, key, text, "")
    nb.others_wrote()
