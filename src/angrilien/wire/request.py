"""Requests other than a push: what their signature covers, and registration's body.

The laptop's clock plays no part; a fresh nonce makes each request, and so each answer, unique.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from angrilien.wire.canonical import BadMessage, b64, dumps, loads, sha256, unb64
from angrilien.wire.ids import read_id

NONCE_SIZE: Final = 16
REQUEST_HEADER: Final = "Angrilien-Request"
"""HTTP header with what of the statement the server cannot know: device, incarnation, nonce."""
KEYS_HEADER: Final = "Angrilien-Keys"
"""HTTP header that carries the number of the list of keys that the laptop has: a hint, unsigned."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """Statement over one request. `body` is the SHA-256 of its body (of no bytes for a GET).

    It does not travel: the server makes it again from the request that came, and checks the
    signature over it.
    """

    method: str
    path: str
    aud: str
    dev: str
    inc: str
    nonce: bytes
    body: bytes

    def canonical(self) -> bytes:
        """Return the bytes that the device signs; their SHA-256 is the answer's `req`."""
        return dumps(
            {
                "v": 1,
                "method": self.method,
                "path": self.path,
                "aud": self.aud,
                "dev": self.dev,
                "inc": self.inc,
                "nonce": b64(self.nonce),
                "body": b64(self.body),
            }
        )

    def header(self) -> str:
        """Return the text of the HTTP header."""
        return f"{self.dev} {self.inc} {b64(self.nonce)}"


def read_request(header: str, *, method: str, path: str, aud: str, body: bytes) -> Request:
    """Return the statement over a request that came.

    Args:
        header: text of its header.
        method: of the request.
        path: its path, with its query.
        aud: the programme that reads it.
        body: its body.

    Raises:
        BadMessage: the header is malformed.
    """
    dev, first, rest = header.partition(" ")
    inc, second, nonce = rest.partition(" ")
    if not (first and second):
        raise BadMessage("not the header of a request")
    return Request(
        method=method,
        path=path,
        aud=aud,
        dev=read_id(dev),
        inc=read_id(inc),
        nonce=unb64(nonce, NONCE_SIZE),
        body=sha256(body),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Registration:
    """Body of `POST /v1/register`.

    Attributes:
        code: the venue's one-use code, ten characters.
        key: the device's Ed25519 public key, 32 bytes.
        made: when the vault was made by the laptop's clock, milliseconds UTC.
        app: version of the application.
        boxes: recovery boxes of the database key (empty while the programme has no recovery keys).
    """

    code: str
    key: bytes
    made: int
    app: str
    boxes: tuple[str, ...] = ()

    def canonical(self) -> bytes:
        """Return the body's bytes."""
        return dumps(
            {
                "v": 1,
                "code": self.code,
                "key": b64(self.key),
                "made": self.made,
                "app": self.app,
                "boxes": list(self.boxes),
            }
        )


def read_registration(body: bytes) -> Registration:
    """Read the body of a registration.

    Raises:
        BadMessage: it is none.
    """
    value = loads(body)
    if set(value) != {"v", "code", "key", "made", "app", "boxes"} or value["v"] != 1:
        raise BadMessage("not a registration")
    code, made, app, boxes = value["code"], value["made"], value["app"], value["boxes"]
    if not (isinstance(code, str) and len(code) <= 40 and isinstance(app, str) and len(app) <= 40):
        raise BadMessage("not a registration")
    if type(made) is not int:
        raise BadMessage("not a registration")
    return Registration(
        code=code, key=unb64(value["key"], 32), made=made, app=app, boxes=_boxes(boxes)
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Boxes:
    """Body of `POST /v1/boxes`: the recovery boxes of a new database key.

    `generation` is the slot file's; the signed answer to this very request confirms it.
    """

    generation: int
    boxes: tuple[str, ...]

    def canonical(self) -> bytes:
        """Return the body's bytes."""
        return dumps({"v": 1, "generation": self.generation, "boxes": list(self.boxes)})


def read_boxes(body: bytes) -> Boxes:
    """Read recovery boxes.

    Raises:
        BadMessage: they are none.
    """
    value = loads(body)
    if set(value) != {"v", "generation", "boxes"} or value["v"] != 1:
        raise BadMessage("not recovery boxes")
    generation = value["generation"]
    if type(generation) is not int or generation < 1:
        raise BadMessage("not recovery boxes")
    return Boxes(generation=generation, boxes=_boxes(value["boxes"]))


def _boxes(boxes: object) -> tuple[str, ...]:
    if not isinstance(boxes, list) or len(boxes) > 16:
        raise BadMessage("not recovery boxes")
    if not all(isinstance(box, str) and len(box) <= 1000 for box in boxes):
        raise BadMessage("not recovery boxes")
    return tuple(boxes)


def request_digest(payload: bytes) -> bytes:
    """Return what an answer's `req` must be: the SHA-256 of what was signed."""
    return sha256(payload)
