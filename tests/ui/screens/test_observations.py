from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QVBoxLayout, QWidget

from sonar_desktop.ui.screens.observations import ObservationsTab
from sonar_desktop.ui.widgets.marks import News2Mark, SubScoreBox
from sonar_desktop.ui.widgets.painters import NewsBand
from sonar_desktop.ui.widgets.trend import News2Track, TrendChart
from sonar_desktop.usecases.read_observations import read_observations
from tests.ui.patience import wait_idle

SIZE = (1359, 700)


@pytest.fixture
def stay(seed):
    return seed.admit(minutes_ago=120)


@pytest.fixture
def open_tab(qtbot, workplace, stay, light):
    made, windows = [], []

    def open_one():
        tab = ObservationsTab(workplace, stay.episode)
        window = QWidget()
        windows.append(window)
        qtbot.addWidget(window)
        QVBoxLayout(window).addWidget(tab)
        window.resize(*SIZE)
        window.show()
        window.activateWindow()
        qtbot.waitUntil(tab.isActiveWindow)
        qtbot.waitUntil(tab.form.isEnabled)
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
    press(qtbot, Qt.Key.Key_Return)


def measure(qtbot):
    """A whole set by keys alone, from the first field on."""
    write(qtbot, "22")
    write(qtbot, "94")
    press(qtbot, "a", Qt.Key.Key_Tab)
    for text in ("98", "58", "114"):
        write(qtbot, text)
    press(qtbot, "a", Qt.Key.Key_Tab)
    write(qtbot, "36.3")


def test_a_whole_set_is_measured_and_signed_by_keys_alone(qtbot, workplace, stay, tab):
    assert tab.form.inputs["respiratory_rate"].field.hasFocus()
    measure(qtbot)
    assert tab.score.headline.text() == "High"
    assert (tab.score.mark._band, tab.score.mark._total) == (NewsBand.HIGH, 7)
    assert tab.repeat.text() == "14:47"
    with qtbot.waitSignal(tab.model.signed):
        press(qtbot, Qt.Key.Key_Return, mods=Qt.KeyboardModifier.ControlModifier)
    (record,) = read_observations(workplace.desk, stay.episode)
    assert (record.news2.total, record.systolic_bp, record.consciousness.value) == (7, 98, "A")
    assert tab.signed_message.isVisible()
    assert tab.form.inputs["respiratory_rate"].text() == ""
    qtbot.waitUntil(lambda: "NEWS2 7" in tab.form.last_line.text())


def test_a_red_field_says_why_and_one_press_puts_it_right(qtbot, tab, signing):
    measure(qtbot)
    write(qtbot, "58")
    row = tab.form.rows["glucose"]
    assert row.problem_line.isVisible()
    assert tab.form.inputs["glucose"].field.property("problem") == "refused"
    press(qtbot, Qt.Key.Key_Return, mods=Qt.KeyboardModifier.ControlModifier)
    assert tab.form.inputs["glucose"].field.hasFocus()
    assert signing.asked == 0
    press(qtbot, Qt.Key.Key_Tab)
    assert QApplication.focusWidget() is row.problem_line.fix_button
    press(qtbot, Qt.Key.Key_Space)
    assert tab.form.inputs["glucose"].text() == "5.8"
    assert not row.problem_line.isVisible()


def test_only_the_wrong_one_of_two_pressures_is_red(qtbot, tab):
    tab.form.go_to("systolic_bp")
    write(qtbot, "98")
    write(qtbot, "580")
    assert tab.form.inputs["diastolic_bp"].field.property("problem") == "refused"
    assert not tab.form.inputs["systolic_bp"].field.property("problem")


def test_an_unusual_value_is_kept_with_one_press(qtbot, tab):
    tab.form.go_to("pulse")
    write(qtbot, "210")
    row = tab.form.rows["pulse"]
    assert row.problem_line.keep_button.text() == "Keep"
    row.problem_line.keep_button.setFocus()
    press(qtbot, Qt.Key.Key_Space)
    assert not row.problem_line.isVisible()
    assert tab.form.inputs["pulse"].field.hasFocus()


