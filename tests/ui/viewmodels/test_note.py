"""Writing a note."""

from __future__ import annotations

import pytest

from sonar_core.records.note import Note, NoteCategory
from sonar_desktop.ui.viewmodels.note import NoteForm
from sonar_desktop.usecases.keep_draft import my_drafts
from tests.ui.conftest import START_MS


@pytest.fixture
def stay(seed):
    return seed.admit().episode


@pytest.fixture
def form(workplace, stay):
    made = NoteForm(workplace, stay)
    yield made
    made.close()


def notes(workplace):
    return workplace.desk.store.read(lambda reading: reading.all_of(Note))


def test_a_note_is_written_as_it_was_typed_and_its_draft_forgotten(qtbot, workplace, form):
    form.open()
    form.put(text="Slept well\nAte breakfast", category=NoteCategory.TELEPHONE_ADVICE)
    with qtbot.waitSignal(form.signed):
        form.sign()
    note = notes(workplace)[0]
    assert (note.text, note.category) == (
        "Slept well\nAte breakfast",
        NoteCategory.TELEPHONE_ADVICE,
    )
    assert note.performed_at.utc_ms == START_MS
    assert my_drafts(workplace.desk) == []


def test_an_earlier_time_is_echoed_as_late(form):
    form.type_time("-30m")
    assert form.time.echo == "14-Nov-2026 14:02"
    assert form.time.late == "This happened 30min ago."


def test_a_time_ahead_is_asked_back_and_may_be_kept(qtbot, workplace, form):
    form.open()
    form.put(text="Solicitor comes")
    form.type_time("15:00")
    form.sign()
    assert form.flaws["performed_at"].keep == "Keep"
    form.keep_time()
    assert form.flaws == {}
    with qtbot.waitSignal(form.signed):
        form.sign()
    assert notes(workplace)[0].performed_at.utc_ms == START_MS + 28 * 60_000


def test_a_guess_is_taken_with_one_press(form):
    form.put(text="Seen at night")
    form.type_time("21:00")
    form.sign()
    flaw = form.flaws["performed_at"]
    if not flaw.fix:
        assert flaw.keep == "Keep"
        return
    form.fix_time()
    assert form.time.echo == "13-Nov-2026 21:00"


def test_nothing_to_fix_changes_nothing(form):
    form.fix_time()
    form.keep_time()
    assert form.entry.when.typed == ""


def test_an_empty_note_is_refused(form):
    form.open()
    form.put(text="  \n ")
    form.sign()
    assert form.flaws["text"].text == "Enter the note."
