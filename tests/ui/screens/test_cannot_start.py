from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel

from sonar_desktop.platform.errors import NetworkFolder
from sonar_desktop.ui.screens.cannot_start import CannotStart


def test_the_reason_is_said_whole_and_a_key_closes(qtbot, light):
    sentence = NetworkFolder().user_message
    page = CannotStart(sentence)
    qtbot.addWidget(page)
    page.show()
    assert sentence in [one.text() for one in page.findChildren(QLabel)]
    QTest.keyClick(page.close_button, Qt.Key.Key_Space)
    assert page.isHidden()
