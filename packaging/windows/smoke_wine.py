"""Try the real installers under Debian's wine: from nothing to a presence on the server, and back.

    smoke_wine.py [--out FOLDER]     pictures go to FOLDER; a line for each thing tried

Two versions, and one that does not start, are built quickly and signed with a certificate made for
the occasion; the server is the real one, on loopback. Each step says what must be so after it. It
takes some minutes; wine is not Windows, and docs/release.md says what is left to try by hand.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Final

import authenticode
import build_installer
import fetch_runtime
import stage_windows
from authenticode import Certificate
from build_installer import WORK
from wine import Wine, wait_for

from angrilien.demo import people
from angrilien.demo.server_process import ServerProcess
from angrilien.server.tagging import tag

HERE: Final = Path(__file__).resolve().parent
ROOT: Final = HERE.parents[1]
UNINSTALL: Final = r"Software\Microsoft\Windows\CurrentVersion\Uninstall\Angrilien"
RUN: Final = r"HKCU\Software\Microsoft\Windows\CurrentVersion\Run"
SENDER: Final = "AngrilienSender"
"""Value of the session's entries that starts the sender."""
KEY: Final = r"HKCU\Software\Angrilien"
ELSEWHERE: Final = "CAF-29071"
"""Another venue of the programme."""
PRESENT: Final = 9
"""People whom the hands note: eight and one sans nom."""


class Failed(Exception):
    """Something was not so; the text says what."""


def check(what: str, so: object) -> None:
    """Say that something is so.

    Raises:
        Failed: it is not.
    """
    if not so:
        raise Failed(what)
    print(f"  ok  {what}", flush=True)


class Built:
    """The installers that are tried, and the server that the laptops belong to.

    Attributes:
        first, second: two versions, each of Angrie.
        broken: a third one, which does not start.
        tampered: the second one, its profile altered.
        generic: the second one, of no venue.
        elsewhere: the second one, of another venue, made later.
        profile: Angrie's profile, as a file.
        folder: where all of them lie.
    """

    def __init__(self, folder: Path, server: ServerProcess) -> None:
        self.certificate = _certificate(folder)
        # Not beside the installers: there they would be taken.
        profiles = folder / "profiles"
        profiles.mkdir()
        self.folder = folder
        self.profile = profiles / "angrie.angrilien-venue"
        server.command("venue", "profile", people.VENUE_CODE, "--out", str(self.profile))
        text = self.profile.read_bytes().strip()
        runtime, site = WORK / "runtime", WORK / "site"
        if not (runtime.is_dir() and site.is_dir()):
            fetch_runtime.main(["--out", str(runtime)])
            build_installer.wheels(site)
        self._program = folder / "staged"
        bases = {}
        for number in ("0.1.0", "0.2.0", "0.3.0"):
            programs = build_installer.launchers(WORK / "launcher", number)
            for program in programs:
                authenticode.sign(program, self.certificate, epoch=authenticode.EPOCH)
            laid = stage_windows.stage(
                *(runtime, site, programs, self._program),
                version=number,
                programme=server.programme_path,
            )
            if number == "0.3.0":
                (self._program / "program" / "lib" / "nacl" / "_sodium.pyd").unlink()
            bases[number] = folder / f"angrilien-{number}.exe"
            build_installer.installer(
                *(self._program, bases[number], number),
                size=laid.size,
                quick=True,
                signing=authenticode.command(self.certificate),
            )
            authenticode.sign(bases[number], self.certificate, epoch=authenticode.EPOCH)
            authenticode.add_place(bases[number])
        shutil.rmtree(self._program)
        self.generic, self.broken = bases["0.2.0"], bases["0.3.0"]
        self.first, self.second, self.tampered = (
            folder / name for name in ("angrie-1.exe", "angrie-2.exe", "altered.exe")
        )
        other = profiles / "other.angrilien-venue"
        server.command("venue", "profile", ELSEWHERE, "--out", str(other))
        self.elsewhere = folder / "elsewhere.exe"
        tag(bases["0.2.0"], other.read_bytes().strip(), self.elsewhere)
        tag(bases["0.1.0"], text, self.first)
        tag(bases["0.2.0"], text, self.second)
        middle = len(text) // 2
        letter = b"A" if text[middle : middle + 1] != b"A" else b"B"
        tag(bases["0.2.0"], text[:middle] + letter + text[middle + 1 :], self.tampered)

    def is_signed(self, program: Path) -> bool:
        """Tell whether our signature on a program is whole."""
        done = subprocess.run(  # noqa: S603 - our own command line
            [
                *("osslsigncode", "verify", "-ignore-cdp", "-ignore-crl"),
                *("-CAfile", str(self.certificate.certificates), "-in", str(program)),
            ],
            check=False,
            capture_output=True,
            text=True,
        )
        return done.returncode == 0 and "Signature verification: ok" in done.stdout


