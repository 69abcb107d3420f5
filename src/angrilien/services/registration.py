"""The venue's code: kept when typed, used when there is Internet, its answer written down."""

from __future__ import annotations

from angrilien.domain.codes import read_code
from angrilien.domain.entities import Alias
from angrilien.domain.ids import alias_id, provisional_venue_id
from angrilien.errors import CodeExpired, CodeRefused, KnownError, NotACode, NotOurServer, Refused
from angrilien.services.notebook import Notebook
from angrilien.store import marks
from angrilien.vault.signing import BadSignature
from angrilien.wire.answer import Answer
from angrilien.wire.canonical import BadMessage

_REFUSALS: dict[str, type[KnownError]] = {
    "code_used": CodeRefused,
    "code_unknown": CodeRefused,
    "code_expired": CodeExpired,
}


def set_code(nb: Notebook, typed: str) -> None:
    """Keep the venue's code; the next contact registers with it.

    Raises:
        NotACode: it is no code, or a letter of it is wrong.
    """
    code = read_code(typed)
    if code is None:
        raise NotACode("venue_code")
    with nb.store.write() as connection:
        marks.put(connection, venue_code=code)


def has_venue(nb: Notebook) -> bool:
    """Tell whether the programme knows this laptop and its venue."""
    with nb.store.read() as connection:
        return bool(marks.read(connection).cert)


def record_registration(nb: Notebook, answer: Answer, *, code: str) -> None:
    """Write down what a registration gave: the certificate, and what the provisional venue is.

    The workshops written before keep the "lieu à préciser" in their bodies; one alias says that it
    is the venue of the code.

    Raises:
        CodeRefused, CodeExpired, Refused: `code`, the one that was shown; it is forgotten, so that
            it is asked anew, unless another one was typed meanwhile.
        NotOurServer: the certificate is not one of this device.
    """
    if answer.refused:
        with nb.store.write() as connection:
            if marks.read(connection).venue_code == code:
                marks.put(connection, venue_code="")
        refusal = _REFUSALS.get(answer.refused, Refused)
        raise refusal
    identity = nb.store.identity
    try:
        certificate = nb.programme.check_certificate(answer.cert, answer.cert_sig)
    except (BadSignature, BadMessage) as error:
        raise NotOurServer from error
    mine = (identity.dev, identity.public, identity.inc)
    if (certificate.dev, certificate.key, certificate.inc) != mine or not certificate.venues:
        raise NotOurServer
    provisional = provisional_venue_id(identity.dev)
    with nb.store.act(nb.stamp()) as act:
        act.put(
            Alias(
                id=alias_id("venue", provisional),
                kind="venue",
                from_id=provisional,
                to_id=certificate.venues[0][0],
            )
        )
        marks.put(act.connection, cert=answer.cert, cert_sig=answer.cert_sig, venue_code="")
    nb.venues_changed()
