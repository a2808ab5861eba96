"""What is copied by a key anywhere in the program leaves the clipboard again."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QLineEdit, QPlainTextEdit, QTextEdit, QVBoxLayout, QWidget

from sonar_desktop.ui.screens.copied_text import is_ours
from sonar_desktop.ui.screens.own_clipboard import OwnClipboard

WORDS = "Barrow, Connor"
CTRL = Qt.KeyboardModifier.ControlModifier


def clipboard():
    return QGuiApplication.clipboard()


@pytest.fixture
def own(qapp):
    parent = QObject()
    made = OwnClipboard(parent)
    yield made
    made.take_back()
    clipboard().clear()
    parent.deleteLater()
    clipboard().dataChanged.disconnect(made._look)


def label():
    made = QLabel(WORDS)
    made.setTextInteractionFlags(Qt.TextInteractionFlag.TextBrowserInteraction)
    return made


@pytest.mark.parametrize(
    "make",
    [
        lambda: QLineEdit(WORDS),
        lambda: QPlainTextEdit(WORDS),
        lambda: QTextEdit(WORDS),
        label,
    ],
)
def test_what_any_text_widget_copies_is_hidden_from_histories_and_taken_back(qtbot, own, make):
    window = QWidget()
    widget = make()
    QVBoxLayout(window).addWidget(widget)
    qtbot.addWidget(window)
    window.show()
    qtbot.waitUntil(window.isActiveWindow)
    widget.setFocus()
    QTest.keyClick(widget, Qt.Key.Key_A, CTRL)
    QTest.keyClick(widget, Qt.Key.Key_C, CTRL)
    assert clipboard().text() == WORDS
    assert is_ours(clipboard().mimeData())
    assert bytes(clipboard().mimeData().data("x-kde-passwordManagerHint").data()) == b"secret"
    own.take_back()
    assert clipboard().text() == ""


def test_what_another_program_put_there_is_not_touched(own):
    clipboard().setText("A telephone number")
    assert not is_ours(clipboard().mimeData())
    own.take_back()
    assert clipboard().text() == "A telephone number"
