"""The new referral form by keys."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt

from sonar_core.records.patient import Patient
from sonar_core.records.referral import Referral
from sonar_desktop.ui.screens.referral_form import ReferralForm
from tests.ui.screens.opened_record import press, settle, texts

pytestmark = pytest.mark.usefixtures("light")


@pytest.fixture
def form(qtbot, workplace):
    made = ReferralForm(workplace)
    qtbot.addWidget(made)
    made.resize(620, 1400)
    made.show()
    made.model.open()
    settle(qtbot, workplace)
    yield made
    made.let_go()


def type_into(qtbot, form, **fields):
    for name, text in fields.items():
        form.box.control(name).setFocus()
        qtbot.keyClicks(form.box.control(name), text)


def test_somebody_new_is_referred(qtbot, workplace, form):
    type_into(qtbot, form, family="Hussain", given="Amir", born="04-Mar-1989")
    form.box.control("gender").pills[0].click()
    type_into(qtbot, form, custody_record_number="NF/3500", cell="M4", requested_by="Sgt Marsh")
    form._ticks["intoxication"].click()
    with qtbot.waitSignal(form.model.signed):
        press(form, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    people = workplace.desk.store.read(lambda reading: reading.all_of(Patient))
    assert [(one.family, one.birth_date) for one in people] == [("Hussain", "1989-03-04")]
    assert not form._ticks["intoxication"].isChecked()


def test_a_bad_number_is_said_when_its_field_is_left(qtbot, form):
    type_into(qtbot, form, nhs_number="999 041 7262")
    assert "check digit" not in texts(form)
    press(form, Qt.Key.Key_Tab)
    field = form.box.field("nhs_number")
    assert "The check digit does not fit" in texts(field)
    field.problem_line.keep_button.click()
    assert "The check digit does not fit" not in texts(field)


def test_what_is_missing_stands_beside_each_field(form):
    form.box.sign_button.click()
    said = texts(form)
    for words in (
        "Enter the custody record number.",
        "Enter who asked.",
        "Choose a reason.",
        "Choose a gender, or Not known.",
    ):
        assert words in said


def test_somebody_found_is_not_asked_for_again(qtbot, workplace, form, seed):
    seed.admit("M4", "Barrow", "Connor")
    qtbot.keyClicks(form.find_field, "barr")
    qtbot.waitUntil(lambda: "This person" in texts(form))
    choose = next(
        one
        for one in form.findChildren(type(form.someone_new))
        if one.accessibleName() == "This person: BARROW, Connor (Mr)"
    )
    choose.click()
    assert "BARROW, Connor (Mr)" in texts(form.chosen)
    assert not form.box.control("family").isVisible()
    assert not form.box.control("custody_record_number").isVisible()
    type_into(qtbot, form, requested_by="Sgt Marsh")
    form._ticks["injury"].click()
    with qtbot.waitSignal(form.model.signed):
        form.box.sign_button.click()
    asked = workplace.desk.store.read(lambda reading: reading.all_of(Referral))
    assert len(asked) == 2


def test_the_draft_opens_with_everything_typed(qtbot, workplace, form):
    type_into(qtbot, form, family="Hussain", detail="")
    form._ticks["injury"].click()
    form.model.keeper.save_now()
    settle(qtbot, workplace)
    again = ReferralForm(workplace)
    qtbot.addWidget(again)
    again.model.refresh()
    qtbot.waitUntil(lambda: again.model.is_open)
    assert again.box.control("family").text() == "Hussain"
    assert again._ticks["injury"].isChecked()
    again.let_go()
