from __future__ import annotations

from PySide6.QtCore import Qt

from sonar_desktop.ui.screens.emergency_row import EmergencyRow
from sonar_desktop.ui.theme.sizes import TARGET_GLOVE


def test_it_is_a_target_for_gloves_that_says_it_is_never_blocked(qtbot, light):
    row = EmergencyRow()
    qtbot.addWidget(row)
    row.show()
    assert row.sizeHint().height() >= TARGET_GLOVE
    assert "Never blocked by any check." in row.accessibleName()
    with qtbot.waitSignal(row.clicked):
        qtbot.keyClick(row, Qt.Key.Key_Space)
