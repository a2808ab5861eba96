from __future__ import annotations

import pytest
from PySide6.QtCore import Qt

from sonar_desktop.ui.screens.observation_form import ObservationForm
from sonar_desktop.ui.viewmodels.observation_entry import EXTRAS
from sonar_desktop.ui.widgets.field import Problem, ProblemKind

RED = Problem(kind=ProblemKind.REFUSED, text="No.", fix="Use 5.8")


@pytest.fixture
def form(qtbot, light):
    made = ObservationForm()
    qtbot.addWidget(made)
    made.resize(604, 680)
    made.show_extras((), EXTRAS, on_oxygen=False)
    made.show()
    made.activateWindow()
    qtbot.waitUntil(made.isActiveWindow)
    return made


def test_the_fields_stand_in_the_order_of_measuring(form):
    tops = [
        form.inputs[name].holder.mapTo(form.widget(), form.inputs[name].holder.pos()).y()
        for name in ("performed_at", "respiratory_rate", "spo2", "systolic_bp", "pulse", "notes")
    ]
    assert tops == sorted(tops)


def test_enter_runs_down_the_list(qtbot, form):
    form.go_to("respiratory_rate")
    qtbot.keyClick(form.inputs["respiratory_rate"].field, Qt.Key.Key_Return)
    assert form.inputs["spo2"].field.hasFocus()


def test_the_answer_beside_a_row_names_the_field_it_is_about(qtbot, form):
    form.set_row_problem(("systolic_bp", "diastolic_bp"), "diastolic_bp", RED)
    assert not form.inputs["systolic_bp"].field.property("problem")
    with qtbot.waitSignal(form.fix_requested) as caught:
        form.rows["systolic_bp"].problem_line.fix_button.click()
    assert caught.args == ["diastolic_bp"]


def test_extras_are_offered_until_they_are_open(form):
    assert form.add_buttons["gcs"].isVisible()
    assert not form.pupils_field.isVisible()
    form.show_extras(tuple(EXTRAS), EXTRAS, on_oxygen=True)
    assert form.pupils_field.isVisible()
    assert form.rows["oxygen_litres"].isVisible()
    assert not form.add_row.isVisible()


def test_nothing_is_wider_than_the_card(form):
    assert form.widget().minimumSizeHint().width() <= form.viewport().width() - 12
