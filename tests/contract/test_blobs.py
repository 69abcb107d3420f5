"""The photos' files: pieces that are resumed, checked, and never another laptop's."""

from __future__ import annotations

import re
import socket
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import pytest
from sqlalchemy import func, select

from angrilien.domain.entities import Photo, Workshop
from angrilien.domain.ids import venue_id
from angrilien.server.base import table
from angrilien.server.blobs import BLOBS, MAX_BLOB, path_of
from angrilien.server.tables import ChangeRow
from angrilien.wire.answer import Answer
from angrilien.wire.canonical import b64, sha256
from angrilien.wire.ids import new_id
from angrilien.wire.push import MAX_BODY
from helpers.disks import disk, fill
from helpers.laptops import START, ZONE, Laptop, Sent
from helpers.logfail import ExpectLog
from helpers.servers import ANGRIE, LiveServer, LocalServer, checked

pytestmark = pytest.mark.postgres

SIZE = 50_000
PICTURE = bytes(range(256)) * (SIZE // 256) + b"x" * (SIZE % 256)


def note_photo(laptop: Laptop, picture: bytes, venue: str = ANGRIE) -> str:
    """Have a laptop write a workshop and the record of a photo of its sheet; return its digest."""
    workshop = Workshop(
        id=new_id(), venue_id=venue_id(venue), date="2026-11-25", starts_at=START,
        ends_at=START + 1, tz=ZONE, state="open", title="Mes photos",
    )  # fmt: skip
    laptop.write(workshop)
    digest = b64(sha256(picture))
    laptop.write(
        Photo(id=new_id(), workshop_id=workshop.id, digest=digest, size=len(picture), key=b"k" * 32)
    )
    return digest


def piece(laptop: Laptop, digest: str, offset: int, size: int, data: bytes) -> tuple[str, Sent]:
    path = f"/v1/blob/{digest}?offset={offset}&size={size}"
    return path, laptop.request("PUT", path, data)


def put(
    server: LocalServer, laptop: Laptop, digest: str, offset: int, data: bytes, size: int = SIZE
) -> Answer:
    path, sent = piece(laptop, digest, offset, size, data)
    response = server.raw("PUT", path, content=data, headers=sent.headers)
    return checked(server.programme, sent, response)


def files(folder: Path) -> dict[str, int]:
    """Return the files of the folder of blobs, with their sizes."""
    found = [path for path in (folder / BLOBS).rglob("*") if path.is_file()]
    return {path.name: path.stat().st_size for path in found}


@pytest.fixture
def laptop(server: LocalServer) -> Laptop:
    return server.laptop()


def test_pieces_are_resumed_and_the_whole_is_there_once(
    server: LocalServer, laptop: Laptop
) -> None:
    digest = note_photo(laptop, PICTURE)
    server.push(laptop.push())
    assert put(server, laptop, digest, 0, PICTURE[:20_000]).blob == (20_000, SIZE)
    # Again, from elsewhere, or nothing at all: told how much is held, and nothing is changed.
    for offset, data in ((0, PICTURE[:20_000]), (30_000, PICTURE[30_000:]), (0, b"")):
        assert put(server, laptop, digest, offset, data).blob == (20_000, SIZE)
    assert not path_of(server.folder / BLOBS, digest).exists()
    answer = put(server, laptop, digest, 20_000, PICTURE[20_000:])
    assert (answer.blob, answer.refused, answer.ack) == ((SIZE, SIZE), "", 2)
    assert path_of(server.folder / BLOBS, digest).read_bytes() == PICTURE
    assert put(server, laptop, digest, 0, PICTURE[:9]).blob == (SIZE, SIZE)
    assert list(files(server.folder).values()) == [SIZE]


def test_one_road_begins_and_another_ends(server: LocalServer, laptop: Laptop) -> None:
    """The network cuts a photo at 16,384 bytes, a file at 16,000: what overlaps is no gap."""
    digest = note_photo(laptop, PICTURE)
    server.push(laptop.push())
    assert put(server, laptop, digest, 0, PICTURE[:16_384]).blob == (16_384, SIZE)
    held = [16_384, 32_000, 48_000, SIZE]
    for offset, upto in zip(range(0, SIZE, 16_000), held, strict=True):
        piece = PICTURE[offset : offset + 16_000]
        assert put(server, laptop, digest, offset, piece).blob == (upto, SIZE)
    assert path_of(server.folder / BLOBS, digest).read_bytes() == PICTURE


def test_only_what_a_line_of_this_laptop_names(server: LocalServer, laptop: Laptop) -> None:
    digest = note_photo(laptop, PICTURE)
    assert put(server, laptop, digest, 0, PICTURE).refused == "blob_unknown"  # lines go first
    server.push(laptop.push())
    assert put(server, server.laptop(), digest, 0, PICTURE).refused == "blob_unknown"
    assert put(server, laptop, digest, 0, PICTURE[:9], SIZE - 1).refused == "blob_unknown"
    assert put(server, laptop, b64(sha256(b"")), 0, PICTURE).refused == "blob_unknown"
    assert files(server.folder) == {}
    # Of a line that is held, too: it will be judged later, and its photo is there then.
    held = note_photo(laptop, PICTURE[1:], venue="CAF-03019")
    assert server.push(laptop.push()).held == 2
    assert put(server, laptop, held, 0, PICTURE[1:], SIZE - 1).blob == (SIZE - 1, SIZE - 1)


def test_what_is_not_its_digest_is_thrown_away(server: LocalServer, laptop: Laptop) -> None:
    digest = note_photo(laptop, PICTURE)
    server.push(laptop.push())
    assert put(server, laptop, digest, 0, PICTURE[:100]).refused == ""
    answer = put(server, laptop, digest, 100, b"y" * (SIZE - 100))
    assert (answer.refused, answer.blob) == ("bad_blob", (0, SIZE))
    assert files(server.folder) == {}
    assert put(server, laptop, digest, 0, PICTURE).blob == (SIZE, SIZE)


def test_nobody_spoils_what_another_laptop_sends(server: LocalServer, laptop: Laptop) -> None:
    """Another laptop that names the same digest, and sends something else."""
    other = server.laptop()
    for one in (laptop, other):
        digest = note_photo(one, PICTURE)
        server.push(one.push())
    put(server, laptop, digest, 0, PICTURE[:30_000])
    put(server, other, digest, 0, b"n" * 30_000)
    assert put(server, other, digest, 30_000, b"n" * 20_000).refused == "bad_blob"
    assert put(server, laptop, digest, 30_000, PICTURE[30_000:]).blob == (SIZE, SIZE)
    assert put(server, other, digest, 0, b"n" * 10).blob == (SIZE, SIZE)
    assert path_of(server.folder / BLOBS, digest).read_bytes() == PICTURE


@pytest.mark.parametrize(
    ("offset", "size", "data"),
    [
        (-1, SIZE, b"x"), (0, 0, b""), (0, MAX_BLOB + 1, b"x"), (SIZE, SIZE, b"x"),
        (0, 3, b"four"), (10**30, 10**30, b"x"),
    ],
)  # fmt: skip
def test_an_impossible_piece_is_refused(
    server: LocalServer, laptop: Laptop, offset: int, size: int, data: bytes
) -> None:
    digest = note_photo(laptop, PICTURE)
    server.push(laptop.push())
    path, sent = piece(laptop, digest, offset, size, data)
    response = server.raw("PUT", path, content=data, headers=sent.headers)
    assert (response.status_code, response.json()) == (400, {"error": "bad_request"})
    assert files(server.folder) == {}


@pytest.mark.parametrize("digest", ["x", "a" * 43, "..", "%2e%2e%2fx", "é" * 43, "A" * 44])
def test_a_name_is_a_digest_and_nothing_else(
    server: LocalServer, laptop: Laptop, digest: str
) -> None:
    path, sent = piece(laptop, digest, 0, 4, b"four")
    response = server.raw("PUT", path, content=b"four", headers=sent.headers)
    assert response.status_code in (400, 404)
    assert files(server.folder) == {}


def test_another_body_another_offset_another_key(server: LocalServer, laptop: Laptop) -> None:
    digest = note_photo(laptop, PICTURE)
    server.push(laptop.push())
    path, sent = piece(laptop, digest, 0, SIZE, b"abc")
    for other, content, headers, status in (
        (path, b"abd", sent.headers, 401),
        (path.replace("offset=0", "offset=1"), b"abc", sent.headers, 401),
        (path, b"abc", {}, 400),
        (path, b"abc", Laptop().request("PUT", path, b"abc").headers, 401),
    ):
        assert server.raw("PUT", other, content=content, headers=headers).status_code == status
    mine = server.laptop()
    stolen = mine.request("PUT", path, b"abc", dev=laptop.dev, inc=laptop.inc)
    response = server.raw("PUT", path, content=b"abc", headers=stolen.headers)
    assert checked(server.programme, stolen, response).refused == "not_yours"
    assert files(server.folder) == {}


def test_too_large_a_piece_is_not_read(server: LocalServer, laptop: Laptop) -> None:
    digest = note_photo(laptop, PICTURE)
    server.push(laptop.push())
    path, sent = piece(laptop, digest, 0, MAX_BLOB, b"x" * (MAX_BODY + 1))
    response = server.raw("PUT", path, content=sent.body, headers=sent.headers)
    assert (response.status_code, response.json()) == (413, {"error": "too_large"})


def test_a_full_disk_keeps_nothing_half(
    server: LocalServer, laptop: Laptop, expect_log: ExpectLog
) -> None:
    """What was written of a piece before there was no room left is taken back; then it passes."""
    digest = note_photo(laptop, PICTURE)
    server.push(laptop.push())
    with disk(server.folder / BLOBS, "64k") as small:
        put(server, laptop, digest, 0, PICTURE[:20_000])
        ballast = fill(small)
        with ballast.open("r+b") as file:
            file.truncate(ballast.stat().st_size - 8_192)
        path, sent = piece(laptop, digest, 20_000, SIZE, PICTURE[20_000:])
        with expect_log("angrilien.server.service", match="could not be written"):
            response = server.raw("PUT", path, content=sent.body, headers=sent.headers)
        assert (response.status_code, response.headers["retry-after"]) == (503, "30")
        assert min(files(server.folder).values()) == 20_000
        ballast.unlink()
        assert put(server, laptop, digest, 20_000, PICTURE[20_000:]).blob == (SIZE, SIZE)
        assert path_of(server.folder / BLOBS, digest).read_bytes() == PICTURE


def live_put(
    live: LiveServer, laptop: Laptop, digest: str, offset: int, data: bytes, size: int = SIZE
) -> Answer:
    path, sent = piece(laptop, digest, offset, size, data)
    response = httpx.put(live.url + path, content=data, headers=sent.headers, timeout=20)
    return checked(live.programme, sent, response)


def register(live_server: LiveServer) -> Laptop:
    """Return a laptop registered at a server in another process, which has sent its lines."""
    laptop = Laptop(aud=live_server.aud)
    note_photo(laptop, PICTURE)
    for path, sent in (
        ("/v1/register", laptop.registration(live_server.code())), ("/v1/push", laptop.push()),
    ):  # fmt: skip
        response = httpx.post(live_server.url + path, content=sent.body, headers=sent.headers)
        assert checked(live_server.programme, sent, response).refused == ""
    return laptop


def test_the_same_pieces_eight_times_at_once(shared_server: LiveServer) -> None:
    far = register(shared_server)
    digest = b64(sha256(PICTURE))
    with ThreadPoolExecutor(8) as pool:
        for offset in range(0, SIZE, 10_000):
            data = PICTURE[offset : offset + 10_000]
            told = {
                done.result().blob
                for done in [
                    pool.submit(live_put, shared_server, far, digest, offset, data)
                    for _ in range(8)
                ]
            }
            assert told == {(offset + len(data), SIZE)}
    assert path_of(shared_server.data / BLOBS, digest).read_bytes() == PICTURE
    assert list(files(shared_server.data).values()) == [SIZE]


@pytest.mark.postgres(by_default=False)
def test_a_cut_piece_leaves_what_was_there_and_one_line(live_server: LiveServer) -> None:
    """F36: cut in the middle of a piece, and killed; the laptop goes on where it was."""
    far = register(live_server)
    digest = b64(sha256(PICTURE))
    assert live_put(live_server, far, digest, 0, PICTURE[:15_000]).blob == (15_000, SIZE)
    path, sent = piece(far, digest, 15_000, SIZE, PICTURE[15_000:])
    head = [f"PUT {path} HTTP/1.1", "Host: x", f"Content-Length: {len(sent.body)}"]
    head += [f"{name}: {value}" for name, value in sent.headers.items()]
    for _ in range(3):
        with socket.create_connection(("127.0.0.1", live_server.port)) as cut:
            cut.sendall("\r\n".join(head).encode() + b"\r\n\r\n" + sent.body[:9_000])
    assert live_put(live_server, far, digest, 0, b"").blob == (15_000, SIZE)
    live_server.kill()
    live_server.start()
    assert live_put(live_server, far, digest, 15_000, PICTURE[15_000:]).blob == (SIZE, SIZE)
    assert path_of(live_server.data / BLOBS, digest).read_bytes() == PICTURE
    log = "".join(p.read_text(encoding="utf-8") for p in (live_server.data / "logs").iterdir())
    assert len(re.findall("an upload was cut", log)) == 3
    assert "Traceback" not in log


@pytest.mark.postgres(by_default=False)
def test_a_thousand_pieces_refused_leave_no_file(server: LocalServer, laptop: Laptop) -> None:
    """F13: pushes that come to nothing take no room (a hundred here)."""
    digest = note_photo(laptop, PICTURE)
    server.push(laptop.push())
    for number in range(100):
        put(server, laptop, digest, 0, bytes([number]) * SIZE)
    assert files(server.folder) == {}
    with server.database.reading() as session:
        count = select(func.count()).select_from(table(ChangeRow))
        assert session.connection().execute(count).scalar() == 2
