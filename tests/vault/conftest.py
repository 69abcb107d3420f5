"""One slot file, made once: deriving a key is slow on purpose."""

from __future__ import annotations

import pytest

from angrilien.vault.slots import Secrets, SlotFile
from helpers.notebooks import CHEAP_KDF

PHRASE = "école où le garçon élève sème"


@pytest.fixture(scope="session")
def made() -> tuple[SlotFile, Secrets]:
    return SlotFile.create(PHRASE, CHEAP_KDF)


@pytest.fixture(scope="session")
def slot_file(made: tuple[SlotFile, Secrets]) -> SlotFile:
    return made[0]


@pytest.fixture(scope="session")
def secrets(made: tuple[SlotFile, Secrets]) -> Secrets:
    return made[1]
