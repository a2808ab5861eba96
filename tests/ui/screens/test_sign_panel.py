from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QVBoxLayout, QWidget

from sonar_desktop.ui.screens.sign_panel import SignPanel


@pytest.fixture
def form(qtbot, light, enrolled, hand_clock):
    """A form with one field and the panel over it; the last PIN is five minutes old."""
    page = QWidget()
    qtbot.addWidget(page)
    field = QLineEdit()
    QVBoxLayout(page).addWidget(field)
    panel = SignPanel(enrolled.signing, "Rhona Okafor", page)
    page.resize(900, 700)
    page.show()
    qtbot.waitUntil(page.isActiveWindow)
    field.setFocus()
    hand_clock.let_pass(minutes=5)
    yield enrolled.signing, panel, field
    page.hide()


def test_it_covers_the_page_and_gives_the_keyboard_back(qtbot, form):
    signing, panel, field = form
    signed = []
    signing.confirm(lambda: signed.append("signed"))
    assert panel.geometry() == panel.parentWidget().rect()
    assert QApplication.focusWidget() is panel.entry.dots
    QTest.keyClicks(panel.entry.dots, "284915")
    QTest.keyClick(panel.entry.dots, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: signed == ["signed"])
    assert panel.isHidden()
    assert QApplication.focusWidget() is field


def test_a_wrong_pin_is_said_and_typed_again(qtbot, form):
    signing, panel, _ = form
    signing.confirm(lambda: None)
    QTest.keyClicks(panel.entry.dots, "111222")
    QTest.keyClick(panel.entry.dots, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: bool(panel.entry.problem.text()))
    assert panel.entry.problem.text() == (
        "Wrong PIN. 4 of 5 tries left before your password is needed."
    )
    assert (panel.entry.dots.text(), panel.isVisible()) == ("", True)


def test_leaving_it_unsigned_keeps_the_form(qtbot, form):
    signing, panel, field = form
    field.setText("what was typed")
    signing.confirm(lambda: pytest.fail("nothing may be signed"))
    QTest.keyClick(panel.cancel, Qt.Key.Key_Space)
    assert (panel.isHidden(), field.text()) == (True, "what was typed")
