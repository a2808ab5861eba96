"""One record at a time, by keys."""

from __future__ import annotations

import gc
import weakref

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, Qt

from sonar_core.records.flag import FlagCategory
from sonar_core.records.registry import REGISTRY
from sonar_desktop.ui.screens import record
from sonar_desktop.ui.screens.record import RecordPage
from sonar_desktop.ui.viewmodels.record_faces import NO_ALERTS
from sonar_desktop.ui.viewmodels.workplace import Destination, Page, Tab
from sonar_desktop.ui.widgets.button import Button
from sonar_desktop.ui.widgets.obs_row import BigInput
from sonar_desktop.ui.widgets.patient_banner import PatientBanner
from sonar_desktop.usecases.answer_recheck import answer_recheck
from sonar_desktop.usecases.keep_draft import my_drafts
from sonar_desktop.usecases.record_allergy import AllergyEntry, record_allergy
from sonar_desktop.usecases.release_detainee import release_detainee
from tests.ui.medicine_story import MedicineStory
from tests.ui.screens.opened_record import opened, press, settle, texts
from tests.ui.screens.patient_story import Story, an_afternoon

pytestmark = pytest.mark.usefixtures("light")


@pytest.fixture
def story(workplace, seed, hand_clock):
    return Story(workplace, hand_clock, seed.admit("M4", "Barrow", "Connor", minutes_ago=111))


@pytest.fixture
def screen(qtbot, workplace, story):
    made = opened(qtbot, workplace, story.admitted.episode)
    yield made
    made.let_go()


def test_the_banner_stands_above_every_tab(screen):
    assert screen.record.banner.name.text() == "BARROW, Connor (Mr)"
    assert screen.record.banner.isVisible()
    press(screen, Qt.Key.Key_P)
    assert screen.record.banner.isVisible()


def test_the_banner_can_be_read_while_the_tab_is_still_built(qtbot, workplace, story, monkeypatch):
    done = []

    class Banner(PatientBanner):
        def paintEvent(self, event) -> None:  # noqa: N802 Qt's name
            super().paintEvent(event)
            done.append(self.allergy_label.isVisible())

    build = RecordPage._build
    monkeypatch.setattr(record, "PatientBanner", Banner)
    monkeypatch.setattr(
        RecordPage, "_build", lambda page, tab: done.append(tab) or build(page, tab)
    )
    screen = opened(qtbot, workplace, story.admitted.episode)
    screen.let_go()
    assert done[:2] == [True, Tab.SUMMARY]


def test_a_rule_that_does_not_hold_is_an_alert_until_it_is_answered(qtbot, workplace, seed):
    story = MedicineStory(seed)
    story.give(story.needed(), ago=30)
    screen = opened(qtbot, workplace, story.episode)
    assert NO_ALERTS in texts(screen.record.strip)
    record_allergy(seed.desk, story.admitted.patient, AllergyEntry(substance="Paracetamol"))
    asked = "Check: Paracetamol given 14:02. Allergy to Paracetamol."
    qtbot.waitUntil(lambda: asked in texts(screen.record.strip))
    assert NO_ALERTS not in texts(screen.record.strip)
    medicines = screen.record._offered.index(Tab.MEDICINES)
    assert "2 to check" in screen.record.bar.accessibleTabName(medicines)
    (answer, _) = [
        one for one in screen.record.strip.findChildren(Button) if one.text() == "Answer"
    ]
    answer.click()
    assert screen.record.pages.currentWidget() is screen.record.tabs[Tab.PLAN]
    head = screen.record.model.head
    for task in (one for one in head.tasks if one.is_recheck):
        answer_recheck(seed.desk, story.episode, task.id, "Seen and well, order to be stopped")
    qtbot.waitUntil(lambda: NO_ALERTS in texts(screen.record.strip))
    screen.let_go()


def test_letters_open_the_tab_that_does_it(screen):
    press(screen, Qt.Key.Key_P)
    assert screen.record.pages.currentWidget() is screen.record.tabs[Tab.PLAN]
    press(screen, Qt.Key.Key_1, Qt.KeyboardModifier.AltModifier)
    assert screen.record.pages.currentWidget() is screen.record.tabs[Tab.SUMMARY]


def test_letters_typed_into_a_field_stay_there(screen):
    press(screen, Qt.Key.Key_P)
    plan = screen.record.tabs[Tab.PLAN]
    press(screen, Qt.Key.Key_A)
    field = plan.tasks.form.control("what")
    assert field.hasFocus()
    for letter in "tops":
        press(screen, getattr(Qt.Key, f"Key_{letter.upper()}"))
    assert field.text().casefold() == "tops"
    assert screen.record.pages.currentWidget() is plan


def test_escape_closes_the_form_then_the_record(screen, visited):
    press(screen, Qt.Key.Key_P)
    press(screen, Qt.Key.Key_A)
    plan = screen.record.tabs[Tab.PLAN]
    press(screen, Qt.Key.Key_Escape)
    assert not plan.tasks.adding.is_open
    assert visited.destinations == []
    press(screen, Qt.Key.Key_Escape)
    assert visited.last.page is Page.BOARD


def test_the_shell_s_way_back_is_the_same(screen, visited):
    assert screen.step_back()
    assert visited.last.page is Page.BOARD


def test_t_asks_who_was_told(qtbot, workplace, screen, story):
    an_afternoon(story)
    qtbot.waitUntil(lambda: bool(screen.record.model.not_told))
    press(screen, Qt.Key.Key_T)
    settle(qtbot, workplace)
    summary = screen.record.tabs[Tab.SUMMARY]
    assert "Tell the custody officer" in texts(summary)
    assert screen.step_back()
    assert "Who did you tell?" not in texts(summary)


