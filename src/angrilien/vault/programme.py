"""What a laptop knows of its programme before any contact: address, root key, list of keys.

`programme.json`: `{"aud", "server", "root", "keys", "keys_sig"}`; `keys` is the signed text of the
list in force at the build, `keys_sig` its `key id, signature` by the root key.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from pathlib import Path

from angrilien.errors import BadProgramme, FileUnreadable
from angrilien.paths import resource
from angrilien.vault.signing import BadSignature, verify
from angrilien.wire import dsse
from angrilien.wire.canonical import BadMessage, b64, unb64
from angrilien.wire.keys import Certificate, KeyList, key_id, read_certificate, read_key_list


@dataclass(frozen=True, slots=True, kw_only=True)
class Programme:
    """A programme: its name on the wire, its server, its root key and its keys.

    `server` is empty where no server is known yet: everything is kept on the laptop.
    """

    aud: str
    server: str
    root: bytes
    keys: KeyList
    keys_text: str
    keys_signature: str

    def newer(self, keys_text: str, keys_signature: str) -> Programme:
        """Return the programme with a newer list of keys, or itself if the list is not newer.

        Raises:
            BadProgramme: the list is not signed by the root key, or is another programme's.
        """
        keys = _read_keys(self.aud, self.root, keys_text, keys_signature)
        if keys.number <= self.keys.number:
            return self
        return replace(self, keys=keys, keys_text=keys_text, keys_signature=keys_signature)

    def check_signed(
        self, payload_type: str, payload: bytes, header: str | None, *, use: str = "sign"
    ) -> str:
        """Check that a listed key of the programme signed `payload`; return the key's id.

        `use` is the key's: the server's day-to-day key, or the one of the venues' profiles.

        Raises:
            BadSignature: no such key, a withdrawn one, or a signature that is not its own.
        """
        try:
            wanted, signature = dsse.read_header(header)
        except BadMessage as error:
            raise BadSignature from error
        key = self.keys.find(wanted, use)
        if key is None:
            raise BadSignature
        verify(key.public, payload_type, payload, signature)
        return wanted

    def check_certificate(self, text: str, header: str) -> Certificate:
        """Read a device certificate that a listed key signed.

        Raises:
            BadSignature: as `check_signed`.
            BadMessage: what was signed is no certificate of this programme.
        """
        payload = text.encode("utf-8")
        self.check_signed(dsse.DEVICE, payload, header)
        certificate = read_certificate(payload)
        if certificate.aud != self.aud:
            raise BadMessage("a certificate of another programme")
        return certificate

    def to_json(self) -> str:
        """Return the text of a `programme.json`."""
        return json.dumps(
            {
                "aud": self.aud,
                "server": self.server,
                "root": b64(self.root),
                "keys": self.keys_text,
                "keys_sig": self.keys_signature,
            },
            ensure_ascii=False,
            indent=1,
        )


def load_programme(path: Path | None = None) -> Programme:
    """Read a `programme.json`: the one that came with the application, or that of `path`.

    Raises:
        FileUnreadable: the file cannot be read.
        BadProgramme: it is malformed, or its list is not signed by its root key.
    """
    try:
        text = (path or resource("programme.json")).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise FileUnreadable from error
    try:
        value = json.loads(text)
        names = ("aud", "server", "root", "keys", "keys_sig")
        aud, server, root_text, keys_text, signature = (value[name] for name in names)
        root = unb64(root_text, 32)
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise BadProgramme from error
    if not all(isinstance(text, str) for text in (aud, server, keys_text, signature)):
        raise BadProgramme
    return Programme(
        aud=aud,
        server=server.rstrip("/"),
        root=root,
        keys=_read_keys(aud, root, keys_text, signature),
        keys_text=keys_text,
        keys_signature=signature,
    )


def _read_keys(aud: str, root: bytes, text: str, header: str) -> KeyList:
    try:
        payload = text.encode("utf-8")
        signer, signature = dsse.read_header(header)
        if signer != key_id(root):
            raise BadProgramme
        verify(root, dsse.KEYS, payload, signature)
        keys = read_key_list(payload)
    except (BadMessage, BadSignature, UnicodeEncodeError) as error:
        raise BadProgramme from error
    if keys.aud != aud:
        raise BadProgramme
    return keys
