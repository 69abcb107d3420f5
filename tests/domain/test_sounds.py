"""The French sound key, and how names look alike."""

from __future__ import annotations

import pytest

from angrilien.domain.alike import distance, words, years_fit
from angrilien.domain.french import fold
from angrilien.domain.sounds import sound

SAME = """
Lefebvre Lefèvre|Lefebvre Lefeuvre?|Benoist Benoît|Thibault Thibaud|Thibaut Thibaud|Thibault Tibo
Dupont Dupond|Durand Durant|Moreau Moreaux|Moreau Morot|Renault Renaud|Renaud Reno|Prévost Prévot
Baptiste Batiste|Jean Jehan|Philippe Filippe|Catherine Katherine|Marie Mari|Michel Michelle
Michèle Michelle|Daniel Danielle|Hélène Elène|Lemaire Lemère|Leclerc Leclère|Boucher Bouché
Mercier Mercié|Auger Augé|Gauthier Gautier|Gauthier Gotier|Leroy Leroi|Yves Ives|Bruneau Bruno
Bernard Bernart|Gérard Gérart|Chrétien Crétien|Christine Kristine|Mathieu Matthieu|Nathalie Natalie
Élisabeth Elizabeth|Joséphine Joséfine|Denis Denys|Louis Loui|Lucas Lukas|Thomas Toma
Laurent Lorent|Lambert Lembert|Vincent Vinsent|Martin Martain|Germain Germin|Thérèse Térèse
Bourgeois Bourjois|Gilles Jilles|Arnaud Arnault|Arnaud Arnaut|Guérin Guérain|Jacques Jaques
Monique Monik|Véronique Véronik|Rolland Roland|Marchand Marchant|Besnard Besnart|Clément Clémant
Chauveau Chauvaud|Gaudin Godin|Rousseau Rousso|Rousseau Roussot|Perrault Perraud|Perrot Perot
Petit Petis|Quentin Kentin|Sophie Sofie|Wilfrid Vilfrid|Odette Odète|Colette Colète
"""
OTHER = """
Martin Marin|Dupont Dupuis|Moreau Morel|Bernard Bertrand|Robert Roger|Petit Petitjean|Girard Gérard
Marie Maria|Paul Paule?|Leroy Leroux|Simon Simonin|Denis Denise|Louis Louise|Jean Jeanne
Lucas Luc|Garnier Grenier|Blanc Brun|Chauvin Gauvin|Fontaine Fournier|Lambert Albert
"""


def _pairs(text: str) -> list[tuple[str, str]]:
    pairs = [tuple(p.split()) for p in text.replace("\n", "|").split("|") if p and "?" not in p]
    return [(a, b) for a, b in pairs]


def test_the_table_is_long_enough() -> None:
    assert len(_pairs(SAME)) >= 60


@pytest.mark.parametrize(("one", "other"), _pairs(SAME))
def test_names_said_alike_have_one_key(one: str, other: str) -> None:
    assert sound(fold(one)) == sound(fold(other))


@pytest.mark.parametrize(("one", "other"), _pairs(OTHER))
def test_names_said_otherwise_have_other_keys(one: str, other: str) -> None:
    assert sound(fold(one)) != sound(fold(other))


@pytest.mark.parametrize("name", ["Иван", "Þóra", "李", "0", "e", "h", "s", "x"])
def test_any_word_has_a_key(name: str) -> None:
    assert sound(fold(name))


def _far(typed: str, known: str) -> int | None:
    return distance(words(fold(typed)), words(fold(known)))


@pytest.mark.parametrize(
    ("typed", "known"),
    [
        ("Odette Lefèvre", "Odette Lefebvre"),
        ("Lefèvre Odette", "Odette Lefebvre"),
        ("O. Lefèvre", "Odette Lefebvre"),
        ("Odette Lefèvre", "O. Lefebvre"),
        ("J.-P. Martin", "Jean-Pierre Martin"),
        ("Yann Le Goff", "Yann Legoff"),
        ("Marie-Claude Durand", "Marie Durant"),
        ("Marie Durand", "Marie-Claude Durand"),
        ("Иван Петров", "Петров Иван"),
        ("Ode Lefev", "Odette Lefebvre"),
    ],
)
def test_names_that_may_be_one_person(typed: str, known: str) -> None:
    assert _far(typed, known) is not None


@pytest.mark.parametrize(
    ("typed", "known"),
    [
        ("Odette Martin", "Odette Marin"),
        ("J. P.", "Jean Petit"),
        ("Odette Lefèvre", "Odette"),
        ("Иван Петров", "Иван Сидоров"),
        ("", "Odette"),
        ("Marie Marie", "Marie Durand"),
    ],
)
def test_names_of_different_people(typed: str, known: str) -> None:
    assert _far(typed, known) is None


def test_the_closest_comes_first() -> None:
    same, begun, heard = (
        _far("Odette Lefèvre", known)
        for known in ("Odette Lefevre", "Odette Lefevreau", "Odette Lefebvre")
    )
    assert same is not None
    assert begun is not None
    assert heard is not None
    assert same < begun < heard


def test_birth_years_may_be_one_apart() -> None:
    assert years_fit(1948, 1949)
    assert years_fit(None, 1949)
    assert not years_fit(1948, 1950)
