"""The programme's own keys, in files of the server's data folder that only its owner can read.

`keyring.json` holds what the server needs each day: the signing key, the box key, the signed
list of keys. The root key stands apart in `root.key`: once the list is signed it is not
needed here, and belongs offline.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import os
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from nacl.public import PrivateKey

from angrilien.errors import BadProgramme, FileUnreadable
from angrilien.paths import make_private_dir
from angrilien.server.errors import CannotWrite, KeysUnreadable, NoProgramme, ProgrammeExists
from angrilien.vault.programme import Programme, load_programme
from angrilien.vault.signing import Signer
from angrilien.wire import dsse
from angrilien.wire.canonical import b64, unb64
from angrilien.wire.keys import KeyList, ListedKey

KEYRING: Final = "keyring.json"
ROOT: Final = "root.key"
PROGRAMME: Final = "programme.json"
_YEAR: Final = 365 * 24 * 3600 * 1000
LIFETIME: Final = 5 * _YEAR
"""How long the first signing and box keys may be used, in milliseconds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Keyring:
    """What the server signs and opens with. `repr` shows no secret.

    Attributes:
        programme: what everybody may know: name, address, root's public key, list of keys.
        signer: signs answers, receipts and certificates.
        box_seed: private half of the X25519 box key.
        pepper: keeps the stored digests of registration codes from being tried out elsewhere.
    """

    programme: Programme
    signer: Signer = field(repr=False)
    box_seed: bytes = field(repr=False)
    pepper: bytes = field(repr=False)

    @property
    def aud(self) -> str:
        """Return the programme's name on the wire."""
        return self.programme.aud

    def code_hash(self, code: str) -> bytes:
        """Return what is stored of a registration code."""
        return hmac.new(self.pepper, code.encode("ascii"), hashlib.sha256).digest()


def make_keyring(
    aud: str, server: str, now: int, *, random: Callable[[int], bytes] = secrets.token_bytes
) -> tuple[Keyring, Signer]:
    """Make a programme: its root, its keys, and the list of them that the root signed.

    Args:
        aud: the programme's name on the wire.
        server: address that laptops send to; empty where none is known.
        now: milliseconds UTC.
        random: gives so many random bytes.

    Returns:
        The keyring and the root's key pair.
    """
    root, signer, box_seed = Signer(random(32)), Signer(random(32)), random(32)
    box_public = bytes(PrivateKey(box_seed).public_key)
    keys = KeyList(
        aud=aud,
        number=1,
        issued=now,
        keys=(
            ListedKey(public=signer.public, use="sign", since=now, until=now + LIFETIME),
            ListedKey(public=box_public, use="box", since=now, until=now + LIFETIME),
        ),
    )
    payload = keys.canonical()
    programme = Programme(
        aud=aud,
        server=server.rstrip("/"),
        root=root.public,
        keys=keys,
        keys_text=payload.decode("utf-8"),
        keys_signature=root.header(dsse.KEYS, payload),
    )
    keyring = Keyring(programme=programme, signer=signer, box_seed=box_seed, pepper=random(32))
    return keyring, root


def save_keyring(folder: Path, keyring: Keyring, root: Signer) -> None:
    """Write a new programme's files into a folder.

    Raises:
        ProgrammeExists: there is one already.
        CannotWrite: the folder cannot be written.
    """
    if (folder / KEYRING).exists() or (folder / ROOT).exists():
        raise ProgrammeExists
    secret = {
        "sign": b64(keyring.signer.seed),
        "box": b64(keyring.box_seed),
        "pepper": b64(keyring.pepper),
    }
    try:
        make_private_dir(folder)
        _write_private(folder / ROOT, b64(root.seed) + "\n")
        write_programme(folder / PROGRAMME, keyring.programme)
        # Last: this file makes the folder a programme's.
        _write_private(folder / KEYRING, json.dumps(secret, indent=1) + "\n")
    except FileExistsError as error:
        raise ProgrammeExists from error
    except OSError as error:
        raise CannotWrite from error


def write_programme(path: Path, programme: Programme) -> None:
    """Write the `programme.json` that laptops are built with.

    Raises:
        OSError: it exists, or the folder cannot be written.
    """
    with path.open("x", encoding="utf-8") as file:
        file.write(programme.to_json() + "\n")


def load_keyring(folder: Path) -> Keyring:
    """Read the keys of the programme of a folder.

    Raises:
        NoProgramme: there is none.
        KeysUnreadable: the files are malformed or do not belong together.
    """
    if not (folder / KEYRING).is_file():
        raise NoProgramme
    try:
        secret = json.loads((folder / KEYRING).read_text(encoding="utf-8"))
        sign, box, pepper = (unb64(secret[name], 32) for name in ("sign", "box", "pepper"))
        programme = load_programme(folder / PROGRAMME)
    except (OSError, ValueError, KeyError, TypeError, BadProgramme, FileUnreadable) as error:
        raise KeysUnreadable from error
    keyring = Keyring(programme=programme, signer=Signer(sign), box_seed=box, pepper=pepper)
    if programme.keys.find(keyring.signer.id, "sign") is None:
        raise KeysUnreadable
    return keyring


def _write_private(path: Path, text: str) -> None:
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
