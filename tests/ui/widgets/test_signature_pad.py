"""The frame: mouse, first finger, pen; a point is something, what leaves the frame is not."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import (
    QInputDevice,
    QMouseEvent,
    QPointingDevice,
    QPointingDeviceUniqueId,
    QTabletEvent,
    QWheelEvent,
)
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from angrilien.domain.drawing import decode, encode
from angrilien.ui.widgets.signature_pad import SignaturePad

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def pad(qtbot: QtBot) -> SignaturePad:
    made = SignaturePad("Votre signature")
    qtbot.addWidget(made)
    made.resize(600, 300)
    made.show()
    QTest.qWaitForWindowExposed(made)
    return made


def stroke(pad: SignaturePad, *places: tuple[int, int]) -> None:
    QTest.mousePress(pad, LEFT, pos=QPoint(*places[0]))
    for place in places[1:]:
        QTest.mouseMove(pad, QPoint(*place))
    QTest.mouseRelease(pad, LEFT, pos=QPoint(*places[-1]))


def test_a_cross_is_two_strokes(pad: SignaturePad) -> None:
    assert pad.is_empty
    stroke(pad, (100, 100), (150, 150), (200, 200))
    stroke(pad, (200, 100), (100, 200))
    assert [len(s) for s in pad.strokes()] == [3, 2]
    assert len(decode(encode(pad.strokes(), pad.width(), pad.height()))) == 2


def test_a_point_is_something(pad: SignaturePad) -> None:
    QTest.mouseClick(pad, LEFT, pos=QPoint(80, 90))
    assert pad.strokes() == [[(80.0, 90.0)]]


def test_a_quick_second_stroke_is_one_too(pad: SignaturePad) -> None:
    QTest.mouseClick(pad, LEFT, pos=QPoint(80, 90))
    QTest.mouseDClick(pad, LEFT, pos=QPoint(82, 90))
    assert len(pad.strokes()) == 2


def test_what_leaves_the_frame_ends_a_stroke_and_coming_back_begins_one(pad: SignaturePad) -> None:
    stroke(pad, (500, 100), (590, 100), (700, 100), (800, 120), (590, 140), (500, 150))
    assert [len(s) for s in pad.strokes()] == [2, 2]
    assert all(0 <= x <= 600 and 0 <= y <= 300 for s in pad.strokes() for x, y in s)


def test_the_other_buttons_draw_nothing(pad: SignaturePad) -> None:
    QTest.mouseClick(pad, Qt.MouseButton.RightButton, pos=QPoint(80, 90))
    QTest.mouseMove(pad, QPoint(120, 120))
    assert pad.is_empty


def test_begin_again(pad: SignaturePad, qtbot: QtBot) -> None:
    stroke(pad, (100, 100), (200, 200))
    with qtbot.waitSignal(pad.drawn_changed):
        pad.clear()
    assert pad.is_empty


def test_a_sentence_goes_with_the_first_stroke(pad: SignaturePad) -> None:
    pad.show_problem("Le cadre est vide. Une croix suffit.")
    before = pad.grab().toImage()
    stroke(pad, (100, 100), (200, 200))
    assert pad.problem == ""
    assert pad.grab().toImage() != before


def test_the_ink_is_seen(pad: SignaturePad) -> None:
    stroke(pad, (100, 100), (200, 100), (300, 100))
    color = pad.grab().toImage().pixelColor(200, 100)
    assert color.lightness() < 60


def test_a_smaller_frame_keeps_what_was_drawn_inside(pad: SignaturePad) -> None:
    stroke(pad, (300, 150), (590, 290))
    pad.resize(300, 200)
    QApplication.processEvents()
    assert all(0 <= x <= 300 and 0 <= y <= 200 for s in pad.strokes() for x, y in s)
    assert len(pad.strokes()) == 1


# --- fingers ---


@pytest.fixture(scope="module")
def screen(qapp: QApplication) -> QPointingDevice:
    """A touch screen, which Qt keeps as long as the application."""
    return QTest.createTouchDevice()


def test_a_finger_draws_one_stroke(pad: SignaturePad, screen: QPointingDevice) -> None:
    QTest.touchEvent(pad, screen).press(0, QPoint(100, 100), pad).commit()
    for x in (120, 150, 190):
        QTest.touchEvent(pad, screen).move(0, QPoint(x, 110), pad).commit()
    QTest.touchEvent(pad, screen).release(0, QPoint(200, 110), pad).commit()
    assert [len(s) for s in pad.strokes()] == [5]


def test_only_the_first_finger_draws(pad: SignaturePad, screen: QPointingDevice) -> None:
    touch = QTest.touchEvent
    touch(pad, screen).press(0, QPoint(100, 100), pad).commit()
    touch(pad, screen).stationary(0).press(1, QPoint(400, 200), pad).commit()
    touch(pad, screen).move(0, QPoint(140, 100), pad).move(1, QPoint(450, 250), pad).commit()
    touch(pad, screen).release(0, QPoint(140, 100), pad).stationary(1).commit()
    touch(pad, screen).move(1, QPoint(500, 260), pad).commit()
    touch(pad, screen).release(1, QPoint(500, 260), pad).commit()
    assert pad.strokes() == [[(100.0, 100.0), (140.0, 100.0)]]
    touch(pad, screen).press(2, QPoint(300, 50), pad).commit()
    touch(pad, screen).release(2, QPoint(300, 50), pad).commit()
    assert len(pad.strokes()) == 2, "the next finger draws again"


def test_a_finger_that_slips_out_comes_back(pad: SignaturePad, screen: QPointingDevice) -> None:
    touch = QTest.touchEvent
    touch(pad, screen).press(0, QPoint(590, 100), pad).commit()
    touch(pad, screen).move(0, QPoint(650, 100), pad).commit()
    touch(pad, screen).move(0, QPoint(580, 140), pad).commit()
    touch(pad, screen).release(0, QPoint(560, 140), pad).commit()
    assert [len(s) for s in pad.strokes()] == [1, 2]


# --- pen ---


@pytest.fixture(scope="module")
def pen(qapp: QApplication) -> QPointingDevice:
    return QPointingDevice(
        "pen",
        7,
        QInputDevice.DeviceType.Stylus,
        QPointingDevice.PointerType.Pen,
        QInputDevice.Capability.Position,
        1,
        1,
        "",
        QPointingDeviceUniqueId.fromNumericId(7),
    )


def write(pad: SignaturePad, pen: QPointingDevice, kind: QEvent.Type, x: int, y: int) -> None:
    place = QPointF(x, y)
    down = LEFT if kind != QEvent.Type.TabletRelease else Qt.MouseButton.NoButton
    none = Qt.KeyboardModifier.NoModifier
    event = QTabletEvent(
        kind, pen, place, QPointF(pad.mapToGlobal(place)), 0.5, 0, 0, 0, 0, 0, none, LEFT, down
    )
    QApplication.sendEvent(pad, event)
    assert event.isAccepted(), "Qt makes no mouse event of it"


def test_a_pen_draws_and_the_resting_hand_does_not(
    pad: SignaturePad, pen: QPointingDevice, screen: QPointingDevice
) -> None:
    write(pad, pen, QEvent.Type.TabletPress, 100, 100)
    QTest.touchEvent(pad, screen).press(0, QPoint(400, 280), pad).commit()
    write(pad, pen, QEvent.Type.TabletMove, 150, 120)
    QTest.touchEvent(pad, screen).move(0, QPoint(420, 280), pad).commit()
    write(pad, pen, QEvent.Type.TabletMove, 200, 100)
    QTest.touchEvent(pad, screen).release(0, QPoint(420, 280), pad).commit()
    write(pad, pen, QEvent.Type.TabletRelease, 200, 100)
    assert pad.strokes() == [[(100.0, 100.0), (150.0, 120.0), (200.0, 100.0)]]
    write(pad, pen, QEvent.Type.TabletMove, 300, 100)
    assert len(pad.strokes()[0]) == 3, "a pen in the air draws nothing"


def test_a_pen_whose_lifting_was_lost_draws_again(
    pad: SignaturePad, pen: QPointingDevice, screen: QPointingDevice
) -> None:
    write(pad, pen, QEvent.Type.TabletPress, 100, 100)
    write(pad, pen, QEvent.Type.TabletMove, 150, 120)
    write(pad, pen, QEvent.Type.TabletPress, 300, 100)
    write(pad, pen, QEvent.Type.TabletMove, 350, 120)
    write(pad, pen, QEvent.Type.TabletRelease, 350, 120)
    assert [len(s) for s in pad.strokes()] == [2, 2]
    QTest.touchEvent(pad, screen).press(0, QPoint(400, 200), pad).commit()
    QTest.touchEvent(pad, screen).release(0, QPoint(420, 210), pad).commit()
    assert len(pad.strokes()) == 3, "the hand draws once the pen is up"


def test_ten_fingers_are_the_first_one(pad: SignaturePad, screen: QPointingDevice) -> None:
    touch = QTest.touchEvent
    places = [QPoint(60 + 50 * finger, 150) for finger in range(10)]
    for finger, place in enumerate(places):
        hand = touch(pad, screen).press(finger, place, pad)
        for other in range(finger):
            hand = hand.stationary(other)
        hand.commit()
    for step in (10, 20):
        hand = touch(pad, screen)
        for finger, place in enumerate(places):
            hand = hand.move(finger, place + QPoint(0, step), pad)
        hand.commit()
    hand = touch(pad, screen)
    for finger, place in enumerate(places):
        hand = hand.release(finger, place + QPoint(0, 20), pad)
    hand.commit()
    assert pad.strokes() == [[(60.0, 150.0), (60.0, 160.0), (60.0, 170.0)]]


def test_a_mouse_button_that_was_let_go_elsewhere_draws_no_more(pad: SignaturePad) -> None:
    QTest.mousePress(pad, LEFT, pos=QPoint(100, 100))
    QTest.mouseMove(pad, QPoint(150, 120))
    for kind, x in ((QEvent.Type.MouseMove, 300), (QEvent.Type.MouseMove, 400)):
        place = QPointF(x, 200)
        none = Qt.MouseButton.NoButton
        event = QMouseEvent(
            kind, place, QPointF(pad.mapToGlobal(place)), none, none, Qt.KeyboardModifier.NoModifier
        )
        QApplication.sendEvent(pad, event)
    assert pad.strokes() == [[(100.0, 100.0), (150.0, 120.0)]]
    QTest.mouseRelease(pad, LEFT, pos=QPoint(400, 200))
    stroke(pad, (200, 200), (260, 220))
    assert len(pad.strokes()) == 2


def test_a_touchpad_draws_by_taps_and_short_strokes_and_its_scrolling_does_nothing(
    pad: SignaturePad,
) -> None:
    stroke(pad, (300, 150), (303, 151), (305, 153))
    place = QPointF(300, 150)
    wheel = QWheelEvent(
        place,
        QPointF(pad.mapToGlobal(place)),
        QPoint(0, 40),
        QPoint(0, 120),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.ScrollUpdate,
        False,
    )
    QApplication.sendEvent(pad, wheel)
    assert [len(s) for s in pad.strokes()] == [3]
    assert len(decode(encode(pad.strokes(), pad.width(), pad.height()))) == 1
