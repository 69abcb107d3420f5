"""What the technician gets: everything needed, and nothing that anybody typed."""

from __future__ import annotations

from pathlib import Path

import pytest

from angrilien import cli, crashes, logs, paths
from angrilien.cli import Asked
from angrilien.domain.forms import PersonForm
from angrilien.services import diagnostic, people
from angrilien.services.notebook import Notebook
from angrilien.settings import PDF_FOLDER, SCHEME, Settings
from helpers.copies import Original
from helpers.notebooks import make_programme, make_workshop


def test_an_opened_notebook_tells_its_numbers_and_no_name(fresh: Notebook) -> None:
    workshop = make_workshop(fresh, title="Canari du titre")
    people.add_to_workshop(fresh, workshop, PersonForm(first_name="Canari", last_name="Canarini"))
    (fresh.folder / "canari de Claire.txt").write_text("canari", encoding="utf-8")
    settings = Settings(fresh.folder)
    settings.set(PDF_FOLDER, "/srv/canari")
    settings.set(SCHEME, "dark")
    text = diagnostic.of_notebook(fresh)
    plain = text.replace("\u00a0", " ").replace("\u202f", " ")
    for line in (
        "lignes participant : 1",
        "lignes workshop : 1",
        "à envoyer : ",
        "dernier contact : jamais",
        "scheme : dark",
        "pdf_folder (choisi) : oui",
        "autres : 1",
        "synchronous : 2",
        f"ordinateur : {fresh.store.identity.dev}",
    ):
        assert line in plain, line
    for typed in ("canari", "claire", "martin", str(fresh.folder).casefold()):
        assert typed not in text.casefold(), typed


def test_the_log_and_the_last_report_are_in_it_whole(original: Original, tmp_path: Path) -> None:
    folder = original.copy(tmp_path)
    handler = logs.start(paths.log_dir(folder))
    listening = crashes.Crashes(paths.log_dir(folder))
    listening.start()
    listening.stop()
    logs.stop(handler)
    (paths.log_dir(folder) / "angrilien.log").write_text("une ligne du journal\n", encoding="utf-8")
    (paths.log_dir(folder) / crashes.NEW).write_text("un rapport\nsa suite\n", encoding="utf-8")
    text = diagnostic.of_folder(folder, make_programme())
    assert "  une ligne du journal\n" in text
    assert "  un rapport\n  sa suite\n" in text
    assert "Cahier\n  fermé\n" in text


def test_a_value_that_is_not_declared_plain_is_refused() -> None:
    assert diagnostic._line("nombre", 3) == "nombre\u00a0: 3"
    with pytest.raises(TypeError):
        diagnostic._line("nom", "Odette")  # type: ignore[arg-type]


def test_a_long_log_is_cut_at_a_line(original: Original, tmp_path: Path) -> None:
    folder = original.copy(tmp_path)
    paths.log_dir(folder).mkdir(exist_ok=True)
    lines = [f"ligne {number} " + "é" * 40 for number in range(3000)]
    log = paths.log_dir(folder) / "angrilien.log"
    log.write_text("\n".join(lines), encoding="utf-8")
    text = diagnostic.of_folder(folder, make_programme())
    kept = [line[2:] for line in text.splitlines() if line.startswith("  ligne ")]
    assert kept == lines[-len(kept) :]
    assert 300 < len(kept) < 3000


def test_the_command_writes_a_new_file_and_never_over_another(
    original: Original, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = original.copy(tmp_path)
    out = tmp_path / "informations.txt"
    asked = Asked(data_dir=folder, diagnostic=out)
    assert cli.run(asked) == 0
    assert "Vérifications" in out.read_text("utf-8")
    assert "Lisez-le avant de l’envoyer." in capsys.readouterr().out
    out.write_text("autre chose", encoding="utf-8")
    assert cli.run(asked) == 1
    assert capsys.readouterr().err == "Ce fichier existe déjà. Choisissez un autre nom.\n"
    assert out.read_text("utf-8") == "autre chose"
    assert cli.run(Asked(data_dir=folder, diagnostic=tmp_path / "not" / "there.txt")) == 1
    assert "n’a pas pu être enregistré" in capsys.readouterr().err


def test_an_absent_folder_and_a_broken_one_are_told(tmp_path: Path) -> None:
    assert "  absent\n" in diagnostic.of_folder(tmp_path / "nowhere", make_programme())
    (tmp_path / "data").write_text("", encoding="utf-8")
    assert "▲" in diagnostic.of_folder(tmp_path / "data", make_programme())
