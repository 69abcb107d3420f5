"""Windows: the session by WM_WTSSESSION_CHANGE, suspend and the lid by WM_POWERBROADCAST.

What the numbers say stands in functions of its own, so that it is tested on any system. Windows
waits for nobody before it suspends: the notice is answered at once, inside the message.
"""

from __future__ import annotations

import ctypes
import enum
import struct
import uuid
from collections.abc import Callable
from typing import Any, Final

from PySide6.QtCore import QAbstractNativeEventFilter, QByteArray, QCoreApplication
from PySide6.QtWidgets import QWidget

from angrilien.ui.session_watch import SessionWatch

# Numbers of winuser.h and wtsapi32.h.
WM_POWERBROADCAST: Final = 0x0218
WM_WTSSESSION_CHANGE: Final = 0x02B1
PBT_APMSUSPEND: Final = 0x0004
PBT_APMRESUMESUSPEND: Final = 0x0007
PBT_APMRESUMEAUTOMATIC: Final = 0x0012
PBT_POWERSETTINGCHANGE: Final = 0x8013
WTS_CONSOLE_DISCONNECT: Final = 0x2
WTS_REMOTE_DISCONNECT: Final = 0x4
WTS_SESSION_LOGOFF: Final = 0x6
WTS_SESSION_LOCK: Final = 0x7
LID: Final = uuid.UUID("ba3e0f4d-b817-4094-a2d1-d56379e6a0f3")
"""GUID_LIDSWITCH_STATE_CHANGE."""
_SETTING: Final = struct.Struct("<16sII")
"""POWERBROADCAST_SETTING with data of one DWORD: GUID, length, value."""


class Notice(enum.Enum):
    """What a message means for the locks."""

    SLEEP = "sleep"
    WOKE = "woke"
    LEFT = "left"


def read_notice(message: int, wparam: int, setting: bytes = b"") -> Notice | None:
    """Return what a message of the system means, None for all that means nothing here.

    Args:
        message: its number.
        wparam: its first parameter.
        setting: the bytes its second parameter points at, for PBT_POWERSETTINGCHANGE.
    """
    if message == WM_WTSSESSION_CHANGE:
        gone = (WTS_CONSOLE_DISCONNECT, WTS_REMOTE_DISCONNECT, WTS_SESSION_LOGOFF, WTS_SESSION_LOCK)
        return Notice.LEFT if wparam in gone else None
    if message != WM_POWERBROADCAST:
        return None
    if wparam == PBT_POWERSETTINGCHANGE:
        return Notice.LEFT if lid_is_shut(setting) else None
    if wparam in (PBT_APMRESUMESUSPEND, PBT_APMRESUMEAUTOMATIC):
        return Notice.WOKE
    return Notice.SLEEP if wparam == PBT_APMSUSPEND else None


def lid_is_shut(setting: bytes) -> bool:
    """Tell whether a POWERBROADCAST_SETTING says that the lid was shut."""
    if len(setting) < _SETTING.size:
        return False
    guid, length, value = _SETTING.unpack_from(setting)
    return bool(guid == LID.bytes_le and length == 4 and value == 0)


class WindowsWatch(SessionWatch):
    """Listens to the messages that the system sends to one window.

    Args:
        window: the main window.
        registers: whether it asks the system for the notices; a test sends its own.
    """

    def __init__(self, window: QWidget, *, registers: bool = True) -> None:
        super().__init__(window)
        self._window = int(window.winId())
        self._registered = registers
        self._filter = _Filter(self.take)
        app = QCoreApplication.instance()
        if registers and app is not None:
            app.installNativeEventFilter(self._filter)
            _register(self._window)

    def take(self, message: int, wparam: int, setting: bytes = b"") -> None:
        """Take a message of the system."""
        notice = read_notice(message, wparam, setting)
        if notice is Notice.SLEEP:
            self.sleep_coming.emit()
        elif notice is Notice.WOKE:
            self.woke.emit()
        elif notice is Notice.LEFT:
            self.left.emit()

    def close(self) -> None:
        """Listen no longer."""
        app = QCoreApplication.instance()
        if self._registered and app is not None:
            app.removeNativeEventFilter(self._filter)
            _library("wtsapi32").WTSUnRegisterSessionNotification(self._window)
        self._registered = False


class _Message(ctypes.Structure):
    """MSG, as far as it is read."""

    _fields_ = (
        ("hwnd", ctypes.c_void_p),
        ("message", ctypes.c_uint),
        ("wparam", ctypes.c_size_t),
        ("lparam", ctypes.c_size_t),
    )


class _Filter(QAbstractNativeEventFilter):
    """Hands on every message that may matter, and lets all of them through."""

    def __init__(self, take: Callable[[int, int, bytes], None]) -> None:
        super().__init__()
        self._take = take

    def nativeEventFilter(
        self, _kind: QByteArray | bytes | bytearray | memoryview, message: Any
    ) -> object:
        """Look at one message."""
        found = _Message.from_address(int(message))
        if found.message in (WM_POWERBROADCAST, WM_WTSSESSION_CHANGE):
            setting = b""
            if found.wparam == PBT_POWERSETTINGCHANGE and found.lparam:
                setting = ctypes.string_at(found.lparam, _SETTING.size)
            self._take(found.message, found.wparam, setting)
        return False, 0


def _register(window: int) -> None:
    """Ask the system for the notices that it does not send by itself."""
    _library("wtsapi32").WTSRegisterSessionNotification(window, 0)
    guid = ctypes.create_string_buffer(LID.bytes_le, 16)
    _library("user32").RegisterPowerSettingNotification(window, guid, 0)


def _library(name: str) -> Any:
    """Return a library of Windows."""
    libraries: Any = vars(ctypes)["windll"]
    return getattr(libraries, name)
