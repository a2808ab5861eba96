from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QWidget

from sonar_core.records.assessment import Assessment
from sonar_desktop.ui.screens.assessment import AssessmentTab
from sonar_desktop.ui.viewmodels.workplace import Tab
from sonar_desktop.ui.widgets.button import Button
from sonar_desktop.ui.widgets.section_nav import STATE_WORDS, SectionState
from sonar_desktop.usecases.read_record import read_record
from tests.ui.patience import wait_idle

CTRL, ALT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.AltModifier


@pytest.fixture
def stay(seed):
    return seed.admit(minutes_ago=120)


@pytest.fixture
def open_tab(qtbot, workplace, stay, light):
    made = []

    def open_one():
        tab = AssessmentTab(workplace, stay.episode)
        qtbot.addWidget(tab)
        tab.resize(1359, 700)
        tab.show()
        tab.activateWindow()
        qtbot.waitUntil(tab.isActiveWindow)
        qtbot.waitUntil(lambda: tab.middle.isEnabled() and tab.side.fitness.isEnabled())
        made.append(tab)
        return tab

    yield open_one
    for tab in made:
        tab.close_tab()
    wait_idle(qtbot, workplace)


@pytest.fixture
def tab(open_tab):
    return open_tab()


def press(qtbot, *keys, mods=Qt.KeyboardModifier.NoModifier):
    for key in keys:
        qtbot.keyClick(QApplication.focusWidget(), key, mods)


def write(qtbot, text):
    qtbot.keyClicks(QApplication.focusWidget(), text)


def question(tab, link_id):
    return tab.section.questions[link_id]


def test_letters_answer_and_tab_goes_to_the_next_question(qtbot, tab):
    assert question(tab, "consent-capacity").focus_target().hasFocus()
    for key in "ynw":
        press(qtbot, key, Qt.Key.Key_Tab)
    assert tab.model.answers == {
        "consent-capacity": ("yes",),
        "consent-role-explained": ("no",),
        "consent-assessment": ("will-not-say",),
    }
    assert tab.section_count._face.text == "3 of 6"
    assert tab.count.text() == "3 of 58 answered"


def test_alt_and_arrows_change_the_section_and_the_first_question_has_the_focus(qtbot, tab):
    press(qtbot, Qt.Key.Key_Right, mods=ALT)
    assert tab.title.text() == "2 Why seen, history"
    assert question(tab, "why-seen-reason").focus_target().hasFocus()
    press(qtbot, Qt.Key.Key_Left, mods=ALT)
    assert tab.title.text() == "1 Consent and capacity"


def test_letters_are_text_where_text_is_typed(qtbot, tab):
    press(qtbot, Qt.Key.Key_Right, mods=ALT)
    write(qtbot, "yes and no")
    assert tab.model.entry.text("why-seen-reason") == "yes and no"


def test_an_answer_opens_its_block_and_the_local_plan_is_shown(qtbot, tab):
    tab.model.open_section(6)
    press(qtbot, "y")
    assert question(tab, "drugs-what").isVisible()
    press(qtbot, Qt.Key.Key_Tab)
    write(qtbot, "Heroin")
    assert tab.model.answers["drugs-what"] == ("Heroin",)
    hidden = question(tab, "drugs-hidden")
    hidden.stand_at(0)
    press(qtbot, "y")
    assert hidden.plan.is_open()


def test_f8_runs_through_the_unanswered(qtbot, tab):
    press(qtbot, "y", Qt.Key.Key_F8)
    assert question(tab, "consent-role-explained").focus_target().hasFocus()


def test_signing_lists_what_needs_an_answer_and_a_link_leads_there(qtbot, tab, signing):
    tab.model.answer("injuries-head", ("yes",))
    tab.model.answer("head-sent", ("no",))
    press(qtbot, Qt.Key.Key_Return, mods=CTRL)
    assert signing.asked == 0
    assert tab._problems.isVisible()
    link = next(one for one in tab._problems.findChildren(Button) if one.isVisible())
    assert link.text().startswith("Injuries, head injury: Enter")
    assert question(tab, "head-not-sent-why").focus_target().hasFocus()
    tab.model.open_section(0)
    link = next(one for one in tab._problems.findChildren(Button) if one.isVisible())
    link.setFocus()
    press(qtbot, Qt.Key.Key_Space)
    assert question(tab, "head-not-sent-why").focus_target().hasFocus()
    write(qtbot, "No criterion met")
    assert not tab._problems.isVisible()


