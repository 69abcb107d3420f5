"""Every error: its sentence, its one button or why it has none."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterator

import pytest

import angrilien
from angrilien.errors import FieldProblem, KnownError, Way

_NOT_THE_WINDOW = ("angrilien.server", "angrilien.demo")
"""Said to technicians, in a terminal: there is no button in it."""


def walk(kind: type[KnownError]) -> Iterator[type[KnownError]]:
    for under in kind.__subclasses__():
        if under.__module__.startswith("angrilien.") and not under.__module__.startswith(
            _NOT_THE_WINDOW
        ):
            yield under
            yield from walk(under)


def every_error() -> list[type[KnownError]]:
    """Return all errors of the application, whichever module declares them."""
    for found in pkgutil.walk_packages(angrilien.__path__, "angrilien."):
        # An entry point runs when it is imported; versions are read by the migration only.
        if not found.name.endswith("__main__") and not found.name.startswith(
            (*_NOT_THE_WINDOW, "angrilien.store.migrations.")
        ):
            importlib.import_module(found.name)
    return sorted(set(walk(KnownError)), key=lambda kind: (kind.__module__, kind.__name__))


ERRORS = every_error()


def declared(kind: type[KnownError], name: str) -> object:
    """Return what an error says for itself: not what any error says."""
    return next(
        (vars(k)[name] for k in kind.__mro__ if k is not KnownError and name in vars(k)), ""
    )


def flaw(kind: type[KnownError]) -> str:
    """Return what is missing from an error, empty if nothing is."""
    if kind is FieldProblem:
        return ""  # only what stands below it is raised
    # A mistake of ours says no more than that nothing is lost, as the first error of all does.
    if not declared(kind, "sentence") and kind.__name__ != "Mistake":
        return "no sentence of its own"
    button, way = declared(kind, "button"), declared(kind, "way")
    if bool(button) != (way not in ("", Way.NONE)):
        return "a button without a way, or a way without a button"
    if bool(button) == bool(declared(kind, "no_button")):
        return "neither a button nor the reason why there is none, or both"
    return ""


@pytest.mark.parametrize("kind", ERRORS, ids=lambda kind: kind.__name__)
def test_an_error_has_its_sentence_and_its_one_way_out(kind: type[KnownError]) -> None:
    assert flaw(kind) == ""


def test_errors_of_every_layer_are_walked() -> None:
    modules = {kind.__module__ for kind in ERRORS}
    assert {"angrilien.errors", "angrilien.services.forms", "angrilien.vault.signing"} <= modules
    assert len(ERRORS) > 35


def test_an_error_without_a_way_out_is_found() -> None:
    class Mute(KnownError):
        sentence = "Il pleut."

    class Dead(KnownError):
        sentence = "Il pleut."
        button = "Ouvrir"

    class Double(KnownError):
        sentence = "Il pleut."
        button = "Ouvrir"
        way = Way.HELP
        no_button = "none"

    class Silent(KnownError):
        no_button = "none"

    assert all(flaw(kind) for kind in (Mute, Dead, Double, Silent))
