"""A venue's profile, made and signed for one laptop (docs/decisions/021-profiles.md)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from sqlmodel import select

from angrilien.server.database import Database
from angrilien.server.errors import NoAddress, NoProfileKey, ProfileTooLong, UnknownVenue
from angrilien.server.keyring import LIFETIME, Keyring, renew_list, save_profile_key
from angrilien.server.tables import RegistrationCode, VenueRow
from angrilien.server.venues import DAY, new_code
from angrilien.vault.programme import Programme
from angrilien.vault.signing import Signer
from angrilien.wire import dsse
from angrilien.wire.canonical import BadMessage
from angrilien.wire.keys import ListedKey
from angrilien.wire.profile import Profile, write_text


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """A profile and its text."""

    profile: Profile
    text: str


def make_profile(
    database: Database,
    keyring: Keyring,
    venue_code: str,
    *,
    days: int,
    now: int,
    made: int | None = None,
    made_by: str | None = None,
) -> Made:
    """Make a venue's profile with a new one-use code, good for some days.

    Args:
        database: the programme's.
        keyring: the programme's.
        venue_code: the venue's code.
        days: how long the code is good.
        now: milliseconds UTC.
        made: date that the profile bears, `now` without it: of those that one command makes, each
            bears its own.
        made_by: id of the access key that fetches it, None where a command makes it.

    Raises:
        NoProfileKey: the programme has no key of profiles, or it is not kept here.
        NoAddress: the programme has no server's address: no laptop would find it.
        UnknownVenue: no venue has this code.
        ProfileTooLong: the address or the venue's name is too long.
    """
    profile = _without_code(database, keyring, venue_code)
    profile = replace(profile, made=now if made is None else made, until=now + days * DAY)
    signer = _signer(keyring)
    sign_profile(signer, profile, code="X" * 10)  # too long is said before a code is spent
    code = new_code(database, keyring, venue_code, days, now, made_by=made_by)
    return sign_profile(signer, profile, code=code)


def is_good(database: Database, keyring: Keyring, made: Made, *, until: int) -> bool:
    """Tell whether a profile may be given again: it says what a new one would, with a fresh code.

    Args:
        database: the programme's.
        keyring: the programme's.
        made: a profile that was made before.
        until: moment until which its code must be good, in milliseconds UTC.

    Raises:
        NoProfileKey, NoAddress, UnknownVenue: as `make_profile`.
    """
    profile = made.profile
    like = _without_code(database, keyring, profile.venue_code)
    if replace(profile, made=0, until=0, code="") != like or profile.until <= until:
        return False
    if sign_profile(_signer(keyring), profile, code=profile.code).text != made.text:
        return False  # signed by a key that has been replaced since
    with database.reading() as session:
        code = session.get(RegistrationCode, keyring.code_hash(profile.code))
        return (
            code is not None
            and code.used_at is None
            and code.venue_id == profile.venue_id
            and code.expires_at > until
        )


def _signer(keyring: Keyring) -> Signer:
    if keyring.profile is None:
        raise NoProfileKey
    return keyring.profile


def _without_code(database: Database, keyring: Keyring, venue_code: str) -> Profile:
    """Return what a venue's profile says today, without a code and without dates."""
    _signer(keyring)
    if not keyring.programme.server:
        raise NoAddress
    with database.reading() as session:
        venue = session.exec(select(VenueRow).where(VenueRow.code == venue_code)).first()
        if venue is None:
            raise UnknownVenue
        return Profile(
            aud=keyring.aud,
            made=0,
            until=0,
            server=keyring.programme.server,
            key=keyring.signer.id,
            code="",
            level=venue.level,
            venue_id=venue.id,
            venue_code=venue.code,
            venue_name=venue.name,
            commune=venue.commune,
            tz=venue.zone,
        )


def sign_profile(signer: Signer, profile: Profile, *, code: str) -> Made:
    """Return a profile with its code, signed.

    Raises:
        ProfileTooLong: it does not fit where it has to go.
    """
    whole = replace(profile, code=code)
    payload = whole.canonical()
    try:
        text = write_text(signer.header(dsse.PROFILE, payload), payload)
    except BadMessage as error:
        raise ProfileTooLong from error
    return Made(profile=whole, text=text)


def list_profile_key(folder: Path, root: Path, now: int) -> Programme:
    """Make a new key of profiles, list it with the root key, and keep it in the server's folder.

    A former one stays listed: the installers that it signed stay good.

    Raises:
        KeysUnreadable: the programme or the root key cannot be read, or do not belong together.
        CannotWrite: the folder cannot be written.
    """
    signer = Signer.generate()
    listed = ListedKey(public=signer.public, use="profile", since=now, until=now + LIFETIME)
    programme = renew_list(folder, root, lambda keys: (*keys, listed), now)
    save_profile_key(folder, signer)
    return programme
