"""Émargements: drawn on the screen, on paper, or "n'a pas pu signer" with its witness."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from angrilien.domain import drawing
from angrilien.domain.entities import Attendance, Signature
from angrilien.domain.forms import clean
from angrilien.domain.rows import Roster
from angrilien.errors import Missing, TooLong
from angrilien.services import attendance
from angrilien.services.deeds import Deed, deed
from angrilien.services.notebook import Notebook
from angrilien.wire.ids import new_id

REASON_LIMIT = 200


def sign(
    nb: Notebook,
    workshop_id: str,
    attendance_id: str,
    strokes: Sequence[drawing.Stroke],
    width: float,
    height: float,
) -> Roster:
    """Keep a drawn signature. `strokes` in the coordinates of a frame of `width` × `height`.

    Raises:
        EmptySignature: nothing was drawn (a cross, or a dot, is a signature).
    """
    coded = drawing.encode(strokes, width, height)
    with deed(nb, workshop_id) as made:
        before = made.attendance(attendance_id)
        signature = Signature(
            id=new_id(), workshop_id=workshop_id, attendance_id=attendance_id, drawing=coded
        )
        made.change(None, signature)
        made.change(
            before,
            replace(
                _there(nb, made, before),
                mode="screen",
                signature_id=signature.id,
                witness_id=None,
                unable_reason=None,
            ),
        )
    return attendance.roster(nb, workshop_id)


def sign_on_paper(nb: Notebook, workshop_id: str, attendance_id: str) -> Roster:
    """Note that a person signed, or will sign, the paper sheet."""
    with deed(nb, workshop_id) as made:
        _set_mode(nb, made, attendance_id, "paper")
    return attendance.roster(nb, workshop_id)


def could_not_sign(nb: Notebook, workshop_id: str, attendance_id: str, reason: str) -> Roster:
    """Note that a person could not sign, why, and that the animateur saw them there.

    Raises:
        Missing, TooLong: the reason.
    """
    why = clean(reason)
    if not why:
        raise Missing("reason")
    if len(why) > REASON_LIMIT:
        raise TooLong("reason", limit=REASON_LIMIT)
    with deed(nb, workshop_id) as made:
        _set_mode(nb, made, attendance_id, "unable", witness=nb.facilitator_id, reason=why)
    return attendance.roster(nb, workshop_id)


def _set_mode(
    nb: Notebook,
    made: Deed,
    attendance_id: str,
    mode: str,
    *,
    witness: str | None = None,
    reason: str | None = None,
) -> None:
    before = made.attendance(attendance_id)
    made.change(
        before,
        replace(
            _there(nb, made, before),
            mode=mode,
            signature_id=None,
            witness_id=witness,
            unable_reason=reason,
        ),
    )


def _there(nb: Notebook, made: Deed, line: Attendance) -> Attendance:
    """Who signs is there, even if nobody clicked before."""
    return line if line.state == "present" else attendance.present_line(nb, made, line)
