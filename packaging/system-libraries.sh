#!/bin/sh
# What Python packages cannot bring: the venv module and the libraries that Qt loads.
#
#   system-libraries.sh venv PYTHON   can PYTHON make an environment?
#   system-libraries.sh qt PYTHON     can PYTHON, which has PySide6, load Qt and its screen plugin?
#   system-libraries.sh tests PYTHON  is there what only the tests start (Linux: dbus-daemon)?
#
# If something is absent: as root with apt it is installed, otherwise the command to type is
# printed and the script ends with 1.
set -eu

need=${1:-}
python=${2:-python3}

# Debian's and Ubuntu's names. Qt's own core needs the first line, a screen the others.
qt_packages="libegl1 libgl1 libglib2.0-0 libfontconfig1 libdbus-1-3 libxkbcommon0 \
libxkbcommon-x11-0 libx11-xcb1 libxcb-cursor0 libxcb-icccm4 libxcb-image0 libxcb-keysyms1 \
libxcb-randr0 libxcb-render-util0 libxcb-shape0 libxcb-shm0 libxcb-sync1 libxcb-xfixes0 \
libxcb-xkb1 libxcb-util1 libcups2"

can_make_environment() {
    "$python" -c 'import ensurepip, venv' 2>/dev/null
}

can_load_qt() {
    "$python" - <<'PYTHON'
import ctypes
import pathlib
import sys

try:
    import PySide6
    from PySide6 import QtDBus, QtNetwork, QtPrintSupport, QtSvg, QtWidgets  # noqa: F401

    if sys.platform.startswith("linux"):
        plugins = pathlib.Path(PySide6.__file__).parent / "Qt" / "plugins"
        for name in ("platforms/libqxcb.so", "printsupport/libcupsprintersupport.so"):
            if (plugins / name).exists():
                ctypes.CDLL(str(plugins / name))
except (ImportError, OSError) as error:
    print(f"Qt cannot load: {error}", file=sys.stderr)
    sys.exit(1)
PYTHON
}

install() {
    command="apt-get install --no-install-recommends -y $*"
    if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
        echo "Installing: $*" >&2
        # An update that only half succeeds may still know these packages.
        apt-get -qq update || true
        # shellcheck disable=SC2086 # a list of words
        DEBIAN_FRONTEND=noninteractive apt-get install --no-install-recommends -y -qq $* >/dev/null
        return
    fi
    if command -v apt-get >/dev/null 2>&1; then
        echo "Some system libraries are absent. Type this, then start again:" >&2
        echo "    sudo $command" >&2
    else
        echo "Some system libraries are absent. Their names on Debian are:" >&2
        echo "    $*" >&2
    fi
    exit 1
}

case $need in
venv)
    if ! can_make_environment; then
        version=$("$python" -c 'import sys; print("%d.%d" % sys.version_info[:2])')
        install "python$version-venv"
        can_make_environment
    fi
    ;;
qt)
    if ! can_load_qt; then
        # shellcheck disable=SC2086 # a list of words
        install $qt_packages
        can_load_qt
    fi
    ;;
tests)
    if [ "$(uname -s)" = Linux ]; then
        if ! command -v dbus-daemon >/dev/null 2>&1; then
            install dbus
            command -v dbus-daemon >/dev/null
        fi
        # The tests of power cuts and of a failing disk stand between the program and the system.
        if ! command -v gcc >/dev/null 2>&1; then
            install gcc libc6-dev
            command -v gcc >/dev/null
        fi
    fi
    ;;
*)
    echo "usage: system-libraries.sh venv|qt|tests PYTHON" >&2
    exit 2
    ;;
esac
