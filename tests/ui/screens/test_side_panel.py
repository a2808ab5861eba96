from __future__ import annotations

from sonar_desktop.ui.screens.side_panel import SidePanel
from sonar_desktop.ui.widgets.labels import label


def test_the_primary_button_stays_below_what_scrolls(qtbot, light):
    panel = SidePanel("Give", "Give 30 mg")
    qtbot.addWidget(panel)
    for number in range(60):
        panel.content.addWidget(label(f"Line {number}"))
    panel.resize(404, 420)
    panel.show()
    qtbot.waitUntil(panel.isVisible)
    assert panel.primary.geometry().bottom() < panel.height()
    assert panel.area.verticalScrollBar().maximum() > 0


def test_why_the_button_waits_stands_beside_it(qtbot, light):
    panel = SidePanel("Give", "Give 30 mg")
    qtbot.addWidget(panel)
    panel.show()
    assert panel._hint.isHidden()
    panel.say("Ask for name and date of birth first.")
    assert not panel._hint.isHidden()
    with qtbot.waitSignal(panel.acted):
        panel.primary.click()
    with qtbot.waitSignal(panel.closed):
        panel.close_button.click()
