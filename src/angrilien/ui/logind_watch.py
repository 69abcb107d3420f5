"""Linux: suspend and the session by logind, the lid by UPower, over the system's D-Bus.

A delaying inhibitor is held, so that what is typed is in the file before the laptop sleeps
(https://www.freedesktop.org/wiki/Software/systemd/inhibit/). Nothing is read out of a signal:
what changed is asked for again, because a message of another shape than expected ends the process
in Qt's own reading of it (seen with PySide6 6.11).
"""

from __future__ import annotations

import functools
import os
from collections.abc import Callable
from typing import Any, Final

from PySide6.QtCore import SLOT, QObject, Slot
from PySide6.QtDBus import (
    QDBusConnection,
    QDBusMessage,
    QDBusObjectPath,
    QDBusPendingCallWatcher,
    QDBusUnixFileDescriptor,
    QDBusVariant,
)

from angrilien.ui.session_watch import SessionWatch

LOGIN: Final = "org.freedesktop.login1"
_LOGIN_PATH: Final = "/org/freedesktop/login1"
_MANAGER: Final = f"{LOGIN}.Manager"
_SESSION: Final = f"{LOGIN}.Session"
POWER: Final = "org.freedesktop.UPower"
_POWER_PATH: Final = "/org/freedesktop/UPower"
_PROPERTIES: Final = "org.freedesktop.DBus.Properties"


def system_bus() -> QDBusConnection | None:
    """Return the system's bus, None where there is none."""
    bus = QDBusConnection.systemBus()
    return bus if bus.isConnected() else None


class LogindWatch(SessionWatch):
    """Listens to one bus.

    Args:
        bus: the system's, or one of a test.
        session: id of the session; that of this process without it.
        parent: as for every object.
    """

    def __init__(
        self, bus: QDBusConnection, *, session: str = "", parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._bus = bus
        self._holding = False
        self._inhibitor: int | None = None
        self._session_path = ""
        self._calls: set[QDBusPendingCallWatcher] = set()
        self._listen(LOGIN, _LOGIN_PATH, _MANAGER, "PrepareForSleep", "_on_prepare_for_sleep(bool)")
        self._listen(POWER, _POWER_PATH, _PROPERTIES, "PropertiesChanged", "_on_power_changed()")
        # "auto" is the session of whoever calls, of a process started by their desktop too.
        wanted = session or os.environ.get("XDG_SESSION_ID", "") or "auto"
        self._call(LOGIN, _LOGIN_PATH, _MANAGER, "GetSession", wanted, then=self._on_session)
        self.hold_sleep()

    def hold_sleep(self) -> None:
        """Take the inhibitor, unless it is held."""
        if self._holding:
            return
        self._holding = True
        self._call(
            LOGIN,
            _LOGIN_PATH,
            _MANAGER,
            "Inhibit",
            "sleep",
            "Angrilien",
            self.tr("Angrilien enregistre ce qui est écrit."),
            "delay",
            then=self._on_inhibitor,
        )

    def let_sleep(self) -> None:
        """Close the inhibitor."""
        self._holding = False
        if self._inhibitor is not None:
            os.close(self._inhibitor)
            self._inhibitor = None

    def close(self) -> None:
        """Close the inhibitor, and wait for no answer any more."""
        self._calls.clear()
        self.let_sleep()

    def _listen(self, service: str, path: str, interface: str, name: str, slot: str) -> None:
        # PySide6 takes what SLOT returns, a str; its type information says bytes.
        self._bus.connect(service, path, interface, name, self, SLOT(slot))  # type: ignore[call-overload]

    def _call(
        self,
        service: str,
        path: str,
        interface: str,
        member: str,
        *args: Any,
        then: Callable[[Any], object],
    ) -> None:
        """Ask something of a service; nothing comes of a refusal."""
        message = QDBusMessage.createMethodCall(service, path, interface, member)
        message.setArguments(list(args))
        call = QDBusPendingCallWatcher(self._bus.asyncCall(message), self)
        self._calls.add(call)
        call.finished.connect(functools.partial(self._on_answer, call, then))

    def _on_answer(self, call: QDBusPendingCallWatcher, then: Callable[[Any], object]) -> None:
        if call not in self._calls:
            return
        self._calls.discard(call)
        reply = call.reply()
        if not call.isError() and reply.arguments():
            then(reply.arguments()[0])
        call.deleteLater()

    def _on_session(self, path: object) -> None:
        if isinstance(path, QDBusObjectPath):
            self._session_path = path.path()
            self._listen(LOGIN, self._session_path, _SESSION, "Lock", "_on_lock()")
            self._listen(
                LOGIN,
                self._session_path,
                _PROPERTIES,
                "PropertiesChanged",
                "_on_session_changed()",
            )

    def _on_inhibitor(self, found: object) -> None:
        if isinstance(found, QDBusUnixFileDescriptor) and found.isValid():
            if self._holding and self._inhibitor is None:
                self._inhibitor = os.dup(found.fileDescriptor())
            # What the message holds would keep the system awake as well.
            found.setFileDescriptor(-1)

    @Slot(bool)
    def _on_prepare_for_sleep(self, begins: bool) -> None:  # noqa: FBT001 - the signal's argument
        if begins:
            self.sleep_coming.emit()
        else:
            self.woke.emit()

    @Slot()
    def _on_lock(self) -> None:
        self.left.emit()

    @Slot()
    def _on_session_changed(self) -> None:
        self._call(
            LOGIN,
            self._session_path,
            _PROPERTIES,
            "Get",
            _SESSION,
            "Active",
            then=functools.partial(self._leave_if, said=False),
        )

    @Slot()
    def _on_power_changed(self) -> None:
        self._call(
            POWER,
            _POWER_PATH,
            _PROPERTIES,
            "Get",
            POWER,
            "LidIsClosed",
            then=functools.partial(self._leave_if, said=True),
        )

    def _leave_if(self, value: object, *, said: bool) -> None:
        if isinstance(value, QDBusVariant) and value.variant() is said:
            self.left.emit()
