"""The French words of the closed vocabularies, in the order of the screens."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

translate = QCoreApplication.translate


def bands() -> tuple[tuple[str, str], ...]:
    """Return the age bands as (code, words), the one that is not known apart."""
    return (
        ("moins_de_douze", translate("vocab", "Moins de 12 ans")),
        ("douze_dix_huit", translate("vocab", "12 - 17 ans")),
        ("dix_huit_vingt_quatre", translate("vocab", "18 - 24 ans")),
        ("vingt_cinq_trente_neuf", translate("vocab", "25 - 39 ans")),
        ("quarante_cinquante_neuf", translate("vocab", "40 - 59 ans")),
        ("soixante_soixante_neuf", translate("vocab", "60 - 69 ans")),
        ("soixante_dix_plus", translate("vocab", "70 ans et plus")),
    )


def genders() -> tuple[tuple[str, str], ...]:
    """Return the genders as (code, words), the one that is not known apart."""
    return (
        ("feminin", translate("vocab", "Femme")),
        ("masculin", translate("vocab", "Homme")),
    )


def statuses() -> tuple[tuple[str, str], ...]:
    """Return the social statuses as (code, words), the one that is not known apart."""
    return (
        ("retraite", translate("vocab", "À la retraite")),
        ("en_emploi", translate("vocab", "En emploi")),
        ("sans_emploi", translate("vocab", "Sans emploi")),
        ("scolarise", translate("vocab", "En études")),
    )


def equipment() -> tuple[tuple[str, str], ...]:
    """Return the equipment as (code, words)."""
    return (
        ("ordinateur", translate("vocab", "Ordinateur")),
        ("telephone", translate("vocab", "Téléphone")),
        ("tablette", translate("vocab", "Tablette")),
        ("autre", translate("vocab", "Autre matériel")),
        ("aucun", translate("vocab", "Aucun matériel")),
    )
