from __future__ import annotations

import pytest
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import QComboBox, QLineEdit, QPlainTextEdit

from sonar_desktop.ui.theme import current
from sonar_desktop.ui.widgets.field import PROBLEM_LOOKS, Field, Problem, ProblemKind
from sonar_desktop.ui.widgets.obs_row import BigInput
from tests.ui.widgets.conftest import colours_in, picture

GLUCOSE = Problem(
    kind=ProblemKind.REFUSED,
    text="Glucose must be 1.0 to 35.0 mmol/L. Did you mean 5.8?",
    fix="Use 5.8",
)


def test_the_label_names_its_control(shown):
    edit = QLineEdit()
    field = shown(Field("Temperature", edit, unit="°C", hint="one decimal", required=True), 300)
    seen = QAccessible.queryAccessibleInterface(edit)
    assert seen.text(QAccessible.Text.Name) == "Temperature (required), °C"
    assert field.label.buddy() is edit
    assert edit.accessibleDescription() == "one decimal"


def test_a_refused_value_is_red_with_a_sentence_and_a_one_press_answer(shown, qtbot):
    edit = QLineEdit("58")
    field = shown(Field("Glucose", edit, unit="mmol/L"), 400)
    field.set_problem(GLUCOSE)
    assert edit.accessibleDescription() == GLUCOSE.text
    assert not field.problem_line.isHidden()
    assert field.problem_line.keep_button.isHidden()
    assert current().colours["danger"] in colours_in(picture(edit))
    with qtbot.waitSignal(field.fix_requested):
        field.problem_line.fix_button.click()


def test_an_unusual_value_can_be_kept_with_one_press(shown, qtbot):
    field = shown(Field("Temperature", QLineEdit("39.9")), 400)
    field.set_problem(
        Problem(kind=ProblemKind.UNUSUAL, text="39.9 is unusual.", fix="Change", keep="Keep")
    )
    with qtbot.waitSignal(field.keep_requested):
        field.problem_line.keep_button.click()


def test_the_three_kinds_of_problem_look_different(shown):
    edit = QLineEdit("x")
    field = shown(Field("Allergy", edit), 300)
    pictures = [picture(edit)]
    for kind in ProblemKind:
        field.set_problem(Problem(kind=kind, text="Look."))
        pictures.append(picture(edit))
    assert all(one not in pictures[:at] for at, one in enumerate(pictures))
    assert len({icon for icon, _ in PROBLEM_LOOKS.values()}) == 3


def test_a_solved_problem_leaves_nothing_behind(shown):
    edit = QLineEdit("5.8")
    field = shown(Field("Glucose", edit, hint="from the meter"), 400)
    before = picture(edit)
    field.set_problem(GLUCOSE)
    field.set_problem(None)
    assert picture(edit) == before
    assert field.problem_line.isHidden()
    assert edit.accessibleDescription() == "from the meter"


@pytest.mark.parametrize("make", [QLineEdit, lambda: BigInput("Glucose"), QPlainTextEdit])
def test_a_refused_value_stays_red_while_it_is_being_typed(shown, qtbot, make):
    control = make()
    field = shown(Field("Glucose", control), 300, 120)
    field.set_problem(GLUCOSE)
    control.setFocus()
    qtbot.waitUntil(control.hasFocus)
    found = colours_in(picture(control))
    assert current().colours["danger"] in found
    assert current().colours["dangersoft"] in found


def test_text_does_not_jump_when_the_border_grows(shown):
    edit = QLineEdit("x")
    field = shown(Field("Allergy", edit), 300)
    height = edit.sizeHint().height()
    field.set_problem(GLUCOSE)
    assert edit.sizeHint().height() == height


@pytest.mark.parametrize("make", [QLineEdit, QPlainTextEdit])
def test_a_signed_field_is_read_only_but_can_be_reached_and_copied(shown, make):
    control = make()
    field = shown(Field("Notes", control), 300, 200)
    field.set_locked(locked=True)
    assert control.isReadOnly()
    assert control.isEnabled()
    field.set_locked(locked=False)
    assert not control.isReadOnly()


def test_a_signed_choice_cannot_be_opened(shown):
    combo = QComboBox()
    field = shown(Field("Detained", combo), 300)
    field.set_locked(locked=True)
    assert not combo.isEnabled()
