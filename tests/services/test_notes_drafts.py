"""The bilan and the drafts: nothing typed is lost, and not every pause is a change."""

from __future__ import annotations

import pytest

from angrilien.domain.rows import NoteText
from angrilien.errors import WorkshopGone
from angrilien.services import attendance, drafts, notes
from angrilien.services.forms import FormProblems
from angrilien.services.notebook import Notebook
from helpers.copies import Original, list_people, open_again
from helpers.notebooks import NOON, SetClock, make_workshop


def test_a_pause_keeps_a_draft_and_leaving_writes_one_change(nb: Notebook, workshop: str) -> None:
    before = nb.store.verify()
    assert notes.read(nb, workshop) == NoteText(workshop_id=workshop)
    for done in ("Mots", "Mots de", "Mots de passe"):
        saved = notes.save_draft(nb, NoteText(workshop_id=workshop, done=done))
        assert saved.saved_at is not None
        assert notes.read(nb, workshop) == saved
    assert nb.store.verify() == before
    assert not attendance.roster(nb, workshop).workshop.has_note
    kept = notes.keep(nb, NoteText(workshop_id=workshop, done="Mots de passe\n", hard="La souris"))
    assert nb.store.verify() == before + 1
    read = notes.read(nb, workshop)
    assert (read.done, read.hard, read.next_time) == ("Mots de passe", "La souris", "")
    assert read.saved_at == kept.saved_at
    assert attendance.roster(nb, workshop).workshop.has_note
    # Leaving again without typing writes nothing.
    notes.keep(nb, read)
    assert nb.store.verify() == before + 1


def test_an_empty_bilan_is_no_change(nb: Notebook, workshop: str) -> None:
    before = nb.store.verify()
    notes.keep(nb, NoteText(workshop_id=workshop, done=" \n "))
    assert nb.store.verify() == before


def test_what_was_emptied_is_a_change(nb: Notebook, workshop: str) -> None:
    notes.keep(nb, NoteText(workshop_id=workshop, done="Trop vite écrit"))
    before = nb.store.verify()
    notes.keep(nb, NoteText(workshop_id=workshop))
    assert nb.store.verify() == before + 1
    assert notes.read(nb, workshop).done == ""


def test_a_draft_survives_the_end_of_the_process(
    fresh: Notebook,
    original: Original,
) -> None:
    workshop = make_workshop(fresh)
    drafts.save(fresh, "person_form", '{"first_name": "Ode')
    saved = notes.save_draft(fresh, NoteText(workshop_id=workshop, next_time="La suite…"))
    fresh.close()
    again = open_again(fresh.folder, original.programme, SetClock())
    assert drafts.load(again, "person_form") == '{"first_name": "Ode'
    assert notes.read(again, workshop) == saved
    drafts.clear(again, "person_form")
    drafts.clear(again, "nothing there")
    assert drafts.load(again, "person_form") == ""
    again.close()


def test_a_bilan_too_long_is_refused_and_kept_as_a_draft(nb: Notebook, workshop: str) -> None:
    long = NoteText(workshop_id=workshop, done="Bien", hard="x" * 10_001)
    with pytest.raises(FormProblems) as refused:
        notes.keep(nb, long)
    assert [p.field for p in refused.value.problems] == ["hard"]
    assert notes.read(nb, workshop).hard == long.hard


def test_text_that_no_file_can_hold_does_not_lose_the_rest(nb: Notebook, workshop: str) -> None:
    odd = NoteText(workshop_id=workshop, done="Avant \ud83d\x00 après 🌻")
    notes.save_draft(nb, odd)
    assert notes.read(nb, workshop).done == "Avant  après 🌻"
    notes.keep(nb, odd)
    assert notes.read(nb, workshop).done == "Avant  après 🌻"
    drafts.save(nb, "form", "\ud83d\x00Odette")
    assert drafts.load(nb, "form") == "Odette"
    nb.store.verify()


def test_a_bilan_of_no_workshop_is_refused_in_words_and_its_draft_stays(nb: Notebook) -> None:
    note = NoteText(workshop_id="no such workshop", done="Perdu ?")
    notes.save_draft(nb, note)
    with pytest.raises(WorkshopGone):
        notes.keep(nb, note)
    assert notes.read(nb, "no such workshop").done == "Perdu ?"


def test_a_bilan_is_written_after_the_sheet_is_closed_too(nb: Notebook, workshop: str) -> None:
    from angrilien.services import closing

    list_people(nb, workshop, 1)
    attendance.everyone_present(nb, workshop)
    closing.close(nb, workshop, [[(1.0, 1.0), (9.0, 9.0)]], 10, 10)
    kept = notes.keep(nb, NoteText(workshop_id=workshop, done="Après"))
    assert notes.read(nb, workshop).done == "Après"
    assert kept.saved_at is not None
    assert kept.saved_at > NOON


def test_what_was_done_last_is_told_without_reading_what_was_typed(
    fresh: Notebook, original: Original
) -> None:
    assert drafts.unfinished(fresh) is None
    workshop = make_workshop(fresh)
    drafts.save(fresh, drafts.WORKSHOP_FORM, "{}")
    drafts.save(fresh, drafts.key_of("search", workshop), "lef")
    notes.save_draft(fresh, NoteText(workshop_id=workshop, done="Mots"))
    assert drafts.unfinished(fresh) == drafts.Unfinished("note", workshop)
    notes.keep(fresh, NoteText(workshop_id=workshop, done="Mots"))
    assert drafts.unfinished(fresh) == drafts.Unfinished("search", workshop)
    drafts.clear(fresh, drafts.key_of("search", workshop))
    assert drafts.unfinished(fresh) == drafts.Unfinished("workshop_form")
    with fresh.store.read() as connection:
        plan = connection.exec_driver_sql("EXPLAIN QUERY PLAN SELECT key FROM draft").all()
    assert "COVERING INDEX" in plan[0][-1], "the texts stay on the disk"
