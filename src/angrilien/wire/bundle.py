"""A signed bundle: what the programme tells laptops besides orders, numbered for each scope.

Scope "" is for everybody: the venues and the themes. Any other is a venue's id: what the programme
planned there. A bundle is whole: what a later one does not name is no longer so.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from angrilien.wire.canonical import BadMessage, dumps, loads
from angrilien.wire.ids import read_id

MAX_BYTES: Final = 1_500_000
"""Of one bundle: its answer stays within what a laptop reads."""
MAX_ITEMS: Final = 10_000
_VENUE: Final = ("code", "name", "commune", "insee", "postcode", "address", "tz")
_HEAD: Final = frozenset({"v", "aud", "scope", "n", "date"})


@dataclass(frozen=True, slots=True, kw_only=True)
class BundleVenue:
    """A venue of the programme's list; its id is computed from its code."""

    code: str
    name: str
    commune: str
    insee: str
    postcode: str
    address: str
    tz: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BundleTheme:
    """A theme of the catalogue, and the themes of La Coop that it stands for at the export."""

    code: str
    title: str
    coop: tuple[str, ...]
    programme: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class BundleWorkshop:
    """A workshop that the programme planned. `date` is the local date of its start in `tz`."""

    id: str
    date: str
    starts_at: int
    ends_at: int
    tz: str
    title: str
    themes: tuple[str, ...]
    code: str
    level: str = ""
    places: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Bundle:
    """What is signed (payload type `bundle`).

    Attributes:
        aud: the programme.
        scope: empty, or a venue's id.
        number: rises with each one of this scope.
        date: when it was published, milliseconds UTC.
        venues, themes: of scope "".
        workshops: of a venue's.
    """

    aud: str
    scope: str
    number: int
    date: int
    venues: tuple[BundleVenue, ...] = ()
    themes: tuple[BundleTheme, ...] = ()
    workshops: tuple[BundleWorkshop, ...] = ()

    def canonical(self) -> bytes:
        """Return the bytes that the programme signs."""
        value: dict[str, Any] = {
            "v": 1,
            "aud": self.aud,
            "scope": self.scope,
            "n": self.number,
            "date": self.date,
        }
        return dumps(value | self.content())

    def content(self) -> dict[str, Any]:
        """Return what it says, whatever its number: two of the same content are one."""
        if self.scope:
            return {"workshops": [_workshop(one) for one in self.workshops]}
        return {
            "venues": [[getattr(one, name) for name in _VENUE] for one in self.venues],
            "themes": [[one.code, one.title, list(one.coop), one.programme] for one in self.themes],
        }


def read_bundle(payload: bytes) -> Bundle:
    """Read a bundle (its signature is checked by the caller).

    Raises:
        BadMessage: it is no bundle of version 1.
    """
    value = loads(payload)
    scope = value.get("scope")
    parts = {"workshops"} if scope else {"venues", "themes"}
    if set(value) != _HEAD | parts or value["v"] != 1 or not isinstance(value["aud"], str):
        raise BadMessage("not a bundle of version 1")
    return Bundle(
        aud=value["aud"],
        scope=read_id(scope) if scope != "" else "",
        number=_whole(value["n"], 1),
        date=_whole(value["date"], 0),
        venues=tuple(map(_read_venue, _items(value.get("venues", [])))),
        themes=tuple(map(_read_theme, _items(value.get("themes", [])))),
        workshops=tuple(map(_read_workshop, _items(value.get("workshops", [])))),
    )


def _workshop(one: BundleWorkshop) -> dict[str, Any]:
    said: dict[str, Any] = {
        "id": one.id,
        "date": one.date,
        "starts_at": one.starts_at,
        "ends_at": one.ends_at,
        "tz": one.tz,
        "title": one.title,
        "themes": list(one.themes),
        "code": one.code,
    }
    if one.level:
        said["level"] = one.level
    if one.places:
        said["places"] = one.places
    return said


def _read_venue(item: object) -> BundleVenue:
    if not isinstance(item, list) or len(item) != len(_VENUE):
        raise BadMessage("not a venue")
    return BundleVenue(**{name: _text(text, 0) for name, text in zip(_VENUE, item, strict=True)})


def _read_theme(item: object) -> BundleTheme:
    if not isinstance(item, list) or len(item) != 4 or not isinstance(item[3], bool):
        raise BadMessage("not a theme")
    return BundleTheme(
        code=_text(item[0]), title=_text(item[1]), coop=_texts(item[2]), programme=item[3]
    )


def _read_workshop(item: object) -> BundleWorkshop:
    if not isinstance(item, Mapping) or not set(item) <= set(BundleWorkshop.__slots__):
        raise BadMessage("not a planned workshop")
    starts_at, ends_at = _whole(item.get("starts_at"), 0), _whole(item.get("ends_at"), 0)
    if ends_at <= starts_at:
        raise BadMessage("a workshop that ends before it begins")
    return BundleWorkshop(
        id=read_id(item.get("id")),
        date=_text(item.get("date")),
        starts_at=starts_at,
        ends_at=ends_at,
        tz=_text(item.get("tz")),
        title=_text(item.get("title")),
        themes=_texts(item.get("themes")),
        code=_text(item.get("code")),
        level=_text(item.get("level", ""), 0),
        places=_whole(item.get("places", 0), 0),
    )


def _items(value: object) -> list[object]:
    if not isinstance(value, list) or len(value) > MAX_ITEMS:
        raise BadMessage("not a list of a bundle")
    return value


def _texts(value: object) -> tuple[str, ...]:
    if not isinstance(value, list) or len(value) > 50:
        raise BadMessage("not a list of texts")
    return tuple(_text(one) for one in value)


def _text(value: object, least: int = 1) -> str:
    if not isinstance(value, str) or not least <= len(value) <= 300:
        raise BadMessage("not a text")
    return value


def _whole(value: object, low: int) -> int:
    if type(value) is not int or value < low:
        raise BadMessage("not a whole number in bounds")
    return value
