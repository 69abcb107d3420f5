"""Joining a workshop by its code (D14): a second laptop of the café, a second animateur."""

from __future__ import annotations

from angrilien.domain.codes import read_code
from angrilien.domain.entities import WorkshopFacilitator
from angrilien.errors import FieldProblem, Missing, NotACode
from angrilien.services.notebook import Notebook
from angrilien.store import workshops
from angrilien.wire.ids import new_id


class WorkshopOfCodeUnknown(FieldProblem):
    """No workshop that is here has the code that was typed."""

    sentence = "Aucun atelier d’ici n’a ce code. Envoyez d’abord, puis réessayez."


class TwoWorkshopsOfCode(FieldProblem):
    """Two workshops that are here have the code that was typed."""

    sentence = "Deux ateliers ont ce code. Ouvrez le vôtre depuis la liste."


def join(nb: Notebook, typed: str) -> str:
    """Have the animateur at this laptop lead the workshop of a code too; return its id.

    Whoever leads it already, and a workshop whose sheet is ended, stay as they are: it is shown.

    Raises:
        Missing, NotACode: what was typed is no code.
        WorkshopOfCodeUnknown: no workshop that is here has it; what the other laptop wrote may not
            have come yet.
        TwoWorkshopsOfCode: two have it.
    """
    if not typed.strip():
        raise Missing("code")
    code = read_code(typed)
    if code is None:
        raise NotACode("code")
    with nb.store.act(nb.stamp()) as act:
        found = workshops.of_code(act.connection, code)
        if not found:
            raise WorkshopOfCodeUnknown("code")
        if len(found) > 1:
            raise TwoWorkshopsOfCode("code")
        (workshop,) = found
        leads = workshops.leads(act.connection, workshop.id)
        known = {one.facilitator_id for one in leads}
        if nb.facilitator_id not in known and workshop.state in ("planned", "open"):
            act.put(
                WorkshopFacilitator(
                    id=new_id(),
                    workshop_id=workshop.id,
                    facilitator_id=nb.facilitator_id,
                    role="second" if known else "lead",
                )
            )
    return workshop.id
