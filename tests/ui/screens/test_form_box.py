"""A small form: what is typed is kept, what is wrong stands beside its field."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt

from sonar_desktop.ui.screens.form_box import FormBox
from sonar_desktop.ui.widgets.choices import Choice
from sonar_desktop.usecases.inputs import InputError
from tests.ui.screens.opened_record import press, settle, texts
from tests.ui.viewmodels.test_form import Words, WordsForm

pytestmark = pytest.mark.usefixtures("light")


@pytest.fixture
def model(workplace, seed):
    made = WordsForm(workplace, seed.admit().episode)
    yield made
    made.close()


def make_box(qtbot, model):
    box = FormBox(model, "Words", "Sign words")
    box.words("text", "Words")
    box.choices("by", "By", [Choice(value="", text="A"), Choice(value="b", text="B")])
    qtbot.addWidget(box)
    box.show()
    model.open()
    box.take_focus()
    return box


@pytest.fixture
def box(qtbot, model):
    made = FormBox(model, "Words", "Sign words")
    made.line("text", "Words", required=True, echo=lambda: f"{len(model.entry.text)} letters")
    made.line("by", "By")
    made.finish()
    qtbot.addWidget(made)
    made.resize(500, 400)
    model.open()
    made.show()
    made.take_focus()
    return made


def test_every_key_reaches_the_form(qtbot, model, box):
    qtbot.keyClicks(box.control("text"), "Slept")
    assert model.entry.text == "Slept"
    assert model.place == "text:5"
    assert "5 letters" in texts(box)


def test_leaving_a_field_puts_it_on_disk_at_once(qtbot, model, box):
    qtbot.keyClicks(box.control("text"), "Slept")
    assert model.keeper.is_unsaved
    box.control("by").setFocus()
    assert not model.keeper.is_unsaved
    qtbot.waitUntil(lambda: "Draft saved 14:32:00 on this PC" in box.draft.state.text())


def test_ctrl_enter_signs(qtbot, model, box):
    qtbot.keyClicks(box.control("text"), "Slept")
    with qtbot.waitSignal(model.signed):
        press(box, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert model.written == ["Slept"]
    assert not box.isVisible()
    assert box.control("text").text() == ""


def test_the_first_wrong_field_gets_the_focus(qtbot, model, box):
    box.control("by").setFocus()
    press(box, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert box.control("text").hasFocus()
    assert "Enter the words." in texts(box.field("text"))
    qtbot.keyClicks(box.control("text"), "S")
    assert "Enter the words." not in texts(box.field("text"))


def test_escape_keeps_the_draft(qtbot, model, box):
    qtbot.keyClicks(box.control("text"), "Half")
    with qtbot.waitSignal(box.closed):
        press(box, Qt.Key.Key_Escape)
    assert not box.isVisible()
    model.open()
    assert box.control("text").text() == "Half"


def test_discard_empties_the_fields(qtbot, workplace, model, box):
    qtbot.keyClicks(box.control("text"), "Wrong")
    box.discard_button.click()
    settle(qtbot, workplace)
    assert model.entry == Words()
    assert box.control("text").text() == ""


def test_reopening_stands_where_its_author_stood(qtbot, workplace, model, box):
    model.place = "by:2"
    model.put(by="Rhona")
    model.restored.emit()
    box.take_focus()
    assert box.control("by").hasFocus()
    assert box.control("by").cursorPosition() == 2


def test_a_flaw_of_no_field_is_said_above_the_buttons(qtbot, model, box):
    model.put(text="Slept")
    model.fails = InputError((("amending", "This entry was already corrected."),))
    box.sign_button.click()
    qtbot.waitUntil(lambda: "This entry was already corrected." in texts(box))


def test_pills_and_long_words_reach_the_form(qtbot, model):
    box = make_box(qtbot, model)
    box.finish()
    box.control("text").setPlainText("Two\nlines")
    box.control("by").pills[1].click()
    assert model.entry == Words(text="Two\nlines", by="b")
