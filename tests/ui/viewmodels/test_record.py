"""The record as its screens ask for it: read once, and again when something of it changes."""

from __future__ import annotations

import msgspec
import pytest

from sonar_core.records.access_event import AccessEvent
from sonar_core.records.allergy_intolerance import AllergyIntolerance
from sonar_core.records.care_level import CareLevel
from sonar_core.records.fitness_outcome import Fitness, FitnessOutcome, FitnessPurpose
from sonar_core.records.flag import Flag, FlagCategory
from sonar_core.records.medication_request import MedicationRequest
from sonar_core.records.observation_set import ObservationSet
from sonar_core.records.registry import REGISTRY
from sonar_core.records.task import Task
from sonar_desktop.ui.viewmodels.record import RecordModel
from sonar_desktop.ui.viewmodels.workplace import Page, Tab
from sonar_desktop.usecases.move_suite import move_suite
from sonar_desktop.usecases.release_detainee import release_detainee
from sonar_desktop.usecases.sync_ports import SyncState, SyncStatus, Waiting
from tests.ui.conftest import START_MS
from tests.ui.known_suites import tell_suites
from tests.ui.moved_away import THERE, move_away
from tests.ui.newer import from_a_newer_program
from tests.ui.screens.patient_story import Story, an_afternoon

NOTHING_WAITS = Waiting(operations=0, actions=0, held_back=0, oldest_ms=None)


@pytest.fixture
def story(workplace, seed, hand_clock):
    return Story(workplace, hand_clock, seed.admit("M4", "Barrow", "Connor", minutes_ago=111))


@pytest.fixture
def model(qtbot, workplace, story):
    made = RecordModel(workplace, story.admitted.episode)
    yield made
    made.close()


def read(qtbot, model):
    model.open()
    qtbot.waitUntil(lambda: model.head is not None)
    return model


def test_opening_a_record_is_written_down(qtbot, model, workplace):
    read(qtbot, model)

    def lines():
        return workplace.desk.store.read(lambda reading: reading.all_of(AccessEvent))

    qtbot.waitUntil(lambda: bool(lines()))
    line = lines()[0]
    assert (line.user, line.episode) == (workplace.desk.actor.user, model.episode)


def test_the_afternoon_stands_on_its_cards(qtbot, model, story):
    an_afternoon(story)
    read(qtbot, model)
    qtbot.waitUntil(lambda: len(model.tasks) == 4)
    assert model.banner.name == "BARROW, Connor (Mr)"
    assert model.banner.allergy_detail == "Penicillin: anaphylaxis"
    assert [alert.text for alert in model.alerts][:2] == [
        "Suspected opioids taken today",
        "Level 2 · rouse every 30 min",
    ]
    assert model.not_told[0].headline == ("Not fit to be interviewed. Custody officer not told.")
    assert "26min ago" in model.not_told[0].text
    assert model.badges[Tab.OBSERVATIONS] == "due 14:40"
    assert model.badges[Tab.MEDICINES] == "1 due"
    assert (model.score.total, model.score.headline) == (6, "Medium, rising")
    assert model.instructions.read_back == "Read back by Sgt Marsh 13:33"
    assert [task.time for task in model.tasks] == ["14:06", "14:40", "14:45", "16:00"]
    assert model.tasks[0].is_late


def test_words_that_age_are_reckoned_from_memory(qtbot, model, story, hand_clock):
    story.decide(1, FitnessPurpose.INTERVIEWED, Fitness.NOT_FIT, reason="Drowsy")
    read(qtbot, model)
    qtbot.waitUntil(lambda: bool(model.not_told))
    assert "1min ago" in model.not_told[0].text
    hand_clock.let_pass(minutes=9)
    model.tick()
    assert "10min ago" in model.not_told[0].text


def test_what_somebody_else_records_is_shown(qtbot, model, story):
    read(qtbot, model)
    assert not model.tasks
    story.task(30, "Repeat NEWS2")
    qtbot.waitUntil(lambda: len(model.tasks) == 1)


def test_offline_the_record_says_as_of_when(qtbot, model, workplace):
    read(qtbot, model)
    assert model.as_of == ""
    workplace.background.tell_sync_status(
        SyncStatus(
            state=SyncState.OFFLINE, waiting=NOTHING_WAITS, last_contact_ms=START_MS - 60_000
        )
    )
    qtbot.waitUntil(lambda: model.as_of == "as of 14:31")


def test_in_contact_only_old_contact_is_said(qtbot, model, workplace, hand_clock):
    read(qtbot, model)
    workplace.background.tell_sync_status(
        SyncStatus(state=SyncState.UP_TO_DATE, waiting=NOTHING_WAITS, last_contact_ms=START_MS)
    )
    qtbot.waitUntil(lambda: workplace.background.latest_status is not None)
    assert model.as_of == ""
    hand_clock.let_pass(minutes=3)
    assert model.as_of == "as of 14:32"


def test_somebody_who_left_is_still_read(qtbot, model, workplace, story):
    release_detainee(workplace.desk, story.admitted.episode, "Home")
    read(qtbot, model)
    qtbot.waitUntil(lambda: model.has_left)
    assert model.is_complete
    assert model.badges == {}


