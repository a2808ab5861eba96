from __future__ import annotations

from PySide6.QtWidgets import QLabel

from sonar_desktop.ui.screens.help import KEYS, HelpScreen


def test_every_key_stands_beside_what_it_does(qtbot, light, workplace):
    page = HelpScreen(workplace)
    qtbot.addWidget(page)
    page.resize(1300, 800)
    page.show()
    texts = [one.text() for one in page.findChildren(QLabel)]
    for key, words in KEYS:
        assert key in texts
        assert words in texts
    assert "NF-MED-01, Northfield custody suite. Signed in: Rhona Okafor, Nurse." in texts
