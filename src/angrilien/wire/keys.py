"""The programme's list of keys, signed by its root, and a device's certificate (docs/keys.md)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from angrilien.wire.canonical import BadMessage, b64, dumps, loads, sha256, unb64
from angrilien.wire.ids import read_id

USES: Final = ("sign", "box", "recovery", "profile", "update")


def key_id(public: bytes) -> str:
    """Return the id of a public key: the first 8 bytes of its SHA-256 as 16 hexadecimal digits."""
    return sha256(public)[:8].hex()


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedKey:
    """One key of the programme. Dates in milliseconds UTC.

    Attributes:
        public: 32 bytes, Ed25519 for signing uses, X25519 for `box` and `recovery`.
        use: one of `USES`.
        since, until: the dates between which it may sign or be sealed to. An expired key still
            verifies what it signed.
        withdrawn: it proves nothing any more.
    """

    public: bytes
    use: str
    since: int
    until: int
    withdrawn: bool = False

    @property
    def id(self) -> str:
        """Return the key's id."""
        return key_id(self.public)


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyList:
    """The numbered list; nobody goes back to a lower number."""

    aud: str
    number: int
    issued: int
    keys: tuple[ListedKey, ...]

    def canonical(self) -> bytes:
        """Return the bytes that the root key signs (payload type `keys`)."""
        keys = []
        for key in self.keys:
            item: dict[str, object] = {
                "public": b64(key.public),
                "use": key.use,
                "since": key.since,
                "until": key.until,
            }
            if key.withdrawn:
                item["withdrawn"] = True
            keys.append(item)
        return dumps(
            {"v": 1, "aud": self.aud, "n": self.number, "issued": self.issued, "keys": keys}
        )

    def find(self, wanted: str, use: str) -> ListedKey | None:
        """Return the key of that id and use, if it is listed and not withdrawn."""
        for key in self.keys:
            if key.id == wanted and key.use == use and not key.withdrawn:
                return key
        return None


def read_key_list(payload: bytes) -> KeyList:
    """Read a list of keys (its signature is checked first, by the caller).

    Raises:
        BadMessage: it is none.
    """
    value = loads(payload)
    if not set(value) >= {"v", "aud", "n", "issued", "keys"} or value["v"] != 1:
        raise BadMessage("not a list of keys")
    if not isinstance(value["aud"], str) or not isinstance(value["keys"], list):
        raise BadMessage("not a list of keys")
    keys = []
    for item in value["keys"]:
        if not isinstance(item, dict) or item.get("use") not in USES:
            raise BadMessage("not a listed key")
        keys.append(
            ListedKey(
                public=unb64(item.get("public"), 32),
                use=item["use"],
                since=_date(item.get("since")),
                until=_date(item.get("until")),
                withdrawn=item.get("withdrawn", False) is True,
            )
        )
    return KeyList(
        aud=value["aud"],
        number=_date(value["n"]),
        issued=_date(value["issued"]),
        keys=tuple(keys),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Certificate:
    """The server's word on a device: its key, its venues with their dates, from its vault's making.

    `venues` are (venue id, venue code, since in milliseconds UTC); the first is the home venue.
    """

    aud: str
    dev: str
    key: bytes
    inc: str
    since: int
    issued: int
    venues: tuple[tuple[str, str, int], ...]
    level: str = "complet"
    """Privacy level of the home venue: "complet" or "pseudonyme"."""

    def canonical(self) -> bytes:
        """Return the bytes that the server signs (payload type `device`)."""
        return dumps(
            {
                "v": 1,
                "aud": self.aud,
                "dev": self.dev,
                "key": b64(self.key),
                "inc": self.inc,
                "since": self.since,
                "issued": self.issued,
                "venues": [list(venue) for venue in self.venues],
                "level": self.level,
            }
        )


def read_certificate(payload: bytes) -> Certificate:
    """Read a device's certificate (its signature is checked first, by the caller).

    Raises:
        BadMessage: it is none.
    """
    value = loads(payload)
    names = {"v", "aud", "dev", "key", "inc", "since", "issued", "venues", "level"}
    if not set(value) >= names or value["v"] != 1 or not isinstance(value["venues"], list):
        raise BadMessage("not a certificate")
    if value["level"] not in ("complet", "pseudonyme") or not isinstance(value["aud"], str):
        raise BadMessage("not a certificate")
    venues = []
    for item in value["venues"]:
        if not (isinstance(item, list) and len(item) == 3 and isinstance(item[1], str)):
            raise BadMessage("not a certificate")
        venues.append((read_id(item[0]), item[1], _date(item[2])))
    return Certificate(
        aud=value["aud"],
        dev=read_id(value["dev"]),
        key=unb64(value["key"], 32),
        inc=read_id(value["inc"]),
        since=_date(value["since"]),
        issued=_date(value["issued"]),
        venues=tuple(venues),
        level=value["level"],
    )


def _date(value: object) -> int:
    if type(value) is not int or value < 0:
        raise BadMessage("not a whole number")
    return value
