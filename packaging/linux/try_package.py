"""Try the Debian package as a person meets it, in fresh systems of its own; by hand, not each day.

    try_package.py --suite bookworm --program FOLDER --pictures FOLDER

As root, on a Debian system with mmdebstrap, Xvfb and a mirror within reach. In a new minimal system
it installs the package with apt, starts it as an ordinary user, has a screen reader's tools hold a
workshop in the real window against a real server on loopback, upgrades, upgrades to a version that
does not start, goes back, installs other venues over it, and removes it: the notebook stays
throughout. `--program` is the one-folder program that build_program.py made.
"""

# ruff: noqa: S603, S607 - it runs the tools of a Debian system, on files of its own

from __future__ import annotations

import argparse
import contextlib
import hashlib
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import build_program as build

from angrilien.demo.server_process import ServerProcess
from angrilien.server import debs

HERE: Final = Path(__file__).resolve().parent
ANGRIE: Final = "CAF-49008"
BEAULON: Final = "CAF-03019"
USER: Final = 1000
HOME: Final = "home/claire"
DISPLAY: Final = ":87"
NEEDED: Final = (
    "at-spi2-core", "dbus", "gir1.2-atspi-2.0", "python3-gi", "x11-apps", "xdotool",
)  # fmt: skip
"""What drives the window; the program itself needs none of it."""
OLD_PHRASE: Final = "abandon bambin cadeau dauphin ecarter fabuleux"
"""Of the notebooks of earlier versions in tests/migrations."""


class Failed(Exception):
    """Something was not as it should be; the text says what."""


def main(argv: list[str] | None = None) -> int:
    """Try one suite; return 0 where all was as it should be."""
    parser = argparse.ArgumentParser(description="Try the package in a fresh system.")
    parser.add_argument("--suite", default="bookworm", choices=("bookworm", "trixie"))
    parser.add_argument(
        "--program", type=Path, default=build.ROOT / "build/linux/program/angrilien"
    )
    parser.add_argument("--base", type=Path, help="a minimal system, as mmdebstrap packs it")
    parser.add_argument("--pictures", type=Path, required=True)
    asked = parser.parse_args(argv)
    if os.environ.get("ANGRILIEN_TRIED") != "1":
        # Mounts of its own, which go with the process however it ends.
        words = ["unshare", "--mount", "--propagation", "private", sys.executable, *sys.argv]
        return subprocess.call(words, env=os.environ | {"ANGRILIEN_TRIED": "1"})
    with tempfile.TemporaryDirectory(prefix="angrilien-package-") as folder:
        trial = Trial(asked.suite, asked.program.resolve(), Path(folder), asked.pictures)
        try:
            with (
                trial.system(asked.base),
                ServerProcess(trial.work / "central", aud="essai") as hub,
            ):
                trial.run(hub)
        except Failed as error:
            print(f"FAILED {error}", flush=True)
            return 1
    print(f"{asked.suite}: all as it should be", flush=True)
    return 0


