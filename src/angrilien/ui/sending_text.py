"""The eight sentences of the line of sending. The first that is true is said."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

from PySide6.QtCore import QCoreApplication

from angrilien.domain import french
from angrilien.domain.clock import local
from angrilien.domain.rows import Progress, SendingState

Tone = Literal["calm", "sent", "long", "problem"]

LONG_MILLISECONDS: Final = 48 * 3600 * 1000
"""The colours stay neutral for 48 hours."""
_DAY: Final = 24 * 3600 * 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class SendingWords:
    """What the line says. `lead` is its first sentence, `rest` what follows."""

    tone: Tone
    lead: str
    rest: str = ""

    @property
    def text(self) -> str:
        """Return all of it."""
        return f"{self.lead} {self.rest}".strip()


def sending_text(  # noqa: PLR0911 - one return per sentence
    state: SendingState,
    progress: Progress | None,
    now: int,
    tz: str,
    *,
    network: bool = True,
) -> SendingWords:
    """Return the line's words.

    Args:
        state: of one query.
        progress: of the push under way, if there is one.
        now: the present instant.
        tz: the zone in which hours are said.
        network: False if the system itself reports that there is none.
    """
    if state.to_fix:
        return SendingWords(
            tone="long",
            lead=_plural(
                state.to_fix, _tr("1 élément à corriger."), _tr("{count} éléments à corriger.")
            ),
            rest=_tr("Rien n’est perdu."),
        )
    if state.revoked:
        return SendingWords(
            tone="problem",
            lead=_tr("Cet ordinateur n’est plus autorisé."),
            rest=_tr("Appelez le programme."),
        )
    if not state.has_venue and not state.has_code:
        return _without_venue(state.waiting)
    if progress is not None:
        said = _tr("Envoi en cours… {done} sur {total}")
        done, total = french.number(progress.done), french.number(progress.total)
        return SendingWords(tone="calm", lead=said.format(done=done, total=total))
    if state.waiting:
        return _waiting(state, now)
    if state.last_sent is None:
        return SendingWords(tone="calm", lead=_tr("Rien à envoyer pour le moment."))
    if state.last_try_failed or not network:
        return SendingWords(
            tone="sent",
            lead=_tr("Tout est envoyé."),
            rest=_tr("Pas de connexion en ce moment."),
        )
    sent = local(state.last_sent, tz)
    day = french.day_words(sent.date(), local(now, tz).date())
    return SendingWords(
        tone="sent",
        lead=_tr("Tout est envoyé."),
        rest=_tr("Dernier envoi\u00a0: {day} à {hour}.").format(day=day, hour=french.hour(sent)),
    )


def _without_venue(waiting: int) -> SendingWords:
    missing = _tr("Il manque le code du lieu.")
    if not waiting:
        return SendingWords(tone="calm", lead=missing)
    kept = _plural(waiting, _tr("1 élément gardé ici."), _tr("{count} éléments gardés ici."))
    return SendingWords(tone="calm", lead=kept, rest=missing)


def _waiting(state: SendingState, now: int) -> SendingWords:
    if state.oldest_waiting is not None and now - state.oldest_waiting > LONG_MILLISECONDS:
        said = _plural(
            state.waiting,
            _tr("1 élément à envoyer depuis {days} jours."),
            _tr("{count} éléments à envoyer depuis {days} jours."),
        )
        days = french.number((now - state.oldest_waiting) // _DAY)
        return SendingWords(tone="long", lead=said.replace("{days}", days))
    return SendingWords(
        tone="calm",
        lead=_plural(
            state.waiting, _tr("1 élément à envoyer."), _tr("{count} éléments à envoyer.")
        ),
        rest=_tr("Il partira tout seul dès qu’il y aura Internet.")
        if state.waiting == 1
        else _tr("Ils partiront tout seuls dès qu’il y aura Internet."),
    )


def _plural(count: int, one: str, many: str) -> str:
    return one if count == 1 else many.replace("{count}", french.number(count))


def _tr(text: str) -> str:
    return QCoreApplication.translate("sending_text", text)
