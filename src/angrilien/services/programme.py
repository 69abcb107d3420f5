"""The programme this laptop belongs to, as the window asks for it."""

from __future__ import annotations

from angrilien.vault.programme import Programme
from angrilien.vault.programme import load_programme as load

__all__ = ["Programme", "load"]