def test_part_of_it_is_signed_and_the_rest_is_stored_as_not_asked(qtbot, workplace, stay, tab):
    press(qtbot, "y")
    assert tab.side.missing.text().startswith("57 questions have no answer yet.")
    with qtbot.waitSignal(tab.model.signed):
        press(qtbot, Qt.Key.Key_Return, mods=CTRL)
    kinds = (Assessment.__name__,)
    (seen,) = workplace.desk.store.read(lambda reading: reading.of_episode(stay.episode, kinds))
    assert seen.record.answers["consent-capacity"] == ("yes",)
    assert seen.record.answers["drugs-24h"] == ("not-asked",)
    assert tab.message.isVisible()


def test_it_reopens_in_the_same_section_field_and_cursor(qtbot, workplace, open_tab):
    first = open_tab()
    first.model.open_section(6)
    question(first, "drugs-own-words").stand_at(0)
    write(qtbot, "not rattling")
    press(qtbot, Qt.Key.Key_Home)
    first.save_now()
    wait_idle(qtbot, workplace)
    again = open_tab()
    words = question(again, "drugs-own-words")
    assert words.input.text() == "not rattling"
    assert (words.focus_target().hasFocus(), words.input.cursor()) == (True, 0)


def test_a_decision_and_its_telling_are_recorded_by_keys_alone(qtbot, workplace, stay, tab):
    fitness = tab.side.fitness
    tab.model.open_section(12)
    press(qtbot, Qt.Key.Key_Space)
    press(qtbot, Qt.Key.Key_Tab)
    press(qtbot, "n")
    assert fitness.editor.isVisible()
    fitness.inputs["reason"].holder.setFocus()
    write(qtbot, "Opioids today")
    with qtbot.waitSignal(fitness.decided):
        press(qtbot, Qt.Key.Key_Return, mods=CTRL)
    qtbot.waitUntil(lambda: tab.side.told is not None and tab.side.told.questions.isEnabled())
    assert STATE_WORDS[tab.nav.items[12]._face.state] == "needs telling"
    told = tab.side.told
    told.go_to("told_to")
    write(qtbot, "Sgt D Marsh")
    told.go_to("how")
    press(qtbot, Qt.Key.Key_Space)
    told.go_to("read_back")
    press(qtbot, Qt.Key.Key_Space)
    with qtbot.waitSignal(told.told):
        press(qtbot, Qt.Key.Key_Return, mods=CTRL)
    qtbot.waitUntil(lambda: tab.nav.items[12]._face.state is SectionState.DONE)
    (decision,) = read_record(workplace.desk, stay.episode).decisions
    assert decision.told.told_to == "Sgt D Marsh"
    assert decision.outcome.purpose.value == "interviewed"


def test_the_observations_section_leads_to_the_tab(qtbot, tab, visited):
    tab.model.open_section(10)
    press(qtbot, Qt.Key.Key_Space)
    assert visited.last.tab is Tab.OBSERVATIONS


def test_save_and_close_goes_to_the_summary(qtbot, tab, visited):
    tab.side.put_away.setFocus()
    press(qtbot, Qt.Key.Key_Space)
    assert visited.last.tab is Tab.SUMMARY


def test_everything_that_takes_the_focus_has_a_name(tab):
    for widget in tab.findChildren(QWidget):
        takes_focus = widget.focusPolicy() != Qt.FocusPolicy.NoFocus
        if takes_focus and widget.focusProxy() is None and widget.isVisibleTo(tab):
            assert widget.accessibleName() or getattr(widget, "text", str)(), type(widget)


def test_under_1200_pixels_it_is_one_column_that_scrolls(qtbot, tab):
    def place(widget):
        return widget.mapTo(tab, widget.rect().topLeft())

    assert place(tab.side).x() > place(tab.middle).x()
    tab.resize(1100, 600)
    qtbot.waitUntil(lambda: place(tab.side).y() > place(tab.middle).y())
    assert tab.left.isHidden()
    assert tab.side.width() == tab.middle.width() > 1000
    assert tab.side.height() >= 420
    assert tab.middle.height() >= 380
    tab.make_room(beside=True)
    tab.make_room(beside=False)
    assert tab.left.isHidden()

    tab.resize(1359, 700)
    qtbot.waitUntil(lambda: place(tab.side).x() > place(tab.middle).x())
    assert not tab.left.isHidden()


def test_in_one_column_tab_still_leads_from_the_questions_to_the_signing(qtbot, tab):
    tab.resize(1100, 600)
    qtbot.waitUntil(tab.left.isHidden)
    question(tab, "consent-capacity").focus_target().setFocus()
    for _ in range(120):
        press(qtbot, Qt.Key.Key_Tab)
        if tab.side.sign.hasFocus():
            # Where Tab goes the page scrolls.
            bottom = tab.side.sign.mapTo(tab, tab.side.sign.rect().bottomLeft()).y()
            assert bottom <= tab.height()
            return
    raise AssertionError("no Tab leads to “Sign assessment”")
