"""Venue profiles for tests, by a programme whose keys the test holds."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

from angrilien.domain.ids import venue_id
from angrilien.server.keyring import Keyring, make_keyring
from angrilien.server.profiles import sign_profile
from angrilien.wire.profile import Profile
from helpers.notebooks import NOON

DAY = 24 * 3_600_000
SERVER = "https://ateliers.example.org/angrilien"


def make_keys(aud: str = "essai", server: str = SERVER) -> Keyring:
    """The keys of a programme, which began a day before noon."""
    keyring, _root = make_keyring(aud, server, NOON - DAY)
    return keyring


def profile_of(keyring: Keyring, **other: Any) -> Profile:
    """L'Angri'lien's profile of noon, with what is named here in the place of what is right."""
    made = Profile(
        aud=keyring.aud,
        made=NOON,
        until=NOON + 90 * DAY,
        server=keyring.programme.server,
        key=keyring.signer.id,
        code="7Q2KM4XR9T",
        level="complet",
        venue_id=venue_id("CAF-49008"),
        venue_code="CAF-49008",
        venue_name="L’Angri’lien",
        commune="Angrie",
        tz="Europe/Paris",
    )
    return replace(made, **other)


def signed(keyring: Keyring, **other: Any) -> str:
    """The text of such a profile, signed by the programme's key of profiles."""
    assert keyring.profile is not None
    profile = profile_of(keyring, **other)
    return sign_profile(keyring.profile, profile, code=profile.code).text


def write_programme(keyring: Keyring, path: Path) -> Path:
    """The programme's file, as a program is built with it."""
    path.write_text(keyring.programme.to_json(), encoding="utf-8")
    return path
