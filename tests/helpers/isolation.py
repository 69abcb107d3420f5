"""A test never sees the user's data nor any network beyond this machine."""

from __future__ import annotations

import ipaddress
import itertools
import logging
import os
import socket
from pathlib import Path
from typing import Any, Final

import pytest

# Not even a server that a test starts may write into a real database.
os.environ.pop("ANGRILIEN_DATABASE_URL", None)
# Nor does anybody listen to this machine's own suspend and sessions.
os.environ["DBUS_SYSTEM_BUS_ADDRESS"] = "unix:path=/nonexistent"

_LOG: Final = logging.getLogger("tests.network")
_counter = itertools.count()


@pytest.fixture(scope="session")
def _sandbox(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("home")


@pytest.fixture(autouse=True)
def own_data_dir(_sandbox: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give each test, and what it starts, a data folder of its own (not made yet)."""
    data = _sandbox / f"data-{next(_counter)}"
    monkeypatch.setenv("ANGRILIEN_DATA_DIR", str(data))
    # Nor does an installed program's venue count.
    monkeypatch.setenv("ANGRILIEN_VENUE_DIR", str(data.with_name(f"{data.name}-venue")))
    # For whoever asks the system itself: Qt's settings, platformdirs, a sub-process.
    for name in ("HOME", "USERPROFILE"):
        monkeypatch.setenv(name, str(_sandbox))
    for name in ("LOCALAPPDATA", "APPDATA", "XDG_DATA_HOME", "XDG_CONFIG_HOME", "XDG_STATE_HOME"):
        monkeypatch.setenv(name, str(_sandbox / name.lower()))
    return data


def _is_here(host: object) -> bool:
    if isinstance(host, bytes):
        host = host.decode("ascii", "replace")
    if host in {None, "", "localhost"}:
        return True
    try:
        return ipaddress.ip_address(str(host).partition("%")[0]).is_loopback
    except ValueError:
        return False


def _refuse(host: object) -> OSError:
    # The program takes an OSError for "no network" and goes on: the record fails the test.
    _LOG.error("a test reached for %s", host)
    return ConnectionRefusedError(f"a test reached for {host}")


@pytest.fixture(autouse=True)
def loopback_only(monkeypatch: pytest.MonkeyPatch) -> None:
    """Refuse any connection that would leave this machine, and fail the test that tried.

    Names below ``.invalid`` (RFC 2606) are for tests of a network without names: they are not
    known, silently.
    """
    plain = {name: getattr(socket.socket, name) for name in ("connect", "connect_ex", "sendto")}
    resolve = socket.getaddrinfo

    def guarded(name: str) -> Any:
        def call(self: socket.socket, *args: Any) -> Any:
            address = args[-1]
            if self.family in {socket.AF_INET, socket.AF_INET6} and not _is_here(address[0]):
                raise _refuse(address[0])
            return plain[name](self, *args)

        return call

    def guarded_getaddrinfo(host: Any, *args: Any, **kwargs: Any) -> Any:
        if isinstance(host, str) and host.endswith(".invalid"):
            raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
        if not _is_here(host):
            raise _refuse(host)
        return resolve(host, *args, **kwargs)

    for name in plain:
        monkeypatch.setattr(socket.socket, name, guarded(name), raising=False)
    monkeypatch.setattr(socket, "getaddrinfo", guarded_getaddrinfo)
    # A proxy of this machine's would carry a request out behind a loopback address.
    for name in list(os.environ):
        if name.lower() in {"http_proxy", "https_proxy", "all_proxy"}:
            monkeypatch.delenv(name)