def test_closing_leads_to_the_board_and_disputes_to_the_conflicts(qtbot, model, visited):
    read(qtbot, model)
    assert model.disputes == 0
    model.leave()
    assert visited.last.page is Page.BOARD
    model.decide()
    assert visited.last.page is Page.CONFLICTS


def test_the_text_for_custody_holds_no_reason_and_no_values(qtbot, model, story):
    assert model.custody_text() == ""
    an_afternoon(story)
    read(qtbot, model)
    qtbot.waitUntil(lambda: len(model.tasks) == 4)
    text = model.custody_text()
    assert "Not fit to be interviewed. Review 14-Nov-2026 16:00." in text
    assert "1. Rouse every 30 minutes. Write down what he says." in text
    for private in ("opioid", "NEWS2", "Penicillin", "Asthma"):
        assert private not in text


def test_entries_that_only_a_newer_program_can_show_are_counted(
    qtbot, model, story, workplace, monkeypatch
):
    story.note(10, "Slept.")
    story.note(5, "Ate.")
    monkeypatch.delitem(REGISTRY, "Note")
    read(qtbot, model)
    # The notes themselves were news: that reading may have been under way before.
    qtbot.waitUntil(lambda: bool(model.newer))
    assert model.newer == (
        "2 entries were written by a newer version of SONAR and cannot be shown on this PC. "
        "Do not rely on what is missing: look on another PC, and ask IT for the update."
    )


def test_what_cannot_be_read_hides_nothing_else_and_is_never_called_none(
    qtbot, model, story, monkeypatch
):
    story.marker(FlagCategory.DRUGS, "Opioids today")
    read(qtbot, model)
    assert (model.missing, model.newer, model.no_markers) == ("", "", "No markers recorded")
    with monkeypatch.context() as newer:
        from_a_newer_program(newer, Flag, "category")
        model.refresh()
        qtbot.waitUntil(lambda: bool(model.newer))
        assert model.banner.name == "BARROW, Connor (Mr)"
        assert model.alerts == ()
        assert model.newer.startswith("1 entry was written by a newer version of SONAR")
        assert (model.no_alerts, model.no_markers) == (
            "Alerts cannot be shown: update this PC",
            "Warning markers cannot be shown: update this PC",
        )
        assert (model.no_tasks, model.no_medicines) == ("Nothing open", "No medicines ordered here")
    model.refresh()
    qtbot.waitUntil(lambda: not model.newer)


@pytest.mark.parametrize(
    ("kind", "field", "said"),
    [
        (Task, "what", lambda model: model.no_tasks),
        (MedicationRequest, "medicine", lambda model: model.no_medicines),
        (CareLevel, "level", lambda model: model.no_level),
        (ObservationSet, "pulse", lambda model: model.score.detail),
        (FitnessOutcome, "reason", lambda model: model.fitness[0].detail),
        (AllergyIntolerance, "substance", lambda model: model.banner.allergies_hidden),
    ],
)
def test_each_card_says_that_it_cannot_show_what_a_newer_program_wrote(
    qtbot, model, story, monkeypatch, kind, field, said
):
    an_afternoon(story)
    read(qtbot, model)
    qtbot.waitUntil(lambda: len(model.tasks) == 4)
    assert "cannot be shown" not in said(model)
    from_a_newer_program(monkeypatch, kind, field)
    model.refresh()
    qtbot.waitUntil(lambda: bool(model.newer))
    assert "cannot be shown: update this PC" in said(model)


def test_somebody_whose_identity_is_partly_unreadable_is_asked_who_they_are(qtbot, model):
    read(qtbot, model)
    model.head = msgspec.structs.replace(model.head, unreadable=("Patient",))
    model.tick()
    assert model.banner.identity == "Cannot be shown. Ask name and date of birth again"


def test_what_is_still_loading_or_not_held_is_said_on_the_record(qtbot, model):
    read(qtbot, model)
    row = msgspec.structs.replace(model.head.row, is_complete=False)
    model.head = msgspec.structs.replace(model.head, row=row)
    assert model.missing == "Still loading: do not rely on what is missing."
    model.tick()
    assert model.banner.allergies_hidden == "Allergies not loaded"
    revoked = msgspec.structs.replace(row, is_complete=True, revoked=("medicines",))
    model.head = msgspec.structs.replace(model.head, row=revoked)
    assert model.missing.startswith("This PC may not hold medicines records any more")


def test_who_was_moved_away_is_said_so_over_the_record(
    qtbot, model, story, encrypted_store, background
):
    read(qtbot, model)
    desk, stay = model.workplace.desk, story.admitted
    tell_suites(desk, encrypted_store, "Southfield")
    move_suite(desk, stay.episode, THERE)
    qtbot.waitUntil(lambda: model.missing.startswith("Moved to Southfield on this PC."))
    background.tell_changed(move_away(desk, encrypted_store, stay.patient, stay.episode))
    qtbot.waitUntil(lambda: model.missing.startswith("Moved to Southfield, 14-Nov-2026 14:32."))
