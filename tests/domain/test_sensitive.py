"""What a bilan should not hold is found, and what it may hold is left alone."""

from __future__ import annotations

import pytest

from angrilien.domain.sensitive import Kind, sensitive


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Odette a un cancer", Kind.HEALTH),
        ("Il parle de sa maladie.", Kind.HEALTH),
        ("MALADIE d’Alzheimer", Kind.HEALTH),
        ("Elle est sous traitement", Kind.HEALTH),
        ("personne mal-entendante", Kind.HEALTH),
        ("Son mot de passe : Soleil49", Kind.ACCESS),
        ("mdp boîte mail = azerty", Kind.ACCESS),
        ("Code secret de la carte: 1234", Kind.ACCESS),
        ("2 49 03 49 123 456 78", Kind.NUMBER),
        ("249034912345678", Kind.NUMBER),
        ("carte 4970 1234 5678 9012", Kind.NUMBER),
        ("2 85 05 2A 004 123 45", Kind.NUMBER),
        ("mot de passe Soleil2024", Kind.ACCESS),
        ("son mdp est abc", Kind.ACCESS),
        ("identifiant : odette49", Kind.ACCESS),
        ("FR76 3000 6000 0112 3456 7890 189", Kind.NUMBER),
    ],
)
def test_what_has_no_place_is_found(text: str, kind: Kind) -> None:
    assert sensitive(text) == (kind,)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Choisir un bon mot de passe, le garder pour soi",
        "Le site de l’assurance maladie".replace("maladie", "retraite"),
        "Tél. 02 41 12 34 56",
        "02 41 12 34 56\n06 12 34 56 78",
        "02 41 12 34 56 06 12 34 56 78",
        "Identifiants et mots de passe : on a fait le point",
        "Atelier du 25/11/2026 de 14 h 00 à 16 h 00, 10 personnes",
        "Ordinateurs 2026-11-25 et 2026-12-02",
        "La santé numérique des tablettes",
        "Écrire à ses petits-enfants 🌻",
    ],
)
def test_what_may_stand_there_is_left_alone(text: str) -> None:
    assert sensitive(text) == ()


def test_the_gravest_is_told_first() -> None:
    text = "Cancer. Mot de passe : x. 4970 1234 5678 9012"
    assert sensitive(text) == (Kind.ACCESS, Kind.NUMBER, Kind.HEALTH)


def test_a_long_text_is_looked_through_at_once() -> None:
    assert sensitive("1 2 3 - a = : mot de passe " * 400) != ()
    assert sensitive("mot de passe " * 800) == ()
