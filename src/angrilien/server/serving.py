"""Serving a programme's folder over HTTP until told to stop."""

from __future__ import annotations

import errno
import signal
import socket
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from types import FrameType

import uvicorn

from angrilien import logs
from angrilien.domain.clock import Clock, SystemClock
from angrilien.errors import PortInUse
from angrilien.server.api import make_app
from angrilien.server.errors import CannotListen
from angrilien.server.folder import open_programme
from angrilien.server.keyring import ROOT, load_keyring
from angrilien.server.projections import retry_held
from angrilien.server.service import Service

MAX_CONNECTIONS = 512
_ROOT_LIES_THERE = (
    "Attention : root.key est encore dans le dossier du serveur. "
    "Mettez ce fichier à l’abri, hors de cet ordinateur."
)


def make_service(folder: Path, clock: Clock | None = None) -> Service:
    """Open a data folder and try again what was held there.

    Raises:
        KnownError: as `open_programme`.
    """
    clock = clock or SystemClock()
    keyring, database, epoch = open_programme(folder, clock)
    retry_held(database, keyring, clock, everything=True)
    return Service(keyring, database, epoch, clock)


class _Server(uvicorn.Server):
    """Tells when it listens."""

    def __init__(self, config: uvicorn.Config, ready: Callable[[], None]) -> None:
        super().__init__(config)
        self._ready = ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started:
            self._ready()


def serve(folder: Path, host: str, port: int) -> int:
    """Serve a data folder until SIGTERM or Ctrl+C; return the exit code.

    Raises:
        KnownError: the port is taken or cannot be listened on, or the folder cannot be served.
    """
    load_keyring(folder)  # before anything is written: it may be no folder of ours
    listening = _listen(host, port)
    if (folder / ROOT).exists():
        print(_ROOT_LIES_THERE, file=sys.stderr)
    handler = logs.start(folder / "logs")
    try:
        service = make_service(folder)
        config = uvicorn.Config(
            make_app(service),
            log_config=None,
            access_log=False,
            server_header=False,
            limit_concurrency=MAX_CONNECTIONS,
            timeout_graceful_shutdown=10,
        )
        address = f"http://{host if ':' not in host else f'[{host}]'}:{listening.getsockname()[1]}"
        server = _Server(config, lambda: print(f"prêt : {address}", flush=True))
        # uvicorn raises the signal that stopped it again, once it has ended in good order.
        before = signal.signal(signal.SIGTERM, _stopped)
        try:
            with suppress(KeyboardInterrupt):
                server.run(sockets=[listening])
        finally:
            signal.signal(signal.SIGTERM, before)
        return 0 if server.started else 1
    finally:
        listening.close()
        logs.stop(handler)


def _stopped(_number: int, _frame: FrameType | None) -> None:
    """Take note of a signal that uvicorn has already obeyed."""


def _listen(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listening = socket.socket(family)
    if sys.platform != "win32":  # there it would let two servers share the port
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((host, port))
        listening.listen(128)
    except OSError as error:
        listening.close()
        if error.errno == errno.EADDRINUSE:
            raise PortInUse(port=port) from error
        raise CannotListen(host=host, port=port) from error
    return listening
