"""A private authority with certificates made anew for each run, and a road that speaks TLS.

Certificates (RFC 5280) with Ed25519 keys (RFC 8410) are written in DER here, in a few lines:
expired ones are made as easily as good ones, and no key lies in the repository.
"""

from __future__ import annotations

import contextlib
import ipaddress
import socket
import ssl
import time
from base64 import encodebytes
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from nacl.signing import SigningKey

from angrilien.vault.signing import Signer
from helpers.proxy import BUFFER, IO_SECONDS, Proxy, end

ED25519: Final = bytes.fromhex("06032b6570")
COMMON_NAME: Final = bytes.fromhex("0603550403")
BASIC_CONSTRAINTS: Final = bytes.fromhex("0603551d13")
SUBJECT_NAMES: Final = bytes.fromhex("0603551d11")
DAY: Final = 86_400


def der(tag: int, *parts: bytes) -> bytes:
    """One value of DER: its tag, its length, what it holds."""
    body = b"".join(parts)
    size = len(body).to_bytes((len(body).bit_length() + 7) // 8)
    length = bytes([len(body)]) if len(body) < 128 else bytes([0x80 | len(size)]) + size
    return bytes([tag]) + length + body


def _named(name: str) -> bytes:
    return der(0x30, der(0x31, der(0x30, COMMON_NAME, der(0x0C, name.encode()))))


def _instant(at: float) -> bytes:
    return der(0x17, time.strftime("%y%m%d%H%M%SZ", time.gmtime(at)).encode())


def _subject_name(host: str) -> bytes:
    try:
        return der(0x87, ipaddress.ip_address(host).packed)
    except ValueError:
        return der(0x82, host.encode())


def _pem(what: str, body: bytes) -> str:
    return f"-----BEGIN {what}-----\n{encodebytes(body).decode()}-----END {what}-----\n"


@dataclass
class Authority:
    """A root of its own; `file` is what whoever trusts it is given."""

    folder: Path
    name: str = "Autorité d’essai"
    _key: Signer = field(default_factory=Signer.generate)
    _made: int = 0

    def __post_init__(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        self.file = self.folder / "authority.pem"
        constraint = der(
            0x30, BASIC_CONSTRAINTS, b"\x01\x01\xff", der(0x04, der(0x30, b"\x01\x01\xff"))
        )
        root = self._certificate(self.name, self._key.public, constraint, -DAY, 30 * DAY)
        self.file.write_text(root)

    def issue(self, *hosts: str, begins: float = -DAY, ends: float = DAY) -> ssl.SSLContext:
        """Return what a server of these hosts needs; seconds from now on of its two dates."""
        key = Signer.generate()
        names = der(0x30, SUBJECT_NAMES, der(0x04, der(0x30, *map(_subject_name, hosts))))
        certificate = self._certificate(hosts[0], key.public, names, begins, ends)
        secret = der(0x30, b"\x02\x01\x00", der(0x30, ED25519), der(0x04, der(0x04, key.seed)))
        path = self.folder / f"{self._made}.pem"
        path.write_text(certificate + _pem("PRIVATE KEY", secret))
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(path)
        path.unlink()
        return context

    def _certificate(
        self, name: str, public: bytes, extension: bytes, begins: float, ends: float
    ) -> str:
        self._made += 1
        now = time.time()
        content = der(
            0x30,
            der(0xA0, b"\x02\x01\x02"),
            der(0x02, bytes([self._made])),
            der(0x30, ED25519),
            _named(self.name),
            der(0x30, _instant(now + begins), _instant(now + ends)),
            _named(name),
            der(0x30, der(0x30, ED25519), der(0x03, b"\x00", public)),
            der(0xA3, der(0x30, extension)),
        )
        signature = SigningKey(self._key.seed).sign(content).signature
        whole = der(0x30, content, der(0x30, ED25519), der(0x03, b"\x00", signature))
        return _pem("CERTIFICATE", whole)


class SafeRoad(Proxy):
    """The proxy, reached by TLS: `context` is what it shows from the next connection on.

    `url` has a host name, as a programme's address has.
    """

    def __init__(self, target: str, context: ssl.SSLContext | None) -> None:
        self.context = context
        """None: it speaks no TLS at all, and says what the fault has in the place of an answer."""
        super().__init__(target)
        self.url = self.url.replace("http://127.0.0.1", "https://localhost")

    def _serve(self, laptop: socket.socket) -> None:
        laptop.settimeout(IO_SECONDS)
        self._keep(laptop)
        with contextlib.suppress(OSError):  # whoever does not trust us says so, and leaves
            if self.context is None:
                laptop.recv(BUFFER)
                laptop.sendall(self.fault.instead or b"")
                end(laptop, reset=self.fault.reset)
            else:
                super()._serve(self.context.wrap_socket(laptop, server_side=True))
        self._close(laptop)
