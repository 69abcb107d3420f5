"""What the system says of the network is a hint: it makes one try, and one sentence."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QObject, Signal
from PySide6.QtNetwork import QNetworkInformation
from pytestqt.qtbot import QtBot

from angrilien.domain.rows import SendingState
from angrilien.services import sending
from angrilien.ui.desk import Desk
from angrilien.ui.main_window import MainWindow
from angrilien.ui.network_watch import NetworkWatch, Reachability, system_information
from angrilien.ui.sending_text import SendingWords
from angrilien.ui.sending_watch import SendingWatch


class Information(QObject):
    """What a system says, as a test chooses."""

    reachabilityChanged = Signal(QNetworkInformation.Reachability)  # noqa: N815 - Qt's own name

    def __init__(self, first: Reachability) -> None:
        super().__init__()
        self.now = first

    def reachability(self) -> Reachability:
        return self.now

    def become(self, reachability: Reachability) -> None:
        self.now = reachability
        self.reachabilityChanged.emit(reachability)


def test_a_network_that_comes_back_makes_one_try(
    qtbot: QtBot, window: MainWindow, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent: list[str] = []
    monkeypatch.setattr(sending.Sender, "send_now", lambda _sender: sent.append("now"))
    system = Information(Reachability.Disconnected)
    watch = SendingWatch(desk, "Europe/Paris", network=NetworkWatch(system), parent=window)
    system.become(Reachability.Local)
    assert sent == [], "a local network leads nowhere"
    system.become(Reachability.Online)
    system.become(Reachability.Online)
    assert sent == ["now"]
    system.become(Reachability.Disconnected)
    system.become(Reachability.Online)
    assert sent == ["now", "now"]
    watch.close()


def test_the_line_says_that_there_is_no_connection(
    qtbot: QtBot, window: MainWindow, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    def all_sent(_notebook: object) -> SendingState:
        return SendingState(
            waiting=0, oldest_waiting=None, has_venue=True, last_sent=desk.clock.now()
        )

    monkeypatch.setattr(sending, "state", all_sent)
    system = Information(Reachability.Unknown)
    watch = SendingWatch(desk, "Europe/Paris", network=NetworkWatch(system), parent=window)
    said: list[SendingWords] = []
    watch.words_changed.connect(said.append)
    qtbot.waitUntil(lambda: bool(said))
    assert said[-1].rest.startswith("Dernier envoi")
    system.become(Reachability.Disconnected)
    assert said[-1].rest == "Pas de connexion en ce moment."
    system.become(Reachability.Online)
    assert said[-1].rest.startswith("Dernier envoi")
    watch.close()


def test_a_system_that_says_nothing_is_no_trouble(qapp: object) -> None:
    assert not NetworkWatch(None).is_absent
    system_information()


def test_the_venue_is_named_once_the_programme_told_it(
    qtbot: QtBot, window: MainWindow, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    known = [False]

    def state(_notebook: object) -> SendingState:
        return SendingState(waiting=0, oldest_waiting=None, has_venue=known[0])

    monkeypatch.setattr(sending, "state", state)
    watch = SendingWatch(desk, "Europe/Paris", network=NetworkWatch(None), parent=window)
    told: list[object] = []
    watch.venue_changed.connect(told.append)
    qtbot.waitUntil(lambda: watch.state is not None)
    qtbot.waitUntil(lambda: not desk.is_busy)
    assert told == []
    known[0] = True
    desk.changed.sending_changed.emit()
    qtbot.waitUntil(lambda: bool(told))
    watch.close()
