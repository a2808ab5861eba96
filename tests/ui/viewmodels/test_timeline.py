"""The timeline as it is drawn: two times on everything, corrections beside what they correct."""

from __future__ import annotations

import pytest

from sonar_core.records.note import Note
from sonar_desktop.ui.viewmodels.face_rows import FACE_ROLE
from sonar_desktop.ui.viewmodels.record import RecordModel
from sonar_desktop.ui.viewmodels.timeline import Show, TimelineModel, TimelineRows
from sonar_desktop.usecases.acting import Amending
from sonar_desktop.usecases.strike_out import strike_out
from tests.ui.screens.patient_story import Story, an_afternoon
from tests.ui.screens.test_entry_panel import face


@pytest.fixture
def story(workplace, seed, hand_clock):
    return Story(workplace, hand_clock, seed.admit(minutes_ago=111))


@pytest.fixture
def model(qtbot, workplace, story):
    record = RecordModel(workplace, story.admitted.episode)
    made = TimelineModel(record)
    yield made
    made.close()
    record.close()


def loaded(qtbot, model):
    model.refresh()
    answered = []
    model.workplace.background.look(lambda: None, answered.append)
    qtbot.waitUntil(lambda: bool(answered))
    assert model.is_loaded
    return model


def test_filters_show_one_sort_each(qtbot, model, story):
    an_afternoon(story)
    loaded(qtbot, model)
    whole = len(model.shown)
    model.set_show(Show.MEDICINES)
    assert {face.kind for face in model.shown} == {"MedicationRequest"}
    model.set_show(Show.CUSTODY)
    assert "OutcomeTold" in {face.kind for face in model.shown}
    model.set_show(Show.ALL)
    assert len(model.shown) == whole
    assert model.since == "since 12:41 today"


def test_a_late_entry_says_how_late(qtbot, model, story):
    story.note(30, "Bag sealed", happened=67)
    loaded(qtbot, model)
    face = next(one for one in model.shown if one.kind == "Note")
    assert (face.time, face.late) == ("13:25", "Late entry, 37min")
    assert face.meta == "Rhona Okafor, nurse · recorded 14:02"


def test_what_was_amended_stays_with_what_it_was(qtbot, model, story):
    first = story.note(30, "Left arm")
    story.note(20, "Right arm", amending=Amending(of=first.id, reason="Wrong side"))
    loaded(qtbot, model)
    after, before = [one for one in model.shown if one.kind == "Note"]
    assert (after.text, after.note, after.is_struck) == ("Right arm", "Was: Left arm", False)
    assert before.is_struck
    assert before.note == "Amended 14:12 by Rhona Okafor, nurse: Wrong side"
    assert "Amended" in before.spoken()


def test_what_was_struck_out_stays_readable(qtbot, model, story):
    note = story.note(30, "About somebody else")
    strike_out(story.desk, Note, note.id, "Written in the wrong record")
    loaded(qtbot, model)
    face = next(one for one in model.shown if one.kind == "Note")
    assert face.is_struck
    assert face.state == "Struck out"
    assert "Written in the wrong record" in face.note


def test_an_entry_opens_with_every_version(qtbot, model, story):
    first = story.note(30, "Left arm")
    story.note(20, "Right arm", amending=Amending(of=first.id, reason="Wrong side"))
    loaded(qtbot, model)
    model.open_entry(model.shown[0])
    qtbot.waitUntil(lambda: model.opened is not None)
    assert [(one.text, one.reason) for one in model.versions] == [
        ("Left arm", ""),
        ("Right arm", "Wrong side"),
    ]
    model.close_entry()
    assert model.opened is None
    assert model.versions == ()


def test_new_entries_arrive_by_themselves(qtbot, model, story):
    loaded(qtbot, model)
    count = len(model.shown)
    story.note(0, "Slept well")
    qtbot.waitUntil(lambda: len(model.shown) == count + 1)


def test_the_list_speaks_each_entry_whole(qtbot, model, story):
    story.note(30, "Slept well")
    loaded(qtbot, model)
    rows = TimelineRows()
    rows.set_faces(model.shown)
    assert rows.rowCount() == len(model.shown)
    place = rows.row_of(model.shown[0].id)
    assert rows.index(place).data(FACE_ROLE) is model.shown[0]
    assert "Slept well" in rows.index(place).data()
    assert rows.row_of("nobody") is None


def test_an_entry_of_another_day_names_the_day(qtbot, model, story, hand_clock):
    story.note(30, "Slept well")
    hand_clock.let_pass(minutes=24 * 60)
    loaded(qtbot, model)
    assert model.shown[0].day == "14-Nov"
    assert model.since.startswith("since 14-Nov-2026")


def many(count):
    return tuple(face(id=str(place), title=f"Note {place}") for place in range(count))


def test_a_long_list_is_whole_between_two_events(qtbot):
    rows = TimelineRows()
    rows.set_faces(many(500))
    assert 0 < rows.rowCount() < 100
    qtbot.waitUntil(lambda: rows.rowCount() == 500)
    assert rows.index(499).data(FACE_ROLE).title == "Note 499"
    rows.set_faces((face(id="new"), *many(500)))
    assert rows.rowCount() == 500  # as many as were there stay, so that nobody loses their place
    qtbot.waitUntil(lambda: rows.rowCount() == 501)


def test_an_entry_that_is_gone_to_is_there_at_once(qtbot):
    rows = TimelineRows()
    rows.set_faces(many(500))
    assert rows.row_of("450") == 450
    assert rows.rowCount() == 451
    qtbot.waitUntil(lambda: rows.rowCount() == 500)
