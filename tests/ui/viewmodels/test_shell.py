from __future__ import annotations

import pytest

from sonar_core.records.patient import Patient
from sonar_desktop.ui.viewmodels.shell import (
    ShellModel,
    clock_words,
    long_clock_words,
)
from sonar_desktop.ui.viewmodels.sync_panel import SyncModel
from sonar_desktop.ui.viewmodels.workplace import Destination, Page
from sonar_desktop.usecases.find_person import find_person
from sonar_desktop.usecases.ports import Desk
from sonar_desktop.usecases.release_detainee import release_detainee
from sonar_desktop.usecases.sync_ports import SyncState, SyncStatus, Waiting
from tests.ui.conftest import START_MS, ZONE, Seed
from tests.ui.moved_away import move_away


@pytest.fixture
def model(qtbot, enrolled, hand_clock):
    seed = Seed(desk=enrolled.workplace.desk, clock=hand_clock)
    seed.admit("M2", "BEGUM", "Farhana")
    seed.admit("M4", "BARROW", "Connor")
    seed.admit("M12", "MABASO", "Themba")
    qtbot.waitUntil(lambda: len(enrolled.alarms.rows) == 3)
    return ShellModel(enrolled, SyncModel(enrolled), enrolled.workplace)


@pytest.mark.parametrize(
    ("typed", "names"),
    [
        ("b", []),
        ("ba", ["M4 BARROW, Connor (Mr)", "M12 MABASO, Themba (Mr)"]),
        ("M2", ["M2 BEGUM, Farhana (Mr)"]),
        ("con barr", ["M4 BARROW, Connor (Mr)"]),
        ("3402", ["M4 BARROW, Connor (Mr)"]),
        ("nobody", []),
    ],
)
def test_a_person_is_found_by_cell_name_or_number_best_first(model, typed, names):
    assert [found.name for found in model.find(typed)] == names


def test_a_found_person_s_record_is_opened(model):
    found = model.find("farhana")[0]
    model.open_found(found.episode)
    assert model.session.here == Destination(page=Page.RECORD, episode=found.episode)


def test_somebody_released_is_found_again_with_when_they_came(qtbot, model):
    gone = model.find("farhana")[0]
    release_detainee(model.workplace.desk, gone.episode, "Home")
    qtbot.waitUntil(lambda: len(model.session.alarms.rows) == 2)
    assert model.find("farhana") == ()
    with qtbot.waitSignal(model.found) as told:
        model.search("farhana")
    text, [found] = told.args
    assert (text, found.episode) == ("farhana", gone.episode)
    assert found.name == "BEGUM, Farhana (Mr)"
    assert found.detail == "Released · Arrived 14-Nov-2026 · NF/3401"


def test_somebody_moved_away_is_found_again_with_where_they_are(qtbot, model, front_desk):
    gone = model.find("farhana")[0]
    desk = model.workplace.desk
    (who,) = find_person(desk, "farhana")
    changed = move_away(desk, front_desk.opened[-1], who.patient, who.episode)
    model.workplace.background.tell_changed(changed)
    qtbot.waitUntil(lambda: len(model.session.alarms.rows) == 2)
    with qtbot.waitSignal(model.found) as told:
        model.search("farhana")
    text, [found] = told.args
    assert (text, found.episode) == ("farhana", gone.episode)
    assert found.name == "BEGUM, Farhana (Mr)"
    assert found.detail == "Moved to Southfield · Arrived 14-Nov-2026 · NF/3401"


def test_those_in_custody_come_once_and_first(qtbot, model):
    released = model.find("barrow")[0]
    release_detainee(model.workplace.desk, released.episode, "Home")
    qtbot.waitUntil(lambda: len(model.session.alarms.rows) == 2)
    with qtbot.waitSignal(model.found) as told:
        model.search("ba")
    assert [one.name for one in told.args[1]] == [
        "M12 MABASO, Themba (Mr)",
        "BARROW, Connor (Mr)",
    ]


def test_the_frame_names_place_person_and_hour(model):
    assert model.place == ("Northfield custody suite", "PC NF-MED-01")
    assert model.person == ("Rhona Okafor", "RO", "Nurse")
    assert model.clock == ("14:32", "Sat 14-Nov-2026")


def test_the_clock_is_the_suite_s_on_both_sides_of_the_change():
    assert clock_words(START_MS - 30 * 24 * 3_600_000, ZONE) == ("15:32", "Thu 15-Oct-2026")
    assert long_clock_words(START_MS, ZONE) == ("14:32", "Saturday 14-Nov-2026")


def test_a_silent_pc_and_a_weaker_protection_are_said(model, front_desk):
    assert (model.sound_line, model.protection_line) == ("", "Reduced protection")
    front_desk.bell.is_silent = True
    assert model.sound_line == "This PC cannot sound: look often"


def test_the_desk_is_the_person_s(model):
    assert isinstance(model.workplace.desk, Desk)
    assert model.workplace.desk.actor.name == "Rhona Okafor"


@pytest.mark.parametrize(
    ("entered", "logged", "words"),
    [
        (0, 0, ""),
        (
            0,
            2,
            (
                "The access log is not sent yet. It stays encrypted on this PC and is sent when "
                "anyone signs in here."
            ),
        ),
        (
            2,
            2,
            (
                "2 changes are not sent yet. They stay encrypted on this PC and are sent when "
                "anyone signs in here."
            ),
        ),
    ],
)
def test_before_a_sign_out_it_is_said_what_is_not_sent(model, entered, logged, words):
    waiting = Waiting(
        operations=entered + logged, actions=1, held_back=0, oldest_ms=None, access_lines=logged
    )
    model.sync.status = SyncStatus(state=SyncState.OFFLINE, waiting=waiting)
    assert model.unsent_words == words


def test_somebody_of_whom_no_stay_is_here_is_found_and_has_no_record_to_open(qtbot, model):
    desk = model.workplace.desk
    person = Patient(id=desk.ids.new(), family="Gonne", given="Maud", aliases=("May Gunn",))
    desk.store.write(desk.actor, "test", lambda writing: writing.record(person))
    with qtbot.waitSignal(model.found) as told:
        model.search("gunn")
    _, [found] = told.args
    assert (found.episode, found.name) == (None, "GONNE, Maud")
    assert found.detail == (
        "Also known as May Gunn · Was here before. The record comes back to this PC once a new "
        "referral is sent"
    )
