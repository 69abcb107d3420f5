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
from dataclasses import dataclass, field, replace
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
from angrilien.wire.keys import KeyList, ListedKey, key_id

KEYRING: Final = "keyring.json"
ROOT: Final = "root.key"
PROGRAMME: Final = "programme.json"
PROFILE: Final = "profile.key"
"""Private half of the key of profiles. It may stand on the technician's computer alone: a server
without it streams no installer, and does all the rest."""
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
        profile: signs the venues' profiles, where its key is kept here.
    """

    programme: Programme
    signer: Signer = field(repr=False)
    box_seed: bytes = field(repr=False)
    pepper: bytes = field(repr=False)
    profile: Signer | None = field(default=None, repr=False)

    @property
    def aud(self) -> str:
        """Return the programme's name on the wire."""
        return self.programme.aud

    @property
    def box_id(self) -> str:
        """Return the id of the box key, which a sending file names."""
        return key_id(bytes(PrivateKey(self.box_seed).public_key))

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
    profile = Signer(random(32))
    box_public = bytes(PrivateKey(box_seed).public_key)
    keys = KeyList(
        aud=aud,
        number=1,
        issued=now,
        keys=(
            ListedKey(public=signer.public, use="sign", since=now, until=now + LIFETIME),
            ListedKey(public=box_public, use="box", since=now, until=now + LIFETIME),
            ListedKey(public=profile.public, use="profile", since=now, until=now + LIFETIME),
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
    keyring = Keyring(
        programme=programme,
        signer=signer,
        box_seed=box_seed,
        pepper=random(32),
        profile=profile,
    )
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
        if keyring.profile is not None:
            _write_private(folder / PROFILE, b64(keyring.profile.seed) + "\n")
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
    keyring = Keyring(
        programme=programme,
        signer=Signer(sign),
        box_seed=box,
        pepper=pepper,
        profile=_profile_key(folder, programme),
    )
    if programme.keys.find(keyring.signer.id, "sign") is None:
        raise KeysUnreadable
    return keyring


def _profile_key(folder: Path, programme: Programme) -> Signer | None:
    """Return the key of profiles; None where it is not kept here, or not listed any more."""
    if not (folder / PROFILE).exists():
        return None
    try:
        signer = Signer(unb64((folder / PROFILE).read_text(encoding="utf-8").strip(), 32))
    except (OSError, ValueError) as error:
        raise KeysUnreadable from error
    return signer if programme.keys.find(signer.id, "profile") is not None else None


def save_profile_key(folder: Path, signer: Signer) -> None:
    """Keep a new key of profiles in the place of the former one.

    Raises:
        CannotWrite: the folder cannot be written.
    """
    draft = folder / f"{PROFILE}.new"
    try:
        draft.unlink(missing_ok=True)
        _write_private(draft, b64(signer.seed) + "\n")
        draft.replace(folder / PROFILE)
    except OSError as error:
        raise CannotWrite from error


def renew_list(
    folder: Path,
    root: Path,
    change: Callable[[tuple[ListedKey, ...]], tuple[ListedKey, ...]],
    now: int,
) -> Programme:
    """Write the programme's next list of keys, signed by the root.

    Args:
        folder: the server's.
        root: file of the root key, out of its safe.
        change: gives the keys of the next list from those of the present one.
        now: milliseconds UTC.

    Raises:
        KeysUnreadable: the programme or the root key cannot be read, or do not belong together.
        CannotWrite: nothing was changed.
    """
    try:
        programme = load_programme(folder / PROGRAMME)
        signer = Signer(unb64(root.read_text(encoding="utf-8").strip(), 32))
    except (OSError, ValueError, BadProgramme, FileUnreadable) as error:
        raise KeysUnreadable from error
    if signer.public != programme.root:
        raise KeysUnreadable
    keys = replace(
        programme.keys,
        number=programme.keys.number + 1,
        issued=now,
        keys=change(programme.keys.keys),
    )
    payload = keys.canonical()
    after = replace(
        programme,
        keys=keys,
        keys_text=payload.decode("utf-8"),
        keys_signature=signer.header(dsse.KEYS, payload),
    )
    draft = folder / f"{PROGRAMME}.new"
    try:
        draft.write_text(after.to_json() + "\n", encoding="utf-8")
        draft.replace(folder / PROGRAMME)
    except OSError as error:
        raise CannotWrite from error
    return after


def _write_private(path: Path, text: str) -> None:
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