class Trial:
    """One system, and what happens in it.

    Args:
        suite: of Debian.
        program: the one-folder program.
        folder: for all that is made.
        pictures: where the pictures go.
    """

    def __init__(self, suite: str, program: Path, folder: Path, pictures: Path) -> None:
        self.suite = suite
        self.root = folder / "root"
        self.work = folder
        self.pictures = pictures
        self._program = program
        self._told = time.monotonic()
        self._libraries = ""

    @contextlib.contextmanager
    def system(self, base: Path | None) -> Iterator[None]:
        """Make the system, with a display for it."""
        self.root.mkdir()
        if base is None:
            base = self.work / "base.tar"
            run("mmdebstrap", "--variant=minbase", self.suite, base)
        run("tar", "-xf", base, "-C", self.root)
        for name in ("proc", "dev", "sys"):
            run("mount", "--rbind", f"/{name}", self.root / name)
        shutil.copy("/etc/resolv.conf", self.root / "etc/resolv.conf")
        self.inside("useradd", "--create-home", "--uid", USER, "claire")
        self.say("a fresh system")
        xvfb = subprocess.Popen(
            ["Xvfb", DISPLAY, "-screen", "0", "1366x768x24"], stderr=subprocess.DEVNULL
        )
        try:
            yield
        finally:
            xvfb.terminate()
            xvfb.wait()
            for name in ("proc", "dev", "sys"):
                subprocess.run(["umount", "-lR", self.root / name], check=False)

    def run(self, hub: ServerProcess) -> None:
        """Do all that a person and a technician do."""
        first = self.package("0.1.0", hub.programme_path)
        self.install(hub, first)
        phrase = self.first_day(hub)
        self.upgrade(hub, phrase)
        self.one_that_does_not_start(hub)
        self.other_venues(hub, phrase)
        self.an_old_notebook()
        self.remove()

    # --- what happens -----------------------------------------------------------------------------

    def install(self, hub: ServerProcess, package: Path) -> None:
        """Install with apt in a system that has nothing, and start as an ordinary user."""
        before = self.packages()
        self.inside("apt-get", "update", "-qq")
        venue = self.work / "angrie.deb"
        self.venue_package(hub, ANGRIE, venue)
        self.no_room(package)
        said = self.apt("install", package, venue)
        more = self.packages() - before
        self.say(f"installed by apt with {len(more)} packages of Debian's")
        if "ne démarre pas" in said:
            raise Failed(said[-600:])
        self.as_user("angrilien", "--selftest")
        self.say("the self-test of an ordinary user is right")
        self.apt("install", *NEEDED)

    def no_room(self, package: Path) -> None:
        """A disk that is too small is said before anything is written."""
        place = self.root / "opt"
        run("mount", "-t", "tmpfs", "-o", "size=100m", "tmpfs", place)
        try:
            said = self.apt("install", package, fails=True)
        finally:
            run("umount", place)
        if "pas assez de place" not in said:
            raise Failed(f"too little room: {said[-600:]}")
        self.say("too little room is said, and nothing is laid")

    def power_cuts(self, package: Path) -> None:
        """Killed in the middle of unpacking, at several moments: it starts, old or new."""
        there = self.bring(package)
        seen = []
        for delay in (0.3, 1.0, 2.0, 3.0, 4.0, 5.5):
            dpkg = subprocess.Popen(
                ["chroot", str(self.root), "dpkg", "--unpack", there],
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                start_new_session=True,
            )
            time.sleep(delay)
            cut = dpkg.poll() is None
            with contextlib.suppress(ProcessLookupError):
                os.killpg(dpkg.pid, signal.SIGKILL)
            dpkg.wait()
            self.as_user("angrilien", "--selftest")
            seen.append(f"{delay} s {'cut' if cut else 'done'}")
        self.inside("dpkg", "--install", there)
        self.say(f"cut while it was unpacked ({', '.join(seen)}): it starts each time")

    def first_day(self, hub: ServerProcess) -> str:
        """From nothing to a workshop that the server holds; return the phrase."""
        said = self.drive("first", "/usr/bin/angrilien")
        phrase = next(line[7:] for line in said.splitlines() if line.startswith("phrase "))
        line = next(
            line for line in hub.command("venue", "list").splitlines() if line.startswith(ANGRIE)
        )
        if line.split("\t")[2] != "1" or line.endswith("jamais"):
            raise Failed(f"the server does not know the laptop: {line}")
        figures = hub.figures()
        if (figures["participations"], figures["on_screen"], figures["sheets"]) != (2, 2, 1):
            raise Failed(f"the server holds {figures}")
        self.say(f"a workshop from nothing to sent, no code typed; the server says: {line}")
        return phrase

    def upgrade(self, hub: ServerProcess, phrase: str) -> None:
        """Upgrade: not while it runs, then with the notebook as it was; never to an older one."""
        second = self.package("0.1.1", hub.programme_path)
        before = self.notebook()
        running = self.start_user("angrilien")
        time.sleep(8)
        said = self.apt("install", second, fails=True)
        running.send_signal(signal.SIGTERM)
        running.wait(timeout=60)
        if "Angrilien est ouvert" not in said:
            raise Failed(f"an upgrade under a running program: {said}")
        self.say("an upgrade is refused while the program runs")
        if self.notebook() != before:
            raise Failed("the notebook has changed")
        self.power_cuts(second)
        self.expect_versions("0.1.1")
        if self.notebook() != before:
            raise Failed("the upgrade touched the notebook")
        self.drive("again", "--again", phrase, "Premiers pas", "/usr/bin/angrilien")
        self.say("upgraded; the notebook opens with its workshop")
        older = self.work / "angrilien_0.1.0_amd64.deb"
        said = self.inside("dpkg", "--install", self.bring(older), fails=True)
        if "plus récente" not in said:
            raise Failed(f"an older package over a newer: {said}")
        self.as_user("angrilien", "--selftest")
        self.say("an older package is refused, in words")

    def one_that_does_not_start(self, hub: ServerProcess) -> None:
        """A new version that does not start leaves the one before it in service."""
        broken = self.package("0.1.2", hub.programme_path, is_broken=True)
        said = self.apt("install", broken)
        if "celle d’avant reste en service" not in said:
            raise Failed(f"a program that does not start: {said}")
        self.as_user("angrilien", "--selftest")
        self.say("a version that does not start: the one before it stays in service")
        mended = self.package("0.1.3", hub.programme_path)
        self.apt("install", mended)
        self.expect_versions("0.1.3")
        self.as_user("angrilien", "--selftest")
        self.say("the next one takes its place again")

    def other_venues(self, hub: ServerProcess, phrase: str) -> None:
        """Another venue's package over it, then the package with program and venue in one."""
        other = self.work / "beaulon.deb"
        self.venue_package(hub, BEAULON, other)
        self.apt("install", other)
        kept = self.inside("dpkg-query", "-W", "-f", "${Package} ${Status}\n", "angrilien-venue-*")
        if "caf-03019 install ok installed" not in kept or "49008 install ok installed" in kept:
            raise Failed(f"one venue in the place of the other: {kept}")
        self.drive("other-venue", "--again", phrase, "reste inscrit", "/usr/bin/angrilien")
        self.drive("once", "--again", phrase, "Premiers pas", "/usr/bin/angrilien")
        self.say("another venue's package: said in words, the workshop is there")
        whole = self.work / "whole.deb"
        hub.command(
            "venue", "installers", ANGRIE, "--out", str(self.work / "out"), "--whole-deb",
            "--deb", str(self.work / "angrilien_0.1.3_amd64.deb"),
        )  # fmt: skip
        shutil.copy(self.work / "out" / f"Angrilien-{ANGRIE}.deb", whole)
        self.apt("install", whole)
        laid = self.root / debs.KEPT.lstrip("/")
        if not list(laid.glob("profile-*.angrilien-venue")):
            raise Failed("the package of one venue lays no profile")
        self.as_user("angrilien", "--selftest")
        self.say("the package with program and venue in one is installed over it")

    def an_old_notebook(self) -> None:
        """One of the first schema is copied before it is changed."""
        kept = build.ROOT / "tests" / "migrations" / "0002"
        place = self.root / HOME / "old"
        shutil.copytree(kept, place)
        run("chown", "-R", f"{USER}:{USER}", place)
        self.drive(
            "old", "--again", OLD_PHRASE, "Nouvel atelier", "/usr/bin/angrilien",
            "--data-dir", f"/{HOME}/old", "--programme", f"/{HOME}/old/programme.json",
        )  # fmt: skip
        copies = [path.name for path in place.rglob("*.db") if path.name != "cahier.db"]
        if not copies:
            raise Failed("no safety copy before the migration")
        self.say(f"a notebook of the second schema: copied ({copies[0]}), then brought to today's")

    def remove(self) -> None:
        """Remove, then purge: the notebook stays."""
        before = self.notebook()
        self.apt("remove", "angrilien")
        if (self.root / "opt/angrilien").exists():
            raise Failed("something of the program stays")
        if self.notebook() != before:
            raise Failed("removing touched the notebook")
        self.apt("purge", "angrilien")
        if (self.root / "var/lib/angrilien").exists() or self.notebook() != before:
            raise Failed("purging took the wrong things")
        self.say("removed and purged; the notebook stays, to the byte")

    # --- tools ------------------------------------------------------------------------------------

    def package(self, version: str, programme: Path, *, is_broken: bool = False) -> Path:
        """Pack the program once more, under another number."""
        program = self.work / "program"
        shutil.rmtree(program, ignore_errors=True)
        shutil.copytree(self._program, program, symlinks=True)
        inside = program / "_internal"
        shutil.copyfile(programme, inside / "angrilien/_resources/programme.json")
        if is_broken:
            library = next(inside.rglob("libQt6Widgets.so.6"))
            os.truncate(library.resolve(), 4096)
        making = build.Build(
            work=self.work,
            out=self.work,
            version=version,
            date=int(time.time()),
            programme=None,
            is_fast=True,
        )
        return build.pack(making, program, depends=self._depends(making, program))

    def _depends(self, making: build.Build, program: Path) -> str:
        # Asked once: the numbers differ, the libraries do not.
        found = self._program.parents[1] / build.DEPENDS
        if not self._libraries and found.is_file():
            self._libraries = found.read_text(encoding="utf-8")
        if not self._libraries:
            self._libraries = build.depends(making, program)
        return self._libraries

    def venue_package(self, hub: ServerProcess, venue: str, out: Path) -> None:
        """Have the server's own command make a venue's small package."""
        folder = self.work / f"out-{venue}"
        hub.command("venue", "installers", venue, "--out", str(folder))
        shutil.copy(next(folder.glob("*.deb")), out)

    def drive(self, name: str, *words: str) -> str:
        """Drive the window as the ordinary user; return what was said."""
        script = self.root / HOME / "screen_reader.py"
        shutil.copy(HERE / "screen_reader.py", script)
        made = self.root / HOME / name
        code = 0
        try:
            return self.as_user(
                "dbus-run-session", "--", "python3", "screen_reader.py", name, *words
            )
        except Failed:
            code = 1
            raise
        finally:
            for picture in sorted(made.glob("*.xwd")):
                out = self.pictures / f"{self.suite}-{name}-{picture.stem}.png"
                out.parent.mkdir(parents=True, exist_ok=True)
                subprocess.run(["convert", f"xwd:{picture}", str(out)], check=bool(code == 0))

    def notebook(self) -> str:
        """Return a digest of the notebook's files, those that a start writes anew excepted."""
        found = hashlib.sha256()
        folder = self.root / HOME / ".local/share/angrilien"
        for path in sorted(folder.rglob("*")):
            if path.is_file() and path.suffix not in (".log", ".lock", ".json", ".previous"):
                found.update(path.name.encode() + path.read_bytes())
        return found.hexdigest()

    def expect_versions(self, version: str) -> None:
        """Check that one version of the program is there, and no kept one."""
        there = sorted(path.name for path in (self.root / "opt/angrilien").iterdir())
        if there != [version]:
            raise Failed(f"in /opt/angrilien: {there}")

    def packages(self) -> set[str]:
        """Return the names of the packages that are installed."""
        said = self.inside("dpkg-query", "-W", "-f", "${Package}\n")
        return set(said.split())

    def bring(self, path: Path) -> str:
        """Copy a file into the system; return its path there."""
        shutil.copy(path, self.root / "tmp" / path.name)
        return f"/tmp/{path.name}"  # noqa: S108 - of a system of its own

    def apt(self, verb: str, *what: object, fails: bool = False) -> str:
        """Run apt in the system."""
        words = [self.bring(one) if isinstance(one, Path) else str(one) for one in what]
        return self.inside(
            "env", "DEBIAN_FRONTEND=noninteractive", "apt-get", verb, "-y", "-q",
            "--no-install-recommends", *words, fails=fails,
        )  # fmt: skip

    def inside(self, *words: object, fails: bool = False) -> str:
        """Run a command in the system as its owner; return what it said.

        Raises:
            Failed: it ended otherwise than it should.
        """
        return run("chroot", self.root, *words, fails=fails)

    def _user_words(self, words: tuple[object, ...]) -> list[object]:
        return [
            "chroot", f"--userspec={USER}:{USER}", self.root, "env", "-i", "-C", f"/{HOME}",
            f"HOME=/{HOME}", "USER=claire", "PATH=/usr/bin:/bin", "LANG=C.UTF-8",
            f"DISPLAY={DISPLAY}", *words,
        ]  # fmt: skip

    def as_user(self, *words: object) -> str:
        """Run a command in the system as the ordinary user."""
        return run(*self._user_words(words))

    def start_user(self, *words: object) -> subprocess.Popen[bytes]:
        """Start the program as the ordinary user."""
        env = ["dbus-run-session", "--", *words] if words[0] != "angrilien" else list(words)
        return subprocess.Popen(
            [str(word) for word in self._user_words(tuple(env))],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )

    def say(self, text: str) -> None:
        """Tell what was seen, and how long it took."""
        now = time.monotonic()
        print(f"{self.suite}: {text} ({now - self._told:.0f} s)", flush=True)
        self._told = now


def run(*words: object, fails: bool = False) -> str:
    """Run a command; return what it said on both outputs.

    Raises:
        Failed: it ended otherwise than it should.
    """
    done = subprocess.run(
        [str(word) for word in words],
        check=False,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
    )
    if bool(done.returncode) != fails:
        short = " ".join(str(word) for word in words[-6:])
        raise Failed(f"{short} ended with {done.returncode}:\n{done.stdout[-3000:]}")
    return done.stdout


if __name__ == "__main__":
    sys.exit(main())
