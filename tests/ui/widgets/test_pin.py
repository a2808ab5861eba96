from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible, QGuiApplication
from PySide6.QtWidgets import QVBoxLayout, QWidget

from sonar_desktop.ui.theme import current
from sonar_desktop.ui.widgets.pin import PinDots, PinPad
from tests.ui.widgets.conftest import picture


def entry(shown) -> tuple[PinDots, PinPad]:
    box = QWidget()
    column = QVBoxLayout(box)
    dots = PinDots("Your 6-number PIN")
    pad = PinPad(dots)
    column.addWidget(dots)
    column.addWidget(pad)
    shown(box, 340, 380)
    return dots, pad


def test_keys_of_the_pad_and_of_the_keyboard_type_the_same_pin(shown, qtbot):
    dots, pad = entry(shown)
    for digit in "907":
        pad.keys[digit].click()
    qtbot.keyClicks(dots, "481")
    assert dots.text() == "907481"
    pad.keys["delete"].click()
    assert dots.text() == "90748"


def test_only_digits_are_taken_and_no_more_than_six(shown, qtbot):
    dots, _ = entry(shown)
    qtbot.keyClicks(dots, "12ab 34567")
    assert dots.text() == "123456"


def test_the_last_digit_tells_that_the_pin_is_whole(shown, qtbot):
    dots, pad = entry(shown)
    qtbot.keyClicks(dots, "12345")
    with qtbot.waitSignal(dots.filled):
        pad.keys["6"].click()
    with qtbot.waitSignal(dots.returnPressed):
        qtbot.keyClick(dots, Qt.Key.Key_Return)
    with qtbot.waitSignal(pad.entered):
        pad.keys["go"].click()


def test_a_pin_can_be_pasted_but_not_copied_out(shown, qtbot):
    dots, _ = entry(shown)
    QGuiApplication.clipboard().setText("246810")
    dots.paste()
    assert dots.text() == "246810"
    assert dots.displayText() == "●" * 6
    QGuiApplication.clipboard().setText("as before")
    dots.selectAll()
    dots.copy()
    assert QGuiApplication.clipboard().text() == "as before"


def test_esc_and_locking_clear_what_was_typed(shown, qtbot):
    dots, _ = entry(shown)
    qtbot.keyClicks(dots, "123")
    qtbot.keyClick(dots, Qt.Key.Key_Escape)
    assert dots.text() == ""
    qtbot.keyClicks(dots, "123")
    dots.forget()
    dots.undo()
    assert dots.text() == ""


def test_a_screen_reader_knows_a_password_field_and_never_hears_the_digits(shown, qtbot):
    dots, _ = entry(shown)
    qtbot.keyClicks(dots, "123")
    seen = QAccessible.queryAccessibleInterface(dots)
    assert seen.role() == QAccessible.Role.EditableText
    assert seen.state().passwordEdit
    assert seen.text(QAccessible.Text.Name) == "Your 6-number PIN"
    assert "1" not in seen.text(QAccessible.Text.Value)


def test_the_picture_shows_how_many_and_never_which(shown, qtbot):
    dots, _ = entry(shown)
    empty = picture(dots)
    dots.setText("111")
    three = picture(dots)
    dots.setText("987")
    assert picture(dots) == three != empty


@pytest.mark.parametrize("scale", [100, 150])
def test_keys_are_made_for_gloves_and_have_names(shown, put_on, scale):
    put_on("light", scale)
    _, pad = entry(shown)
    for key in pad.keys.values():
        assert key.width() >= current().px(92)
        assert key.height() >= current().px(62)
        assert key.accessibleName()
    pad.set_go_name("Unlock")
    assert pad.keys["go"].accessibleName() == "Unlock"


def test_a_key_of_the_pad_leaves_the_focus_with_the_pin(shown, qtbot):
    dots, pad = entry(shown)
    dots.setFocus()
    qtbot.mouseClick(pad.keys["5"], Qt.MouseButton.LeftButton)
    assert dots.hasFocus()
    before = picture(pad.keys["5"])
    pad.keys["5"].setDown(True)
    assert picture(pad.keys["5"]) != before
    pad.keys["5"].setDown(False)


def test_dots_fit_and_grow_with_the_text(shown, put_on):
    put_on("light", 200)
    dots, _ = entry(shown)
    assert dots.height() == 100
    assert dots.minimumSizeHint().width() >= 6 * 60
    dots.setEnabled(False)
    assert not picture(dots).isNull()
