"""The line of sending: the first sentence that is true, in the words of the product page."""

from __future__ import annotations

import dataclasses
import datetime as dt

import pytest

from angrilien.domain.clock import at_local
from angrilien.domain.rows import Progress, SendingState
from angrilien.ui.sending_text import sending_text

ZONE = "Europe/Paris"
NOW = at_local(dt.date(2026, 11, 25), dt.time(16, 0), ZONE)
HOUR = 3_600_000
CALM = SendingState(waiting=0, oldest_waiting=None, has_venue=True)


def said(progress: Progress | None = None, *, network: bool = True, **changed: object) -> str:
    state = dataclasses.replace(CALM, **changed)  # type: ignore[arg-type]
    words = sending_text(state, progress, NOW, ZONE, network=network)
    return words.text.replace("\u00a0", " ").replace("\u202f", " ")


def tone(progress: Progress | None = None, **changed: object) -> str:
    return sending_text(dataclasses.replace(CALM, **changed), progress, NOW, ZONE).tone  # type: ignore[arg-type]


def test_1_something_to_mend_comes_before_all_else() -> None:
    everything = {"revoked": True, "has_venue": False, "waiting": 12, "oldest_waiting": 0}
    assert said(to_fix=1, **everything) == "1 élément à corriger. Rien n’est perdu."
    assert said(to_fix=3, **everything) == "3 éléments à corriger. Rien n’est perdu."


def test_2_a_computer_that_may_no_longer_send() -> None:
    text = "Cet ordinateur n’est plus autorisé. Appelez le programme."
    assert said(Progress(done=1, total=2), revoked=True, has_venue=False, waiting=12) == text


def test_3_the_code_of_the_venue_is_missing() -> None:
    assert said(has_venue=False) == "Il manque le code du lieu."
    assert said(has_venue=False, waiting=12, oldest_waiting=0) == (
        "12 éléments gardés ici. Il manque le code du lieu."
    )
    assert said(has_venue=False, waiting=1) == "1 élément gardé ici. Il manque le code du lieu."


def test_3_a_code_that_is_kept_waits_like_the_rest() -> None:
    assert said(has_venue=False, has_code=True, waiting=12) == (
        "12 éléments à envoyer. Ils partiront tout seuls dès qu’il y aura Internet."
    )


def test_4_sending_is_under_way() -> None:
    assert said(Progress(done=5, total=12), waiting=7, oldest_waiting=0) == (
        "Envoi en cours… 5 sur 12"
    )


def test_5_the_oldest_waits_for_more_than_48_hours() -> None:
    assert said(waiting=12, oldest_waiting=NOW - 72 * HOUR) == (
        "12 éléments à envoyer depuis 3 jours."
    )
    assert said(waiting=1, oldest_waiting=NOW - 48 * HOUR - 1) == (
        "1 élément à envoyer depuis 2 jours."
    )
    assert tone(waiting=12, oldest_waiting=NOW - 72 * HOUR) == "long"


def test_6_what_waits_leaves_by_itself() -> None:
    assert said(waiting=12, oldest_waiting=NOW - 48 * HOUR) == (
        "12 éléments à envoyer. Ils partiront tout seuls dès qu’il y aura Internet."
    )
    assert said(waiting=1, oldest_waiting=NOW) == (
        "1 élément à envoyer. Il partira tout seul dès qu’il y aura Internet."
    )
    assert said(waiting=1234, oldest_waiting=NOW).startswith("1 234 éléments à envoyer.")
    assert tone(waiting=12, oldest_waiting=NOW - 47 * HOUR) == "calm"


def test_7_all_is_sent_and_there_is_no_connection() -> None:
    text = "Tout est envoyé. Pas de connexion en ce moment."
    assert said(last_sent=NOW - HOUR, last_try_failed=True) == text
    assert said(last_sent=NOW - HOUR, network=False) == text


def test_8_all_is_sent() -> None:
    sent = at_local(dt.date(2026, 11, 25), dt.time(14, 12), ZONE)
    assert said(last_sent=sent) == "Tout est envoyé. Dernier envoi : aujourd’hui à 14 h 12."
    assert said(last_sent=sent - 24 * HOUR) == "Tout est envoyé. Dernier envoi : hier à 14 h 12."
    assert tone(last_sent=sent) == "sent"


@pytest.mark.parametrize("failed", [False, True])
def test_8_nothing_was_ever_sent(failed: bool) -> None:
    assert said(last_try_failed=failed) == "Rien à envoyer pour le moment."
    assert tone(last_try_failed=failed) == "calm"


def test_hours_are_those_of_the_venue_whatever_the_laptop_says() -> None:
    sent = at_local(dt.date(2026, 11, 25), dt.time(14, 12), ZONE)
    state = dataclasses.replace(CALM, last_sent=sent)
    assert "16\u00a0h\u00a012" in sending_text(state, None, NOW, "Indian/Mayotte").text
