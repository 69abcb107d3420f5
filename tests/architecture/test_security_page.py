"""SECURITY.md stays true: each threat names tests that exist, each link leads somewhere."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "SECURITY.md").read_text(encoding="utf-8")
ROWS = [
    [cell.strip() for cell in line.strip("|").split("|")]
    for line in PAGE.splitlines()
    if line.startswith("| ") and "---" not in line
][1:]


def test_each_threat_has_its_defence_and_tests_that_exist() -> None:
    assert len(ROWS) > 10
    for threat, defence, tested in ROWS:
        assert defence, threat
        named = re.findall(r"`(tests/[\w/]+\.py)`", tested)
        assert named, threat
        assert [name for name in named if not (ROOT / name).is_file()] == []


def test_links_lead_somewhere() -> None:
    targets = re.findall(r"\]\(([^)]+)\)", PAGE)
    assert targets
    assert [target for target in targets if not (ROOT / target).exists()] == []


def test_what_does_not_protect_is_said() -> None:
    said = PAGE.partition("## What does not protect")[2]
    for word in ("memory", "Swap", "hibernation", "put back whole", "malicious", "watches", "copy"):
        assert word in said, word
