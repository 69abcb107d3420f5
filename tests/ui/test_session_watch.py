"""What the system says: logind on a bus of the test's own, Windows by synthetic messages."""

from __future__ import annotations

import ctypes
import struct
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from angrilien.ui import session_watch, windows_watch
from angrilien.ui.session_watch import SessionWatch
from angrilien.ui.windows_watch import LID, Notice, WindowsWatch, lid_is_shut, read_notice


class Heard:
    """What a watch told, in its order."""

    def __init__(self, watch: SessionWatch) -> None:
        self.all: list[str] = []
        watch.sleep_coming.connect(lambda: self.all.append("sleep"))
        watch.woke.connect(lambda: self.all.append("woke"))
        watch.left.connect(lambda: self.all.append("left"))


if sys.platform == "linux":
    from angrilien.ui import logind_watch
    from angrilien.ui.logind_watch import LogindWatch
    from helpers.logind import FakeLogind, connected, private_bus, until

    @pytest.fixture
    def logind(qapp: QApplication, tmp_path: Path) -> Iterator[FakeLogind]:
        with private_bus(tmp_path) as address, connected(address) as bus:
            made = FakeLogind(bus)
            made.address = address  # type: ignore[attr-defined]
            yield made
            made.close()

    @pytest.fixture
    def watch(logind: FakeLogind) -> Iterator[LogindWatch]:
        with connected(logind.address) as bus:  # type: ignore[attr-defined]
            made = LogindWatch(bus, session="7")
            until(lambda: logind.inhibitors() == 1 and made._session_path)
            yield made
            made.close()
            made.deleteLater()
            QApplication.processEvents()

    def test_the_inhibitor_is_held_until_the_drafts_are_kept(
        logind: FakeLogind, watch: LogindWatch
    ) -> None:
        heard = Heard(watch)
        assert ("GetSession", ["7"]) in logind.asked
        what, who, why, mode = next(a for name, a in logind.asked if name == "Inhibit")
        assert (what, who, mode) == ("sleep", "Angrilien", "delay")
        assert why == "Angrilien enregistre ce qui est écrit."
        logind.prepare_for_sleep(begins=True)
        until(lambda: heard.all == ["sleep"])
        assert logind.inhibitors() == 1, "the system waits"
        watch.let_sleep()
        until(lambda: logind.inhibitors() == 0)
        logind.prepare_for_sleep(begins=False)
        until(lambda: heard.all == ["sleep", "woke"])
        watch.hold_sleep()
        watch.hold_sleep()
        until(lambda: logind.inhibitors() == 1)

    def test_a_lock_another_session_and_a_shut_lid_are_told(
        logind: FakeLogind, watch: LogindWatch
    ) -> None:
        heard = Heard(watch)
        logind.lock()
        until(lambda: heard.all == ["left"])
        logind.set_active(active=False)
        until(lambda: heard.all == ["left"] * 2)
        logind.shut_lid(shut=True)
        until(lambda: heard.all == ["left"] * 3)

    def test_coming_back_and_an_open_lid_are_no_reason(
        logind: FakeLogind, watch: LogindWatch
    ) -> None:
        heard = Heard(watch)
        asked = len(logind.asked)
        logind.set_active(active=True)
        logind.shut_lid(shut=False)
        until(lambda: len(logind.asked) == asked + 2)
        logind.lock()
        until(lambda: heard.all)
        assert heard.all == ["left"]

    def test_an_inhibitor_that_comes_too_late_is_let_go_of(logind: FakeLogind) -> None:
        with connected(logind.address) as bus:  # type: ignore[attr-defined]
            made = LogindWatch(bus, session="7")
            made.let_sleep()
            until(lambda: logind.held and made._session_path)
            until(lambda: logind.inhibitors() == 0)
            made.close()
            made.deleteLater()
            QApplication.processEvents()

    def test_a_bus_without_logind_tells_nothing_and_takes_nothing(
        qapp: QApplication, tmp_path: Path
    ) -> None:
        with private_bus(tmp_path) as address, connected(address) as bus:
            made = LogindWatch(bus)
            until(lambda: not made._calls)
            made.close()
            made.deleteLater()
            QApplication.processEvents()

    def test_without_a_system_bus_nothing_is_told(qtbot: QtBot) -> None:
        assert logind_watch.system_bus() is None, "the tests have no system bus"
        window = QWidget()
        qtbot.addWidget(window)
        assert type(session_watch.system_watch(window)) is SessionWatch


# --- Windows --------------------------------------------------------------------------------------

SHUT = LID.bytes_le + struct.pack("<II", 4, 0)
OPEN = LID.bytes_le + struct.pack("<II", 4, 1)
OTHER = bytes(16) + struct.pack("<II", 4, 0)


@pytest.mark.parametrize(
    ("message", "wparam", "setting", "notice"),
    [
        (0x0218, 0x0004, b"", Notice.SLEEP),
        (0x0218, 0x0007, b"", Notice.WOKE),
        (0x0218, 0x0012, b"", Notice.WOKE),
        (0x0218, 0x000A, b"", None),  # the battery's state
        (0x0218, 0x8013, SHUT, Notice.LEFT),
        (0x0218, 0x8013, OPEN, None),
        (0x0218, 0x8013, OTHER, None),
        (0x0218, 0x8013, SHUT[:20], None),
        (0x02B1, 0x7, b"", Notice.LEFT),  # locked
        (0x02B1, 0x2, b"", Notice.LEFT),  # another user at the console
        (0x02B1, 0x4, b"", Notice.LEFT),
        (0x02B1, 0x6, b"", Notice.LEFT),
        (0x02B1, 0x8, b"", None),  # unlocked
        (0x02B1, 0x1, b"", None),
        (0x0010, 0x7, b"", None),  # WM_CLOSE
    ],
)
def test_what_a_message_of_windows_means(
    message: int, wparam: int, setting: bytes, notice: Notice | None
) -> None:
    assert read_notice(message, wparam, setting) is notice


def test_only_a_setting_of_the_lid_says_that_it_is_shut() -> None:
    assert lid_is_shut(SHUT)
    assert not any(map(lid_is_shut, (OPEN, OTHER, b"", SHUT[:-1])))


def test_messages_as_windows_lays_them_out_are_told(qtbot: QtBot) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    watch = WindowsWatch(window, registers=False)
    heard = Heard(watch)
    setting = ctypes.create_string_buffer(SHUT, len(SHUT))
    for message, wparam, lparam in (
        (0x0218, 0x4, 0),
        (0x0218, 0x12, 0),
        (0x02B1, 0x7, 1),
        (0x0218, 0x8013, ctypes.addressof(setting)),
        (0x000F, 0, 0),
    ):
        raw = windows_watch._Message(hwnd=1, message=message, wparam=wparam, lparam=lparam)
        answer = watch._filter.nativeEventFilter(b"windows_generic_MSG", ctypes.addressof(raw))
        assert answer == (False, 0), "it is let through"
    assert heard.all == ["sleep", "woke", "left", "left"]
    watch.close()
