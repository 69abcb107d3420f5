"""The pages on the look and on accessibility say what is so."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from angrilien.ui import tokens
from angrilien.ui.contrast import ratio
from visual import approved
from visual.corners import APPROVED, has_picture
from visual.scenes import every

ROOT = Path(__file__).resolve().parents[2]
LOOK = (ROOT / "docs" / "decisions" / "020-the-look.md").read_text(encoding="utf-8")
ACCESSIBILITY = (ROOT / "docs" / "accessibility.md").read_text(encoding="utf-8")
ROWS = re.findall(r"\| `(\w+)` on `(\w+)` \| ([\d.]+) \| ([\d.]+) \| ([\d.]+) \|", LOOK)
SCHEMES = (tokens.LIGHT, tokens.DARK, tokens.CONTRAST)


@pytest.mark.parametrize(("over", "ground", "figures"), [(a, b, c) for a, b, *c in ROWS])
def test_the_contrasts_of_the_page_are_those_of_the_tokens(
    over: str, ground: str, figures: list[str]
) -> None:
    now = [f"{ratio(getattr(one, over), getattr(one, ground)):.1f}" for one in SCHEMES]
    assert now == figures


def test_the_table_of_contrasts_is_read() -> None:
    assert len(ROWS) > 10


def test_each_criterion_has_a_state_and_what_it_rests_on() -> None:
    rows = [line.split("|")[1:-1] for line in ACCESSIBILITY.splitlines() if line.count("|") == 6]
    rows = [[cell.strip() for cell in row] for row in rows]
    criteria = [row for row in rows if row[3] not in ("state", "---")]
    assert len(criteria) > 50
    for row in criteria:
        assert row[3] in ("met", "partly", "not met", "n/a"), row
        assert row[4] or row[3] == "n/a", row


def test_the_tests_that_the_page_names_are_there() -> None:
    named = set(re.findall(r"`((?:tests/)?[\w/]*test_\w+\.py)`", ACCESSIBILITY))
    assert named
    for name in named:
        path = ROOT / name if "/" in name else ROOT / "tests" / "visual" / name
        assert path.exists(), name


def test_the_pictures_of_readme_are_approved_ones() -> None:
    shown = re.findall(r"!\[[^\]]+\]\((tests/visual/approved/[^)]+)\)", _readme())
    assert shown, "README shows the application"
    names = {scene.name for scene in every()}
    for path in map(Path, shown):
        corner = next(one for one in APPROVED if one.name == path.parent.name)
        assert path.stem in names
        assert has_picture(corner, path.stem)
        assert (ROOT / path).exists() or not approved.MANIFEST.exists()


def _readme() -> str:
    return (ROOT / "README.md").read_text(encoding="utf-8")
