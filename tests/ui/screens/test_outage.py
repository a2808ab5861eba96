from __future__ import annotations

from sonar_desktop.ui.screens.outage import Outage
from sonar_desktop.ui.viewmodels.sync_panel import SyncModel
from sonar_desktop.usecases.sync_ports import SyncState, SyncStatus, Waiting

NOTHING = Waiting(operations=0, actions=0, held_back=0, oldest_ms=None)


def test_it_takes_room_only_while_there_is_something_to_say(qtbot, light, enrolled):
    strip = Outage(SyncModel(enrolled))
    qtbot.addWidget(strip)
    assert strip.isHidden()
    for state, shown in ((SyncState.OFFLINE, True), (SyncState.UP_TO_DATE, True)):
        status = SyncStatus(state=state, waiting=NOTHING, offline_since_ms=0)
        enrolled.background.tell_sync_status(status)
        qtbot.waitUntil(lambda shown=shown: strip.isVisible() is shown)
    assert strip.accessibleName().startswith("Network back at 14:32 after")
