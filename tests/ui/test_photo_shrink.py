"""A photo made small: legible, upright, without what the camera wrote beside it; refusals."""

from __future__ import annotations

import hashlib
import random
import statistics
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import zxingcpp
from PySide6.QtCore import QBuffer, QByteArray, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QImage, QImageReader, QImageWriter, QPainter
from PySide6.QtWidgets import QFileDialog
from pytestqt.qtbot import QtBot

from angrilien.errors import NotAPhoto, PhotoTooLarge
from angrilien.services import photos
from angrilien.ui.main_window import MainWindow
from angrilien.ui.photo_shrink import MOST_BYTES, MOST_FILE, shrink
from angrilien.ui.printing import qr
from helpers.bench import Heartbeat
from helpers.logfail import ExpectLog
from helpers.notebooks import make_workshop
from helpers.windows import click, press, settle, until

InLane = Callable[..., Any]
CODE = "7Q2KM4XR9R"
GRAIN = 0.01
"""Seconds: two beats."""


@pytest.fixture(scope="module")
def photo(tmp_path_factory: pytest.TempPathFactory, qapp: object) -> Path:
    """Twelve megapixels of a sheet on a table: grainy, unevenly lit, its QR as large as on A4."""
    grain = random.Random(5).randbytes(4000 * 3000)
    image = QImage(grain, 4000, 3000, 4000, QImage.Format.Format_Grayscale8).convertToFormat(
        QImage.Format.Format_RGB32
    )
    painter = QPainter(image)
    painter.setOpacity(0.9)
    painter.fillRect(QRectF(300, 100, 3400, 2800), QColor(225, 220, 205))
    painter.setOpacity(1)
    painter.setFont(QFont("Atkinson Hyperlegible Next", 60))
    for row in range(16):
        painter.drawText(QRectF(400, 500 + row * 140, 3000, 130), 0, f"{row + 1}  Odette Lefèvre")
    squares = qr.squares(f"ANGF:{CODE}")
    module = 2800 * 24 / 210 / squares.side
    painter.translate(3200, 200)
    painter.fillRect(QRectF(0, 0, module * squares.side, module * squares.side), QColor("white"))
    for run in squares.runs:
        painter.fillRect(
            QRectF(run.x * module, run.y * module, run.length * module, module), QColor(40, 40, 40)
        )
    painter.end()
    file = tmp_path_factory.mktemp("photo") / "IMG_2041.JPG"
    assert image.save(str(file), quality=92)
    assert file.stat().st_size > 3_000_000
    return file


def opened(data: bytes) -> QImage:
    image = QImage.fromData(data)
    assert not image.isNull()
    return image


def test_twelve_megapixels_become_300_kilobytes_that_one_can_read(photo: Path) -> None:
    data = shrink(photo)
    assert data.startswith(b"\xff\xd8\xff")
    assert len(data) <= MOST_BYTES
    image = opened(data)
    assert max(image.width(), image.height()) >= 1_400
    grey = image.convertToFormat(QImage.Format.Format_Grayscale8)
    pixels = memoryview(bytes(grey.constBits())).cast("B", [grey.height(), grey.bytesPerLine()])
    (found,) = zxingcpp.read_barcodes(pixels)
    assert found.text == f"ANGF:{CODE}", "its code is still read, and so are its names"


def test_it_stands_upright_and_says_nothing_of_the_place(photo: Path, tmp_path: Path) -> None:
    # A camera held upright writes its rows lying down, and says so beside them (Exif, turned 6).
    exif = bytes.fromhex("ffe1002245786966000049492a0008000000010012010300010000000600000000000000")
    turned = tmp_path / "turned.jpg"
    plain = photo.read_bytes()
    turned.write_bytes(plain[:2] + exif + plain[2:])
    assert QImageReader(str(turned)).transformation().name == "TransformationRotate90"
    data = shrink(turned)
    image = opened(data)
    assert image.height() > image.width()
    assert b"Exif" not in data


def test_a_small_picture_is_not_made_larger(tmp_path: Path, qapp: object) -> None:
    image = QImage(QSize(300, 400), QImage.Format.Format_RGB32)
    image.fill(Qt.GlobalColor.white)
    file = tmp_path / "small.png"
    image.save(str(file))
    made = opened(shrink(file))
    assert (made.width(), made.height()) == (300, 400)


