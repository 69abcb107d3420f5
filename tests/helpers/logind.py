"""A bus of the test's own, and on it what Angrilien asks of logind and of UPower.

The daemon is Debian's `dbus-daemon` with a configuration of ours; the services are played by this
process. Nothing of the machine's own bus is used.
"""

from __future__ import annotations

import contextlib
import itertools
import os
import select
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from PySide6.QtDBus import (
    QDBusConnection,
    QDBusMessage,
    QDBusObjectPath,
    QDBusUnixFileDescriptor,
    QDBusVariant,
    QDBusVirtualObject,
)
from PySide6.QtWidgets import QApplication

CONFIGURATION = """<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <listen>unix:dir={folder}</listen>
  <auth>EXTERNAL</auth>
  <policy context="default">
    <allow user="*"/><allow own="*"/><allow send_destination="*"/><allow receive_sender="*"/>
  </policy>
</busconfig>
"""
LOGIN = "org.freedesktop.login1"
POWER = "org.freedesktop.UPower"
SESSION_PATH = "/org/freedesktop/login1/session/_37"
_names = itertools.count()


@contextlib.contextmanager
def private_bus(folder: Path) -> Iterator[str]:
    """Start a bus; give its address."""
    file = folder / "bus.conf"
    file.write_text(CONFIGURATION.format(folder=folder), encoding="utf-8")
    process = subprocess.Popen(
        ["dbus-daemon", f"--config-file={file}", "--nofork", "--nopidfile", "--print-address=1"],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    try:
        assert process.stdout is not None
        yield process.stdout.readline().strip()
    finally:
        process.kill()
        process.communicate()


@contextlib.contextmanager
def connected(address: str) -> Iterator[QDBusConnection]:
    """Give a connection to a bus."""
    name = f"test-{next(_names)}"
    connection = QDBusConnection.connectToBus(address, name)
    assert connection.isConnected()
    try:
        yield connection
    finally:
        QDBusConnection.disconnectFromBus(name)


class FakeLogind(QDBusVirtualObject):
    """logind and UPower, as far as they are asked; the test says what happens to the laptop."""

    def __init__(self, bus: QDBusConnection) -> None:
        super().__init__()
        self._bus = bus
        self.asked: list[tuple[str, list[object]]] = []
        self.held: list[int] = []
        """Our ends of the inhibitors: one that was let go of can be read to its end."""
        self.active = True
        self.lid = False
        option = QDBusConnection.VirtualObjectRegisterOption.SubPath
        assert bus.registerVirtualObject("/org/freedesktop", self, option)
        assert bus.registerService(LOGIN)
        assert bus.registerService(POWER)

    def introspect(self, _path: str) -> str:
        return ""

    def handleMessage(self, message: QDBusMessage, _connection: QDBusConnection) -> bool:  # noqa: N802
        member, arguments = message.member(), message.arguments()
        self.asked.append((member, arguments))
        if member == "Inhibit":
            ours, theirs = os.pipe()
            self.held.append(ours)
            answer: object = QDBusUnixFileDescriptor(theirs)
            os.close(theirs)
        elif member == "GetSession":
            answer = QDBusObjectPath(SESSION_PATH)
        elif member == "Get":
            answer = QDBusVariant(self.active if arguments[1] == "Active" else self.lid)
        else:
            return False
        reply = message.createReply()
        reply.setArguments([answer])
        return self._bus.send(reply)

    def tell(self, path: str, interface: str, name: str, *arguments: object) -> None:
        """Send a signal."""
        message = QDBusMessage.createSignal(path, interface, name)
        message.setArguments(list(arguments))
        assert self._bus.send(message)

    def prepare_for_sleep(self, *, begins: bool) -> None:
        self.tell("/org/freedesktop/login1", f"{LOGIN}.Manager", "PrepareForSleep", begins)

    def lock(self) -> None:
        self.tell(SESSION_PATH, f"{LOGIN}.Session", "Lock")

    def set_active(self, *, active: bool) -> None:
        self.active = active
        self._changed(SESSION_PATH, f"{LOGIN}.Session", {"Active": active})

    def shut_lid(self, *, shut: bool) -> None:
        self.lid = shut
        self._changed("/org/freedesktop/UPower", POWER, {"LidIsClosed": shut})

    def _changed(self, path: str, interface: str, values: dict[str, object]) -> None:
        self.tell(path, "org.freedesktop.DBus.Properties", "PropertiesChanged", interface, values)

    def inhibitors(self) -> int:
        """Return how many inhibitors are held now."""
        return sum(1 for ours in self.held if not select.select([ours], [], [], 0)[0])

    def close(self) -> None:
        for ours in self.held:
            os.close(ours)
        self._bus.unregisterObject("/org/freedesktop")


def until(reached: Callable[[], object], *, seconds: float = 10.0) -> None:
    """Let messages come and go until something is so."""
    end = time.monotonic() + seconds
    while not reached():
        assert time.monotonic() < end, "what was waited for did not come"
        QApplication.processEvents()
        time.sleep(0.002)