def test_typing_r_says_that_the_person_refused(qtbot, tab):
    tab.form.go_to("pulse")
    write(qtbot, "r")
    assert tab.form.inputs["pulse"].text() == "Refused"
    assert tab.model.measured.refused == ("pulse",)


def test_letters_answer_consciousness_only_in_its_row(qtbot, tab):
    tab.form.go_to("consciousness")
    for letter in "cvpua":
        press(qtbot, letter)
        assert tab.form.level.choices.value() == letter.upper()
    tab.form.go_to("pulse")
    press(qtbot, "v")
    assert tab.form.level.choices.value() == "A"


def test_space_changes_air_to_oxygen_and_asks_for_the_flow(qtbot, tab):
    tab.form.go_to("on_oxygen")
    press(qtbot, "a", Qt.Key.Key_Space)
    assert tab.model.entry.on_oxygen is True
    assert tab.form.rows["oxygen_litres"].isVisible()


def test_a_late_time_asks_for_the_reason_in_place(qtbot, tab):
    tab.form.go_to("performed_at")
    press(qtbot, "a", mods=Qt.KeyboardModifier.ControlModifier)
    write(qtbot, "13:00")
    assert tab.form.echo.text() == "This happened 1hr 32min ago."
    assert tab.form.late_field.isVisible()


def test_extras_open_by_their_button_and_take_the_focus(qtbot, tab):
    assert not tab.form.coma.isVisible()
    tab.form.add_buttons["gcs"].setFocus()
    press(qtbot, Qt.Key.Key_Space)
    assert tab.form.coma.isVisible()
    assert tab.form.inputs["gcs_eye"].field.hasFocus()


def test_the_form_reopens_where_the_person_stood(qtbot, workplace, open_tab):
    first = open_tab()
    first.form.go_to("notes")
    qtbot.keyClicks(QApplication.focusWidget(), "Sleepy but answers")
    press(qtbot, Qt.Key.Key_Left, Qt.Key.Key_Left)
    first.save_now()
    wait_idle(qtbot, workplace)
    again = open_tab()
    notes = again.form.inputs["notes"]
    assert notes.text() == "Sleepy but answers"
    assert notes.field.hasFocus()
    assert notes.cursor() == len("Sleepy but answers") - 2
    assert again.form.draft_state.state.text() == "Draft saved 14:32:00 on this PC"


def test_f8_goes_to_the_next_part_without_a_value(qtbot, tab):
    write(qtbot, "16")
    press(qtbot, Qt.Key.Key_F8)
    assert tab.form.level.choices.pills[0].hasFocus() or tab.form.air.pills[0].hasFocus()


def test_everything_that_takes_the_focus_has_a_name(tab):
    for widget in tab.findChildren(QWidget):
        takes_focus = widget.focusPolicy() != Qt.FocusPolicy.NoFocus
        if takes_focus and widget.focusProxy() is None and widget.isVisibleTo(tab):
            assert widget.accessibleName() or widget.text(), type(widget)


def test_in_a_narrow_window_the_score_stands_under_the_form(qtbot, tab):
    tab.window().resize(920, 820)
    qtbot.waitUntil(lambda: tab.form.width() > 700)
    below = tab.sign.mapTo(tab, tab.sign.rect().topLeft())
    assert below.y() > tab.form.geometry().bottom()
    assert below.x() + tab.sign.width() <= tab.width()


def test_a_key_in_the_notes_paints_nothing_but_the_notes(qtbot, tab, monkeypatch):
    tab.form.go_to("notes")
    write(qtbot, "seen")
    QApplication.processEvents()
    painted = []
    for kind in (TrendChart, News2Track, SubScoreBox, News2Mark):
        monkeypatch.setattr(kind, "paint", lambda self, _painter: painted.append(type(self)))
    write(qtbot, " alert")
    QApplication.processEvents()
    assert painted == []
    tab.form.go_to("pulse")
    write(qtbot, "114")
    QApplication.processEvents()
    assert set(painted) >= {TrendChart, SubScoreBox}
