"""A USB key between a laptop and its server: a folder that both see in turn."""

from __future__ import annotations

from pathlib import Path

from angrilien.server.sealed import receipt_beside
from angrilien.services import usb
from angrilien.services.receipts import Read
from angrilien.services.usb import KeyWriting, Written
from helpers.sending import Desk
from helpers.servers import LiveServer


def write_key(desk: Desk, place: Path) -> Path:
    """Write what is unsent to a key, step by step as the window does; return the file."""
    place.mkdir(exist_ok=True)
    writing = desk.do(lambda nb: KeyWriting(nb, place))
    return place / write_on(desk, writing).name


def write_on(desk: Desk, writing: KeyWriting) -> Written:
    """Go on writing until the file is there."""
    told = desk.do(writing.step)
    while not told.name:
        then = desk.do(writing.step)
        assert then.done >= told.done
        told = then
    return told


def import_key(live: LiveServer, *files: Path) -> None:
    """Have the technician import files; their receipts stand beside them then."""
    live.run("usb", "import", *map(str, files))
    for file in files:
        assert receipt_beside(file).is_file()


def read_receipt(desk: Desk, place: Path) -> Read:
    """Read this laptop's receipt from a key."""
    found = desk.do(usb.find_receipt, place)
    assert found is not None
    return desk.do(usb.read_receipt, found)
