from __future__ import annotations

from sonar_core.records.note import Note, NoteCategory
from sonar_desktop.usecases.write_note import Noting, write_note
from tests.usecases.clinic import admitted, problems_of
from tests.usecases.fakes import NURSE, make_desk, shown, signing


def test_a_note_keeps_the_words_as_they_were_typed():
    desk = make_desk()
    found = admitted(desk)
    text = "  Said: \u201cLeave me be, I'm tired.\u201d\n"
    one = Noting(signing=signing(desk, found.episode, 37), text=text, category=NoteCategory.CUSTODY)
    record, _ = write_note(desk, one)
    assert shown(desk, Note, record.id).text == text
    assert (record.patient, record.performed_by) == (found.patient, NURSE.user)
    assert record.recorded_at.utc_ms - record.performed_at.utc_ms == 37 * 60_000


def test_an_empty_note_is_refused():
    desk = make_desk()
    found = admitted(desk)
    one = Noting(signing=signing(desk, found.episode), text=" \n")
    assert problems_of(lambda: write_note(desk, one)) == {"text": "Enter the note."}
