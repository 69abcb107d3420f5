"""The bilan. Typing is kept as a draft at each pause; leaving the screen makes it a change."""

from __future__ import annotations

import json
from dataclasses import replace

from angrilien.domain import vocab
from angrilien.domain.entities import SessionNote, Workshop
from angrilien.domain.forms import TEXT_LIMIT, storable
from angrilien.domain.ids import note_id
from angrilien.domain.rows import EarlierNote, NoteText
from angrilien.errors import FieldProblem, TooLong, WorkshopGone
from angrilien.services.forms import FormProblems
from angrilien.services.notebook import Notebook
from angrilien.store import drafts, log, notes
from angrilien.store.log import change_date

BOXES = ("done", "hard", "next_time")
MOST_EARLIER = 3


def read(nb: Notebook, workshop_id: str) -> NoteText:
    """Return the bilan as it was last typed: the draft if there is one, else what was written."""
    with nb.store.read() as connection:
        draft = drafts.load(connection, _key(workshop_id))
        if draft is not None:
            kept = json.loads(draft[0])
            boxes = {box: kept.get(box, "") for box in BOXES}
            equipment = tuple(kept.get("equipment", ()))
            return NoteText(
                workshop_id=workshop_id,
                saved_at=draft[1],
                is_draft=True,
                equipment=equipment,
                **boxes,
            )
        note = log.read(connection, SessionNote, note_id(workshop_id))
        if note is None:
            return NoteText(workshop_id=workshop_id)
        saved_at = change_date(connection, SessionNote.ENTITY, note.id)
    return NoteText(
        workshop_id=workshop_id,
        done=note.done,
        hard=note.hard,
        next_time=note.next_time,
        equipment=note.equipment,
        saved_at=saved_at,
    )


def save_draft(nb: Notebook, note: NoteText) -> NoteText:
    """Keep what is being typed; not a change yet, so that not every pause is sent."""
    now = nb.clock.now()
    with nb.store.write() as connection:
        boxes = {box: storable(getattr(note, box)) for box in BOXES}
        text = json.dumps({**boxes, "equipment": note.equipment}, ensure_ascii=False)
        drafts.save(connection, _key(note.workshop_id), text, now)
    return replace(note, saved_at=now, is_draft=True)


def keep(nb: Notebook, note: NoteText) -> NoteText:
    """Write the bilan as a change, if it differs from what is written already.

    Raises:
        FormProblems: a box is too long; the draft stays.
        WorkshopGone: there is no such workshop; the draft stays.
    """
    problems: list[FieldProblem] = [
        TooLong(box, limit=TEXT_LIMIT) for box in BOXES if len(getattr(note, box)) > TEXT_LIMIT
    ]
    if problems:
        save_draft(nb, note)
        raise FormProblems(problems)
    stamp = nb.stamp()
    with nb.store.act(stamp) as act:
        if act.read(Workshop, note.workshop_id) is None:
            raise WorkshopGone
        drafts.clear(act.connection, _key(note.workshop_id))
        before = act.read(SessionNote, note_id(note.workshop_id))
        blank = SessionNote(id=note_id(note.workshop_id), workshop_id=note.workshop_id)
        after = replace(
            before or blank,
            done=storable(note.done).strip(),
            hard=storable(note.hard).strip(),
            next_time=storable(note.next_time).strip(),
            equipment=tuple(code for code in vocab.EQUIPMENT if code in note.equipment),
        )
        if after != (before or blank):
            act.put(after)
    return replace(note, saved_at=stamp.at, is_draft=False)


def earlier(nb: Notebook, workshop_id: str) -> tuple[EarlierNote, ...]:
    """Return the last three bilans of workshops at which people of this one were, latest first."""
    with nb.store.read() as connection:
        return tuple(notes.earlier(connection, workshop_id, MOST_EARLIER))


def _key(workshop_id: str) -> str:
    return f"note:{workshop_id}"
