from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAccessible

from sonar_desktop.ui.theme import Tone, current
from sonar_desktop.ui.widgets.choices import Choice, ChoiceRow, RadioPill, TickPill
from sonar_desktop.ui.widgets.painters import text_width
from tests.ui.widgets.conftest import colours_in, picture

ASKED = (
    Choice(value="yes", text="Yes"),
    Choice(value="no", text="No"),
    Choice(value="suspected", text="Suspected", tone=Tone.DANGER),
    Choice(value="not-asked", text="Not asked yet"),
)


def question(shown, width: int = 600) -> ChoiceRow:
    return shown(ChoiceRow("Has he taken any drugs?", ASKED), width)


def test_nothing_is_chosen_until_someone_chooses(shown):
    assert question(shown).value() is None


def test_a_press_anywhere_on_the_pill_chooses_it(shown, qtbot):
    row = question(shown)
    pill = row.pills[2]
    with qtbot.waitSignal(row.chosen) as told:
        qtbot.mouseClick(pill, Qt.MouseButton.LeftButton, pos=QPoint(pill.width() - 3, 4))
    assert told.args == ["suspected"]
    assert row.value() == "suspected"


def test_space_chooses_and_arrows_move_within_the_question(shown, qtbot):
    row = question(shown)
    row.pills[0].setFocus()
    with qtbot.waitSignal(row.chosen) as told:
        qtbot.keyClick(row.pills[0], Qt.Key.Key_Space)
    assert told.args == ["yes"]
    with qtbot.waitSignal(row.chosen) as told:
        qtbot.keyClick(row.pills[0], Qt.Key.Key_Right)
    assert told.args == ["no"]
    assert row.pills[1].hasFocus()


def test_a_value_that_is_put_in_is_not_told_back(shown, qtbot):
    row = question(shown)
    with qtbot.assertNotEmitted(row.chosen):
        row.set_value("no")
        row.set_value(None)
    assert row.value() is None
    assert not any(pill.isChecked() for pill in row.pills)
    row.set_value("yes")
    assert [pill.isChecked() for pill in row.pills] == [True, False, False, False]
    with pytest.raises(ValueError, match="not in"):
        row.set_value("maybe")


def test_choosing_by_key_is_told(shown, qtbot):
    row = question(shown)
    with qtbot.waitSignal(row.chosen) as told:
        row.choose("no")
    assert told.args == ["no"]


def test_pills_keep_their_role_words_and_question(shown):
    row = question(shown)
    seen = QAccessible.queryAccessibleInterface(row.pills[0])
    assert seen.role() == QAccessible.Role.RadioButton
    assert seen.text(QAccessible.Text.Name) == "Yes"
    assert seen.text(QAccessible.Text.Description) == "Has he taken any drugs?"
    tick = shown(TickPill("They read it back and it was right"))
    assert QAccessible.queryAccessibleInterface(tick).role() == QAccessible.Role.CheckBox


@pytest.mark.parametrize("scale", [100, 200])
def test_pills_wrap_to_more_lines_and_never_cut_words(shown, put_on, scale):
    put_on("light", scale)
    row = question(shown, 300)
    assert row.heightForWidth(300) > row.heightForWidth(3000)
    for pill in row.pills:
        assert pill.width() >= text_width(pill.text(), "strong") + current().px(18)
        assert pill.height() >= 36


def test_a_dangerous_answer_is_red_and_a_tick_is_green(shown):
    pill = shown(RadioPill("Suspected", Tone.DANGER))
    assert current().colours["danger"] not in colours_in(picture(pill))
    pill.setChecked(True)
    assert current().colours["danger"] in colours_in(picture(pill))
    tick = shown(TickPill("Read"))
    before = picture(tick)
    tick.click()
    assert tick.isChecked()
    assert picture(tick) != before
    assert current().colours["ok"] in colours_in(picture(tick))


def test_a_disabled_pill_is_grey(shown):
    pill = RadioPill("Give", Tone.DANGER)
    pill.setChecked(True)
    pill.setEnabled(False)
    shown(pill)
    assert current().colours["danger"] not in colours_in(picture(pill))


def test_right_and_left_follow_the_order_also_where_the_pills_wrap(shown, qtbot):
    row = question(shown, 260)
    assert row.pills[2].y() > row.pills[1].y()
    row.set_value("no")
    row.setFocus()
    assert row.pills[1].hasFocus()
    qtbot.keyClick(row.pills[1], Qt.Key.Key_Right)
    assert (row.value(), row.pills[2].hasFocus()) == ("suspected", True)
    qtbot.keyClick(row.pills[2], Qt.Key.Key_Left)
    assert (row.value(), row.pills[1].hasFocus()) == ("no", True)
