"""The Summary by keys: the timeline, the red message, the panels."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication

from sonar_core.records.access_event import AccessAction, AccessEvent
from sonar_core.records.note import Note
from sonar_desktop.ui.viewmodels.workplace import Tab
from tests.ui.conftest import RHONA
from tests.ui.screens.opened_record import opened, press, settle, texts
from tests.ui.screens.patient_story import Story, an_afternoon

pytestmark = pytest.mark.usefixtures("light")


@pytest.fixture
def story(workplace, seed, hand_clock):
    made = Story(workplace, hand_clock, seed.admit("M4", "Barrow", "Connor", minutes_ago=111))
    an_afternoon(made)
    return made


@pytest.fixture
def screen(qtbot, workplace, story):
    made = opened(qtbot, workplace, story.admitted.episode)
    yield made
    made.let_go()


@pytest.fixture
def summary(screen):
    return screen.record.tabs[Tab.SUMMARY]


def test_what_nobody_was_told_of_stands_first_in_red(summary):
    assert "Not fit to be interviewed. Custody officer not told." in texts(summary)
    assert "NOT FIT" in texts(summary.fitness)


def test_it_goes_away_only_when_somebody_records_the_telling(qtbot, summary, story):
    not_fit = summary._model.not_told[0].about
    story.tell(0, not_fit)
    qtbot.waitUntil(lambda: "Custody officer not told." not in texts(summary))


def test_j_and_k_walk_through_the_timeline(summary):
    summary.view.setFocus()
    assert summary.view.currentIndex().row() == 0
    press(summary, Qt.Key.Key_J)
    press(summary, Qt.Key.Key_J)
    press(summary, Qt.Key.Key_K)
    assert summary.view.currentIndex().row() == 1


def test_enter_shows_the_entry_and_escape_closes_it(qtbot, workplace, screen, summary):
    summary.view.setFocus()
    press(summary, Qt.Key.Key_Return)
    settle(qtbot, workplace)
    assert "1 version" in texts(summary)
    press(summary, Qt.Key.Key_Escape)
    assert "1 version" not in texts(summary)
    assert summary.view.hasFocus()


def test_the_filter_shows_medicines_only(summary):
    count = summary.view.model().rowCount()
    summary._filter.segments[3].click()
    assert 0 < summary.view.model().rowCount() < count


def test_the_text_for_custody_is_read_before_it_is_copied_and_written_down_as_disclosed(
    qtbot, workplace, screen, summary, story
):
    summary.instructions.copy_text.click()
    panel = summary._panel
    text = panel.text.toPlainText()
    assert "1. Rouse every 30 minutes." in text
    assert QGuiApplication.clipboard().text() != text
    panel.copy_button.click()
    settle(qtbot, workplace)
    assert QGuiApplication.clipboard().text() == text
    assert "Copied" in texts(panel)
    events = workplace.desk.store.read(lambda reading: reading.all_of(AccessEvent))
    [disclosed] = [one for one in events if one.action is AccessAction.DISCLOSED]
    assert (disclosed.user, disclosed.episode) == (RHONA.user, story.admitted.episode)
    screen.let_go()
    assert QGuiApplication.clipboard().text() == ""


def entry(qtbot, workplace, summary, kind):
    """Open the newest entry of a kind that stands, as a click does; return its panel."""
    faces = [one for one in summary._timeline.shown if one.kind == kind and one.can_strike]
    summary._timeline.open_entry(faces[0])
    settle(qtbot, workplace)
    return faces[0], summary._panel


def test_a_note_is_amended_in_place_with_the_reason(qtbot, workplace, summary, story):
    first = story.note(10, "Left arm sore")
    settle(qtbot, workplace)
    _, panel = entry(qtbot, workplace, summary, "Note")
    panel.amend_button.click()
    settle(qtbot, workplace)
    box = panel.amend_form
    assert box.control("text").toPlainText() == "Left arm sore"
    qtbot.waitUntil(box.control("why").hasFocus)
    box.control("text").setPlainText("Right arm sore")
    box.sign_button.click()
    assert "Enter why the note is amended." in texts(box)
    qtbot.keyClicks(box.control("why"), "Wrong side")
    box.sign_button.click()
    settle(qtbot, workplace)
    amended = [one for one in notes(workplace) if one.replaces == first.id]
    assert [(one.text, one.replacement_reason) for one in amended] == [
        ("Right arm sore", "Wrong side")
    ]
    assert amended[0].performed_at == first.performed_at
    assert summary._panel is None


def test_what_was_typed_into_an_amendment_is_there_again(qtbot, workplace, summary, story):
    story.note(10, "Left arm sore")
    settle(qtbot, workplace)
    _, panel = entry(qtbot, workplace, summary, "Note")
    panel.amend_button.click()
    settle(qtbot, workplace)
    panel.amend_form.control("text").setPlainText("Right arm so")
    summary.step_back()
    settle(qtbot, workplace)
    _, again = entry(qtbot, workplace, summary, "Note")
    assert again.amend_form.isVisible()
    assert again.amend_form.control("text").toPlainText() == "Right arm so"


def test_an_entry_is_struck_out_in_place_and_stays_readable(qtbot, workplace, summary):
    face, panel = entry(qtbot, workplace, summary, "ObservationSet")
    panel.strike_button.click()
    box = panel.strike_form
    qtbot.keyClicks(box.control("reason"), "Too short")
    box.sign_button.click()
    assert "Write why, in at least 10 characters." in texts(box)
    qtbot.keyClicks(box.control("reason"), ", it was of somebody else")
    box.sign_button.click()
    settle(qtbot, workplace)
    [struck] = [one for one in summary._timeline.shown if one.id == face.id]
    assert (struck.is_struck, struck.can_strike, struck.state) == (True, False, "Struck out")
    assert "it was of somebody else" in struck.note
    assert summary.view.hasFocus()


def test_observations_are_amended_on_their_own_tab(qtbot, workplace, screen, summary):
    face, panel = entry(qtbot, workplace, summary, "ObservationSet")
    panel.amend_button.click()
    settle(qtbot, workplace)
    page = screen.record.pages.currentWidget()
    assert page is screen.record.tabs[Tab.OBSERVATIONS]
    qtbot.waitUntil(lambda: page.model.entry.amends == face.id)
    assert page.form.title.text() == "Amend observations"


def notes(workplace):
    return workplace.desk.store.read(lambda reading: reading.all_of(Note))


def test_decide_opens_the_decisions(qtbot, workplace, summary):
    summary.fitness.decide.click()
    settle(qtbot, workplace)
    assert summary.step_back()
    assert not summary.step_back()


def test_the_buttons_of_the_cards_lead_to_their_tabs(screen, summary):
    summary.tasks.add.click()
    assert screen.record.pages.currentWidget() is screen.record.tabs[Tab.PLAN]
    assert screen.record.tabs[Tab.PLAN].tasks.adding.is_open


def test_nothing_on_the_page_is_without_a_name(summary):
    for button in summary.findChildren(type(summary.news.record)):
        assert button.text() or button.accessibleName() or button.isHidden()


def test_in_a_narrow_window_a_panel_is_the_whole_page(screen, summary):
    screen.resize(1000, 660)
    summary.tell_first()
    assert not summary.view.isVisible()
    assert summary.step_back()
    assert summary.view.isVisible()


@pytest.mark.parametrize("width", [1366, 1440, 1000])
def test_a_panel_keeps_the_same_room_at_both_edges_of_the_page(screen, summary, width):
    screen.resize(width, 768)
    summary.decide()
    QApplication.processEvents()
    panel = summary._panel
    right = panel.mapTo(summary, panel.rect().topRight()).x()
    room = summary._whole.contentsMargins()
    assert summary.width() - 1 - right == room.left() == room.right() + 14
    summary.step_back()
    assert summary._side.contentsMargins().right() == 0
