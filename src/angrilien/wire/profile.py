"""A venue's profile: what an installer tells a laptop of its venue, signed by the programme.

As text, wherever it travels (inside an installer, in a file beside it, in a package):
`ANGRILIEN-VENUE-1:` ‖ base64url of (`key id, signature` LF payload) ‖ `:ANGRILIEN-END`. The marks
let it be found among other bytes; the signature alone says that it is one.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from typing import Final

from angrilien.wire import dsse
from angrilien.wire.canonical import BadMessage, b64, dumps, loads, unb64
from angrilien.wire.ids import read_id

BEGIN: Final = "ANGRILIEN-VENUE-1:"
END: Final = ":ANGRILIEN-END"
MOST_CHARACTERS: Final = 960
"""Of the text: what may be written into a signed Windows program has about a thousand bytes."""
LEVELS: Final = ("complet", "pseudonyme")
_TEXT: Final = re.compile(rb"ANGRILIEN-VENUE-1:([A-Za-z0-9_-]{1,4096}):ANGRILIEN-END")
_KEY_ID: Final = re.compile(r"[0-9a-f]{16}")
_NAMES: Final = {"v", "aud", "made", "until", "server", "key", "code", "level", "venue"}
_OF_VENUE: Final = {"id", "code", "name", "commune", "tz"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """A venue, and the way to its programme. Dates in milliseconds UTC.

    Attributes:
        aud: the programme's name.
        made: when it was made; of two, the one made later holds. It is no name: two profiles may
            have been made at the same moment.
        until: when its code ends.
        server: address that the laptop sends to.
        key: id of the key with which that server signs, which the programme's list must hold.
        code: one-use registration code.
        level: privacy level, "complet" or "pseudonyme".
        venue_id, venue_code, venue_name, commune, tz: the venue.
    """

    aud: str
    made: int
    until: int
    server: str
    key: str
    code: str
    level: str
    venue_id: str
    venue_code: str
    venue_name: str
    commune: str
    tz: str

    @property
    def digest(self) -> str:
        """SHA-256 of what is signed, in hexadecimal: no other profile has the same."""
        return hashlib.sha256(self.canonical()).hexdigest()

    def canonical(self) -> bytes:
        """Return the bytes that are signed (payload type `profile`)."""
        return dumps(
            {
                "v": 1,
                "aud": self.aud,
                "made": self.made,
                "until": self.until,
                "server": self.server,
                "key": self.key,
                "code": self.code,
                "level": self.level,
                "venue": {
                    "id": self.venue_id,
                    "code": self.venue_code,
                    "name": self.venue_name,
                    "commune": self.commune,
                    "tz": self.tz,
                },
            }
        )


def read_profile(payload: bytes) -> Profile:
    """Read a profile (its signature is checked first, by the caller).

    Raises:
        BadMessage: it is none.
    """
    value = loads(payload)
    if not set(value) >= _NAMES or value["v"] != 1:
        raise BadMessage("not a profile")
    venue = value["venue"]
    if not isinstance(venue, dict) or not set(venue) >= _OF_VENUE:
        raise BadMessage("not a profile")
    dates = (value["made"], value["until"])
    texts = [value[name] for name in ("aud", "server", "key", "code")]
    texts += [venue[name] for name in ("code", "name", "commune", "tz")]
    if not all(type(date) is int and date >= 0 for date in dates):
        raise BadMessage("not a date")
    if not all(isinstance(text, str) for text in texts) or value["level"] not in LEVELS:
        raise BadMessage("not a profile")
    if not _KEY_ID.fullmatch(value["key"]) or not value["server"].startswith(
        ("https://", "http://")
    ):
        raise BadMessage("not a profile")
    return Profile(
        aud=value["aud"],
        made=value["made"],
        until=value["until"],
        server=value["server"],
        key=value["key"],
        code=value["code"],
        level=value["level"],
        venue_id=read_id(venue["id"]),
        venue_code=venue["code"],
        venue_name=venue["name"],
        commune=venue["commune"],
        tz=venue["tz"],
    )


def write_text(header: str, payload: bytes) -> str:
    """Return the text of a signed profile.

    Args:
        header: its `key id, signature`.
        payload: what was signed.

    Raises:
        BadMessage: it is too long to travel.
    """
    text = BEGIN + b64(header.encode("ascii") + b"\n" + payload) + END
    if len(text) > MOST_CHARACTERS:
        raise BadMessage("a profile that is too long")
    return text


def find_text(data: bytes) -> str:
    """Return the last text of a profile among other bytes, empty where there is none."""
    found = [match.group() for match in _TEXT.finditer(data)]
    return found[-1].decode("ascii") if found else ""


def is_begun(data: bytes) -> bool:
    """Tell whether the beginning of a profile's text stands among other bytes, whole or not."""
    return BEGIN.encode("ascii") in data


def open_text(text: str) -> tuple[str, bytes]:
    """Return (`key id, signature`, payload) of a profile's text.

    Raises:
        BadMessage: it is no such text.
    """
    whole = _TEXT.fullmatch(text.encode("utf-8", "replace"))
    if whole is None:
        raise BadMessage("not a profile")
    first, mark, payload = unb64(whole.group(1).decode("ascii")).partition(b"\n")
    if not mark:
        raise BadMessage("not a profile")
    header = first.decode("ascii", "replace")
    dsse.read_header(header)
    return header, payload
