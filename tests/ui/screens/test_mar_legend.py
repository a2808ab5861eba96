from __future__ import annotations

from PySide6.QtWidgets import QLabel

from sonar_desktop.ui.screens.mar_legend import MarLegend
from sonar_desktop.ui.screens.mar_slot import SLOT_WORDS


def test_each_mark_is_explained_in_words(qtbot, light):
    legend = MarLegend()
    qtbot.addWidget(legend)
    said = {one.text() for one in legend.findChildren(QLabel)}
    assert set(SLOT_WORDS.values()) <= said
