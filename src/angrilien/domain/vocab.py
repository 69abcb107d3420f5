"""The closed vocabularies of La Coop de la médiation numérique (public schema, June 2026).

They travel and are exported exactly so; their French labels stand in the user interface.
"""

from __future__ import annotations

from typing import Final

COOP_THEMES: Final = (
    "diagnostic_numerique",
    "prendre_en_main_du_materiel",
    "maintenance_de_materiel",
    "gere_ses_contenus_numeriques",
    "navigation_sur_internet",
    "email",
    "bureautique",
    "reseaux_sociaux",
    "sante",
    "banque_et_achats_en_ligne",
    "entrepreneuriat",
    "insertion_professionnelle",
    "securite_numerique",
    "parentalite",
    "scolarite_et_numerique",
    "creer_avec_le_numerique",
    "culture_numerique",
    "intelligence_artificielle",
    "aide_aux_demarches_administratives",
)
COOP_SUB_THEMES: Final = (
    "papiers_elections_citoyennete",
    "famille_scolarite",
    "social_sante",
    "travail_formation",
    "logement",
    "transports_mobilite",
    "argent_impots",
    "justice",
    "etrangers_europe",
    "loisirs_sports_culture",
    "associations",
)
AGE_BANDS: Final = (
    "moins_de_douze",
    "douze_dix_huit",
    "dix_huit_vingt_quatre",
    "vingt_cinq_trente_neuf",
    "quarante_cinquante_neuf",
    "soixante_soixante_neuf",
    "soixante_dix_plus",
    "non_communique",
)
GENDERS: Final = ("masculin", "feminin", "non_communique")
STATUSES: Final = ("scolarise", "sans_emploi", "en_emploi", "retraite", "non_communique")
PLACES: Final = ("lieu_activite", "autre", "domicile", "a_distance")
LEVELS: Final = ("debutant", "intermediaire", "avance")
EQUIPMENT: Final = ("ordinateur", "telephone", "tablette", "autre", "aucun")
ORIENTATIONS: Final = (
    "administration",
    "mediation_numerique",
    "operateur_ou_organisme_en_charge",
    "aide_sociale",
    "insertion_professionnelle",
    "aide_aux_demarches_administratives",
    "autre",
)

WORKSHOP_STATES: Final = ("planned", "open", "closed", "cancelled", "nobody")
ATTENDANCE_STATES: Final = ("expected", "present", "excused", "removed")
SIGNING_MODES: Final = ("screen", "paper", "unable")
CLOCK_STATES: Final = ("ok", "unchecked", "jumped")
ALIAS_KINDS: Final = ("participant", "workshop", "facilitator", "venue")
FACILITATOR_ROLES: Final = ("lead", "second")

_BAND_STARTS = (
    (70, "soixante_dix_plus"),
    (60, "soixante_soixante_neuf"),
    (40, "quarante_cinquante_neuf"),
    (25, "vingt_cinq_trente_neuf"),
    (18, "dix_huit_vingt_quatre"),
    (12, "douze_dix_huit"),
    (0, "moins_de_douze"),
)


def age_band(birth_year: int | None, in_year: int) -> str:
    """Return the age band of somebody born in `birth_year` during the calendar year `in_year`.

    Only the year of birth is known, so the age is the one reached in that calendar year, which is
    how La Coop computes it from "Année de naissance". A year that is absent or in the future gives
    `non_communique`.
    """
    if birth_year is None or birth_year > in_year:
        return "non_communique"
    age = in_year - birth_year
    return next(band for start, band in _BAND_STARTS if age >= start)
