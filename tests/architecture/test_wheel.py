"""The wheel, installed where the repository is not, finds every resource."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
NAMES = sorted(
    path.relative_to(ROOT / "resources").as_posix()
    for path in (ROOT / "resources").rglob("*")
    if path.is_file() and "__pycache__" not in path.parts
)

PROGRAM = """
import sys
from pathlib import Path
import angrilien
from angrilien import paths
assert Path(angrilien.__file__).is_relative_to(sys.argv[1]), angrilien.__file__
for name in sys.stdin.read().split("\\n"):
    found = paths.resource(name)
    assert found.is_relative_to(sys.argv[1]), found
    assert found.stat().st_size > 0, name
print("all found")
"""


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", folder],
        cwd=ROOT,
        check=True,
        capture_output=True,
    )
    return next(folder.glob("*.whl"))


def test_wheel_finds_every_resource(wheel: Path, tmp_path: Path) -> None:
    assert "data/communes.csv" in NAMES
    installed = tmp_path / "installed"
    subprocess.run(
        [
            *(sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"),
            *("--no-index", "--no-deps", "--target", installed, wheel),
        ],
        check=True,
        capture_output=True,
    )
    # -S: without site, the editable install of this repository is not seen.
    libraries = [path for path in sys.path if path.endswith("site-packages")]
    done = subprocess.run(
        [sys.executable, "-S", "-P", "-c", PROGRAM, installed],
        input="\n".join(NAMES),
        env={**os.environ, "PYTHONPATH": os.pathsep.join([str(installed), *libraries])},
        cwd=tmp_path,
        check=False,
        capture_output=True,
        text=True,
    )
    assert (done.stderr, done.stdout) == ("", "all found\n")


def test_wheel_holds_the_package_and_the_resources_only(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
    folders = {name.split("/")[0] for name in names}
    assert {"angrilien"} == {name for name in folders if not name.endswith(".dist-info")}
    assert any(name.endswith("licenses/LICENSE") for name in names)
    assert "angrilien/py.typed" in names
    assert not any(name.startswith("angrilien/resources/") for name in names)
