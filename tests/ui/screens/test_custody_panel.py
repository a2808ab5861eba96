"""Moving and releasing a detainee on the Plan tab."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt

from sonar_core.ids import slot
from sonar_core.records.custody_episode import CustodyEpisode, EpisodeStatus
from sonar_core.records.fitness_outcome import Fitness, FitnessPurpose
from sonar_desktop.ui.screens.custody_panel import CustodyPanel
from sonar_desktop.ui.viewmodels.suite_move import RINGS, WHAT_HAPPENS
from sonar_desktop.usecases.list_board import list_board
from tests.ui.known_suites import tell_suites
from tests.ui.screens.opened_record import press, settle, shown_panel, texts
from tests.ui.screens.patient_story import Story

pytestmark = pytest.mark.usefixtures("light")


@pytest.fixture
def story(workplace, seed, hand_clock):
    return Story(workplace, hand_clock, seed.admit("M4", "Barrow", "Connor", minutes_ago=111))


@pytest.fixture
def panel(qtbot, workplace, story):
    yield from shown_panel(CustodyPanel, qtbot, workplace, story.admitted.episode)


def stay(workplace, story) -> CustodyEpisode:
    episode = story.admitted.episode
    return workplace.desk.store.read(lambda reading: reading.get(CustodyEpisode, episode))


def test_a_detainee_is_moved_to_another_cell(qtbot, workplace, panel):
    assert "Cell M4" in texts(panel)
    panel.move_button.click()
    panel.move_form.sign_button.click()
    assert "Enter the cell." in texts(panel)
    qtbot.keyClicks(panel.move_form.control("cell"), "M9")
    with qtbot.waitSignal(panel.moving.signed):
        panel.move_form.sign_button.click()
    qtbot.waitUntil(lambda: "Cell M9" in texts(panel))
    assert [row.cell for row in list_board(workplace.desk).rows] == ["M9"]


def test_a_release_says_what_stays_open_and_takes_the_person_off_the_board(
    qtbot, workplace, panel, story
):
    story.decide(20, FitnessPurpose.DETAINED, Fitness.NOT_FIT, reason="Drowsy")
    settle(qtbot, workplace)
    panel.release_button.click()
    said = texts(panel)
    assert "Still open: 1 outcome not told, 1 referral not seen, 1 task open" in said
    panel.release_form.sign_button.click()
    assert "Choose released or transferred." in texts(panel)
    assert "Enter where they went." in texts(panel)
    panel.release_form.control("how").pills[1].click()
    qtbot.keyClicks(panel.release_form.control("released_to"), "HMP Northfield")
    qtbot.keyClicks(panel.release_form.control("when"), "-10m")
    with qtbot.waitSignal(panel.releasing.signed):
        panel.release_form.sign_button.click()
    qtbot.waitUntil(lambda: "Transferred 14:22" in texts(panel))
    assert "To: HMP Northfield" in texts(panel)
    assert not panel.move_button.isVisible()
    assert list_board(workplace.desk).rows == ()
    assert stay(workplace, story).status is EpisodeStatus.TRANSFERRED


def test_a_release_before_the_arrival_is_refused_beside_the_time(qtbot, workplace, panel, story):
    panel.begin_release()
    panel.release_form.control("how").pills[0].click()
    qtbot.keyClicks(panel.release_form.control("released_to"), "Home")
    qtbot.keyClicks(panel.release_form.control("when"), "-3h")
    panel.release_form.sign_button.click()
    settle(qtbot, workplace)
    assert "This is before they arrived." in texts(panel.release_form.field("released_at"))
    assert panel.release_form.control("released_to").text() == "Home"
    assert stay(workplace, story).status is EpisodeStatus.OPEN


def test_a_detainee_is_moved_to_another_suite_by_keyboard(
    qtbot, workplace, encrypted_store, panel, story
):
    tell_suites(workplace.desk, encrypted_store, "Eastfield", "Southfield")
    panel.suite_button.setFocus()
    press(panel, Qt.Key.Key_Space)
    settle(qtbot, workplace)
    for said in (WHAT_HAPPENS, "Goes along: 1 referral not seen", RINGS):
        assert said in texts(panel)
    assert "Which: Eastfield, Southfield." in texts(panel)
    assert not panel.move_button.isVisible()
    press(panel, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert "Enter the suite." in texts(panel)
    qtbot.keyClicks(panel.suite_form.control("suite"), "south")
    assert "To Southfield" in texts(panel)
    with qtbot.waitSignal(panel.leaving.signed):
        press(panel, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: "Moved to Southfield, not sent yet" in texts(panel))
    assert stay(workplace, story).site == slot("site", "southfield")