class Tried:
    """One Windows in which the installers are tried, step by step."""

    def __init__(self, wine: Wine, built: Built, server: ServerProcess, out: Path) -> None:
        self._wine, self._built, self._server, self._out = wine, built, server, out
        self.folder = wine.local / "Programs" / "Angrilien"
        self.data = wine.local / "angrilien"
        self.extra = _extra(built.folder)
        self.phrase = ""
        self.workshop = ""

    def install(self, program: Path, *words: str | Path, code: int = 0) -> None:
        """Run an installer, and check the code with which it ends."""
        begun = time.monotonic()
        done = self._wine.run(program, "/S", *words)
        took = time.monotonic() - begun
        if done.returncode != code:
            raise Failed(f"{program.name} ends with {done.returncode}, not with {code}")
        print(f"  ok  {program.name} ends with {code} ({took:.0f} s)", flush=True)

    def version(self) -> str:
        """Return what the launcher says of its version."""
        done = self._wine.run(self.folder / "Angrilien.exe", "--version")
        return done.stdout.decode("utf-8", "replace").strip()

    def hands(self, *words: str) -> dict[str, object]:
        """Have the hands play in the installed program; return what they saw."""
        done = self._wine.run(
            *(self.folder / "program" / "python.exe", HERE / "smoke_hands.py"),
            *(self.extra, self._out, *words),
        )
        if done.returncode:
            raise Failed(done.stderr.decode("utf-8", "replace"))
        seen: dict[str, object] = json.loads(done.stdout.decode("ascii").strip().splitlines()[-1])
        return seen

    # --- The steps -------------------------------------------------------------------------------

    def too_old_a_windows(self) -> None:
        """Windows 7 is refused."""
        self._wine.pretend("win7")
        self.install(self._built.first, "/CurrentUser", code=4)
        check("nothing was laid", not self.folder.exists())
        self._wine.pretend("win10")

    def first_installation(self) -> None:
        """A café's installer, in silence: files, entries, the venue, signatures."""
        self.install(self._built.first, "/CurrentUser", "/AUTOSTART=1")
        check("the program is there", (self.folder / "program" / "lib.zip").is_file())
        check("nothing else was left", _names(self.folder) == PROGRAM | {"venue"})
        check("the venue is there", list((self.folder / "venue").iterdir()))
        check(
            "Windows knows its version",
            self._wine.value(f"HKCU\\{UNINSTALL}", "DisplayVersion") == "0.1.0",
        )
        check("it opens with the session", "Angrilien.exe" in self._wine.value(RUN, "Angrilien"))
        places = ("Desktop", "AppData/Roaming/Microsoft/Windows/Start Menu/Programs")
        user = self._wine.local.parents[1]
        check("shortcuts", all((user / place / "Angrilien.lnk").is_file() for place in places))
        check("so does its sender", "AngrilienEnvoi.exe" in self._wine.value(RUN, SENDER))
        for name in ("Angrilien.exe", "AngrilienEnvoi.exe", "uninstall.exe"):
            check(f"{name} is signed", self._built.is_signed(self.folder / name))
        check("the installer is signed", self._built.is_signed(self._built.first))
        check("the launcher says its version", self.version() == "angrilien 0.1.0")
        done = self._wine.run(self.folder / "Angrilien.exe", "-m", "angrilien", "--version")
        check("and once more with Python's words", b"angrilien 0.1.0" in done.stdout)

    def first_workshop(self) -> None:
        """From nothing to « C’est prêt » with no code typed; a workshop, its people, the server."""
        seen = self.hands("begin")
        self.phrase, self.workshop = str(seen["phrase"]), str(seen["workshop"])
        check("« C’est prêt », no code typed", str(seen["said"]).startswith("C’est prêt"))
        check("in a window of Windows", seen["platform"] == "windows")
        check(f"{PRESENT} people noted", seen["present"] == PRESENT)
        self._on_server(PRESENT)
        listed = self._server.command("venue", "list").splitlines()
        (line,) = [row for row in listed if row.startswith(people.VENUE_CODE)]
        laptops, last = line.split("\t")[2:4]
        check(f"the server lists the laptop ({last})", laptops == "1" and last != "jamais")

    def open_program(self) -> None:
        """While the program runs, an update is refused and changes nothing."""
        running = self._wine.start(self.folder / "Angrilien.exe")
        lock = self.data / "angrilien.lock"
        wait_for(lock.exists, "the window")
        time.sleep(4)
        self._wine.picture(self._out / "ecran.png")
        self.install(self._built.second, "/CurrentUser", code=5)
        self._wine.run("taskkill", "/IM", "Angrilien.exe")
        check("it closes when it is asked to", running.wait(timeout=60) is not None)
        check("the former version is there", self.version() == "angrilien 0.1.0")

    def update(self) -> None:
        """The next version over the first: notebook, venue and choices stay."""
        sender = self._wine.start(self.folder / "AngrilienEnvoi.exe")
        time.sleep(8)
        check("the sender waits", sender.poll() is None)
        before = _content(self.data)
        self.install(self._built.second, "/CurrentUser")
        check("the sender was ended", sender.wait(timeout=60) is not None)
        done = self._wine.run(self.folder / "AngrilienEnvoi.exe", "--once")
        check("the new one delivers", b'"end"' in done.stdout)
        check("the new version", self.version() == "angrilien 0.2.0")
        self._unchanged(before)
        check("nothing was left behind", _names(self.folder) == PROGRAM | {"venue"})
        check("it still opens with the session", self._wine.value(RUN, "Angrilien"))
        seen = self.hands("go-on", self.phrase)
        check("opened with the same phrase, in 0.2.0", seen["version"] == "0.2.0")
        check("all are there, and one more", seen["present"] == PRESENT + 1)
        self._on_server(PRESENT + 1)

    def does_not_start(self) -> None:
        """A version that does not start takes nobody's place."""
        self._stays(lambda: self.install(self._built.broken, "/CurrentUser", code=10))

    def older(self) -> None:
        """An older installer is refused, unless the technician insists."""
        self._stays(lambda: self.install(self._built.first, "/CurrentUser", code=8))

    def altered_profile(self) -> None:
        """An altered profile is refused; the one that is there stays."""
        self._stays(lambda: self.install(self._built.tampered, "/CurrentUser", code=6))

    def other_ways_of_the_profile(self) -> None:
        """Beside the installer, and named on the command line."""
        folder = self._built.folder / "usb"
        folder.mkdir(exist_ok=True)
        venue = self.folder / "venue"
        alone = folder / "angrilien.exe"
        shutil.copyfile(self._built.generic, alone)
        shutil.copyfile(self._built.profile, folder / self._built.profile.name)
        shutil.rmtree(venue)
        self.install(alone, "/CurrentUser")
        check("taken from the file beside it", list(venue.iterdir()))
        shutil.rmtree(venue)
        named = self._wine.named(self._built.profile)
        self.install(self._built.generic, "/CurrentUser", f"/PROFILE={named}")
        check("taken from the command line", list(venue.iterdir()))

    def other_venue(self) -> None:
        """Two venues' installers one after the other: the profile made later holds."""
        self.install(self._built.elsewhere, "/CurrentUser")
        laid = _content(self.folder / "venue")
        self.install(self._built.second, "/CurrentUser", code=6)
        check("the older one does not come back", _content(self.folder / "venue") == laid)
        check("the program starts", self.version() == "angrilien 0.2.0")

    def power_cut(self) -> None:
        """Cut while files are laid, and between the two renamings: the program starts."""
        installing = self._wine.start(self._built.generic, "/S", "/CurrentUser")
        wait_for((self.folder / "program.new" / "lib").is_dir, "the new files")
        self._wine.cut()
        installing.wait(timeout=60)
        check("cut while files were laid", (self.folder / "program.new").is_dir())
        check("the program starts", self.version() == "angrilien 0.2.0")
        (self.folder / "program").rename(self.folder / "program.old")
        check("cut between the renamings: it starts", self.version() == "angrilien 0.2.0")
        (self.folder / "program").rename(self.folder / "program.old")
        self.install(self._built.generic, "/CurrentUser")
        check("the next installation mends", _names(self.folder) == PROGRAM | {"venue"})

    def held_file(self) -> None:
        """A file that another program holds, as an antivirus does: nothing changes."""
        held = self.folder / "program.old" / "held.dll"
        held.parent.mkdir()
        held.write_bytes(b"")
        holder = self._wine.start(
            self.folder / "program" / "python.exe", HERE / "smoke_hold.py", held
        )
        if holder.stdout is None or holder.stdin is None:
            raise Failed("no pipe")
        check("a file is held", holder.stdout.readline().strip() == b"held")
        before = _content(self.data), _content(self.folder / "venue")
        self.install(self._built.generic, "/CurrentUser", code=7)
        check("the program starts", self.version() == "angrilien 0.2.0")
        after = _content(self.data), _content(self.folder / "venue")
        check("venue and notebook stay", after == before)
        holder.stdin.close()
        holder.wait(timeout=60)
        holder.stdout.close()
        self.install(self._built.generic, "/CurrentUser")
        check("once it is let go, it goes on", _names(self.folder) == PROGRAM | {"venue"})

    def no_room(self) -> None:
        """A disk without room, and a place where nothing may be written: nothing is laid."""
        folder = self._built.folder
        small = folder / "small"
        small.mkdir()
        mounted = subprocess.run(  # noqa: S603 - our own command line
            ["mount", "-t", "tmpfs", "-o", "size=60m", "tmpfs", str(small)],  # noqa: S607
            check=False,
        )
        if mounted.returncode:
            print("  --  no small disk could be made here: not tried")
            return
        try:
            self._elsewhere(small / "Angrilien", 9)
            check("nothing was laid", not list(small.iterdir()))
        finally:
            subprocess.run(["umount", str(small)], check=True)  # noqa: S603, S607
        blocked = folder / "a-file"
        blocked.write_bytes(b"")
        self._elsewhere(blocked / "Angrilien", 3)

    def _elsewhere(self, place: Path, code: int) -> None:
        """Install where Windows remembers that it was: the former place is told again after."""
        before = self._wine.value(KEY, "InstallDir")
        words = ("reg", "add", KEY, "/v", "InstallDir", "/f", "/reg:64", "/d")
        self._wine.run(*words, self._wine.named(place))
        self.install(self._built.second, "/CurrentUser", code=code)
        self._wine.run(*words, before)

    def everybody(self) -> None:
        """For all accounts of the computer, then away again with the venue's file."""
        self.install(self._built.second, "/AllUsers")
        folder = self._wine.drive / "Program Files" / "Angrilien"
        check("laid for everybody", _names(folder) == PROGRAM | {"venue"})
        check(
            "Windows knows it",
            self._wine.value(f"HKLM\\{UNINSTALL}", "DisplayVersion") == "0.2.0",
        )
        self._uninstall(folder, "/AllUsers", "/PURGE")
        check("nothing is left of it", not folder.exists())
        check("nor of its entry", not self._wine.value(f"HKLM\\{UNINSTALL}", "DisplayVersion"))

    def taken_away(self) -> None:
        """Uninstalled: the notebook and the venue stay, and a new installation finds them."""
        before = _content(self.data)
        self._uninstall(self.folder, "/CurrentUser")
        check("the program is gone", _names(self.folder) == {"venue"})
        check("there is a notebook", before)
        self._unchanged(before)
        check("no entry is left", not self._wine.value(f"HKCU\\{UNINSTALL}", "DisplayVersion"))
        check(
            "nor in the session",
            not self._wine.value(RUN, "Angrilien") and not self._wine.value(RUN, SENDER),
        )
        self.install(self._built.generic, "/CurrentUser")
        check("installed again", self.version() == "angrilien 0.2.0")
        seen = self.hands("go-on", self.phrase)
        check("the notebook opens, one more is noted", seen["present"] == PRESENT + 2)
        self._on_server(PRESENT + 2)

    def _unchanged(self, before: dict[str, bytes]) -> None:
        after = _content(self.data)
        differing = {name for name in before | after if before.get(name) != after.get(name)}
        check(f"the notebook was not touched {sorted(differing) or ''}", not differing)

    def _uninstall(self, folder: Path, *words: str) -> None:
        done = self._wine.run(folder / "uninstall.exe", "/S", *words)
        check("the uninstaller ends well", done.returncode == 0)
        # It goes on from a copy of itself, which can remove it.
        wait_for(lambda: not (folder / "uninstall.exe").exists(), "the end of the uninstaller")

    def _stays(self, attempt: object) -> None:
        """Try something that must change neither the program, the venue nor the notebook."""
        before = _content(self.data), _content(self.folder / "venue")
        if callable(attempt):
            attempt()
        check("the version stays", self.version() == "angrilien 0.2.0")
        check(
            "venue and notebook too",
            (_content(self.data), _content(self.folder / "venue")) == before,
        )
        check("nothing was left behind", _names(self.folder) == PROGRAM | {"venue"})

    def _on_server(self, count: int) -> None:
        found = self._server.figures(self.workshop)["participations"]
        check(f"the server holds {count} presences", found == count)


