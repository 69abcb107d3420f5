"""What is laid on a Windows laptop: the lists, the locks, the headers and the launcher's words."""

from __future__ import annotations

import hashlib
import re
import subprocess
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))
from windows_tools import HERE, ROOT, program

import allow_list  # isort: skip
import pe  # isort: skip
import runtime_lock  # isort: skip
import stage_windows  # isort: skip
from runtime_lock import NotOurRuntime  # isort: skip

# --- The lists -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "path",
    [
        "PySide6/__init__.py",
        "PySide6/QtNetwork.pyd",
        "PySide6/Qt6Svg.dll",
        "PySide6/plugins/platforms/qwindows.dll",
        "PySide6/plugins/networkinformation/qnetworklistmanager.dll",
        "PySide6/translations/qtbase_fr.qm",
        "shiboken6/Shiboken.pyd",
        "sqlalchemy/dialects/postgresql/base.py",
        "sqlcipher3/_sqlite3.cp311-win_amd64.pyd",
        "certifi/cacert.pem",
        "mnemonic/wordlist/french.txt",
        "tzdata/zoneinfo/Europe/Paris",
        "pyside6_essentials-6.11.3.dist-info/METADATA",
    ],
)
def test_what_the_application_needs_is_kept(path: str) -> None:
    assert allow_list.keeps(path)


@pytest.mark.parametrize(
    "path",
    [
        "PySide6/Qt6Quick.dll",
        "PySide6/QtQml.pyd",
        "PySide6/designer.exe",
        "PySide6/opengl32sw.dll",
        "PySide6/plugins/sqldrivers/qsqlite.dll",
        "PySide6/plugins/platforms/qminimal.dll",
        "PySide6/translations/qtbase_de.qm",
        "PySide6/QtCore.pyi",
        "PySide6/include/anything.h",
        "cffi/api.py",
        "pycparser/c_parser.py",
        "bin/alembic.exe",
        "alembic/templates/generic/env.py",
        "sqlalchemy/testing/assertions.py",
        "requests/__pycache__/api.cpython-311.pyc",
        "something_new/__init__.py",
        "requests-2.34.2.dist-info/RECORD",
    ],
)
def test_what_it_does_not_need_stays_out(path: str) -> None:
    assert not allow_list.keeps(path)


def test_each_library_of_the_lock_is_kept_or_left_out_by_name() -> None:
    """A new dependency must be decided on; nothing enters or stays out by chance."""
    lock = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    names = set(re.findall(r"^([a-z0-9-]+)==", lock, re.MULTILINE))
    called = {"pynacl": "nacl", "pyside6-essentials": "PySide6"}
    left_out = {"cffi", "pycparser"}
    for name in names - left_out:
        folder = called.get(name, name.replace("-", "_"))
        assert allow_list.keeps(f"{folder}/__init__.py") or allow_list.keeps(f"{folder}.py"), name


def test_every_qt_module_that_the_application_imports_is_kept() -> None:
    imported = set()
    for path in (ROOT / "src" / "angrilien").rglob("*.py"):
        name = path.relative_to(ROOT / "src" / "angrilien").as_posix()
        if allow_list.keeps_of_ours(name):
            text = path.read_text(encoding="utf-8")
            imported |= set(re.findall(r"from PySide6\.(\w+) import", text))
    assert "QtWidgets" in imported
    for module in imported:
        assert allow_list.keeps(f"PySide6/{module}.pyd"), module
        assert allow_list.keeps(f"PySide6/Qt6{module.removeprefix('Qt')}.dll"), module


def test_neither_the_server_nor_the_demonstration_is_laid() -> None:
    assert allow_list.keeps_of_ours("ui/desk.py")
    assert allow_list.keeps_of_ours("store/migrations/versions/0001_first_schema.sql")
    assert not allow_list.keeps_of_ours("server/api.py")
    assert not allow_list.keeps_of_ours("demo/player.py")


def test_licences_are_gathered_but_not_those_we_do_not_use() -> None:
    assert allow_list.is_licence("segno-1.6.6.dist-info/licenses/LICENSE")
    assert allow_list.is_licence("requests-2.34.2.dist-info/licenses/NOTICE")
    assert not allow_list.is_licence(
        "pyside6_essentials-6.11.3.dist-info/licenses/LicenseRef-Qt-Commercial.txt"
    )
    assert not allow_list.is_licence("segno-1.6.6.dist-info/METADATA")


# --- The lock of the runtime ---------------------------------------------------------------------


def test_the_lock_names_each_file_by_its_hash() -> None:
    lock = runtime_lock.read()
    assert lock.tag == "311"
    assert {"python311.dll", "python311.zip", "vcruntime140.dll", "python.exe"} <= set(lock.files)
    signed = lock.signed()
    assert "python311.dll" in signed
    assert "_ssl.pyd" in signed
    assert "vcruntime140.dll" not in signed
    assert "python311.zip" not in signed
    assert lock.package.requirement().startswith(f"{lock.package.name}=={lock.package.version} ")


def written(tmp_path: Path, files: dict[str, bytes], change: tuple[str, str] = ("", "")) -> Path:
    text = runtime_lock.LOCK.read_text(encoding="utf-8")
    text = re.sub(r"^not_theirs = .*$", "not_theirs = []", text, flags=re.MULTILINE)
    path = tmp_path / "runtime.lock"
    path.write_text(runtime_lock.with_files(text, files).replace(*change), encoding="utf-8")
    return path


