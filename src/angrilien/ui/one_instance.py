"""One instance per data folder: a second one rings, and the first comes to the front (R10).

The lock of the folder decides who is first; this is only the bell. Its name is a digest of the
folder's place, so that nothing of it can be read among the system's sockets and pipes; only the
same user of the system may ring.
"""

from __future__ import annotations

import enum
import hashlib
import logging
import os
import sys
from pathlib import Path
from typing import Final

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtNetwork import QLocalServer, QLocalSocket

_LONGEST: Final = 512
_CONNECT_MILLISECONDS: Final = 1_000
_ANSWER_MILLISECONDS: Final = 3_000
_HERE: Final = b"here\n"
_ELSEWHERE: Final = b"elsewhere\n"
_log = logging.getLogger(__name__)


class Heard(enum.Enum):
    """What ringing came to."""

    HERE = "here"
    """The first instance has come to the front."""
    ELSEWHERE = "elsewhere"
    """It is on the display of another session, or another user's."""
    NOTHING = "nothing"
    """Nobody answers: there is none, or it is too busy."""


def bell_name(folder: Path) -> str:
    """Return the name of a folder's bell."""
    place = os.path.normcase(os.path.realpath(folder))
    return "angrilien-" + hashlib.sha256(place.encode("utf-8", "surrogatepass")).hexdigest()[:24]


def session_name() -> str:
    """Return where the windows of this process are seen: a session, a display."""
    if sys.platform == "win32":
        import ctypes  # noqa: PLC0415 - Windows only

        number = ctypes.c_ulong()
        ctypes.windll.kernel32.ProcessIdToSessionId(os.getpid(), ctypes.byref(number))
        return str(number.value)
    return f"{os.environ.get('WAYLAND_DISPLAY', '')} {os.environ.get('DISPLAY', '')}"


class Bell(QObject):
    """What the first instance listens to. Made once the folder's lock is held.

    Args:
        folder: the data folder.
        parent: as for every object.
    """

    rung = Signal()
    """Somebody of this session has started the application once more."""

    def __init__(self, folder: Path, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._server = QLocalServer(self)
        self._server.setSocketOptions(QLocalServer.SocketOption.UserAccessOption)
        self._server.newConnection.connect(self._on_connection)
        name = bell_name(folder)
        # Whoever holds the lock is the first: a socket of that name is a dead process's.
        QLocalServer.removeServer(name)
        if not self._server.listen(name):
            _log.info("no bell: a second instance will be refused with a sentence")

    def close(self) -> None:
        """Listen no longer."""
        self._server.close()

    @Slot()
    def _on_connection(self) -> None:
        while (socket := self._server.nextPendingConnection()) is not None:
            socket.setReadBufferSize(_LONGEST)
            socket.readyRead.connect(self._on_ready)
            socket.disconnected.connect(socket.deleteLater)
            self._hear(socket)

    @Slot()
    def _on_ready(self) -> None:
        socket = self.sender()
        if isinstance(socket, QLocalSocket):
            self._hear(socket)

    def _hear(self, socket: QLocalSocket) -> None:
        if not socket.canReadLine():
            if socket.bytesAvailable() >= _LONGEST:
                socket.abort()
            return
        asked = bytes(socket.readLine(_LONGEST).data()).decode("utf-8", "replace").rstrip("\n")
        here = asked == session_name()
        socket.write(_HERE if here else _ELSEWHERE)
        socket.flush()
        socket.disconnectFromServer()
        if here:
            self.rung.emit()


def ring(folder: Path) -> Heard:
    """Tell the instance that has a folder to show itself; wait some seconds for its answer."""
    if sys.platform == "win32":
        import ctypes  # noqa: PLC0415 - Windows only

        # This process was started by a person: it may lend the right to come to the front.
        ctypes.windll.user32.AllowSetForegroundWindow(-1)
    socket = QLocalSocket()
    socket.connectToServer(bell_name(folder))
    if not socket.waitForConnected(_CONNECT_MILLISECONDS):
        refused = socket.error() == QLocalSocket.LocalSocketError.SocketAccessError
        return Heard.ELSEWHERE if refused else Heard.NOTHING
    socket.write(f"{session_name()}\n".encode())
    said = b""
    while socket.waitForReadyRead(_ANSWER_MILLISECONDS):
        said += bytes(socket.readAll().data())
        if said.endswith(b"\n"):
            break
    socket.abort()
    return {_HERE: Heard.HERE, _ELSEWHERE: Heard.ELSEWHERE}.get(said, Heard.NOTHING)