PROGRAM: Final = {"Angrilien.exe", "AngrilienEnvoi.exe", "program", "uninstall.exe"}


def _names(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()} if folder.is_dir() else set()


def _content(folder: Path) -> dict[str, bytes]:
    """Return the files of a folder; the logs are not what must stay."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and "logs" not in path.parts
    }


def _extra(folder: Path) -> Path:
    """Lay what the hands need and no laptop has."""
    extra = folder / "extra"
    shutil.copytree(
        *(ROOT / "src" / "angrilien" / "demo", extra / "angrilien" / "demo"),
        ignore=shutil.ignore_patterns("__pycache__"),
    )
    (extra / "PySide6").mkdir()
    for name in ("QtTest.pyd", "Qt6Test.dll"):
        shutil.copyfile(WORK / "site" / "PySide6" / name, extra / "PySide6" / name)
    return extra


def _certificate(folder: Path) -> Certificate:
    """Make a certificate for signing programs that nobody trusts."""
    key, made = folder / "key.pem", folder / "certificate.pem"
    subprocess.run(  # noqa: S603 - our own command line
        [
            *("openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "30"),
            *("-keyout", str(key), "-out", str(made), "-subj", "/O=Essai/CN=Essai"),
            *("-addext", "extendedKeyUsage=codeSigning"),
        ],
        check=True,
        capture_output=True,
    )
    return Certificate(certificates=made, key=str(key))


STEPS: Final = (
    Tried.too_old_a_windows,
    Tried.first_installation,
    Tried.first_workshop,
    Tried.open_program,
    Tried.update,
    Tried.does_not_start,
    Tried.older,
    Tried.altered_profile,
    Tried.other_ways_of_the_profile,
    Tried.other_venue,
    Tried.power_cut,
    Tried.held_file,
    Tried.no_room,
    Tried.everybody,
    Tried.taken_away,
)


def main(argv: list[str] | None = None) -> int:
    """Try everything; return 0 if all was so."""
    parser = argparse.ArgumentParser(description="Try the Windows installers under wine.")
    parser.add_argument("--out", type=Path, default=ROOT / "build" / "windows-smoke")
    parser.add_argument("--skip", nargs="*", default=(), help="names of steps left out")
    asked = parser.parse_args(argv)
    shutil.rmtree(asked.out, ignore_errors=True)
    asked.out.mkdir(parents=True)
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    begun = time.monotonic()
    with (
        tempfile.TemporaryDirectory(prefix="angrilien-smoke-") as temporary,
        ServerProcess(Path(temporary) / "central") as server,
    ):
        folder = Path(temporary)
        built = Built(folder, server)
        print(f"three installers built in {time.monotonic() - begun:.0f} s", flush=True)
        with Wine() as wine:
            tried = Tried(wine, built, server, asked.out.resolve())
            for step in STEPS:
                if step.__name__ in asked.skip:
                    continue
                print(str(step.__doc__).splitlines()[0], flush=True)
                try:
                    step(tried)
                except Failed as error:
                    print(f"FAILED  {error}")
                    return 1
    print(f"all was so, in {time.monotonic() - begun:.0f} s; pictures in {asked.out}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
