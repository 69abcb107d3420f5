"""Why the other end of a TLS connection was not taken for the programme's server.

Trust is the operating system's, so the reason comes in three languages: OpenSSL's numbers of
verification errors (https://docs.openssl.org/3.0/man1/openssl-verification-options/), those of
Windows (CERT_CHAIN_POLICY_STATUS) and those of macOS (SecBase.h).
"""

from __future__ import annotations

import ssl
from collections.abc import Iterator
from typing import Final

from angrilien.errors import KnownError, NotOurServer, Way

_OUT_OF_DATE: Final = frozenset({9, 10, 0x800B0101, -67818, -67819})
"""Not valid yet, or no longer."""
_OTHER_NAME: Final = frozenset({62, 63, 64, 0x800B010F, -67602})
"""Of another host, mail address or IP address."""
_NOT_TLS: Final = frozenset({"WRONG_VERSION_NUMBER", "HTTP_REQUEST", "RECORD_LAYER_FAILURE"})
"""What answered does not speak TLS at all: a portal's page in clear, on every port."""


class AuthorityUnknown(KnownError):
    """Nobody whom this computer trusts vouches for the certificate: mostly a portal or a filter."""

    sentence = (
        "Ce réseau demande peut-être une connexion. Ouvrez une page Internet, puis réessayez."
    )
    button = "Réessayer maintenant"
    way = Way.SEND


class CertificateElsewhere(KnownError):
    """The certificate is genuine and of another host: mostly a portal that turns all its way."""

    sentence = "Ce réseau mène ailleurs qu’au programme. Ouvrez une page Internet, puis réessayez."
    button = "Réessayer maintenant"
    way = Way.SEND


class CertificateOutOfDate(KnownError):
    """By this computer's clock: mostly the clock is wrong, else the programme forgot a renewal."""

    sentence = "Vérifiez la date de cet ordinateur. Si elle est juste, appelez le programme."
    button = "Réessayer maintenant"
    way = Way.SEND


def distrust(error: BaseException) -> KnownError | None:
    """Return why TLS would not speak to what answered, None where something else went wrong.

    A handshake that was only cut is everyday trouble of the road, and none of this.

    Args:
        error: as the HTTP library raised it; the reason stands somewhere below.
    """
    for one in _below(error):
        if isinstance(one, ssl.SSLCertVerificationError):
            # Windows tells unsigned numbers, OpenSSL and macOS signed ones; some tell none.
            code = getattr(one, "verify_code", 0)
            if code in _OUT_OF_DATE:
                return CertificateOutOfDate()
            return CertificateElsewhere() if code in _OTHER_NAME else AuthorityUnknown()
        if isinstance(one, ssl.SSLError) and one.reason in _NOT_TLS:
            return NotOurServer()
    return None


def _below(error: BaseException) -> Iterator[BaseException]:
    """Give an error and all those that it was raised from, or carries, each once."""
    waiting, seen = [error], set[int]()
    while waiting:
        one = waiting.pop()
        if id(one) not in seen:
            seen.add(id(one))
            yield one
            inside = [*one.args, getattr(one, "reason", None), one.__cause__, one.__context__]
            waiting += [part for part in inside if isinstance(part, BaseException)]