@pytest.mark.parametrize(
    "data",
    [b"", b"%PDF-1.7 not a photo", b"GIF89a" + bytes(40)],
)
def test_what_is_no_photo_is_said(tmp_path: Path, data: bytes, qapp: object) -> None:
    file = tmp_path / "photo.jpg"
    file.write_bytes(data)
    with pytest.raises(NotAPhoto):
        shrink(file)
    with pytest.raises(NotAPhoto):
        shrink(tmp_path / "missing.jpg")


def test_a_photo_that_is_cut_is_said(tmp_path: Path, qapp: object, expect_log: ExpectLog) -> None:
    file = tmp_path / "photo.jpg"
    file.write_bytes(b"\xff\xd8\xff\xe0 cut short")
    with expect_log("qt", match="JPEG"), pytest.raises(NotAPhoto):
        shrink(file)


def test_fifty_megabytes_are_refused_before_they_are_read(tmp_path: Path, qapp: object) -> None:
    file = tmp_path / "huge.jpg"
    with file.open("wb") as stream:
        stream.write(b"\xff\xd8\xff\xe0")
        stream.truncate(50 << 20)
    with pytest.raises(PhotoTooLarge) as refused:
        shrink(file)
    assert refused.value.values == {"size": MOST_FILE >> 20}


def test_a_picture_of_too_many_dots_is_refused_before_it_is_decoded(
    tmp_path: Path, qapp: object
) -> None:
    """A small file may hold an enormous picture."""
    image = QImage(QSize(8, 8), QImage.Format.Format_Grayscale8)
    buffer = QBuffer()
    buffer.open(QBuffer.OpenModeFlag.WriteOnly)
    assert QImageWriter(buffer, QByteArray(b"jpeg")).write(image)
    data = bytearray(buffer.data().data())
    frame = data.index(b"\xff\xc0")
    data[frame + 5 : frame + 9] = (60_000).to_bytes(2, "big") * 2
    file = tmp_path / "bomb.jpg"
    file.write_bytes(data)
    with pytest.raises(PhotoTooLarge):
        shrink(file)


def test_the_window_goes_on_while_a_photo_is_made_small(photo: Path, qapp: object) -> None:
    """Its longest silence is that beside work which surely leaves the interpreter alone."""
    beats = Heartbeat()

    def silence(work: Callable[[], object]) -> float:
        worker = threading.Thread(target=work)
        beats.longest()
        worker.start()
        until(lambda: not worker.is_alive(), seconds=30)
        return beats.longest()

    def native() -> None:
        hashlib.pbkdf2_hmac("sha256", b"floor", b"floor", 200_000)

    floor, made_small = [], []
    for _ in range(3):
        floor.append(silence(native))
        made_small.append(silence(lambda: shrink(photo)))
    beats.stop()
    print(f"\nlongest silence: beside a digest {floor}, beside a photo {made_small}")
    # The interpreter held for the whole of it would be silent for ten times as long.
    assert statistics.median(made_small) <= 3 * statistics.median(floor) + GRAIN


def test_a_photo_is_kept_small_and_encrypted(
    qtbot: QtBot,
    window: MainWindow,
    photo: Path,
    in_lane: InLane,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    workshop = in_lane(make_workshop)
    window.navigate("paper", workshop_id=workshop)
    settle(qtbot, window)
    page: Any = window.page
    monkeypatch.setattr(QFileDialog, "getOpenFileNames", lambda *_args, **_kw: ([str(photo)], ""))
    click(page.body.photo_button)
    until(lambda: page.body.photo_words.text() == "1 photo jointe. Elle partira en dernier.")
    [stored] = (window.desk.folder.parent / "data" / photos.FOLDER).iterdir()
    assert stored.stat().st_size < MOST_BYTES + 100
    assert not stored.read_bytes().startswith(b"\xff\xd8")


def test_what_is_no_photo_is_said_and_another_is_chosen(
    qtbot: QtBot,
    window: MainWindow,
    photo: Path,
    tmp_path: Path,
    in_lane: InLane,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    workshop = in_lane(make_workshop)
    window.navigate("paper", workshop_id=workshop)
    settle(qtbot, window)
    page: Any = window.page
    wrong = tmp_path / "note.jpg"
    wrong.write_text("un mot")
    chosen = [[str(wrong)], [str(photo)]]
    monkeypatch.setattr(QFileDialog, "getOpenFileNames", lambda *_args, **_kw: (chosen.pop(0), ""))
    click(page.body.photo_button)
    until(lambda: window.messages.sentence == "Ce fichier n’est pas une photo.")
    assert page.body.photo_button.isEnabled()
    click(window.messages.action)
    until(lambda: page.body.photo_words.text() == "1 photo jointe. Elle partira en dernier.")
    press(window, Qt.Key.Key_Escape)