def test_an_outcome_named_on_the_board_opens_its_panel(qtbot, workplace, story):
    ids = an_afternoon(story)
    screen = opened(qtbot, workplace, story.admitted.episode, focus=ids["not_fit"])
    assert "Who did you tell?" in texts(screen.record.tabs[Tab.SUMMARY])
    screen.let_go()


def test_a_due_task_opens_the_tab_it_names(qtbot, workplace, story):
    screen = opened(qtbot, workplace, story.admitted.episode, Tab.PLAN, "care_level")
    assert screen.record.tabs[Tab.PLAN].care.model.is_open
    screen.let_go()


def test_another_record_takes_the_place_of_the_first(qtbot, workplace, screen, seed):
    other = seed.admit("M5", "Nowak", "Ewa")
    first = screen.record
    screen.arrive(Destination(page=Page.RECORD, episode=other.episode))
    qtbot.waitUntil(lambda: screen.record.banner is not None)
    assert screen.record is not first
    assert screen.record.banner.name.text() == "NOWAK, Ewa (Mr)"


def test_alerts_arrive_while_the_record_is_open(qtbot, screen, story):
    story.marker(FlagCategory.VIOLENCE, "Spits", is_urgent=True)
    qtbot.waitUntil(lambda: [one.face.text for one in screen.record.strip.chips] == ["Spits"])


def test_somebody_who_left_is_marked(qtbot, workplace, screen, story):
    release_detainee(workplace.desk, story.admitted.episode, "Home")
    qtbot.waitUntil(lambda: "This detainee has left" in texts(screen))


def test_without_a_record_there_is_nothing_to_step_back_from(qtbot, workplace, screen):
    screen.let_go()
    assert not screen.step_back()
    screen.arrive(Destination(page=Page.RECORD))
    assert screen.record is None


@pytest.mark.parametrize("tab", [tab for tab in Tab if tab is not Tab.ACCESS_LOG])
def test_every_tab_opens_and_puts_itself_away(qtbot, workplace, story, tab):
    an_afternoon(story)
    screen = opened(qtbot, workplace, story.admitted.episode, tab)
    assert screen.record.pages.currentWidget() is screen.record.tabs[tab]
    screen.record.open_tab(Tab.SUMMARY)
    screen.let_go()


def test_observations_typed_and_not_signed_are_there_again(qtbot, workplace, story):
    screen = opened(qtbot, workplace, story.admitted.episode, Tab.OBSERVATIONS)
    field = next(
        one
        for one in screen.record.tabs[Tab.OBSERVATIONS].findChildren(BigInput)
        if one.isVisible()
    )
    field.setFocus()
    qtbot.keyClicks(field, "17")
    screen.let_go()
    workplace.background.close()
    bodies = [draft.body for draft in my_drafts(workplace.desk)]
    assert any(b"17" in body for body in bodies)


def test_the_screen_waits_longer_only_while_a_dose_is_being_given(qtbot, workplace, screen, story):
    story.order(5, "Paracetamol")
    assert not screen.keeps_awake()
    screen.record.open_tab(Tab.MEDICINES)
    medicines = screen.record.tabs[Tab.MEDICINES]
    qtbot.waitUntil(lambda: medicines.grid.chosen() is not None)
    assert not screen.keeps_awake()
    qtbot.keyClick(medicines.grid, Qt.Key.Key_G)
    qtbot.waitUntil(screen.keeps_awake)
    screen.record.open_tab(Tab.SUMMARY)
    assert not screen.keeps_awake()
    screen.record.open_tab(Tab.MEDICINES)
    assert screen.keeps_awake()
    assert medicines.step_back()
    assert not screen.keeps_awake()


def test_beside_a_panel_the_assessment_gives_up_its_list_of_sections(screen):
    screen.make_room(beside=True)
    press(screen, Qt.Key.Key_2, Qt.KeyboardModifier.AltModifier)
    assessment = screen.record.tabs[Tab.ASSESSMENT]
    assert assessment.left.isHidden()
    screen.make_room(beside=False)
    assert not assessment.left.isHidden()


def test_a_closed_record_leaves_nothing_in_memory(qtbot, workplace, story):
    an_afternoon(story)
    screen = opened(qtbot, workplace, story.admitted.episode)
    for tab in Tab:
        screen.record.open_tab(tab)
    settle(qtbot, workplace)
    plan = screen.record.tabs[Tab.PLAN]
    known = [
        screen.record,
        screen.record.model,
        plan,
        plan.tasks,
        plan.tasks.adding,
        plan.tasks.form,
    ]
    kept = [weakref.ref(one) for one in (*known, *screen.record.tabs.values())]
    del known, plan
    screen.let_go()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    gc.collect()
    assert [one() for one in kept if one() is not None] == []


def test_what_a_newer_program_wrote_is_said_under_the_tabs(qtbot, workplace, story, monkeypatch):
    story.note(5, "Slept.")
    monkeypatch.delitem(REGISTRY, "Note")
    screen = opened(qtbot, workplace, story.admitted.episode)
    said = texts(screen.record)
    screen.let_go()
    assert "1 entry was written by a newer version of SONAR" in said


def test_a_record_that_is_not_on_this_pc_says_so_and_is_no_empty_page(qtbot, workplace):
    page = RecordPage(workplace, "0192d3a4-0000-7000-8000-00000000dead")
    qtbot.addWidget(page)
    page.show()
    qtbot.waitUntil(lambda: page.unread is not None and page.unread.isVisible())
    assert "cannot be found on this PC" in page.unread.accessibleName()
    assert "Esc goes back to the board." in page.unread.accessibleName()
    assert page.banner is None
    page.let_go()
