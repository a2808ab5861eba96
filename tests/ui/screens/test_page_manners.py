from __future__ import annotations

from PySide6.QtWidgets import QWidget

from sonar_desktop.ui.screens.page_manners import Arrives, KeepsAwake, LetsGo, MakesRoom, StepsBack


def test_a_plain_widget_has_none_of_the_manners(qtbot, light):
    plain = QWidget()
    qtbot.addWidget(plain)
    for manner in (Arrives, KeepsAwake, LetsGo, MakesRoom, StepsBack):
        assert not isinstance(plain, manner)
