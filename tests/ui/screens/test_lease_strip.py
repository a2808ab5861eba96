from __future__ import annotations

import pytest

from sonar_desktop.ui.screens.lease_strip import LeaseStrip
from sonar_desktop.ui.viewmodels.shell import ShellModel
from sonar_desktop.ui.viewmodels.sync_panel import SyncModel

pytestmark = pytest.mark.usefixtures("light")


def test_it_takes_no_room_until_the_lease_of_whoever_works_here_has_ended(
    qtbot, enrolled, hand_clock
):
    model = ShellModel(enrolled, SyncModel(enrolled), enrolled.workplace)
    strip = LeaseStrip(model)
    qtbot.addWidget(strip)
    strip.refresh()
    assert strip.isHidden()
    hand_clock.let_pass(minutes=7 * 24 * 60)
    model.changed.emit()
    assert strip.isVisible()
    assert strip.accessibleName().startswith("Your sign-in on this PC ended on 21-Nov-2026")
    model.close()
