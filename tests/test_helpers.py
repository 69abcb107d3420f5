"""The helpers go red: a session of its own runs tests that each do one wrong thing."""

from __future__ import annotations

import logging
import socket
from pathlib import Path

import pytest

WRONG = """
import logging, socket, threading, time, warnings
from PySide6.QtCore import QObject, QThread, QTimer, qWarning
from PySide6.QtWidgets import QLabel, QMenu, QWidget

keep = []

def test_log():
    logging.getLogger("angrilien.x").warning("odd")

def test_error_log():
    logging.getLogger("elsewhere").error("odd")

def test_qt_warning():
    qWarning("odd")

def test_python_warning():
    warnings.warn("odd")

def test_thread():
    threading.Thread(target=time.sleep, args=(6,), daemon=True).start()

def test_window(qapp):
    keep.append(QLabel("left"))

def test_shown_window(qapp):
    keep.append(QWidget())
    keep[-1].show()

def test_menu(qapp):
    keep.append(QMenu())

def test_timer(qapp):
    keep.append(QTimer(interval=60_000))
    keep[-1].start()

def test_timer_of_the_application(qapp):
    QTimer(qapp).start(60_000)

def test_single_shot(qapp):
    QTimer.singleShot(60_000, lambda: None)

def test_expected_log_that_does_not_come(expect_log):
    with expect_log("angrilien"):
        pass

def test_another_log_than_expected(expect_log):
    with expect_log("angrilien", match="odd"):
        logging.getLogger("angrilien").warning("odd")
        logging.getLogger("angrilien").warning("even")

def test_network():
    try:
        socket.create_connection(("192.0.2.1", 80), 0.1)
    except OSError:
        pass

def test_name():
    try:
        socket.getaddrinfo("example.org", 80)
    except OSError:
        pass
"""

RIGHT = """
import threading, socket
from PySide6.QtCore import QObject, QTimer, qWarning
from PySide6.QtWidgets import QComboBox, QMenu, QWidget

class Target(QObject):
    def fire(self):
        pass

def test_expected_log(expect_log):
    import logging
    with expect_log("angrilien", match="od+") as records:
        logging.getLogger("angrilien.x").warning("odd")
    assert len(records) == 1

def test_expected_qt_warning(expect_log):
    with expect_log("qt", match="odd"):
        qWarning("odd")

def test_exempt_qt_warning(qapp):
    qWarning("This plugin does not support propagateSizeHints()")

def test_window_given_to_qtbot(qtbot):
    window = QWidget()
    qtbot.addWidget(window)
    menu = QMenu(window)
    box = QComboBox(window)
    box.addItem("one")
    window.show()
    box.showPopup()

def test_window_held_by_a_cycle(qapp):
    window = QWidget()
    window.me = window
    window.timer = QTimer(window)
    window.timer.start(60_000)

def test_single_shots_that_fire_or_cannot(qapp, qtbot):
    fired = []
    QTimer.singleShot(0, lambda: fired.append(1))
    qtbot.waitUntil(lambda: fired == [1])
    target = Target()
    QTimer.singleShot(60_000, target, lambda: None)
    QTimer.singleShot(60_000, target.fire)
    QTimer.singleShot(60_000, QWidget().close)

def test_thread_that_ends():
    threading.Thread(target=lambda: None).start()
"""


@pytest.fixture
def session(pytester: pytest.Pytester) -> pytest.Pytester:
    tests = Path(__file__).parent
    pytester.makeconftest((tests / "conftest.py").read_text("utf-8"))
    pytester.makepyprojecttoml(
        f"""
        [tool.pytest.ini_options]
        pythonpath = ['{tests}']
        filterwarnings = ["error"]
        addopts = ["--no-qt-log", "-p", "no:cacheprovider"]
        qt_api = "pyside6"
        """
    )
    return pytester


def test_each_wrong_thing_fails_its_test(session: pytest.Pytester) -> None:
    session.makepyfile(WRONG)
    result = session.runpytest_subprocess("-rA")
    red = {
        line.split("::")[1].split()[0]
        for line in result.outlines
        if line.startswith(("FAILED ", "ERROR ")) and "::" in line
    }
    assert red == {
        line.split("(")[0].removeprefix("def ")
        for line in WRONG.splitlines()
        if line.startswith("def test_")
    }


def test_right_things_pass(session: pytest.Pytester) -> None:
    session.makepyfile(RIGHT)
    session.runpytest_subprocess().assert_outcomes(passed=RIGHT.count("def test_"))


def test_data_dir_is_of_this_test(own_data_dir: Path) -> None:
    from angrilien import paths

    assert paths.data_dir() == own_data_dir
    assert not own_data_dir.exists()


def test_loopback_is_open_and_invalid_names_are_unknown() -> None:
    with (
        socket.create_server(("127.0.0.1", 0)) as server,
        socket.create_connection(server.getsockname()),
    ):
        pass
    with pytest.raises(socket.gaierror):
        socket.create_connection(("central.invalid", 443))


def test_info_is_no_warning() -> None:
    logging.getLogger("angrilien").info("all is well")
