"""The venue's profile in the notebook: what it gives a new one, and one that was there before.

A profile gives the name of the provisional venue, the registration code and the server's address.
It never changes what a laptop is registered for.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from angrilien.domain.codes import read_code
from angrilien.domain.ids import provisional_venue_id
from angrilien.store import kept_profile, marks, workshops
from angrilien.store.kept_profile import KeptProfile
from angrilien.vault.profile import ProfileOlder, ProfileOtherVenue
from angrilien.vault.programme import Programme
from angrilien.wire.keys import read_certificate
from angrilien.wire.profile import Profile

if TYPE_CHECKING:
    from angrilien.services.notebook import Notebook


def with_address(programme: Programme, made: int, server: str) -> Programme:
    """Return a programme that is reached where a profile says, if that was said last.

    An address that came with the program's own list of keys, made later, holds.
    """
    if not server or (programme.server and made < programme.keys.issued):
        return programme
    return replace(programme, server=server.rstrip("/"))


def kept_of(profile: Profile) -> KeptProfile:
    """Return what a notebook keeps of a profile."""
    return KeptProfile(
        made=profile.made,
        venue=profile.venue_id,
        server=profile.server,
        digest=profile.digest,
        code=profile.code,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """What an opened notebook has taken of a profile.

    Attributes:
        is_new: something of it is new to the notebook.
        venue: name that the provisional venue has got by it, empty where it got none.
        address: where the notebook sends to.
        is_registered: the programme knows this laptop.
        has_code: a code waits to be used.
    """

    is_new: bool = False
    venue: str = ""
    address: str
    is_registered: bool
    has_code: bool


def take(nb: Notebook, profile: Profile | None) -> Taken:
    """Take the profile that was found at the start into a notebook, if it is new to it.

    Raises:
        ProfileOtherVenue: the laptop is registered for another venue, and stays so.
        ProfileOlder: the notebook has taken one that was made later. Both are raised once.
    """
    is_new, venue = False, ""
    if profile is not None and not _is_seen(nb, profile):
        with nb.store.read() as connection:
            state = marks.read(connection)
        if state.cert:
            is_new = _take_where_registered(nb, profile, state.cert)
        else:
            is_new = _take_before(nb, profile, state.venue_code)
            venue = profile.venue_name if is_new else ""
    with nb.store.read() as connection:
        state = marks.read(connection)
    return Taken(
        is_new=is_new,
        venue=venue,
        address=nb.programme.server,
        is_registered=bool(state.cert),
        has_code=bool(state.venue_code),
    )


def decline(nb: Notebook, profile: Profile) -> None:
    """Take note that a new notebook is not for the venue of this profile: somebody said so."""
    _refuse(nb, profile)


def _is_seen(nb: Notebook, profile: Profile) -> bool:
    with nb.store.read() as connection:
        kept = kept_profile.read(connection)
        refused = kept_profile.refused(connection)
    if kept is not None and not kept.digest:
        # Kept by an earlier version, which knew a profile by its date alone.
        return refused == profile.digest or (kept.made, kept.venue) == (
            profile.made,
            profile.venue_id,
        )
    return profile.digest in (refused, kept.digest if kept else None)


def _take_where_registered(nb: Notebook, profile: Profile, cert: str) -> bool:
    """Take no more than the address of a profile of the venue that the laptop is registered for."""
    if read_certificate(cert.encode("utf-8")).venues[0][0] != profile.venue_id:
        _refuse(nb, profile)
        raise ProfileOtherVenue(venue=nb.home().name)
    _refuse_older(nb, profile)
    with nb.store.write() as connection:
        kept_profile.put(connection, kept_of(profile))
    _take_address(nb, profile)
    return True


def _take_before(nb: Notebook, profile: Profile, code: str) -> bool:
    """Take a profile before the registration; a code that somebody has typed goes before it."""
    _refuse_older(nb, profile)
    with nb.store.read() as connection:
        kept = kept_profile.read(connection)
    if code and _is_typed(code, kept):
        _refuse(nb, profile)
        return False
    if nb.clock.now() > profile.until:
        return False
    home = provisional_venue_id(nb.store.identity.dev)
    with nb.store.write() as connection:
        kept_profile.put(connection, kept_of(profile))
        marks.put(connection, venue_code=profile.code)
        workshops.name_venue(connection, home, profile.venue_name)
    _take_address(nb, profile)
    nb.venues_changed()
    return True


def _is_typed(code: str, kept: KeptProfile | None) -> bool:
    """Tell whether the code that waits was typed by somebody, before or since a profile's own."""
    if kept is None:
        return True
    return bool(kept.code) and code not in (kept.code, read_code(kept.code))


def _refuse_older(nb: Notebook, profile: Profile) -> None:
    with nb.store.read() as connection:
        kept = kept_profile.read(connection)
    if kept is not None and kept.made > profile.made:
        _refuse(nb, profile)
        raise ProfileOlder


def _take_address(nb: Notebook, profile: Profile) -> None:
    nb.programme = with_address(nb.programme, profile.made, profile.server)


def _refuse(nb: Notebook, profile: Profile) -> None:
    with nb.store.write() as connection:
        kept_profile.refuse(connection, profile.digest)
