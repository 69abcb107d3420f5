"""The first start with a venue's profile: nothing to type, and the programme knows the laptop."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from angrilien import provision
from angrilien.app import Application, Options
from angrilien.domain.clock import SystemClock
from angrilien.server import installers
from angrilien.server.cli import main
from angrilien.ui import icons
from helpers.installers import make_exe
from helpers.notebooks import CODE_SECRET, NOON
from helpers.profiles import make_keys, signed, write_programme
from helpers.servers import ANGRIE, LiveServer
from helpers.windows import click, settle, until, write


@pytest.fixture
def profile(tmp_path: Path) -> Path:
    return tmp_path / provision.NAME


def begun(qtbot: QtBot, qapp: QApplication, options: Options) -> Application:
    made = Application(qapp, options)
    made.start()
    assert QTest.qWaitForWindowActive(made.window)
    settle(qtbot, made.window)
    return made


def now() -> int:
    return SystemClock().now()


def fetched(live: LiveServer, key: str, kind: str, path: Path) -> Path:
    """Fetch an installer of Angrie as a technician's tool does."""
    base = live.data / installers.FOLDER / installers.BASE_EXE
    base.parent.mkdir()
    make_exe(base, 3_000_000)
    answer = httpx.get(
        f"{live.url}/v1/installers/{ANGRIE}/{kind}", headers={"Authorization": f"Bearer {key}"}
    )
    assert len(answer.content) == base.stat().st_size
    assert "Angrilien-CAF-49008.exe" in answer.headers["content-disposition"]
    path.write_bytes(answer.content)
    return path


@pytest.fixture
def applications() -> Iterator[list[Application]]:
    made: list[Application] = []
    yield made
    for application in made:
        application.close()
    icons.forget()


def to_the_last_step(qtbot: QtBot, application: Application) -> Any:
    window = application.window
    page: Any = window.page
    write(page.name_field.edit, "Claire Martin")
    click(page.name_next)
    phrase = page.words.phrase
    click(page.noted)
    write(page.typed_field.edit, phrase)
    click(page.typed_next)
    settle(qtbot, window)
    write(page.secret.code.edit, CODE_SECRET)
    write(page.secret.again.edit, CODE_SECRET)
    click(page.secret_next)
    return page


def test_from_nothing_to_ready_without_a_code_typed(
    qtbot: QtBot,
    qapp: QApplication,
    tmp_path: Path,
    profile: Path,
    applications: list[Application],
    capsys: pytest.CaptureFixture[str],
) -> None:
    """The installer fetched with an access key, a real server over a socket, the real window."""
    with LiveServer(tmp_path / "live") as live:
        capsys.readouterr()
        live.run("access-key", "create", "atelier")
        key = capsys.readouterr().out.strip()
        program = fetched(live, key, "exe", tmp_path / "Angrilien.exe")
        assert provision.lay(live.programme, provision.of_installer(program), profile.parent, now())
        options = Options(
            data_dir=tmp_path / "data", programme=live.programme_path, profile=profile
        )
        application = begun(qtbot, qapp, options)
        applications.append(application)
        page = to_the_last_step(qtbot, application)
        assert page.begin_here.hasFocus()
        assert not page.code_field.isVisible()
        click(page.begin_here)
        until(lambda: application.window.messages.sentence, seconds=20)
        capsys.readouterr()
        assert main(["venue", "list", "--data", str(live.data)]) == 0
        (line,) = [row for row in capsys.readouterr().out.splitlines() if row.startswith(ANGRIE)]
        _code, name, laptops, last = line.split("\t")
        assert application.window.messages.sentence == (
            f"C’est prêt. Cet ordinateur est inscrit pour «\u00a0{name}\u00a0»."
        )
        assert (laptops, last != "jamais") == ("1", True)
        application.window.close()


def test_without_a_connection_the_venue_is_named_all_the_same(
    qtbot: QtBot, qapp: QApplication, tmp_path: Path, profile: Path, applications: list[Application]
) -> None:
    keys = make_keys(server="http://127.0.0.1:9")
    profile.write_text(signed(keys, until=NOON * 2), encoding="utf-8")
    options = Options(
        data_dir=tmp_path / "data",
        programme=write_programme(keys, tmp_path / "programme.json"),
        profile=profile,
    )
    application = begun(qtbot, qapp, options)
    applications.append(application)
    page = to_the_last_step(qtbot, application)
    click(page.begin_here)
    until(lambda: application.desk.is_open, seconds=20)
    until(lambda: application.window.nav._venue.text() == "L’Angri’lien, Angrie")
    home = application.desk.lanes.store.submit(application.desk.notebook.home).result(30)
    assert (home.name, home.provisional) == ("L’Angri’lien", True)


def test_a_code_can_be_typed_all_the_same(
    qtbot: QtBot, qapp: QApplication, tmp_path: Path, profile: Path, applications: list[Application]
) -> None:
    keys = make_keys(server="")
    profile.write_text(signed(keys, until=NOON * 2, server="http://127.0.0.1:9"), encoding="utf-8")
    options = Options(
        data_dir=tmp_path / "data",
        programme=write_programme(keys, tmp_path / "programme.json"),
        profile=profile,
    )
    application = begun(qtbot, qapp, options)
    applications.append(application)
    page = to_the_last_step(qtbot, application)
    click(page.other_venue)
    assert page.code_field.edit.hasFocus()
    assert not page.begin_here.isVisible()
    click(page.without)
    until(lambda: application.desk.is_open, seconds=20)
    home = application.desk.lanes.store.submit(application.desk.notebook.home).result(30)
    assert home.name == "Lieu à préciser"
    assert application.window.messages.sentence == ""


@pytest.mark.parametrize("spoilt", ["damaged", "foreign", "expired"])
def test_a_profile_that_is_refused_is_said_and_everything_else_works(
    qtbot: QtBot,
    qapp: QApplication,
    tmp_path: Path,
    profile: Path,
    applications: list[Application],
    spoilt: str,
) -> None:
    keys = make_keys(server="http://127.0.0.1:9")
    text, sentence = {
        "damaged": (signed(keys)[:-40], "Le fichier de lieu est abîmé."),
        "foreign": (signed(make_keys("autre")), "Le fichier de lieu est celui d’un autre"),
        "expired": (signed(keys, until=NOON - 1), "Le fichier de lieu n’est plus valable."),
    }[spoilt]
    profile.write_text(text, encoding="utf-8")
    options = Options(
        data_dir=tmp_path / "data",
        programme=write_programme(keys, tmp_path / "programme.json"),
        profile=profile,
    )
    application = begun(qtbot, qapp, options)
    applications.append(application)
    assert application.window.messages.sentence.startswith(sentence)
    page = to_the_last_step(qtbot, application)
    assert page.code_field.isVisible()
