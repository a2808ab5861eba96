"""A page passes the keyboard on, and Tab comes to everything on it."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QPushButton, QVBoxLayout, QWidget

from sonar_desktop.ui.widgets.first_focus import FirstFocus


def test_the_page_passes_the_keyboard_on_and_tab_comes_to_what_stands_before(qtbot):
    window, page = QWidget(), QWidget()
    qtbot.addWidget(window)
    QVBoxLayout(window).addWidget(page)
    column = QVBoxLayout(page)
    above, middle, below = QPushButton("Above"), QLineEdit(), QPushButton("Below")
    for one in (above, middle, below):
        column.addWidget(one)
    FirstFocus(page, middle)
    window.show()
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    page.setFocus()
    assert middle.hasFocus()
    visited = []
    for _ in range(3):
        QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Tab)
        visited.append(QApplication.focusWidget())
    assert visited == [below, above, middle]