def test_a_written_list_is_read_back_and_compared(tmp_path: Path) -> None:
    files = {"python311.dll": b"one", "libcrypto-3.dll": b"two"}
    lock = runtime_lock.read(written(tmp_path, files))
    assert lock.files["python311.dll"] == hashlib.sha256(b"one").hexdigest()
    lock.check(files)
    for wrong in (
        {"python311.dll": b"one"},
        {**files, "evil.dll": b"three"},
        {**files, "python311.dll": b"One"},
    ):
        with pytest.raises(NotOurRuntime):
            lock.check(wrong)


@pytest.mark.parametrize(
    "change",
    [
        ('python = "3.11.9"', 'python = "3.11"'),
        ("[library]", "[book]"),
        (hashlib.sha256(b"one").hexdigest(), "abc"),
        ('"python311.dll"', '"../python311.dll"'),
        ("not_theirs = []", 'not_theirs = ["absent.dll"]'),
    ],
    ids=["version", "no library", "no hash", "a path", "an absent file"],
)
def test_a_lock_that_is_none_is_refused(tmp_path: Path, change: tuple[str, str]) -> None:
    with pytest.raises(NotOurRuntime):
        runtime_lock.read(written(tmp_path, {"python311.dll": b"one"}, change))


# --- What programs ask for -----------------------------------------------------------------------


def test_imports_are_read_from_the_headers() -> None:
    assert pe.imports(program(("KERNEL32.dll", "Qt6Core.dll"))) == ["KERNEL32.dll", "Qt6Core.dll"]
    assert pe.imports(program()) == []
    whole = program(("KERNEL32.dll",))
    for broken in (b"", b"MZ", whole[:100], whole[:0x410], whole.replace(b"PE\0\0", b"NE\0\0")):
        with pytest.raises(pe.NoProgram):
            pe.imports(broken)


def test_a_library_that_nobody_laid_is_found(tmp_path: Path) -> None:
    python, qt = tmp_path / "program", tmp_path / "program" / "lib" / "PySide6"
    plugins = qt / "plugins" / "platforms"
    plugins.mkdir(parents=True)
    (tmp_path / "Angrilien.exe").write_bytes(program(("KERNEL32.dll",)))
    (python / "python311.dll").write_bytes(program(("api-ms-win-crt-heap-l1-1-0.dll",)))
    (qt / "Qt6Gui.dll").write_bytes(program(("qt6core.dll", "MSVCP140.dll")))
    (qt / "Qt6Core.dll").write_bytes(program(("icuuc.dll",)))
    (plugins / "qwindows.dll").write_bytes(program(("Qt6Gui.dll", "Qt6OpenGL.dll")))
    assert stage_windows.unmet(tmp_path) == [
        "program/lib/PySide6/Qt6Gui.dll needs MSVCP140.dll",
        "program/lib/PySide6/plugins/platforms/qwindows.dll needs Qt6OpenGL.dll",
    ]
    (qt / "msvcp140.dll").write_bytes(program())
    (qt / "Qt6OpenGL.dll").write_bytes(program())
    assert stage_windows.unmet(tmp_path) == []


# --- The launcher's words ------------------------------------------------------------------------

MAIN = """
#include <stdio.h>
#include <stdlib.h>
#include "words.h"

int main(int count, char **given)
{
    wchar_t **from = calloc(count + 1, sizeof *from), **to = calloc(count + 3, sizeof *to);
    for (int n = 0; n < count; n++) {
        size_t room = 1 + mbstowcs(NULL, given[n], 0);
        from[n] = calloc(room, sizeof **from);
        mbstowcs(from[n], given[n], room);
    }
    wchar_t name[] = L"angrilien";
    int made = python_words(count, from, to, name);
    for (int n = 0; n < made; n++)
        printf("%ls\\n", to[n]);
    return to[made] != NULL;
}
"""


def test_the_launcher_gives_python_its_words_once(tmp_path: Path) -> None:
    (tmp_path / "main.c").write_text(MAIN, encoding="utf-8")
    made = tmp_path / "words"
    subprocess.run(
        ["gcc", "-Wall", "-Werror", f"-I{HERE}", tmp_path / "main.c", "-o", made], check=True
    )

    def words(*given: str) -> list[str]:
        done = subprocess.run([made, *given], check=True, capture_output=True, text=True)
        return done.stdout.split("\n")[1:-1]

    module = ["-m", "angrilien"]
    assert words() == module
    assert words("--data-dir", "D: x") == [*module, "--data-dir", "D: x"]
    # The words with which Python says that it was started: the program starts itself again.
    assert words(*module, "--locked") == [*module, "--locked"]
    assert words("-m") == [*module, "-m"]
    assert words("-m", "angrilienne") == [*module, "-m", "angrilienne"]


# --- What the installer says ---------------------------------------------------------------------


def test_each_sentence_is_there_in_both_languages_and_typeset() -> None:
    text = (HERE / "words.nsh").read_text(encoding="utf-8")
    lines = re.findall(r'^LangString (\w+) \$\{LANG_(\w+)\} "(.*)"$', text, re.MULTILINE)
    french = {name: said for name, language, said in lines if language == "FRENCH"}
    english = {name: said for name, language, said in lines if language == "ENGLISH"}
    assert french.keys() == english.keys()
    assert len(lines) == text.count("LangString")
    used = set(re.findall(r"\$\((\w+)\)", (HERE / "angrilien.nsi").read_text(encoding="utf-8")))
    assert used == french.keys()
    for said in french.values():
        assert not re.search(r"'|(?<![\u00a0\u202f])[:;?!»]|«(?![\u00a0\u202f])", said), said
