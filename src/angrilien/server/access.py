"""Access keys: what a technician's tool shows to fetch installers, until the dashboard's accounts.

A key is 160 random bits, shown once; what is kept is its digest under the programme's pepper.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import Final

from sqlalchemy import update
from sqlmodel import col, select

from angrilien.server.database import Database
from angrilien.server.errors import AccessKeyExists, UnknownAccessKey
from angrilien.server.keyring import Keyring
from angrilien.server.tables import AccessKey, RegistrationCode
from angrilien.server.venues import end_codes

PREFIX: Final = "angk_"
"""So that a key that was left somewhere is known for what it is."""
_BYTES: Final = 20
_LONGEST: Final = 100
_DAY: Final = 24 * 3600 * 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedAccessKey:
    """An access key as it is listed, without its secret. Dates in milliseconds UTC.

    `id` is what the server's log calls it: a name may be somebody's.
    """

    id: str
    name: str
    made_at: int
    expires_at: int
    revoked_at: int | None
    last_used: int | None

    def state(self, now: int) -> str:
        """Return "retirée", "finie" or "valable"."""
        if self.revoked_at is not None:
            return "retirée"
        return "valable" if now <= self.expires_at else "finie"


def new_key(database: Database, keyring: Keyring, name: str, *, days: int, now: int) -> str:
    """Make an access key, good for some days; return it, for the only time.

    Raises:
        AccessKeyExists: one has this name.
    """
    key = PREFIX + secrets.token_hex(_BYTES)
    with database.writing() as session:
        if session.exec(select(AccessKey).where(AccessKey.name == name)).first() is not None:
            raise AccessKeyExists
        session.add(
            AccessKey(
                hash=keyring.code_hash(key), name=name, made_at=now, expires_at=now + days * _DAY
            )
        )
    return key


def revoke_key(database: Database, name: str, now: int) -> None:
    """Withdraw an access key at once, and the codes that it fetched and nobody has used.

    Withdrawing it again changes nothing.

    Raises:
        UnknownAccessKey: none has this name.
    """
    with database.writing() as session:
        row = session.exec(select(AccessKey).where(AccessKey.name == name)).first()
        if row is None:
            raise UnknownAccessKey
        row.revoked_at = row.revoked_at or now
        end_codes(session, col(RegistrationCode.made_by) == _id(row.hash), now)


def list_keys(database: Database) -> list[ListedAccessKey]:
    """Return all access keys, in the order of their making."""
    with database.reading() as session:
        rows = session.exec(select(AccessKey).order_by(col(AccessKey.made_at), col(AccessKey.name)))
        return [
            ListedAccessKey(
                id=_id(row.hash),
                name=row.name,
                made_at=row.made_at,
                expires_at=row.expires_at,
                revoked_at=row.revoked_at,
                last_used=row.last_used,
            )
            for row in rows
        ]


def use_key(database: Database, keyring: Keyring, shown: str, now: int) -> str:
    """Return the id of an access key that is good, empty if it is not; note that it was used."""
    if not shown.startswith(PREFIX) or not shown.isascii() or len(shown) > _LONGEST:
        return ""
    hashed = keyring.code_hash(shown)
    with database.reading() as session:
        row = session.get(AccessKey, hashed)
        if row is None or row.revoked_at is not None or now > row.expires_at:
            return ""
    with database.writing() as session:
        session.connection().execute(
            update(AccessKey).where(col(AccessKey.hash) == hashed).values(last_used=now)
        )
    return _id(hashed)


def _id(hashed: bytes) -> str:
    return hashed[:4].hex()
